"""Machines act here: rows of the outbox are claimed, handed to the mail server, and settled.

    queued → claimed → handing_over → accepted
                 ↘ queued (later)   ↘ queued (later) · refused · uncertain

What holds at every step:

- A claim raises the row's fence and takes a lease by the database's clock. Every later write names
  id, fence and state; when it changes no row, somebody overtook us and we stop.
- `handing_over` is committed after the server accepted the recipient and before the first byte of
  the mail. From there on no machine sends the row again: a broken line, a kill or a lease that ran
  out makes it `uncertain`, and a team lead decides.
- The row's bytes are compared with their hash, and the letter inside with the sealed one.

What stops a row that has not left is in `stops`; it is asked under the case's lock.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from notices import chasing, departures, link_masking, mail
from notices.leases import DatabaseClock
from notices.models import (
    IN_MOTION,
    Channel,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Notice,
    NoticeState,
)
from notices.smtp import Envelope, Kind, Outcome, Security, SmtpTransport, Stage
from notices.stops import SERVES, Stop, stop_of
from offboarding import selectors, terms
from offboarding.models import Communication, Direction, Medium, TaskKind, TerminationCase
from offboarding.services import proofs
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import keep_task, raise_for_each

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.dispatch")

CLAIM_SIZE = 25
"""Rows that one worker takes at a time."""

MOST_SECONDS = 240
"""A drain ends after this; Celery would kill it at `CELERY_TASK_TIME_LIMIT`."""

MOST_SILENCES = 3
"""A drain ends when the server could not be reached so often in a row."""

RETRY_MINUTES = (1, 2, 5, 15, 30, *([60] * 23))
"""How long a row waits after each temporary answer; all together just under a day."""

HOLD_LOOK_MINUTES = 10
"""How often a row of a case on hold is looked at again."""


_UNREACHED = frozenset({Stage.CONNECT, Stage.EHLO, Stage.TLS, Stage.AUTH})


# -- claiming --------------------------------------------------------------------------------------


def lease_seconds() -> int:
    """Return how long a worker may hold a row: longer than any hand-over can take."""
    return int(transport().whole_timeout) + 60


_TAKE = """
    SELECT id FROM notices_delivery
    WHERE state = 'queued' AND channel = 'email' AND departs_at <= %s
    ORDER BY departs_at, id LIMIT %s"""
_CLAIM = """
    UPDATE notices_delivery SET state = 'claimed', fence = fence + 1, leased_until = {lease},
        state_changed_at = %s"""
_CLAIM_ON_POSTGRESQL = f"""
    WITH due AS MATERIALIZED ({_TAKE} FOR UPDATE SKIP LOCKED)
    {_CLAIM} FROM due WHERE notices_delivery.id = due.id
    RETURNING notices_delivery.id, notices_delivery.fence"""
_CLAIM_ON_SQLITE = f"{_CLAIM} WHERE id IN ({_TAKE}) RETURNING id, fence"


def claim(limit: int = CLAIM_SIZE) -> dict[int, int]:
    """Take what is due, in one statement; nobody else gets the same rows.

    Returns:
        Each claimed row's fence by its id, the longest due first.
    """
    now = clock.now()
    lease = DatabaseClock(lease_seconds())
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = _CLAIM_ON_POSTGRESQL.format(lease=lease.as_postgresql()[0])
            cursor.execute(statement, [now, limit, now])
        else:
            statement = _CLAIM_ON_SQLITE.format(lease=lease.as_sqlite()[0])
            given = connection.ops.adapt_datetimefield_value(now)
            cursor.execute(statement, [given, given, limit])
        return dict(sorted(cursor.fetchall()))


def _release(claimed: dict[int, int], *, minutes: int = 0) -> None:
    """Give claimed rows back untouched, for later or for somebody else."""
    later: dict[str, Any] = (
        {"departs_at": clock.now() + timedelta(minutes=minutes)} if minutes else {}
    )
    for delivery_id, fence in claimed.items():
        Delivery.objects.filter(pk=delivery_id, fence=fence, state=DeliveryState.CLAIMED).update(
            state=DeliveryState.QUEUED, leased_until=None, state_changed_at=clock.now(), **later
        )


# -- draining --------------------------------------------------------------------------------------


@dataclass
class Drained:
    """What one drain did."""

    accepted: int = 0
    other: int = 0


def drain(*, claim_size: int = CLAIM_SIZE, most_seconds: float = MOST_SECONDS) -> Drained:
    """Hand over what is due, until nothing is or the time is up; safe to run in several places."""
    began = time.monotonic()
    done = Drained()
    silences = 0
    while claimed := claim(claim_size):
        for delivery in _load(claimed):
            fence = claimed[delivery.pk]
            if time.monotonic() - began > most_seconds or silences >= MOST_SILENCES:
                _release(claimed)
                return done
            del claimed[delivery.pk]
            try:
                outcome = _hand_over(delivery, fence)
            except Exception:
                # The row keeps its lease; the sweep decides by how far it came.
                log.exception("delivery.interrupted", delivery=delivery.pk)
                done.other += 1
                continue
            unreached = outcome is not None and outcome.stage in _UNREACHED
            silences = silences + 1 if unreached else 0
            if outcome is not None and outcome.kind is Kind.ACCEPTED:
                done.accepted += 1
            else:
                done.other += 1
    return done


def _load(claimed: dict[int, int]) -> Sequence[Delivery]:
    return list(
        Delivery.objects.filter(pk__in=claimed)
        .select_related("case__client__office", "notice", "message")
        .order_by("departs_at", "pk")
    )


def _hand_over(delivery: Delivery, fence: int) -> Outcome | None:
    """Take one claimed row to the mail server; nothing means that it was stopped before."""
    stop = stop_of(delivery.case, delivery)
    if stop is not None:
        _apply(stop, delivery, fence)
        return None
    problem = _difference(delivery)
    if problem:
        _raise_alarm(delivery, fence, problem)
        return None
    try:
        envelope = Envelope(
            mail.envelope_sender(),
            delivery.recipient_email,
            bytes(delivery.mime or b""),
            f"delivery-{delivery.pk}",
        )
    except ValueError as error:
        outcome = Outcome(Kind.REFUSED, None, str(error), Stage.BEFORE_DATA, 0.0)
        _settle(delivery, fence, DeliveryState.CLAIMED, outcome)
        return outcome

    stopped: list[Stop] = []

    def commit_handing_over() -> bool:
        return _commit_handing_over(delivery, fence, stopped)

    outcome = transport().hand_over(envelope, before_data=commit_handing_over)
    if outcome.kind is Kind.ABANDONED:
        # Overtaken, and the row is no longer ours; or stopped at the last moment.
        if stopped:
            _apply(stopped[0], delivery, fence)
        return None
    reached = outcome.stage in (Stage.DATA, Stage.BODY, Stage.FINAL_REPLY)
    held = DeliveryState.HANDING_OVER if reached else DeliveryState.CLAIMED
    _settle(delivery, fence, held, outcome)
    return outcome


def _commit_handing_over(delivery: Delivery, fence: int, stopped: list[Stop]) -> bool:
    """Commit that the mail is about to leave; from here on it may have left.

    The case is locked, so a withdrawal either sees this row as leaving or stops it.
    """
    with transaction.atomic(durable=True):
        case = TerminationCase.objects.select_for_update().get(pk=delivery.case_id)
        # Client and office do not change in between; only the case's own flags matter.
        case.client = delivery.case.client
        if delivery.notice is not None:
            notices = Notice.objects.filter(pk=delivery.notice.pk)
            delivery.notice.state = notices.values_list("state", flat=True).get()
        stop = stop_of(case, delivery)
        if stop is not None:
            stopped.append(stop)
            return False
        return bool(
            Delivery.objects.filter(
                pk=delivery.pk, fence=fence, state=DeliveryState.CLAIMED
            ).update(
                state=DeliveryState.HANDING_OVER,
                attempts=F("attempts") + 1,
                leased_until=DatabaseClock(lease_seconds()),
                state_changed_at=clock.now(),
            )
        )


# -- what does not leave ---------------------------------------------------------------------------


def _apply(stop: Stop, delivery: Delivery, fence: int) -> None:
    """Take a stopped row back, or let it wait."""
    if stop.waits:
        _release({delivery.pk: fence}, minutes=HOLD_LOOK_MINUTES)
        return
    with transaction.atomic():
        case = locked(delivery.case)
        if not _move(delivery, fence, DeliveryState.CLAIMED, DeliveryState.TAKEN_BACK, stop.why):
            return
        remember(
            case,
            "delivery.taken_back",
            by=MACHINE,
            subject=delivery,
            details={"channel": delivery.channel, "to": DeliveryState.TAKEN_BACK.value},
            after={"note": stop.why},
        )
        if stop.asks_owner:
            departures.approved_again_if_nothing_left(case, delivery, by=MACHINE)
            keep_task(
                case,
                kind=TaskKind.LOOK_AT,
                title=_("Our notice did not leave"),
                details=stop.why,
                assignee=case.owner,
                due_on=clock.today(case.time_zone),
                by=MACHINE,
                origin=f"delivery:{delivery.pk}:stopped",
            )


def _difference(delivery: Delivery) -> str:
    """Say where stored bytes differ from their hash; empty when all is as approved."""
    content = bytes(delivery.mime or b"")
    if not content or hashlib.sha256(content).hexdigest() != delivery.mime_sha256:
        return "mail"
    if delivery.notice is not None:
        letter = delivery.notice.letter
        if letter is None:
            return "letter_missing"
        pages = bytes(letter.pdf)
        if hashlib.sha256(pages).hexdigest() != letter.sha256:
            return "letter"
        if mail.in_base64(pages).rstrip() not in content:
            return "attachment"
    return ""


def _raise_alarm(delivery: Delivery, fence: int, problem: str) -> None:
    """Never send changed bytes; tell the team's leads instead."""
    log.critical("delivery.alarm", delivery=delivery.pk, differs=problem)
    note = _("Not sent: the stored bytes differ from those that were approved.")
    with transaction.atomic():
        case = locked(delivery.case)
        if not _move(delivery, fence, DeliveryState.CLAIMED, DeliveryState.REFUSED, note):
            return
        remember(
            case,
            "delivery.alarm",
            by=MACHINE,
            subject=delivery,
            details={"differs": problem, "sha256": delivery.mime_sha256},
        )
        _ask_leads(
            case,
            title=_("Stored bytes of a delivery were changed"),
            details=note,
            origin=f"delivery:{delivery.pk}:alarm",
        )


