"""Sending an approved notice, taking it back, and deciding about doubtful deliveries."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from clients import validators
from notices.checking import checks
from notices.letters import composing
from notices.letters.scope import engagements_that_end, scope_of
from notices.models import (
    Channel,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Notice,
    NoticeCopy,
    NoticeKind,
    NoticeState,
)
from notices.outbox import cure_standing, departures, superseding
from notices.services.drafting import locked_notice
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from offboarding.services import cases, links, obligations, proofs
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised

FAILED = (DeliveryState.REFUSED, DeliveryState.BOUNCED)
"""States after which the address is corrected or the channel changed."""

CORRECTED_IN = (State.NOTICE, State.ACKNOWLEDGED)
"""Stages in which a correction may leave."""

SENT_AGAIN = (
    DeliveryState.UNCERTAIN,
    *FAILED,
    DeliveryState.UNCLAIMED,
    DeliveryState.MOVED,
    DeliveryState.LOST,
)
"""States after which a lead may decide that the same goes out once more."""


def send_notice(notice: Notice, *, by: Actor, departs_at: datetime | None = None) -> list[Delivery]:
    """Put an approved notice into the outbox, one delivery per channel.

    Sending twice gives the deliveries of the first time.

    Args:
        notice: approved.
        by: who sends.
        departs_at: the earliest instant at which its mail leaves; after the installation's usual
            delay if left out.

    Raises:
        TransitionRefused: not approved, disputed, on hold, or its dates no longer hold.
    """
    with acting_on(notice.case, by=by, permission="offboarding.send_notice") as now:
        notice = locked_notice(now, notice)
        if notice.state == NoticeState.SENT:
            return list(notice.deliveries.all())
        reasons = reasons_not_to_send(notice)
        if reasons:
            raise TransitionRefused(reasons)
        if notice.ends_the_relationship:
            _take_over(now, notice, by=by)
        if notice.kind == NoticeKind.CORRECTION and notice.corrects is not None:
            # Two letters that say different things must not both be on their way.
            why = _("A correction replaces this letter.")
            superseding.take_back_what_waits(now, notice.corrects, by=by, why=why)
        return departures.queue(notice, by=by, departs_at=departs_at)


def _take_over(case: TerminationCase, notice: Notice, *, by: Actor) -> None:
    """Let the case have the dates and the scope of the letter that now counts."""
    has_moved = case.effective_on != notice.effective_on
    case.access_ends_on = cases.access_end_with(case, notice.effective_on)
    case.notice_date = notice.notice_date
    case.effective_on = notice.effective_on
    case.settlement_due_on = notice.settlement_due_on
    case.is_being_corrected = notice.kind == NoticeKind.CORRECTION
    case.save(
        update_fields=[
            "notice_date",
            "effective_on",
            "settlement_due_on",
            "access_ends_on",
            "is_being_corrected",
        ]
    )
    if has_moved:
        # The letter names these dates already: they were told from the notice's own end.
        obligations.follow_effective_date(case, by=by)
    ends = engagements_that_end(notice)
    cases.keep_what_ends(case, ends, scope_of(notice), by=by, notice_number=notice.number)


def reasons_not_to_send(notice: Notice) -> list[Reason]:
    """Return what keeps a notice from being sent now: its state, the case's flags, its dates."""
    reasons = []
    if notice.state != NoticeState.APPROVED:
        reasons.append(
            Reason("not_approved", _("A second person has to approve it first."), "notice")
        )
    if notice.is_warning and notice.case.state != State.EVALUATION:
        reasons.append(_too_late_to_warn())
    if notice.kind == NoticeKind.CLOSING and notice.case.state != State.FOLLOW_UP:
        reasons.append(
            Reason("stage_passed", _("A closing letter leaves in follow-up."), "follow-up")
        )
    if notice.kind == NoticeKind.CORRECTION and notice.case.state not in CORRECTED_IN:
        reasons.append(
            Reason(
                "stage_passed",
                _("A letter is corrected in the stages “Notice” and “Acknowledged”."),
                "notice",
            )
        )
    return [
        *reasons,
        *_stops(notice.case),
        *(Reason(finding.code, finding.text, "notice") for finding in checks.blocks(notice)),
    ]


def _too_late_to_warn() -> Reason:
    text = _("A cure warning leaves while the case is evaluated.")
    return Reason("stage_passed", text, "remedies")


def _stops(case: TerminationCase) -> list[Reason]:
    """Return what stops every notice of a case from leaving, the first time and again."""
    reasons = []
    if case.is_disputed:
        reasons.append(Reason("disputed", _("The case is disputed."), "flags"))
    if case.is_sending_held:
        reasons.append(
            Reason(
                "sending_held",
                _("A claim was threatened: nothing is sent until a team lead lets it go on."),
                "flags",
            )
        )
    if case.is_on_hold:
        reasons.append(Reason("on_hold", _("The case is on hold."), "flags"))
    return reasons


