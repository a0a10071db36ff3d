"""Taking rows of the outbox for a worker, and giving them back.

A claim raises the row's fence and takes a lease by the database's clock. Every later write names
id, fence and state; when it changes no row, somebody overtook us and we stop.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from audit import clock
from notices.mailing.lines import transport
from notices.models import Delivery, DeliveryState
from notices.outbox.leases import DatabaseClock

CLAIM_SIZE = 25
"""Rows that one worker takes at a time."""


def lease_seconds() -> int:
    """Return how long a worker may hold a row: longer than any hand-over can take."""
    return int(transport().whole_timeout) + 60


_TAKE = """
    SELECT id FROM notices_delivery
    WHERE state = 'queued' AND channel = 'email' AND NOT is_paused AND departs_at <= %s
    ORDER BY is_bulk, departs_at, id LIMIT %s"""
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

    Single mails are taken before those of a campaign, however long these are due: somebody waits
    for the one, and nobody for the thousandth of the others.

    Returns:
        Each claimed row's fence by its id.
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


def release(claimed: dict[int, int], *, minutes: int = 0) -> None:
    """Give claimed rows back untouched, for later or for somebody else."""
    later: dict[str, Any] = (
        {"departs_at": clock.now() + timedelta(minutes=minutes)} if minutes else {}
    )
    for delivery_id, fence in claimed.items():
        Delivery.objects.filter(pk=delivery_id, fence=fence, state=DeliveryState.CLAIMED).update(
            state=DeliveryState.QUEUED, leased_until=None, state_changed_at=clock.now(), **later
        )
