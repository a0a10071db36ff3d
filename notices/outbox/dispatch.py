"""Machines act here: rows of the outbox are claimed, handed to the mail server, and settled.

    queued → claimed → handing_over → accepted
                 ↘ queued (later)   ↘ queued (later) · refused · uncertain

What holds at every step stands with the step: `claiming`, `handing_over`, `settling`. In short: a
claim has a fence and a lease; `handing_over` is committed before the first byte of the mail; from
there on no machine sends the row again: a broken line, a kill or a lease that ran out makes it
`uncertain`, and a team lead decides.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from audit import clock
from notices import bell
from notices.mailing.lines import Asked, Ended, MailLines
from notices.mailing.smtp import Kind
from notices.models import Delivery, DeliveryState
from notices.outbox import arming
from notices.outbox.claiming import CLAIM_SIZE, claim, release
from notices.outbox.handing_over import Departure, apply, commit_handing_over, departures_of, load
from notices.outbox.leases import DatabaseClock
from notices.outbox.settling import NO_ANSWER, Result, doubt, settle_all
from notices.outbox.stops import Stop
from offboarding.services.locking import locked

log = structlog.get_logger(__name__)

MOST_SECONDS = 240
"""A drain ends after this; Celery would kill it at `CELERY_TASK_TIME_LIMIT`."""

MOST_UNSETTLED = 25
"""What became of so many rows may wait to be written together."""

SETTLE_SECONDS = 0.2
"""What became of a row is written after so long at the latest.

