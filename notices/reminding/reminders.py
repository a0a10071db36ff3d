"""Who is overdue: takes the next step of each chasing ladder that has one due.

Reminders, a call, the other channel, the team's leads, and then the proposal to treat the notice
as received. It all stops by itself on any receipt, a dispute, a hold and a withdrawal, because the
sweep asks for cases that wait and asks again under the lock.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from notices.language.phrases import say_date
from notices.letters import composing
from notices.mailing import urls_for_clients
from notices.models import (
    MAY_HAVE_LEFT,
    CampaignSending,
    Channel,
    Chase,
    Delivery,
    DeliveryState,
    MessageKind,
    Notice,
    NoticeKind,
)
from notices.outbox import departures
from notices.outbox.messages import write_message
from notices.receipts import chasing
from notices.receipts.chasing import Step, StepKind
from offboarding import selectors, terms
from offboarding.lifecycle import State
from offboarding.models import (
    ClientLink,
    LinkPurpose,
    ProofOfReceipt,
    TaskKind,
    TerminationCase,
)
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import keep_task, raise_for_each

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.reminders")

MOST_A_SWEEP = 1000
"""Steps that one sweep takes; the next one goes on."""

MOST_CATCH_UP = 200

_FAILED = (DeliveryState.REFUSED, DeliveryState.BOUNCED)


def sweep(limit: int = MOST_A_SWEEP) -> int:
    """Take one step on every ladder that has one due.

    Returns:
        How many steps were taken or skipped.
    """
    _begin_what_was_missed()
    taken = 0
    for chase in due(limit):
        if chase.due_on is None or clock.today(chase.case.time_zone) < chase.due_on:
            continue
        try:
            taken += take_step(chase)
        except Exception:
            # One case that cannot be written to must not keep the others waiting.
            log.exception("chase.failed", case=chase.case_id)
    return taken


def due(limit: int = MOST_A_SWEEP) -> QuerySet[Chase]:
    """Return the ladders with a step due anywhere on earth, of cases that nothing stops."""
    latest_today = (clock.now() + timedelta(hours=14)).date()
    receipts = ProofOfReceipt.objects.filter(case=OuterRef("case"), voided_at=None)
    return (
        Chase.objects.filter(
            Q(case__on_hold_until=None) | Q(case__on_hold_until__lte=latest_today),
            ~Exists(receipts),
            due_on__lte=latest_today,
            case__state=State.NOTICE,
            case__disputed_at=None,
            case__sending_held_at=None,
        )
        .select_related("case__client__office")
        .order_by("due_on", "case_id")[:limit]
    )


def _begin_what_was_missed() -> None:
    """Start ladders of cases that were served by another road, such as an import."""
    missed = TerminationCase.objects.filter(
        state=State.NOTICE, served_on__isnull=False, chase__isnull=True
    )
    for case in missed.select_related("client__office")[:MOST_CATCH_UP]:
        with transaction.atomic():
            now = locked(case)
            if now.served_on is not None:
                chasing.begin(now, from_day=now.served_on)


def take_step(chase: Chase) -> bool:
    """Take the step of one ladder if it is still due and nothing stops it."""
    with transaction.atomic():
        case = locked(chase.case)
        chase = Chase.objects.select_for_update().get(pk=case.pk)
        today = clock.today(case.time_zone)
        steps = chasing.steps_of(case)
        if chasing.stop_of(case) is not None or chase.due_on is None or chase.due_on > today:
            return False
        if chase.position >= len(steps):
            chase.due_on = None
            chase.save(update_fields=["due_on"])
            return False
        days_off = selectors.days_off_at_the_client(case)
        if not terms.is_business_day(today, days_off):
            chase.due_on = terms.next_business_day(today, days_off)
            chase.save(update_fields=["due_on"])
            return False
        step = steps[chase.position]
        done = _TAKE[step.kind](case, chase, step)
        if not done:
            remember(
                case,
                "chase.skipped",
                by=MACHINE,
                details={"step": step.kind.value, "number": step.number},
            )
        chasing.step_done(chase, case, on=today, skipped=not done)
    return True


def _origin(chase: Chase, step: Step) -> str:
    """Name a step so that it is taken once; a task of a later round is another one."""
    name = f"chase:{chase.notice_id or 0}:{step.kind}"
    if step.kind is StepKind.REMINDER:
        return f"{name}:{step.number}"
    return name if chase.round == 1 else f"{name}:{chase.round}"


# -- the steps -------------------------------------------------------------------------------------


def _remind(case: TerminationCase, chase: Chase, step: Step) -> bool:
    """Send the receipt link again, if there is an address that works and a link that holds."""
    notice = chase.notice
    if notice is None:
        return False
    delivery, address = _address(case, notice)
    link = _receipt_link(notice, delivery)
    if not address or link is None:
        return False
    written = write_message(
        case,
        kind=MessageKind.REMINDER,
        origin=_origin(chase, step),
        context={
            "receipt_url": urls_for_clients.receipt_url(link),
            "notice_date": notice.notice_date,
        },
        by=MACHINE,
        recipient_name=notice.recipient_name,
        recipient_email=address,
        references=delivery.internet_message_id if delivery else "",
        depart_at=_departure(case),
        is_bulk=True,
    )
    return written is not None


def _departure(case: TerminationCase) -> datetime | None:
    """Give a reminder of a campaign its turn: they leave as calmly as the letters did."""
    sending = CampaignSending.objects.select_for_update().filter(campaign__members__case=case)
    row = sending.first()
    if row is None:
        return None
    departs_at = max(row.next_reminder_at, clock.now())
    row.next_reminder_at = departs_at + row.interval
    row.save(update_fields=["next_reminder_at"])
    return departs_at


def _address(case: TerminationCase, notice: Notice) -> tuple[Delivery | None, str]:
    """Return the notice's last e-mail and an address that did not fail."""
    last = (
        notice.deliveries.filter(channel=Channel.EMAIL, copy_for=None)
        .exclude(state=DeliveryState.TAKEN_BACK)
        .defer("mime")
        .order_by("-created_at", "-pk")
        .first()
    )
    contact = composing.notice_recipient(case)
    address = (
        (last.recipient_email if last else "")
        or notice.recipient_email
        or (contact.email if contact else "")
    )
    failed = case.deliveries.filter(recipient_email=address, state__in=_FAILED)
    # A warning that came back says nothing of the notice that was sent after it.
    failed = failed.exclude(notice__kind=NoticeKind.CURE_WARNING)
    return last, "" if failed.exists() else address