def take_back(delivery: Delivery, *, by: Actor) -> Delivery:
    """Take a delivery back before it leaves; it stays on record.

    Raises:
        TransitionRefused: it has left or is leaving.
    """
    with acting_on(delivery.case, by=by, permission="offboarding.send_notice") as now:
        delivery = locked_delivery(now, delivery)
        if delivery.state == DeliveryState.TAKEN_BACK:
            return delivery
        if delivery.state not in (DeliveryState.QUEUED, DeliveryState.PRINTED):
            raise TransitionRefused(
                [Reason("has_left", _("It is too late: it has left or is leaving."), "notice")]
            )
        if superseding.is_at_a_print_service(delivery):
            raise TransitionRefused(
                [
                    Reason(
                        "at_a_print_service",
                        _("A print service has this letter; take it back there first."),
                        "notice",
                    )
                ]
            )
        move(now, delivery, DeliveryState.TAKEN_BACK, by=by, action="delivery.taken_back")
        links.revoke_links(now, by=by, reason="taken_back", delivery_ids=(delivery.pk,))
        departures.approved_again_if_nothing_left(now, delivery, by=by)
    return delivery


def send_again(delivery: Delivery, *, by: Actor, reason: str) -> Delivery:
    """Send once more what may or may not have arrived, as a lead's recorded decision.

    The new delivery says that it is a second copy.

    Raises:
        TransitionRefused: it does not wait for that, or the sealed letter carries an address at
            which nobody is found any more.
    """
    with acting_on(delivery.case, by=by, permission="offboarding.resolve_delivery") as now:
        delivery = locked_delivery(now, delivery)
        _refuse_unless(delivery, SENT_AGAIN)
        _refuse_to_print_the_old_address(now, delivery)
        _resolve(now, delivery, by=by, reason=reason, decision="send_again")
        return _repeat(now, delivery, by=by, email=delivery.recipient_email)


def carries_an_old_address(delivery: Delivery) -> bool:
    """Tell whether it is a letter whose addressee has moved: its pages show the old place."""
    is_letter = delivery.channel == Channel.REGISTERED_MAIL
    return is_letter and delivery.state == DeliveryState.MOVED


def _refuse_to_print_the_old_address(case: TerminationCase, delivery: Delivery) -> None:
    """Refuse what would go to the same wrong place, and say the way to the right one."""
    if not carries_an_old_address(delivery):
        return
    notice = delivery.notice
    if notice is None or not notice.ends_the_relationship or case.state not in CORRECTED_IN:
        text = _(
            "This letter is sealed with the old address and would go there again. Send its words "
            "by e-mail, or post a copy by hand to the new address and log it on the timeline."
        )
        raise TransitionRefused([Reason("old_address", text, "notice")])
    if composing.address_now(case) == delivery.recipient_lines:
        text = _(
            "This letter is sealed with the old address and would go there again. Correct the "
            "client's address first, then the letter: its next version goes to the new address."
        )
    else:
        text = _(
            "This letter is sealed with the old address and would go there again. Correct the "
            "letter: its next version goes to the client's new address, once it is approved."
        )
    raise TransitionRefused([Reason("old_address", text, "correction")])


def treat_as_sent(delivery: Delivery, *, by: Actor, reason: str) -> Delivery:
    """Decide, as a lead, that an uncertain delivery arrived at the relay."""
    with acting_on(delivery.case, by=by, permission="offboarding.resolve_delivery") as now:
        delivery = locked_delivery(now, delivery)
        _refuse_unless(delivery, (DeliveryState.UNCERTAIN,))
        _resolve(now, delivery, by=by, reason=reason, decision="treat_as_sent")
        move(now, delivery, DeliveryState.ACCEPTED, by=by, action="delivery.treated_as_sent")
        if delivery.copy_for_id is not None:
            return delivery
        superseding.take_effect(now, delivery.notice)
        cure_standing.follow(now, delivery.notice, by=by)
        if delivery.notice is not None and delivery.notice.ends_the_relationship:
            today = clock.today(now.time_zone)
            proofs.record_service(
                now,
                by=by,
                served_on=today,
                channel=delivery.channel,
                delivery_id=delivery.pk,
            )
    return delivery


def correct_address_and_resend(delivery: Delivery, *, by: Actor, email: str) -> Delivery:
    """Send a refused or returned notice to a corrected address; the old link ends."""
    with acting_on(delivery.case, by=by, permission="offboarding.send_notice") as now:
        delivery = locked_delivery(now, delivery)
        if delivery.channel != Channel.EMAIL:
            raise TransitionRefused(
                [Reason("not_an_email", _("Only an e-mail is sent to another address."), "notice")]
            )
        _refuse_unless(delivery, FAILED)
        try:
            validators.one_email(email)
        except ValidationError as error:
            raise InvalidInput("email", " ".join(error.messages)) from error
        if email.casefold() == delivery.recipient_email.casefold():
            raise InvalidInput("email", _("This is the address that did not work."))
        links.revoke_links(now, by=by, reason="address_changed", delivery_ids=(delivery.pk,))
        _resolve(now, delivery, by=by, reason=_("Address corrected"), decision="correct_address")
        return _repeat(now, delivery, by=by, email=email)


