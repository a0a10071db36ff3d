"""What became of a hand-over: the row's new state and what follows from it, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from notices.mailing import link_masking
from notices.mailing.smtp import Kind, Outcome, Stage
from notices.models import Delivery, DeliveryEvent, DeliveryState, Notice, NoticeState
from notices.outbox import cure_standing, superseding
from notices.outbox.stops import SERVES
from notices.receipts import chasing
from offboarding.models import Communication, Direction, Medium, TaskKind, TerminationCase
from offboarding.services import proofs
from offboarding.services.locking import (
    Happened,
    lock_all,
    locked,
    locked_all,
    remember,
    remember_all,
)
from offboarding.services.tasks import keep_task, raise_for_each

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.dispatch")

NO_ANSWER = (OperationalError, InterfaceError)
"""What it looks like when the database is away."""

RETRY_MINUTES = (1, 2, 5, 15, 30, *([60] * 23))
"""How long a row waits after each temporary answer; all together just under a day."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row's hand-over."""

    delivery: Delivery
    fence: int
    outcome: Outcome

    @property
    def held(self) -> DeliveryState:
        """Return the state in which we hold the row: how far the hand-over came."""
        reached = self.outcome.stage in (Stage.DATA, Stage.BODY, Stage.FINAL_REPLY)
        return DeliveryState.HANDING_OVER if reached else DeliveryState.CLAIMED


def settle_all(results: Sequence[Result], *, may_try_again: bool = False) -> None:
    """Write what became of hand-overs, and what follows from each; accepted ones together.

    What cannot be written together is written one by one, so that no row suffers for another. All
    of it may be called again with the same results: what was written stays as it is.

    Args:
        results: what became of each row.
        may_try_again: the caller does so when the database does not answer.

    Raises:
        OperationalError: the database does not answer, and the caller may try again.
        InterfaceError: the same.
    """
    no_answer = NO_ANSWER if may_try_again else ()
    accepted = [result for result in results if result.outcome.kind is Kind.ACCEPTED]
    alone = [result for result in results if result.outcome.kind is not Kind.ACCEPTED]
    try:
        with transaction.atomic():
            _accept_all(_locked_cases(accepted), accepted)
    except no_answer:
        raise
    except Exception:
        log.exception("delivery.batch_failed", deliveries=[r.delivery.pk for r in accepted])
        alone += accepted
    for result in alone:
        try:
            settle(result, no_answer)
        except no_answer:
            raise
        except Exception:
            # The row keeps its lease; the sweep decides by how far it came.
            log.exception("delivery.interrupted", delivery=result.delivery.pk)


def settle(result: Result, no_answer: tuple[type[Exception], ...] = ()) -> None:
    """Write what became of one hand-over, and what follows from it, in one transaction."""
    delivery, fence, outcome = result.delivery, result.fence, result.outcome
    try:
        with transaction.atomic():
            case = locked(delivery.case)
            match outcome.kind:
                case Kind.ACCEPTED:
                    _accept_all({case.pk: case}, [result])
                case Kind.UNCERTAIN:
                    stage = outcome.stage.value
                    doubt(case, delivery, fence, result.held, _said(outcome), stage=stage)
                case Kind.REFUSED:
                    _refuse(case, delivery, fence, result.held, outcome)
                case _:
                    _try_later(case, delivery, fence, result.held, outcome)
    except no_answer:
        raise
    except Exception:
        if outcome.kind is not Kind.ACCEPTED:
            raise
        # The mail is out. That fact must stand even if what follows from it cannot be written.
        log.exception("delivery.consequences_failed", delivery=delivery.pk)
        with transaction.atomic():
            _write_bare_acceptance(locked(delivery.case), delivery, fence, outcome)


def _locked_cases(results: Sequence[Result]) -> dict[int, TerminationCase]:
    """Lock the cases of all, in one order; return those that a notice changes, as they now are."""
    lock_all({result.delivery.case_id for result in results})
    return locked_all({one.delivery.case_id for one in results if one.delivery.notice_id})


