"""The departure of a campaign: so many letters a minute, paused, resumed, or taken back.

Letters go into the outbox only a little ahead of their departure, each through `sending`, as if
somebody had pressed the button. So a pause or an end has little to undo, and a worker that comes
back after an outage finds minutes of work and not thousands of mails that are due at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import User
from audit import clock
from notices.models import (
    MOST_A_MINUTE,
    CampaignLetter,
    CampaignSending,
    Delivery,
    DeliveryState,
    LetterState,
    NoticeState,
    Rendering,
)
from notices.outbox import departures, superseding
from notices.services import sending
from offboarding.errors import InvalidInput, OffboardingError, Reason, TransitionRefused
from offboarding.models import Campaign, CampaignState, Task, TaskKind, TerminationCase
from offboarding.services import campaigns, links
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import raise_for_each

MACHINE = Actor.machine("notices.campaign_sending")

MOST_ATTEMPTS = 5
"""So often a letter is put into the outbox that breaks on the way; then a person looks."""

AHEAD = timedelta(seconds=60)
"""How long before the time to take it back begins a letter is put into the outbox."""

STOPPABLE = (DeliveryState.QUEUED, DeliveryState.CLAIMED)
"""What a pause holds back; a mail whose first byte has left is not among it."""


# -- people ----------------------------------------------------------------------------------------


def start(campaign: Campaign, *, by: Actor, rate_per_minute: int) -> CampaignSending:
    """Let the approved letters leave, and those that are approved later; so many a minute.

    Raises:
        TransitionRefused: nothing is approved yet, or it was started already.
    """
    _check_rate(rate_per_minute)
    with campaigns.acting_on_campaign(
        campaign, by=by, permission="offboarding.send_campaign"
    ) as now:
        if CampaignSending.objects.filter(campaign=now).exists():
            raise TransitionRefused(
                [Reason("started", _("The letters of this campaign leave already."))]
            )
        if not letters_to_queue(now).exists():
            raise TransitionRefused([Reason("none_approved", _("No letter is approved yet."))])
        started = CampaignSending.objects.create(
            campaign=now, rate_per_minute=rate_per_minute, started_by=by.colleague
        )
        campaigns.remember(
            now,
            "campaign.sending_started",
            by=by,
            subject=started,
            details={"rate_per_minute": rate_per_minute},
        )
    return started


def pause(campaign: Campaign, *, by: Actor) -> CampaignSending:
    """Hold back every letter that has not begun to leave; pausing twice changes nothing."""
    with campaigns.acting_on_campaign(
        campaign, by=by, permission="offboarding.send_campaign"
    ) as now:
        row = _locked_sending(now)
        if row.paused_at is None:
            row.paused_at = clock.now()
            row.paused_by = by.colleague
            row.save(update_fields=["paused_at", "paused_by"])
            held = _not_left(now).update(is_paused=True)
            campaigns.remember(
                now, "campaign.sending_paused", by=by, subject=row, details={"held": held}
            )
    return row


def resume(campaign: Campaign, *, by: Actor, rate_per_minute: int) -> CampaignSending:
    """Let the letters leave again from now on, at this rate; nothing rushes out at once."""
    _check_rate(rate_per_minute)
    with campaigns.acting_on_campaign(
        campaign, by=by, permission="offboarding.send_campaign"
    ) as now:
        row = _locked_sending(now)
        if row.paused_at is None:
            return row
        row.paused_at, row.paused_by = None, None
        row.rate_per_minute = rate_per_minute
        released = _spread_anew(now, row)
        row.save()
        campaigns.remember(
            now,
            "campaign.sending_resumed",
            by=by,
            subject=row,
            details={"released": released, "rate_per_minute": rate_per_minute},
        )
    return row


def cancel(campaign: Campaign, *, by: Actor, reason: str) -> Campaign:
    """Stop a campaign at once; a worker takes back what still stands in the outbox."""
    with transaction.atomic():
        now = campaigns.cancel(campaign, by=by, reason=reason)
        CampaignSending.objects.filter(campaign=now).update(cancelled_at=clock.now())
        _not_left(now).update(is_paused=True)
        CampaignLetter.objects.filter(member__campaign=now, state=LetterState.TO_WRITE).update(
            state=LetterState.STUCK, problem=_("The campaign was cancelled.")
        )
    return now


def _locked_sending(campaign: Campaign) -> CampaignSending:
    row = CampaignSending.objects.select_for_update().filter(campaign=campaign).first()
    if row is None:
        raise TransitionRefused(
            [Reason("not_started", _("The letters of this campaign do not leave yet."))]
        )
    return row


def _check_rate(rate_per_minute: int) -> None:
    if not 1 <= rate_per_minute <= MOST_A_MINUTE:
        raise InvalidInput(
            "rate_per_minute",
            _("Choose between 1 and %(most)d letters a minute.") % {"most": MOST_A_MINUTE},
        )


def _not_left(campaign: Campaign) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        notice__campaign_letter__member__campaign=campaign, state__in=STOPPABLE
    )


def _spread_anew(campaign: Campaign, row: CampaignSending) -> int:
    """Give every held letter a new departure, in the old order; return how many there are."""
    held = list(_not_left(campaign).filter(is_paused=True).only("pk").order_by("departs_at", "pk"))
    at = clock.now()
    for delivery in held:
        delivery.departs_at = at
        delivery.is_paused = False
        at += row.interval
    Delivery.objects.bulk_update(held, ["departs_at", "is_paused"], batch_size=200)
    row.next_departure_at = at
    return len(held)


# -- what a worker does with it --------------------------------------------------------------------


def letters_to_queue(campaign: Campaign) -> QuerySet[CampaignLetter]:
    """List approved letters that were never in the outbox; one taken back is a person's again."""
    ever_queued = Delivery.objects.filter(notice=OuterRef("notice"))
    return (
        CampaignLetter.objects.filter(
            member__campaign=campaign,
            state=LetterState.WRITTEN,
            notice__state=NoticeState.APPROVED,
        )
        .exclude(Exists(ever_queued))
        .order_by("pk")
    )