def _receipt_link(notice: Notice, email: Delivery | None) -> ClientLink | None:
    """Return the link of the notice's e-mail, or of its letter."""
    links = ClientLink.objects.filter(
        purpose=LinkPurpose.RECEIPT,
        delivery_id__in=list(notice.deliveries.values_list("pk", flat=True)),
        revoked_at=None,
        expires_at__gt=clock.now(),
    ).order_by("-pk")
    if email is not None:
        own = links.filter(delivery_id=email.pk).first()
        if own is not None:
            return own
    return links.first()


def _ask_for_a_call(case: TerminationCase, chase: Chase, step: Step) -> bool:
    contact = composing.notice_recipient(case)
    who = contact.name if contact else case.client.name
    phone = contact.phone_shown if contact else ""
    keep_task(
        case,
        kind=TaskKind.CALL,
        title=_("Call %(name)s: did our notice arrive?") % {"name": who},
        details="\n\n".join(
            [
                _("%(who)s has not confirmed our notice of %(date)s.")
                % {"who": f"{who} ({phone})" if phone else who, "date": _notice_day(case, chase)},
                str(chasing.policy_of(case).get("call_script") or "").strip()
                or _(
                    "- Say who you are, and that you only ask whether the letter has arrived.\n"
                    "- Say that confirming does not mean agreeing.\n"
                    "- If it has not arrived, ask for the right address and offer to send it"
                    " again.\n"
                    "- Do not discuss reasons. Note questions and promise an answer with a day."
                ),
                _(
                    "Afterwards record the call as a receipt with your note, or log it on the"
                    " timeline."
                ),
            ]
        ),
        assignee=case.owner,
        due_on=clock.today(case.time_zone),
        by=MACHINE,
        origin=_origin(chase, step),
    )
    return True