# -- settling --------------------------------------------------------------------------------------


def _settle(delivery: Delivery, fence: int, held: DeliveryState, outcome: Outcome) -> None:
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
            _doubt(case, delivery, fence, held, _said(outcome), stage=outcome.stage.value)
        case Kind.REFUSED:
            _refuse(case, delivery, fence, held, outcome)
        case _:
            _try_later(case, delivery, fence, held, outcome)


def _accept(case: TerminationCase, delivery: Delivery, fence: int, outcome: Outcome) -> None:
    """Keep that the relay took the mail; a notice is served with it."""
    note = _said(outcome)
    if not _move(delivery, fence, DeliveryState.HANDING_OVER, DeliveryState.ACCEPTED, note):
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
    if notice.kind in SERVES:
        today = clock.today(case.time_zone)
        holidays = selectors.holidays_of(case)
        proofs.record_service(
            case,
            by=MACHINE,
            served_on=today,
            channel=delivery.channel,
            deemed_received_on=terms.deemed_received_on(today, delivery.channel, holidays),
            delivery_id=delivery.pk,
        )
        chasing.begin(case, from_day=today, notice=notice, holidays=holidays)


def _write_bare_acceptance(
    case: TerminationCase, delivery: Delivery, fence: int, outcome: Outcome
) -> None:
    note = _said(outcome)
    if not _move(delivery, fence, DeliveryState.HANDING_OVER, DeliveryState.ACCEPTED, note):
        return
    remember(
        case,
        "delivery.accepted",
        by=MACHINE,
        subject=delivery,
        details=_facts(delivery, outcome),
        after={"answer": note},
    )
    _ask_leads(
        case,
        title=_("A mail left, but the case could not be brought up to date"),
        details=_("Check the date of service and the timeline."),
        origin=f"delivery:{delivery.pk}:incomplete",
    )