def running() -> list[CampaignSending]:
    """List the campaigns whose letters leave now and whose next departure is near."""
    rows = CampaignSending.objects.filter(
        paused_at=None,
        cancelled_at=None,
        campaign__state=CampaignState.CONFIRMED,
        next_departure_at__lte=_horizon(),
    )
    return list(rows.select_related("campaign").order_by("next_departure_at", "pk"))


def _delay() -> timedelta:
    return timedelta(minutes=settings.OUTBOX_DELAY_MINUTES)


def _horizon() -> datetime:
    return clock.now() + _delay() + AHEAD


def next_letters(row: CampaignSending, limit: int) -> list[tuple[int, int]]:
    """List the letters of a campaign whose turn is next, with how often each was taken in hand.

    One that broke before stands behind those that were never tried, so it keeps none waiting.
    """
    rows = letters_to_queue(row.campaign).order_by("departure_attempts", "pk")
    return list(rows.values_list("pk", "departure_attempts")[:limit])


def queue_letter(row: CampaignSending, letter_id: int, *, attempts_seen: int) -> bool:
    """Put an approved letter of a campaign into the outbox, with a departure of its own.

    Args:
        row: the departure of the campaign.
        letter_id: an approved letter.
        attempts_seen: how often it had been taken in hand when it was listed; another count means
            that another worker has it.

    Returns:
        Whether its turn has come and it was still to be put there.
    """
    if not CampaignSending.objects.filter(
        pk=row.pk, next_departure_at__lte=_horizon(), paused_at=None, cancelled_at=None
    ).exists():
        return False
    listed = CampaignLetter.objects.filter(pk=letter_id, departure_attempts=attempts_seen)
    if not listed.update(departure_attempts=F("departure_attempts") + 1):
        return False
    if attempts_seen >= MOST_ATTEMPTS:
        return _give_up(row, letter_id)
    departs_at = _next_departure(row)
    if departs_at is None:
        # Its turn has not come; that was no attempt.
        CampaignLetter.objects.filter(pk=letter_id).update(departure_attempts=attempts_seen)
        return False
    with transaction.atomic():
        letter = (
            letters_to_queue(row.campaign)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("notice__case__client__office", "member")
            .filter(pk=letter_id)
            .first()
        )
        if letter is None:
            return False
        try:
            with transaction.atomic():
                made = _queue(row, letter, departs_at)
            letter.state = LetterState.QUEUED
            # Locked last and for a moment only: a pause either finds these mails or is seen here.
            now = CampaignSending.objects.select_for_update().get(pk=row.pk)
            if not now.is_running:
                Delivery.objects.filter(pk__in=[one.pk for one in made]).update(is_paused=True)
        except OffboardingError as refused:
            letter.state = LetterState.STUCK
            letter.problem = str(refused)
        letter.save(update_fields=["state", "problem"])
    return True


def _give_up(row: CampaignSending, letter_id: int) -> bool:
    """Leave a letter that broke again and again to a person; the campaign goes on without it."""
    with transaction.atomic():
        letter = (
            letters_to_queue(row.campaign)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("notice__case")
            .filter(pk=letter_id)
            .first()
        )
        if letter is None:
            return False
        assert letter.notice is not None
        case = locked(letter.notice.case)
        letter.state = LetterState.STUCK
        letter.problem = _("Sending it failed several times; an admin can see why.")
        letter.save(update_fields=["state", "problem"])
        remember(
            case,
            "notice.not_sent_with_campaign",
            by=MACHINE,
            subject=letter.notice,
            details={"campaign": row.campaign_id, "attempts": MOST_ATTEMPTS},
        )
        _ask_once(
            row.campaign,
            case,
            mark="not-sent",
            title=_("A letter of a campaign could not be sent"),
            details=_(
                "Sending the letter of “%(campaign)s” on this case failed %(count)d times, so it "
                "was left out; the others go on. The campaign's page lists every letter that "
                "needs a person. Ask an admin what the log says, then send it from its case."
            )
            % {"campaign": row.campaign, "count": MOST_ATTEMPTS},
        )
    return True


