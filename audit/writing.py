"""How an event reaches its tables: two short statements on PostgreSQL, three on SQLite.

Every change in the house pays for this, and through the ORM it cost as much as the change itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from audit.models import AuditDetail, AuditEvent, AuditStream
from audit.triggers import DETAIL, EVENT, STREAM

_EVENT_FIELDS = [f for f in AuditEvent._meta.concrete_fields if not f.primary_key]
_DETAIL_FIELDS = [f for f in AuditDetail._meta.concrete_fields if not f.primary_key]


def _columns(fields: list[Any]) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)


def _places(fields: list[Any]) -> str:
    return ", ".join(["%s"] * len(fields))


_HEAD = f"SELECT head_seq, head_hash FROM {STREAM} WHERE name = %s"
_INSERT_EVENT = f"INSERT INTO {EVENT} ({_columns(_EVENT_FIELDS)}) VALUES ({_places(_EVENT_FIELDS)})"
_INSERT_DETAIL = f"INSERT INTO {DETAIL} (event_id, {_columns(_DETAIL_FIELDS)})"
_INSERT_BOTH = f"""
    WITH event AS ({_INSERT_EVENT} RETURNING id),
    detail AS ({_INSERT_DETAIL} SELECT id, {_places(_DETAIL_FIELDS)} FROM event)
    SELECT id FROM event"""


def head_of(stream: str) -> tuple[int, str]:
    """Take the stream's place in the queue and return its newest number and hash.

    On SQLite the transaction itself is the queue: it began by taking the write lock.
    """
    query = _HEAD + " FOR UPDATE" if connection.features.has_select_for_update else _HEAD
    with connection.cursor() as cursor:
        cursor.execute(query, [stream])
        head = cursor.fetchone()
        if head is None:
            # Two first writers may meet here; the one that loses waits and reads the other's head.
            AuditStream.objects.bulk_create([AuditStream(name=stream)], ignore_conflicts=True)
            cursor.execute(query, [stream])
            head = cursor.fetchone()
    return head


def heads_of(streams: Collection[str]) -> dict[str, tuple[int, str]]:
    """Take the places of several streams, in the order of their names; return their heads."""
    names = sorted(streams)
    heads = _heads(names)
    new = [name for name in names if name not in heads]
    if new:
        AuditStream.objects.bulk_create(
            [AuditStream(name=name) for name in new], ignore_conflicts=True
        )
        heads |= _heads(new)
    return heads


def _heads(names: list[str]) -> dict[str, tuple[int, str]]:
    if not names:
        return {}
    query = f"SELECT name, head_seq, head_hash FROM {STREAM} WHERE name IN ({_places(names)})"
    if connection.features.has_select_for_update:
        query += " ORDER BY name FOR UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(query, names)
        return {name: (seq, head) for name, seq, head in cursor.fetchall()}


def insert_all(rows: Sequence[tuple[AuditEvent, AuditDetail | None]]) -> None:
    """Write new events in their order, and what stands beside them; two statements for all."""
    if not rows:
        return
    place = f"({_places(_EVENT_FIELDS)})"
    values = [value for event, _detail in rows for value in _values(event, _EVENT_FIELDS)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {EVENT} ({_columns(_EVENT_FIELDS)})"
            f" VALUES {', '.join([place] * len(rows))} RETURNING stream, seq, id",
            values,
        )
        keys = {(stream, seq): key for stream, seq, key in cursor.fetchall()}
    details = []
    for event, detail in rows:
        event.pk = keys[event.stream, event.seq]
        event._state.adding = False
        event._state.db = connection.alias
        if detail is not None:
            detail.event = event
            details.append(detail)
    AuditDetail.objects.bulk_create(details)


def insert(event: AuditEvent, detail: AuditDetail | None) -> None:
    """Write a new event and what stands beside it."""
    event_values = _values(event, _EVENT_FIELDS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if detail is None:
                cursor.execute(f"{_INSERT_EVENT} RETURNING id", event_values)
            else:
                cursor.execute(_INSERT_BOTH, event_values + _values(detail, _DETAIL_FIELDS))
            event.pk = cursor.fetchone()[0]
        else:
            cursor.execute(_INSERT_EVENT, event_values)
            event.pk = cursor.lastrowid
            if detail is not None:
                places = _places([None, *_DETAIL_FIELDS])
                cursor.execute(
                    f"{_INSERT_DETAIL} VALUES ({places})",
                    [event.pk, *_values(detail, _DETAIL_FIELDS)],
                )
    event._state.adding = False
    event._state.db = connection.alias
    if detail is not None:
        detail.event = event
        detail._state.adding = False
        detail._state.db = connection.alias


def _values(row: AuditEvent | AuditDetail, fields: list[Any]) -> list[Any]:
    return [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
