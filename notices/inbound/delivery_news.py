"""What a report of a mail server changes about a delivery, and what follows for the case.

Nothing here moves a case forward: "delivered" means that a server took the mail, never that anybody
received it. What came back turns red, and with it falls the service that rested on it alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.errors import NotSettledYet
from notices.inbound.reports import Action, Status
from notices.mailing import link_masking
from notices.models import Channel, Delivery, DeliveryEvent, DeliveryState, NoticeState
from notices.outbox import cure_standing, superseding
from notices.outbox.stops import SERVES
from notices.receipts import chasing
from offboarding.lifecycle import State
from offboarding.models import Direction, Medium, TaskKind, TerminationCase
from offboarding.services import proofs
from offboarding.services.evidence import keep_communication
from offboarding.services.locking import remember
from offboarding.services.tasks import finish_raised, keep_task

MACHINE = Actor.machine("notices.inbound")

IS_OUT = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.UNCERTAIN)
"""States in which a mail can still come back."""

_STILL_SERVES = (
    DeliveryState.ACCEPTED,
    DeliveryState.DELIVERED,
    DeliveryState.POSTED,
    DeliveryState.UNCLAIMED,
)


def status_for(delivery: Delivery, found: Iterable[Status]) -> Status | None:
    """Return the status that is about a delivery's recipient, or the only one there is."""
    statuses = list(found)
    address = delivery.recipient_email.casefold()
    same = [status for status in statuses if status.recipient.casefold() == address]
    if same:
        return same[0]
    # Where the recipient's mail is forwarded, the report names the last address alone.
    return statuses[0] if len(statuses) == 1 else None


def tell(case: TerminationCase, delivery: Delivery, status: Status, *, source: int | str) -> bool:
    """Write what a report says about a delivery; call with the case locked.

    Args:
        case: the delivery's.
        delivery: an e-mail of ours.
        status: what is reported.
        source: the row of the inbound mail, or the name of the provider that called us.

    Returns:
        Whether the delivery's state changed.

    Raises:
        NotSettledYet: a worker is handing it over at this moment; come again.
    """
    delivery = (
        case.deliveries.select_for_update(of=("self",))
        .select_related("notice", "message", "copy_for")
        .get(pk=delivery.pk)
    )
    if delivery.state == DeliveryState.HANDING_OVER:
        raise NotSettledYet
    match status.action:
        case Action.FAILED if delivery.state in IS_OUT:
            _came_back(case, delivery, status, source)
        case Action.DELIVERED if delivery.state in (
            DeliveryState.ACCEPTED,
            DeliveryState.UNCERTAIN,
        ):
            _arrived(case, delivery, status, source)
        case Action.RELAYED | Action.DELAYED if delivery.state == DeliveryState.UNCERTAIN:
            # It is on its way, so it did leave.
            _left(case, delivery, DeliveryState.ACCEPTED, "delivery.accepted", status, source)
        case _:
            _note(case, delivery, status, source)
            return False
    return True


def _came_back(
    case: TerminationCase, delivery: Delivery, status: Status, source: int | str
) -> None:
    was_uncertain = delivery.state == DeliveryState.UNCERTAIN
    _move(case, delivery, DeliveryState.BOUNCED, "delivery.bounced", status, source)
    if was_uncertain:
        finish_raised(
            case, f"delivery:{delivery.pk}:uncertain", by=MACHINE, outcome=_("It came back.")
        )
    fell = _let_service_fall(case, delivery)
    is_copy = delivery.copy_for_id is not None
    warning_fell = not is_copy and cure_standing.follow(case, delivery.notice, by=MACHINE)
    keep_task(
        case,
        kind=TaskKind.LOOK_AT,
        title=_("The mail to %(name)s came back") % {"name": delivery.recipient_name},
        details=_what_to_do(delivery, status, fell=fell, warning_fell=warning_fell),
        assignee=case.owner,
        due_on=clock.today(case.time_zone),
        by=MACHINE,
        origin=f"delivery:{delivery.pk}:bounced",
    )


def _what_to_do(delivery: Delivery, status: Status, *, fell: bool, warning_fell: bool) -> str:
    told = {"email": delivery.recipient_email, "answer": status.in_words()}
    said = [_("The mail to %(email)s could not be delivered: %(answer)s") % told]
    if delivery.notice is not None:
        said.append(
            _("Two ways out: correct the address and send it again, or use the other channel.")
        )
    else:
        said.append(_("Correct the address of the contact, or call the client."))
    if fell:
        said.append(
            _(
                "The notice does not count as served any more, because nothing else of it left."
                " Look whether its dates can still be met."
            )
        )
    if warning_fell:
        said.append(cure_standing.ways_out())
    return "\n\n".join(said)[:4000]


def _arrived(case: TerminationCase, delivery: Delivery, status: Status, source: int | str) -> None:
    if delivery.state == DeliveryState.UNCERTAIN:
        _left(case, delivery, DeliveryState.DELIVERED, "delivery.delivered", status, source)
        return
    _move(case, delivery, DeliveryState.DELIVERED, "delivery.delivered", status, source)