def _doubt(
    case: TerminationCase,
    delivery: Delivery,
    fence: int,
    held: DeliveryState,
    note: str,
    **details: Any,
) -> bool:
    """Keep that nobody knows whether the mail left; a team lead decides, never a machine."""
    if not _move(delivery, fence, held, DeliveryState.UNCERTAIN, note):
        return False
    remember(
        case,
        "delivery.uncertain",
        by=MACHINE,
        subject=delivery,
        details={"channel": delivery.channel, "to": DeliveryState.UNCERTAIN.value} | details,
        after={"note": note},
    )
    _ask_leads(
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
    if not _move(delivery, fence, held, DeliveryState.REFUSED, note):
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
    moved = _move(
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


def _move(
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


def _ask_leads(case: TerminationCase, *, title: str, details: str, origin: str) -> None:
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


# -- leases that ran out ---------------------------------------------------------------------------


def sweep() -> int:
    """Settle what a dead worker left: not begun goes back to the queue, begun is in doubt.

    Returns:
        How many rows became uncertain.
    """
    late = Delivery.objects.filter(leased_until__lt=DatabaseClock())
    late.filter(state=DeliveryState.CLAIMED).update(
        state=DeliveryState.QUEUED, leased_until=None, state_changed_at=clock.now()
    )
    note = _("The worker ended while it handed this over; nobody knows whether it left.")
    doubtful = 0
    leaving = late.filter(state=DeliveryState.HANDING_OVER).select_related("case", "notice")
    for delivery in leaving:
        with transaction.atomic():
            doubtful += _doubt(
                locked(delivery.case),
                delivery,
                delivery.fence,
                DeliveryState.HANDING_OVER,
                note,
                reason="lease_ran_out",
            )
    return doubtful


# -- after a restore -------------------------------------------------------------------------------


def mark_open_rows_uncertain() -> int:
    """Put every mail that had not left yet in doubt: the backup cannot know what left since.

    Returns:
        How many rows were marked.
    """
    note = _("Marked after a restore from backup: it may have left since the backup was made.")
    marked = 0
    for delivery in _open_emails():
        with transaction.atomic():
            case = locked(delivery.case)
            marked += _doubt(
                case,
                delivery,
                delivery.fence,
                DeliveryState(delivery.state),
                note,
                reason="restored_from_backup",
            )
    return marked


def _open_emails() -> Iterator[Delivery]:
    states = [DeliveryState.QUEUED, *IN_MOTION]
    rows = Delivery.objects.filter(channel=Channel.EMAIL, state__in=states)
    yield from rows.select_related("case", "notice").defer("mime").order_by("pk")


# -- the connection --------------------------------------------------------------------------------

_transports: dict[tuple[Any, ...], SmtpTransport] = {}


def transport() -> SmtpTransport:
    """Return this process's line to the mail server, kept from one mail to the next."""
    reach = (
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        settings.EMAIL_HOST_USER,
        settings.EMAIL_HOST_PASSWORD,
        settings.EMAIL_SECURITY,
        settings.EMAIL_TIMEOUT,
    )
    if reach not in _transports:
        host, port, user, password, security, timeout = reach
        _transports.clear()
        _transports[reach] = SmtpTransport(
            host,
            port,
            user=user,
            password=password,
            security=cast(Security, security),
            timeout=timeout,
        )
    return _transports[reach]