def _prepare_the_other_channel(case: TerminationCase, chase: Chase, step: Step) -> bool:
    kind, title, details = _other_channel(case, chase.notice)
    keep_task(
        case,
        kind=kind,
        title=title,
        details=details,
        assignee=case.owner,
        due_on=clock.today(case.time_zone),
        by=MACHINE,
        origin=_origin(chase, step),
    )
    return True


def _other_channel(case: TerminationCase, notice: Notice | None) -> tuple[TaskKind, str, str]:
    """Prepare the registered letter if that road is still open, and say what a person does."""
    used = set(
        notice.deliveries.filter(copy_for=None)
        .exclude(state=DeliveryState.TAKEN_BACK)
        .values_list("channel", flat=True)
        if notice
        else ()
    )
    if notice is not None and Channel.REGISTERED_MAIL not in used and notice.recipient_lines:
        copies = notice.deliveries.filter(channel=Channel.REGISTERED_MAIL).count()
        departures.queue_registered(notice, by=MACHINE, copy_number=copies + 1)
        return (
            TaskKind.POST,
            _("Print and post our notice as a registered letter"),
            _("The client has not answered the e-mail. The letter is ready to be printed."),
        )
    if notice is not None and Channel.EMAIL not in used and notice.recipient_email:
        return (
            TaskKind.OTHER,
            _("Send our notice by e-mail as well"),
            _("The client has not answered the registered letter."),
        )
    return (
        TaskKind.LOOK_AT,
        _("Find another way to reach the client"),
        _("E-mail and letter were tried, or no address is left. Ask for another contact."),
    )


def _escalate(case: TerminationCase, chase: Chase, step: Step) -> bool:
    """Tell the team's leads while there is still time to reach the client in another way."""
    _ask_the_leads(
        case,
        title=_("Our notice is still not confirmed"),
        details=_(
            "%(owner)s has asked since %(date)s and nobody has confirmed. What has left:\n\n"
            "%(attempts)s\n\n"
            "- Is there somebody else at the client, or counsel, who may receive it?\n"
            "- Call yourself, or let a colleague hand the letter over against a signature.\n"
            "- If the address is wrong, correct it and send again."
        )
        % {
            "owner": case.owner.name,
            "date": _notice_day(case, chase),
            "attempts": _attempts(case, chase),
        },
        origin=_origin(chase, step),
    )
    return True


def _propose_deemed_service(case: TerminationCase, chase: Chase, step: Step) -> bool:
    _ask_the_leads(
        case,
        title=_("Decide whether our notice counts as received"),
        details=_(
            "Nobody has confirmed our notice of %(date)s. Deemed service needs two attempts or two"
            " channels on record:\n\n%(attempts)s"
        )
        % {"date": _notice_day(case, chase), "attempts": _attempts(case, chase)},
        origin=_origin(chase, step),
    )
    return True


def _ask_the_leads(case: TerminationCase, *, title: str, details: str, origin: str) -> None:
    people = list(accounts.leads_of(case.team)) or [case.owner]
    raise_for_each(case, people, kind=TaskKind.LOOK_AT, title=title, details=details, origin=origin)


def _attempts(case: TerminationCase, chase: Chase) -> str:
    """List what may have reached the client, one line each."""
    notice = chase.notice
    left = (
        notice.deliveries.filter(copy_for=None, state__in=MAY_HAVE_LEFT).defer("mime")
        if notice
        else ()
    )
    lines = [
        f"- {delivery.get_channel_display()}, "
        f"{say_date(_left_on(delivery, case), 'en')}: {delivery.get_state_display()}"
        for delivery in left
    ]
    return "\n".join(lines) or "-"


def _left_on(delivery: Delivery, case: TerminationCase) -> date:
    return (
        delivery.posted_on or delivery.state_changed_at.astimezone(ZoneInfo(case.time_zone)).date()
    )


def _notice_day(case: TerminationCase, chase: Chase) -> str:
    day = chase.notice.notice_date if chase.notice else case.served_on
    return say_date(day, "en") if day else ""


_TAKE = {
    StepKind.REMINDER: _remind,
    StepKind.CALL: _ask_for_a_call,
    StepKind.NEXT_CHANNEL: _prepare_the_other_channel,
    StepKind.ESCALATION: _escalate,
    StepKind.DEEMED_SERVICE: _propose_deemed_service,
}