def switch_to_registered_mail(notice: Notice, *, by: Actor) -> Delivery:
    """Prepare the other channel for a notice that did not arrive by e-mail."""
    with acting_on(notice.case, by=by, permission="offboarding.send_notice") as now:
        notice = locked_notice(now, notice)
        if notice.state != NoticeState.SENT:
            raise TransitionRefused(
                [Reason("not_sent", _("This notice was not sent yet."), "notice")]
            )
        if notice.is_warning and now.state != State.EVALUATION:
            raise TransitionRefused([_too_late_to_warn()])
        existing = notice.deliveries.filter(channel=Channel.REGISTERED_MAIL).exclude(
            state=DeliveryState.TAKEN_BACK
        )
        if existing.exists():
            raise TransitionRefused(
                [
                    Reason(
                        "already_by_mail",
                        _("A registered letter is prepared or on its way already."),
                        "notice",
                    )
                ]
            )
        if len(notice.recipient_lines) < 3:
            raise TransitionRefused(
                [Reason("no_address", _("There is no postal address to send to."), "notice")]
            )
        copy = departures.next_copy(notice, Channel.REGISTERED_MAIL)
        return departures.queue_registered(notice, by=by, copy_number=copy)


def _repeat(case: TerminationCase, delivery: Delivery, *, by: Actor, email: str) -> Delivery:
    notice = delivery.notice
    if notice is None:
        raise TransitionRefused(
            [Reason("not_a_notice", _("Only notices are sent again by hand."), "notice")]
        )
    notice = locked_notice(case, notice)
    reasons = _stops(case)
    if notice.state != NoticeState.SENT:
        reasons.append(Reason("not_current", _("This notice does not count any more."), "notice"))
    if notice.is_warning and case.state != State.EVALUATION:
        reasons.append(_too_late_to_warn())
    if reasons:
        raise TransitionRefused(reasons)
    if delivery.copy_for is not None:
        return _copy_again(notice, delivery.copy_for, email, by=by)
    number = departures.next_copy(notice, delivery.channel)
    if delivery.channel == Channel.REGISTERED_MAIL:
        return departures.queue_registered(notice, by=by, copy_number=number)
    return departures.queue_email(
        notice, by=by, recipient_email=email, copy_number=number, departs_at=clock.now()
    )


def _copy_again(notice: Notice, copy: NoticeCopy, email: str, *, by: Actor) -> Delivery:
    if email.casefold() != copy.email.casefold():
        raise TransitionRefused(
            [
                Reason(
                    "copy_of_a_sealed_letter",
                    _("Who gets a copy is sealed with the letter; forward it yourself instead."),
                    "notice",
                )
            ]
        )
    return departures.queue_copy(notice, copy, by=by)


def locked_delivery(case: TerminationCase, delivery: Delivery) -> Delivery:
    """Read a delivery of a locked case again, under its own lock."""
    return (
        case.deliveries.select_for_update(of=("self",))
        .select_related("notice", "message", "copy_for")
        .get(pk=delivery.pk)
    )


def move(
    case: TerminationCase,
    delivery: Delivery,
    state: DeliveryState,
    *,
    by: Actor,
    action: str,
    note: str = "",
    **details: object,
) -> None:
    """Write a delivery's new state, with its event and its record; by a person, under locks."""
    before = delivery.state
    delivery.state = state
    delivery.state_changed_at = clock.now()
    delivery.fence += 1
    delivery.save()
    DeliveryEvent.objects.create(delivery=delivery, state=state, note=note, by=by.name)
    remember(
        case,
        action,
        by=by,
        subject=delivery,
        details={"channel": delivery.channel, "from": before, "to": state.value} | details,
        after={"note": note} if note else None,
    )


def _resolve(
    case: TerminationCase, delivery: Delivery, *, by: Actor, reason: str, decision: str
) -> None:
    if not reason.strip():
        raise InvalidInput("reason", _("Say why; the record keeps it."))
    if delivery.resolved_at is not None:
        raise TransitionRefused(
            [Reason("already_resolved", _("Somebody has decided this already."), "notice")]
        )
    delivery.resolved_by = by.user
    delivery.resolved_at = clock.now()
    delivery.resolution_reason = reason
    delivery.save(update_fields=["resolved_by", "resolved_at", "resolution_reason"])
    for task in case.tasks.filter(done_at=None, origin__startswith=f"delivery:{delivery.pk}:"):
        finish_raised(case, task.origin, by=by, outcome=reason)
    remember(
        case,
        "delivery.resolved",
        by=by,
        subject=delivery,
        details={"decision": decision},
        after={"reason": reason},
    )


def _refuse_unless(delivery: Delivery, states: tuple[DeliveryState, ...]) -> None:
    if delivery.state not in states:
        raise TransitionRefused(
            [
                Reason(
                    "delivery_moved_on",
                    _("This delivery is “%(state)s” now.")
                    % {"state": delivery.get_state_display()},
                    "notice",
                )
            ]
        )