def _left(
    case: TerminationCase,
    delivery: Delivery,
    state: DeliveryState,
    action: str,
    status: Status,
    source: int | str,
) -> None:
    """Know by a report that a mail left whose handing over nobody saw end."""
    left_at = delivery.state_changed_at
    _move(case, delivery, state, action, status, source)
    finish_raised(
        case,
        f"delivery:{delivery.pk}:uncertain",
        by=MACHINE,
        outcome=_("A mail server reported that it left."),
    )
    written = delivery.notice or delivery.message
    assert written is not None
    keep_communication(
        case,
        by=MACHINE,
        direction=Direction.OUTGOING,
        medium=Medium.EMAIL,
        occurred_at=left_at,
        counterpart=f"{delivery.recipient_name} <{delivery.recipient_email}>",
        subject=written.subject,
        body=link_masking.mask(_text_of(delivery)),
        is_privileged=delivery.copy_for is not None and delivery.copy_for.is_privileged,
    )
    if delivery.notice is None or delivery.copy_for_id is not None:
        # Somebody else's copy serves nobody.
        return
    superseding.take_effect(case, delivery.notice)
    cure_standing.follow(case, delivery.notice, by=MACHINE)
    if delivery.notice.kind in SERVES:
        day = left_at.astimezone(ZoneInfo(case.time_zone)).date()
        proofs.record_service(
            case,
            by=MACHINE,
            served_on=day,
            channel=delivery.channel,
            delivery_id=delivery.pk,
        )
        chasing.begin(case, from_day=day, notice=delivery.notice)


def _text_of(delivery: Delivery) -> str:
    if delivery.message is not None:
        return delivery.message.text
    assert delivery.notice is not None
    letters = delivery.notice.letters.filter(notice_version=delivery.notice.version)
    return letters.values_list("text", flat=True).first() or ""


def _move(
    case: TerminationCase,
    delivery: Delivery,
    state: DeliveryState,
    action: str,
    status: Status,
    source: int | str,
) -> None:
    before = delivery.state
    delivery.state = state
    delivery.state_changed_at = clock.now()
    delivery.fence += 1
    delivery.last_reply = status.in_words()
    delivery.save(update_fields=["state", "state_changed_at", "fence", "last_reply"])
    DeliveryEvent.objects.create(
        delivery=delivery, state=state, note=delivery.last_reply, by=MACHINE.name
    )
    remember(
        case,
        action,
        by=MACHINE,
        subject=delivery,
        details={"from": before, "to": state.value} | _facts(delivery, status, source),
        after={"answer": delivery.last_reply, "recipient": delivery.recipient_email},
    )


def _note(case: TerminationCase, delivery: Delivery, status: Status, source: int | str) -> None:
    """Keep a report that changes nothing, such as one of a delay."""
    words = {
        Action.DELAYED: _("Not delivered yet; the mail server goes on trying. %(answer)s"),
        Action.FAILED: _("Reported as failed. %(answer)s"),
        Action.DELIVERED: _("Reported as delivered. %(answer)s"),
        Action.RELAYED: _("Passed on to a server that reports nothing. %(answer)s"),
        Action.UNKNOWN: _("A report that cannot be read. %(answer)s"),
    }[status.action]
    note = words % {"answer": status.in_words()}
    if delivery.events.filter(state=delivery.state, note=note).exists():
        # Servers that try for days report the same again and again.
        return
    DeliveryEvent.objects.create(
        delivery=delivery, state=delivery.state, note=note, by=MACHINE.name
    )
    remember(
        case,
        "delivery.status_reported",
        by=MACHINE,
        subject=delivery,
        details=_facts(delivery, status, source),
        after={"answer": status.in_words()},
    )


def _facts(delivery: Delivery, status: Status, source: int | str) -> dict[str, Any]:
    return {
        "channel": delivery.channel,
        "notice": delivery.notice.number if delivery.notice else None,
        "message": delivery.message_id,
        "reported": status.action.value,
        "code": "".join(status.code.split())[:20],
        "source": source,
    }


# -- service ---------------------------------------------------------------------------------------


def _let_service_fall(case: TerminationCase, delivery: Delivery) -> bool:
    """Take the day of service back, or move it, when it came from a mail that came back.

    Returns:
        Whether nothing of the notice serves any more.
    """
    if (
        delivery.notice is None
        or delivery.copy_for_id is not None
        or delivery.notice.kind not in SERVES
    ):
        return False
    if (
        case.state != State.NOTICE
        or case.served_by != delivery.channel
        or case.served_on is None
        or case.served_on not in _days(case, delivery, *_STATES_OF_SERVICE)
        or case.proofs.filter(voided_at=None).exists()
    ):
        return False
    # A letter that was replaced serves no more, wherever it went.
    others = (
        case.deliveries.filter(
            notice__kind__in=SERVES,
            notice__state=NoticeState.SENT,
            copy_for=None,
            state__in=_STILL_SERVES,
        )
        .exclude(pk=delivery.pk)
        .defer("mime")
    )
    days = [(day, other) for other in others if (day := _served_by(case, other)) is not None]
    day, other = min(days, key=lambda one: one[0], default=(None, None))
    proofs.correct_service(
        case,
        by=MACHINE,
        served_on=day,
        channel=other.channel if other else "",
        delivery_id=delivery.pk,
    )
    if day is None:
        chasing.rest(case)
    return day is None


_HANDED_OVER = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)
_STATES_OF_SERVICE = (*_HANDED_OVER, DeliveryState.UNCERTAIN)


def _served_by(case: TerminationCase, delivery: Delivery) -> date | None:
    """Return the day on which a delivery was handed to a relay or a carrier."""
    if delivery.channel == Channel.REGISTERED_MAIL:
        return delivery.posted_on
    return min(_days(case, delivery, *_HANDED_OVER), default=None)


def _days(case: TerminationCase, delivery: Delivery, *states: DeliveryState) -> set[date]:
    """Return the days, at the office, on which a delivery came to one of these states."""
    zone = ZoneInfo(case.time_zone)
    moments = delivery.events.filter(state__in=states).values_list("at", flat=True)
    return {moment.astimezone(zone).date() for moment in moments}
