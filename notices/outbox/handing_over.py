"""Claimed rows on their way to the mail server, or why they do not leave.

`handing_over` is committed after the server accepted the recipient and before the first byte of
the mail. From there on no machine sends the row again. The row's bytes are compared with their
hash, and the letter inside with the sealed one. What stops a row that has not left is in `stops`;
it is asked when the row is read, and under the case's lock again whenever anything it rests on has
changed since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audit import clock
from notices.mailing import mail
from notices.mailing.smtp import Envelope, Kind, Outcome, Stage
from notices.models import Delivery, DeliveryState, MessageKind, Notice
from notices.outbox import departures
from notices.outbox.claiming import lease_seconds, release
from notices.outbox.leases import DatabaseClock
from notices.outbox.settling import MACHINE, Result, ask_leads, move, settle
from notices.outbox.stops import Heard, Stop, heard_of, leaves_by_its_date, stop_of
from offboarding.models import TaskKind, TerminationCase
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import keep_task

log = structlog.get_logger(__name__)

HOLD_LOOK_MINUTES = 10
"""How often a row of a case on hold is looked at again."""


# -- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Departure:
    """A claimed row that may leave, and what that rests on."""

    delivery: Delivery
    fence: int
    envelope: Envelope
    decided_on: date


def load(claimed: Mapping[int, int]) -> list[Delivery]:
    """Read claimed rows with all that decides whether they leave, in the order they leave in."""
    return list(
        Delivery.objects.filter(pk__in=claimed)
        .select_related("case__client__office", "notice", "message")
        .prefetch_related("notice__letters")
        .order_by("is_bulk", "departs_at", "pk")
    )


def departures_of(deliveries: Sequence[Delivery], fences: Mapping[int, int]) -> Iterator[Departure]:
    """Return the rows that may leave; settle those that do not."""
    heard = heard_of(deliveries)
    for delivery in deliveries:
        try:
            departure = _departure_of(delivery, fences[delivery.pk], heard)
        except Exception:
            # The row keeps its lease; the sweep decides by how far it came.
            log.exception("delivery.interrupted", delivery=delivery.pk)
        else:
            if departure is not None:
                yield departure


def _is_reminder(delivery: Delivery) -> bool:
    return delivery.message is not None and delivery.message.kind == MessageKind.REMINDER


def _departure_of(delivery: Delivery, fence: int, heard: Heard) -> Departure | None:
    case = delivery.case
    today = clock.today(case.time_zone)
    stop = stop_of(case, delivery, heard)
    if stop is not None:
        apply(stop, delivery, fence)
        return None
    problem = difference(delivery)
    if problem:
        _raise_alarm(delivery, fence, problem)
        return None
    try:
        envelope = Envelope(
            mail.envelope_sender(delivery.pk),
            delivery.recipient_email,
            bytes(delivery.mime or b""),
            mail.delivery_name(delivery.pk),
        )
    except ValueError as error:
        outcome = Outcome(Kind.REFUSED, None, str(error), Stage.BEFORE_DATA, 0.0)
        settle(Result(delivery, fence, outcome))
        return None
    return Departure(delivery, fence, envelope, today)


# -- the last moment -------------------------------------------------------------------------------

_KINDS = ("bigint", "bigint", "varchar", "integer", "integer", "varchar", "varchar", "integer")
_GIVEN = f"({', '.join(f'CAST(%s AS {kind})' for kind in _KINDS)})"
_LOCK = "SELECT id FROM offboarding_terminationcase WHERE id IN ({places}) ORDER BY id FOR UPDATE"
_LEAVE = """
    WITH given (delivery, held_fence, case_state, is_disputed, is_held, on_hold_until, notice_state,
                is_reminder) AS (VALUES {given})
    UPDATE notices_delivery
    SET state = 'handing_over', attempts = attempts + 1, leased_until = {lease},
        state_changed_at = %s
    FROM given
    WHERE id = delivery AND fence = held_fence AND state = 'claimed' AND NOT is_paused
      AND EXISTS (SELECT 1 FROM offboarding_terminationcase c
           WHERE c.id = notices_delivery.case_id AND c.state = case_state
             AND (c.disputed_at IS NOT NULL) = (is_disputed = 1)
             AND (c.sending_held_at IS NOT NULL) = (is_held = 1)
             AND coalesce(CAST(c.on_hold_until AS varchar), '') = given.on_hold_until)
      AND (notice_id IS NULL OR EXISTS (SELECT 1 FROM notices_notice n
           WHERE n.id = notice_id AND n.state = notice_state))
      AND (is_reminder = 0 OR NOT EXISTS (SELECT 1 FROM offboarding_proofofreceipt p
           WHERE p.case_id = notices_delivery.case_id AND p.voided_at IS NULL
             AND NOT p.is_of_warning))
    RETURNING id"""


def commit_handing_over(asking: Sequence[Departure]) -> dict[int, Stop | None]:
    """Commit that these mails are about to leave; from here on they may have left.

    Their cases are locked, in the order of their keys, so a withdrawal either sees a row as leaving
    or stops it.

    Returns:
        Why a row does not leave, by its key; without a reason it is no longer ours. The others
        leave.
    """
    # Refuses to run inside somebody's transaction: nothing would be committed.
    with transaction.atomic(durable=True):
        pass
    leaving = _leave([one for one in asking if _may_be_as_decided(one)])
    stopped = {}
    for departure in asking:
        if departure.delivery.pk not in leaving:
            with transaction.atomic():
                stop = _decide_again(departure)
            if stop is not _LEAVES:
                stopped[departure.delivery.pk] = stop
    return stopped


def _may_be_as_decided(departure: Departure) -> bool:
    """Tell whether what was decided when the row was read can hold still, as to the day."""
    delivery = departure.delivery
    today = clock.today(delivery.case.time_zone)
    return departure.decided_on == today and not leaves_by_its_date(delivery.case, delivery)


def _leave(departures: Sequence[Departure]) -> set[int]:
    """Commit that these leave, as far as all stands as it was read; return which do."""
    if not departures:
        return set()
    given = ", ".join([_GIVEN] * len(departures))
    values = [value for one in departures for value in _rests_on(one)]
    values.append(connection.ops.adapt_datetimefield_value(clock.now()))
    lease = DatabaseClock(lease_seconds())
    if connection.vendor != "postgresql":
        # The transaction itself is the lock.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LEAVE.format(given=given, lease=lease.as_sqlite()[0]), values)
            return {key for (key,) in cursor.fetchall()}
    cases = sorted({one.delivery.case_id for one in departures})
    lock = _LOCK.format(places=", ".join(["%s"] * len(cases)))
    leave = _LEAVE.format(given=given, lease=lease.as_postgresql()[0])
    with connection.cursor() as cursor:
        # Sent together they are one transaction and one way to the database and back; the second
        # begins when the locks are held, and sees what was committed until then.
        cursor.execute(f"{lock};{leave}", [*cases, *values])
        cursor.nextset()
        return {key for (key,) in cursor.fetchall()}


def _rests_on(departure: Departure) -> tuple[Any, ...]:
    delivery, case = departure.delivery, departure.delivery.case
    return (
        delivery.pk,
        departure.fence,
        case.state,
        int(case.is_disputed),
        int(case.is_sending_held),
        str(case.on_hold_until or ""),
        delivery.notice.state if delivery.notice else "",
        int(_is_reminder(delivery)),
    )


_LEAVES = Stop("")


def _decide_again(departure: Departure) -> Stop | None:
    """Ask again what stops a row whose case or notice moved since it was read."""
    delivery = departure.delivery
    case = TerminationCase.objects.select_for_update().get(pk=delivery.case_id)
    # Client and office do not change in between; only the case's own flags matter.
    case.client = delivery.case.client
    if delivery.notice is not None:
        notices = Notice.objects.filter(pk=delivery.notice.pk)
        delivery.notice.state = notices.values_list("state", flat=True).get()
    stop = stop_of(case, delivery)
    if stop is not None:
        return stop
    # A campaign may have been paused since the claim; the row then waits for its lease to end.
    ours = Delivery.objects.filter(
        pk=delivery.pk, fence=departure.fence, state=DeliveryState.CLAIMED, is_paused=False
    ).update(
        state=DeliveryState.HANDING_OVER,
        attempts=F("attempts") + 1,
        leased_until=DatabaseClock(lease_seconds()),
        state_changed_at=clock.now(),
    )
    return _LEAVES if ours else None


# -- what does not leave ---------------------------------------------------------------------------


def apply(stop: Stop, delivery: Delivery, fence: int) -> None:
    """Take a stopped row back, or let it wait."""
    if stop.waits:
        release({delivery.pk: fence}, minutes=HOLD_LOOK_MINUTES)
        return
    with transaction.atomic():
        case = locked(delivery.case)
        if not move(delivery, fence, DeliveryState.CLAIMED, DeliveryState.TAKEN_BACK, stop.why):
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


def difference(delivery: Delivery) -> str:
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
        for enclosure in delivery.notice.enclosures.all():
            pages = bytes(enclosure.pdf)
            if hashlib.sha256(pages).hexdigest() != enclosure.sha256:
                return "enclosure"
            if mail.in_base64(pages).rstrip() not in content:
                return "enclosure_attached"
    return ""


def _raise_alarm(delivery: Delivery, fence: int, problem: str) -> None:
    """Never send changed bytes; tell the team's leads instead."""
    log.critical("delivery.alarm", delivery=delivery.pk, differs=problem)
    note = _("Not sent: the stored bytes differ from those that were approved.")
    with transaction.atomic():
        case = locked(delivery.case)
        if not move(delivery, fence, DeliveryState.CLAIMED, DeliveryState.REFUSED, note):
            return
        remember(
            case,
            "delivery.alarm",
            by=MACHINE,
            subject=delivery,
            details={"differs": problem, "sha256": delivery.mime_sha256},
        )
        ask_leads(
            case,
            title=_("Stored bytes of a delivery were changed"),
            details=note,
            origin=f"delivery:{delivery.pk}:alarm",
        )
