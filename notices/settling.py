"""What became of a hand-over: the row's new state and what follows from it, in one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from notices import chasing, link_masking, superseding
from notices.models import Delivery, DeliveryEvent, DeliveryState, Notice, NoticeState
from notices.smtp import Kind, Outcome
from notices.stops import SERVES
from offboarding.models import Communication, Direction, Medium, TaskKind, TerminationCase
from offboarding.services import proofs
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import keep_task, raise_for_each

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.dispatch")

RETRY_MINUTES = (1, 2, 5, 15, 30, *([60] * 23))
"""How long a row waits after each temporary answer; all together just under a day."""


def settle(delivery: Delivery, fence: int, held: DeliveryState, outcome: Outcome) -> None:
    """Write what became of a hand-over, and what follows from it, in one transaction."""
    try:
        with transaction.atomic():
            _write_outcome(locked(delivery.case), delivery, fence, held, outcome)
    except Exception:
        if outcome.kind is not Kind.ACCEPTED:
            raise
        # The mail is out. That fact must stand even if what follows from it cannot be written.
        log.exception("delivery.consequences_failed", delivery=delivery.pk)
        with transaction.atomic():
            _write_bare_acceptance(locked(delivery.case), delivery, fence, outcome)


def _write_outcome(
    case: TerminationCase,
    delivery: Delivery,
    fence: int,
    held: DeliveryState,
    outcome: Outcome,
) -> None:
    match outcome.kind:
        case Kind.ACCEPTED:
            _accept(case, delivery, fence, outcome)
        case Kind.UNCERTAIN:
            doubt(case, delivery, fence, held, _said(outcome), stage=outcome.stage.value)
        case Kind.REFUSED:
            _refuse(case, delivery, fence, held, outcome)
        case _:
            _try_later(case, delivery, fence, held, outcome)


def _accept(case: TerminationCase, delivery: Delivery, fence: int, outcome: Outcome) -> None:
    """Keep that the relay took the mail; a notice is served with it."""
    note = _said(outcome)
    if not move(delivery, fence, DeliveryState.HANDING_OVER, DeliveryState.ACCEPTED, note):
        _note_late_news(delivery, outcome)
        return
    communication = Communication.objects.create(
        case=case,
        direction=Direction.OUTGOING,
        medium=Medium.EMAIL,
        occurred_at=clock.now(),
        counterpart=f"{delivery.recipient_name} <{delivery.recipient_email}>"[:200],
        subject=_subject_of(delivery),
        # Colleagues read the timeline; the link in the mail is the client's alone.
        body=link_masking.mask(_body_of(delivery)),
    )
    remember(
        case,
        "delivery.accepted",
        by=MACHINE,
        subject=delivery,
        details=_facts(delivery, outcome) | {"communication": communication.pk},
        after={"answer": note},
    )
    notice = delivery.notice
    if notice is None:
        return
    if notice.state == NoticeState.APPROVED:
        Notice.objects.filter(pk=notice.pk, state=NoticeState.APPROVED).update(
            state=NoticeState.SENT, sent_at=clock.now()
        )
    superseding.take_effect(case, notice)
    if notice.kind in SERVES:
        today = clock.today(case.time_zone)
        proofs.record_service(
            case,
            by=MACHINE,
            served_on=today,
            channel=delivery.channel,
            delivery_id=delivery.pk,
        )
        chasing.begin(case, from_day=today, notice=notice)


def _write_bare_acceptance(
    case: TerminationCase, delivery: Delivery, fence: int, outcome: Outcome
) -> None:
    note = _said(outcome)
    if not move(delivery, fence, DeliveryState.HANDING_OVER, DeliveryState.ACCEPTED, note):
        return
    remember(
        case,
        "delivery.accepted",
        by=MACHINE,
        subject=delivery,
        details=_facts(delivery, outcome),
        after={"answer": note},
    )
    ask_leads(
        case,
        title=_("A mail left, but the case could not be brought up to date"),
        details=_("Check the date of service and the timeline."),
        origin=f"delivery:{delivery.pk}:incomplete",
    )


def doubt(
    case: TerminationCase,
    delivery: Delivery,
    fence: int,
    held: DeliveryState,
    note: str,
    **details: Any,
) -> bool:
    """Keep that nobody knows whether the mail left; a team lead decides, never a machine."""
    if not move(delivery, fence, held, DeliveryState.UNCERTAIN, note):
        return False
    remember(
        case,
        "delivery.uncertain",
        by=MACHINE,
        subject=delivery,
        details={"channel": delivery.channel, "to": DeliveryState.UNCERTAIN.value} | details,
        after={"note": note},
    )
    ask_leads(
        case,
        title=_("Decide about a delivery that may or may not have left"),
        details=_(
            "The connection to the mail server ended before its answer. Ask the client or look"
            " into the provider's log. Then either send it again as a second copy, or treat it as"
            " sent."
        ),
        origin=f"delivery:{delivery.pk}:uncertain",
    )
    return True


def _refuse(
    case: TerminationCase,
    delivery: Delivery,
    fence: int,
    held: DeliveryState,
    outcome: Outcome,
) -> None:
    """Keep that the mail was not taken and will not be; the owner finds another way."""
    note = _said(outcome)
    if not move(delivery, fence, held, DeliveryState.REFUSED, note):
        return
    remember(
        case,
        "delivery.refused",
        by=MACHINE,
        subject=delivery,
        details=_facts(delivery, outcome),
        after={"answer": note, "recipient": delivery.recipient_email},
    )
    keep_task(
        case,
        kind=TaskKind.LOOK_AT,
        title=_("The mail to %(name)s was refused") % {"name": delivery.recipient_name},
        details=_(
            "The mail server of %(email)s answered: %(answer)s\n\nTwo ways out: correct the"
            " address and send it again, or use the other channel."
        )
        % {"email": delivery.recipient_email, "answer": note},
        assignee=case.owner,
        due_on=clock.today(case.time_zone),
        by=MACHINE,
        origin=f"delivery:{delivery.pk}:refused",
    )


def _try_later(
    case: TerminationCase,
    delivery: Delivery,
    fence: int,
    held: DeliveryState,
    outcome: Outcome,
) -> None:
    """Let the row wait after a temporary answer; after a day of them it counts as refused."""
    # Counted already when the recipient was accepted, not yet when it came to nothing before.
    tried = delivery.attempts + 1
    if tried > len(RETRY_MINUTES):
        _refuse(case, delivery, fence, held, outcome)
        return
    note = _said(outcome)
    wait = timedelta(minutes=RETRY_MINUTES[tried - 1])
    moved = move(
        delivery,
        fence,
        held,
        DeliveryState.QUEUED,
        note,
        attempts=tried,
        departs_at=clock.now() + wait,
    )
    if moved:
        remember(
            case,
            "delivery.put_off",
            by=MACHINE,
            subject=delivery,
            details=_facts(delivery, outcome) | {"attempts": tried, "minutes": wait.seconds // 60},
            after={"answer": note},
        )


def move(
    delivery: Delivery,
    fence: int,
    source: DeliveryState,
    target: DeliveryState,
    note: str,
    **fields: Any,
) -> bool:
    """Write a row's new state if it is still ours, with its event; tell whether it was."""
    now = clock.now()
    changed = Delivery.objects.filter(pk=delivery.pk, fence=fence, state=source).update(
        state=target, state_changed_at=now, leased_until=None, last_reply=note, **fields
    )
    if changed:
        DeliveryEvent.objects.create(
            delivery=delivery, at=now, state=target, note=note, by=MACHINE.name
        )
    return bool(changed)


