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
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from audit import clock
from notices import arming, bell
from notices.claiming import CLAIM_SIZE, claim, release
from notices.handing_over import hand_over
from notices.leases import DatabaseClock
from notices.models import Delivery, DeliveryState
from notices.settling import doubt
from notices.smtp import Kind, Stage
from offboarding.services.locking import locked

log = structlog.get_logger(__name__)

MOST_SECONDS = 240
"""A drain ends after this; Celery would kill it at `CELERY_TASK_TIME_LIMIT`."""

MOST_SILENCES = 3
"""A drain ends when the server could not be reached so often in a row."""

_UNREACHED = frozenset({Stage.CONNECT, Stage.EHLO, Stage.TLS, Stage.AUTH})


# -- draining --------------------------------------------------------------------------------------


@dataclass
class Drained:
    """What one drain did."""

    accepted: int = 0
    other: int = 0


def drain(*, claim_size: int = CLAIM_SIZE, most_seconds: float = MOST_SECONDS) -> Drained:
    """Hand over what is due, until nothing is or the time is up; safe to run in several places."""
    done = Drained()
    if arming.is_disarmed():
        log.critical("delivery.disarmed")
        return done
    _drain(done, claim_size, most_seconds)
    if done.accepted:
        # Whoever restores an older backup is stopped by an anchor that knows of these mails.
        bell.ring("audit.tasks.anchor_streams")
    return done


def _drain(done: Drained, claim_size: int, most_seconds: float) -> None:
    began = time.monotonic()
    silences = 0
    while claimed := claim(claim_size):
        for delivery in _load(claimed):
            fence = claimed[delivery.pk]
            if time.monotonic() - began > most_seconds or silences >= MOST_SILENCES:
                release(claimed)
                return
            del claimed[delivery.pk]
            try:
                outcome = hand_over(delivery, fence)
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


def _load(claimed: dict[int, int]) -> Sequence[Delivery]:
    return list(
        Delivery.objects.filter(pk__in=claimed)
        .select_related("case__client__office", "notice", "message")
        .order_by("departs_at", "pk")
    )


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
