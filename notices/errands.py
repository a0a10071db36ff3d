"""Errands: what people ordered for many cases at once, carried out row by row in their name.

A person's verb for two thousand clients would keep them waiting for minutes, so the order is a row
for each client and a worker runs it: through the same services, with the person's permission asked
again in each case's lock. Stopping in the midst loses nothing and does nothing twice. A round is
short, because other people's mails wait in the same queue.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import structlog
from celery import shared_task

from notices import bell
from notices.services import campaign_letters, campaign_sending
from offboarding.models import ReviewKind
from offboarding.services import campaign_cases, campaign_decisions

log = structlog.get_logger(__name__)

MOST_SECONDS = 3.0
"""A round ends after this; the next one begins with the beat, five seconds after the last."""

PIECE = 20
"""So many rows are listed at a time."""


@shared_task
def run_errands() -> None:
    """Carry out what was ordered for many cases; safe to run twice, late, or in several places."""
    carry_out()


def carry_out(*, most_seconds: float = MOST_SECONDS) -> int:
    """Carry out orders, a few of each kind in turn, until none is left or the time is up.

    Returns:
        How many rows were worked on.
    """
    deadline = time.monotonic() + most_seconds
    done = 0
    approved = 0
    with bell.quiet():
        while True:
            worked = 0
            for kind, listed in _KINDS.items():
                count = _carry_out_some(listed(), deadline)
                approved += count if kind == "approvals" else 0
                worked += count
            done += worked
            if not worked or time.monotonic() > deadline:
                break
    if approved:
        # Every sealed letter asks for an anchor; one for all of them says the same.
        bell.ring("audit.tasks.anchor_streams")
    return done


Errand = Callable[[], bool]


def _carry_out_some(errands: Iterable[Errand], deadline: float) -> int:
    count = 0
    for errand in errands:
        if time.monotonic() > deadline:
            break
        try:
            count += errand()
        except Exception:
            # Its attempt is counted; after some of them a person is told.
            log.exception("errand.interrupted")
    return count


def _take_backs() -> Iterator[Errand]:
    for delivery in campaign_sending.to_take_back(PIECE):
        yield partial(campaign_sending.take_back, delivery)


def _departures() -> Iterator[Errand]:
    for row in campaign_sending.running():
        for key, seen in campaign_sending.next_letters(row, PIECE):
            yield partial(campaign_sending.queue_letter, row, key, attempts_seen=seen)


def _decisions() -> Iterator[Errand]:
    for key, seen in campaign_decisions.answers_waiting(ReviewKind.DECISIONS, PIECE):
        yield partial(campaign_decisions.record_decision, key, attempts_seen=seen)


def _approvals() -> Iterator[Errand]:
    for key, seen in campaign_decisions.answers_waiting(ReviewKind.LETTERS, PIECE):
        yield partial(campaign_letters.record_approval, key, attempts_seen=seen)


def _cases() -> Iterator[Errand]:
    for key, seen in campaign_cases.clients_waiting(PIECE):
        yield partial(campaign_cases.open_case_of, key, attempts_seen=seen)


def _letters() -> Iterator[Errand]:
    for key, seen in campaign_letters.letters_to_write(PIECE):
        yield partial(campaign_letters.write, key, attempts_seen=seen)


_KINDS: dict[str, Callable[[], Iterator[Errand]]] = {
    "take-backs": _take_backs,
    "departures": _departures,
    "decisions": _decisions,
    "approvals": _approvals,
    "cases": _cases,
    "letters": _letters,
}
"""What people wait for most stands first."""