def _note_late_news(delivery: Delivery, outcome: Outcome) -> None:
    """Tell whoever decides about an uncertain row what we learned after its lease ran out."""
    DeliveryEvent.objects.create(
        delivery=delivery,
        state=DeliveryState.UNCERTAIN,
        note=_("Late news: the mail server had accepted it. %(answer)s")
        % {"answer": _said(outcome)},
        by=MACHINE.name,
    )


def ask_leads(case: TerminationCase, *, title: str, details: str, origin: str) -> None:
    """Put it on the list of every lead of the team, or on the owner's when there is none."""
    raise_for_each(
        case,
        list(accounts.leads_of(case.team)) or [case.owner],
        kind=TaskKind.LOOK_AT,
        title=title,
        details=details,
        origin=origin,
    )


def _facts(delivery: Delivery, outcome: Outcome) -> dict[str, Any]:
    """Return what the chain keeps of a hand-over: ids, states, hashes."""
    return {
        "channel": delivery.channel,
        "notice": delivery.notice.number if delivery.notice else None,
        "message": delivery.message_id,
        "copy": delivery.copy_number,
        "stage": outcome.stage.value,
        "code": outcome.code,
        "queue_id": outcome.queue_id,
        "sha256": delivery.mime_sha256,
    }


def _said(outcome: Outcome) -> str:
    return f"{outcome.code} {outcome.text}" if outcome.code else outcome.text


def _subject_of(delivery: Delivery) -> str:
    written = delivery.notice or delivery.message
    assert written is not None
    return written.subject


def _body_of(delivery: Delivery) -> str:
    if delivery.message is not None:
        return delivery.message.text
    assert delivery.notice is not None
    notice = delivery.notice
    letters = notice.letters.filter(notice_version=notice.version)
    return letters.values_list("text", flat=True).first() or ""