A worker that is killed leaves at most these rows, and those on its lines, in doubt.
"""

DATABASE_PATIENCE_SECONDS = 60
"""How long a worker that knows what became of a mail waits for a database that is away."""


# -- draining --------------------------------------------------------------------------------------


@dataclass
class Drained:
    """What one drain did."""

    accepted: int = 0
    other: int = 0


def drain(*, claim_size: int = CLAIM_SIZE, most_seconds: float = MOST_SECONDS) -> Drained:
    """Hand over what is due, until nothing is or the time is up; safe to run in several places."""
    if arming.is_disarmed():
        log.critical("delivery.disarmed")
        return Drained()
    done = hand_over(lambda: claim(claim_size), most_seconds=most_seconds)
    if done.accepted:
        # Whoever restores an older backup is stopped by an anchor that knows of these mails.
        bell.ring("audit.tasks.anchor_streams")
    return done


def hand_over(more: Callable[[], dict[int, int]], *, most_seconds: float = MOST_SECONDS) -> Drained:
    """Hand over claimed rows until there are no more.

    Args:
        more: claims some more, and returns each row's fence by its key.
        most_seconds: what has not begun by then is given back.
    """
    with MailLines(settings.EMAIL_CONNECTIONS) as lines:
        return _Drain(lines, more, time.monotonic() + most_seconds).run()


class _Drain:
    """One worker's round: the lines carry mails, and this thread alone works with the database."""

    def __init__(
        self, lines: MailLines, more: Callable[[], dict[int, int]], ends_at: float
    ) -> None:
        self._lines = lines
        self._more = more
        self._ends_at = ends_at
        self._there_is_more = True
        self._waiting: deque[Departure] = deque()
        self._on_their_way: dict[int, Departure] = {}
        self._stopped: dict[int, Stop | None] = {}
        self._unsettled: list[Result] = []
        self._oldest_unsettled = 0.0
        self._done = Drained()

    def run(self) -> Drained:
        try:
            while self._step():
                pass
        finally:
            self._give_back()
            # Only after an error of ours is anything still on its way here.
            for ended in self._lines.close():
                self._note(ended)
            self._settle()
        return self._done

    def _step(self) -> bool:
        """Do what can be done now; tell whether anything is still on its way."""
        is_over = self._lines.are_silent or time.monotonic() > self._ends_at
        if is_over:
            self._give_back()
        else:
            self._claim_more()
            self._offer()
        if not self._on_their_way:
            self._settle()
            return self._there_is_more and not is_over and not self._waiting
        told = self._lines.wait(self._seconds_until_settling())
        self._answer([one for one in told if isinstance(one, Asked)])
        for one in told:
            if isinstance(one, Ended):
                self._note(one)
        if len(self._unsettled) >= MOST_UNSETTLED or self._seconds_until_settling() <= 0:
            self._settle()
        return True

    def _claim_more(self) -> None:
        if self._there_is_more and len(self._waiting) < settings.EMAIL_CONNECTIONS:
            claimed = self._more()
            self._there_is_more = bool(claimed)
            departures = list(departures_of(load(claimed), claimed)) if claimed else []
            self._waiting.extend(departures)
            self._done.other += len(claimed) - len(departures)

    def _offer(self) -> None:
        while self._waiting and self._lines.have_room(len(self._waiting)):
            departure = self._waiting.popleft()
            self._on_their_way[departure.delivery.pk] = departure
            self._lines.offer(departure.delivery.pk, departure.envelope)

    def _give_back(self) -> None:
        """Give back what no line has begun with, untouched."""
        unbegun = [self._on_their_way.pop(key) for key in self._lines.take_back()]
        release({one.delivery.pk: one.fence for one in [*self._waiting, *unbegun]})
        self._waiting.clear()

    def _answer(self, asking: Sequence[Asked]) -> None:
        """Let mails go whose leaving is committed, all that ask at this moment in one go."""
        if not asking:
            return
        departures = [self._on_their_way[asked.key] for asked in asking]
        try:
            stopped = commit_handing_over(departures)
        except Exception:
            # One by one, so that none suffers for another.
            _drop_a_broken_connection()
            stopped = {}
            for departure in departures:
                stopped |= self._commit_alone(departure)
        self._stopped |= stopped
        for asked in asking:
            asked.answer(asked.key not in stopped)

    def _commit_alone(self, departure: Departure) -> dict[int, Stop | None]:
        try:
            return commit_handing_over([departure])
        except Exception:
            # It does not leave; the sweep decides by how far it came.
            log.exception("delivery.interrupted", delivery=departure.delivery.pk)
            return {departure.delivery.pk: None}

    def _note(self, ended: Ended) -> None:
        departure = self._on_their_way.pop(ended.key)
        outcome = ended.outcome
        if outcome is not None and outcome.kind is Kind.ACCEPTED:
            self._done.accepted += 1
        else:
            self._done.other += 1
        if outcome is None:
            return
        if outcome.kind is Kind.ABANDONED:
            # Overtaken, and the row is no longer ours; or stopped at the last moment.
            stop = self._stopped.pop(ended.key, None)
            if stop is not None:
                self._apply(stop, departure)
            return
        if not self._unsettled:
            self._oldest_unsettled = time.monotonic()
        self._unsettled.append(Result(departure.delivery, departure.fence, outcome))

    def _apply(self, stop: Stop, departure: Departure) -> None:
        try:
            apply(stop, departure.delivery, departure.fence)
        except Exception:
            # The row keeps its lease; the sweep gives it back.
            log.exception("delivery.interrupted", delivery=departure.delivery.pk)

    def _seconds_until_settling(self) -> float:
        if not self._unsettled:
            return SETTLE_SECONDS
        return max(0.0, self._oldest_unsettled + SETTLE_SECONDS - time.monotonic())

    def _settle(self) -> None:
        """Write what became of mails; when the database is away, wait, for nobody else knows."""
        results, self._unsettled = self._unsettled, []
        if not results:
            return
        gives_up_at = time.monotonic() + DATABASE_PATIENCE_SECONDS
        while time.monotonic() < gives_up_at:
            try:
                settle_all(results, may_try_again=True)
            except NO_ANSWER:
                log.warning("delivery.database_away", deliveries=[r.delivery.pk for r in results])
                _drop_a_broken_connection()
                time.sleep(0.5)
            else:
                return
        settle_all(results)


def _drop_a_broken_connection() -> None:
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


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
            doubtful += doubt(
                locked(delivery.case),
                delivery,
                delivery.fence,
                DeliveryState.HANDING_OVER,
                note,
                reason="lease_ran_out",
            )
    return doubtful