def _ask_once(
    campaign: Campaign, case: TerminationCase, *, mark: str, title: str, details: str
) -> None:
    """Ask the campaign's owner and the team's leads, once for all letters of the same trouble."""
    origin = f"campaign:{campaign.pk}:{mark}"
    cases = campaign.members.exclude(case=None).values("case")
    if Task.objects.filter(case__in=cases, origin__startswith=f"{origin}:", done_at=None).exists():
        return
    people = _who_answers_for(campaign, case)
    raise_for_each(case, people, kind=TaskKind.LOOK_AT, title=title, details=details, origin=origin)


def _who_answers_for(campaign: Campaign, case: TerminationCase) -> list[User]:
    people = list(accounts.leads_of(case.team))
    owner = campaign.confirmed_by
    if owner is not None and owner not in people and accounts.role_in(owner, case.team) is not None:
        people.insert(0, owner)
    return people or [case.owner]


def _next_departure(row: CampaignSending) -> datetime | None:
    """Take the next departure of a campaign; none while it is paused or the next is far ahead."""
    with transaction.atomic():
        now = CampaignSending.objects.select_for_update().get(pk=row.pk)
        if not now.is_running or now.next_departure_at > _horizon():
            return None
        departs_at = max(now.next_departure_at, clock.now() + _delay())
        now.next_departure_at = departs_at + now.interval
        now.save(update_fields=["next_departure_at"])
    return departs_at


def _queue(row: CampaignSending, letter: CampaignLetter, departs_at: datetime) -> list[Delivery]:
    notice = letter.notice
    assert notice is not None
    by = Actor.person(row.started_by)
    made = sending.send_notice(notice, by=by, departs_at=departs_at)
    Rendering.objects.filter(notice=notice, done_at=None).update(is_bulk=True)
    Delivery.objects.filter(pk__in=[one.pk for one in made]).update(is_bulk=True)
    remember(
        notice.case,
        "notice.sent_with_campaign",
        by=by,
        subject=notice,
        details={"campaign": row.campaign_id, "departs_at": departs_at.isoformat()},
    )
    return made


def to_take_back(limit: int) -> list[Delivery]:
    """List what a cancelled campaign still has in the outbox."""
    rows = Delivery.objects.filter(
        is_paused=True,
        state=DeliveryState.QUEUED,
        notice__campaign_letter__member__campaign__state=CampaignState.CANCELLED,
    ).exclude(Exists(superseding.orders_at_a_print_service(OuterRef("pk"))))
    return list(
        rows.select_related("case", "notice__campaign_letter__member__campaign__cancelled_by")
        .defer("mime")
        .order_by("pk")[:limit]
    )


def take_back(delivery: Delivery) -> bool:
    """Take one of them back, in the name of whoever cancelled the campaign.

    Who has lost the right since has still stopped the campaign with it: then the machine takes the
    letter back, so that its notice is a person's again, and says so.

    Returns:
        Whether it was possible.
    """
    assert delivery.notice is not None
    campaign = delivery.notice.campaign_letter.member.campaign
    assert campaign.cancelled_by is not None
    try:
        sending.take_back(delivery, by=Actor.person(campaign.cancelled_by))
    except OffboardingError as refused:
        return _take_back_by_machine(campaign, delivery, str(refused))
    return True


def _take_back_by_machine(campaign: Campaign, delivery: Delivery, why: str) -> bool:
    with transaction.atomic():
        case = locked(delivery.case)
        now = sending.locked_delivery(case, delivery)
        if now.state != DeliveryState.QUEUED:
            return False
        sending.move(
            case,
            now,
            DeliveryState.TAKEN_BACK,
            by=MACHINE,
            action="delivery.taken_back",
            note=_("The campaign was cancelled."),
            campaign=campaign.pk,
        )
        links.revoke_links(case, by=MACHINE, reason="taken_back", delivery_ids=(now.pk,))
        departures.approved_again_if_nothing_left(case, now, by=MACHINE)
        _ask_once(
            campaign,
            case,
            mark="taken-back",
            title=_("Letters of a cancelled campaign were taken back by the machine"),
            details=_(
                "%(who)s cancelled “%(campaign)s”, and its letters could not be taken back in that "
                "name: %(why)s Nothing of them left. Each notice is approved as before: decide on "
                "its case whether it is sent or withdrawn."
            )
            % {"who": campaign.cancelled_by, "campaign": campaign, "why": why},
        )
    return True