_GIVEN = "(CAST(%s AS bigint), CAST(%s AS bigint), CAST(%s AS text))"
_ACCEPT = """
    WITH given (delivery, held_fence, answer) AS (VALUES {given})
    UPDATE notices_delivery
    SET state = 'accepted', state_changed_at = %s, leased_until = NULL, last_reply = answer
    FROM given
    WHERE id = delivery AND fence = held_fence AND state = 'handing_over'
    RETURNING id"""


def _accept_all(cases: Mapping[int, TerminationCase], results: Sequence[Result]) -> None:
    """Keep that the relay took these mails; a notice is served with it.

    Args:
        cases: those that a notice changes. All are locked.
        results: of mails that were accepted.
    """
    if not results:
        return
    now = clock.now()
    ours = _now_accepted(results, now)
    taken = [result for result in results if result.delivery.pk in ours]
    DeliveryEvent.objects.bulk_create(
        DeliveryEvent(
            delivery=result.delivery,
            at=now,
            state=DeliveryState.ACCEPTED,
            note=_said(result.outcome),
            by=MACHINE.name,
        )
        for result in taken
    )
    communications = Communication.objects.bulk_create(
        _communication(result.delivery, now) for result in taken
    )
    remember_all(
        [
            Happened(
                result.delivery.case,
                "delivery.accepted",
                subject=result.delivery,
                details=_facts(result.delivery, result.outcome)
                | {"communication": communication.pk},
                after={"answer": _said(result.outcome)},
            )
            for result, communication in zip(taken, communications, strict=True)
        ],
        by=MACHINE,
    )
    for result in taken:
        if result.delivery.notice is not None:
            _serve(cases[result.delivery.case_id], result.delivery, result.delivery.notice, now)
    for result in results:
        if result.delivery.pk not in ours:
            _note_late_news(result)


def _now_accepted(results: Sequence[Result], now: datetime) -> set[int]:
    """Move the rows that are still ours; return which they were."""
    given = [
        value
        for result in results
        for value in (result.delivery.pk, result.fence, _said(result.outcome))
    ]
    statement = _ACCEPT.format(given=", ".join([_GIVEN] * len(results)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, connection.ops.adapt_datetimefield_value(now)])
        return {key for (key,) in cursor.fetchall()}


def _communication(delivery: Delivery, now: datetime) -> Communication:
    return Communication(
        case=delivery.case,
        direction=Direction.OUTGOING,
        medium=Medium.EMAIL,
        occurred_at=now,
        counterpart=f"{delivery.recipient_name} <{delivery.recipient_email}>"[:200],
        subject=_subject_of(delivery),
        # Colleagues read the timeline; the link in the mail is the client's alone.
        body=link_masking.mask(_body_of(delivery)),
        is_privileged=delivery.copy_for is not None and delivery.copy_for.is_privileged,
    )


def _serve(case: TerminationCase, delivery: Delivery, notice: Notice, now: datetime) -> None:
    """Let what follows from an accepted notice follow: it is sent, and served if it ends."""
    if delivery.copy_for_id is not None:
        return
    if notice.state == NoticeState.APPROVED:
        Notice.objects.filter(pk=notice.pk, state=NoticeState.APPROVED).update(
            state=NoticeState.SENT, sent_at=now
        )
    superseding.take_effect(case, notice)
    cure_standing.follow(case, notice, by=MACHINE)
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


def _note_late_news(result: Result) -> None:
    """Tell whoever decides about an uncertain row what we learned after its lease ran out."""
    delivery = result.delivery
    held = Delivery.objects.filter(pk=delivery.pk).values_list("fence", "state").get()
    if held == (result.fence, DeliveryState.ACCEPTED):
        # We wrote it already, and did not hear the database say so.
        return
    DeliveryEvent.objects.create(
        delivery=delivery,
        state=DeliveryState.UNCERTAIN,
        note=_("Late news: the mail server had accepted it. %(answer)s")
        % {"answer": _said(result.outcome)},
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
    letter = delivery.notice.letter
    return letter.text if letter is not None else ""
