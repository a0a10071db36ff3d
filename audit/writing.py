"""How an event reaches its tables: one statement on PostgreSQL, three on SQLite.

Every change in the house pays for this, and through the ORM it cost as much as the change itself.
PostgreSQL gives the event its place and its hash where it stores it (`audit_append`, laid with the
triggers), of fields that were spelled here; for SQLite the same is done here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from audit import chain
from audit.models import AuditDetail, AuditEvent, AuditStream
from audit.triggers import APPEND_TAKES, EVENT, STREAM

Row = tuple[AuditEvent, AuditDetail | None]


def append(rows: Sequence[Row]) -> None:
    """Write new events in the order given, each after its stream's head; fill in their places.

    The streams are locked in the order of their names.
    """
    if not rows:
        return
    if connection.vendor == "postgresql":
        _append_by_function(rows)
    else:
        _append_by_hand(rows)
    for event, detail in rows:
        event._state.adding = False
        event._state.db = connection.alias
        if detail is not None:
            detail.event = event
            detail._state.adding = False
            detail._state.db = connection.alias


# -- PostgreSQL ------------------------------------------------------------------------------------

_GIVEN = f"({', '.join(f'CAST(%s AS {kind})' for kind in APPEND_TAKES.values())})"
_TAKEN = ", ".join(APPEND_TAKES)


def _append_by_function(rows: Sequence[Row]) -> None:
    # A function that stands beside a list of values is called for them in their order.
    ordered = sorted(rows, key=lambda row: row[0].stream)
    given = ", ".join([_GIVEN] * len(ordered))
    values = [value for event, detail in ordered for value in _taken(event, detail)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT done.* FROM (VALUES {given}) AS given ({_TAKEN}),"
            f" LATERAL audit_append({_TAKEN}) AS done",
            values,
        )
        for (event, _detail), place in zip(ordered, cursor.fetchall(), strict=True):
            event.pk, event.seq, event.prev_hash, event.hash = place


def _taken(event: AuditEvent, detail: AuditDetail | None) -> tuple[Any, ...]:
    """Return what `audit_append` takes: the columns, and the fields around the number as hashed."""
    entry = event.as_entry()
    fields = entry.fields()
    beside = (
        (detail.salt, _text(detail.before), _text(detail.after), detail.actor_name)
        if detail is not None
        else (None,) * 4
    )
    return (
        entry.stream,
        event.at,
        str(entry.actor_kind),
        entry.actor_user,
        entry.actor_ref,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.details,
        entry.request_id,
        entry.commitment,
        chain.encode(fields[:2]),
        chain.encode(fields[3:-1]),
        *beside,
    )


def _text(value: Any) -> str | None:
    return None if value is None else chain.canonical(value)


# -- SQLite ----------------------------------------------------------------------------------------

_EVENT_FIELDS = [f for f in AuditEvent._meta.concrete_fields if not f.primary_key]


def _append_by_hand(rows: Sequence[Row]) -> None:
    # The transaction itself is the queue: it began by taking the write lock.
    heads = _heads_of({event.stream for event, _detail in rows})
    for event, _detail in rows:
        seq, event.prev_hash = heads[event.stream]
        event.seq = seq + 1
        event.hash = event.as_entry().digest()
        heads[event.stream] = (event.seq, event.hash)
    columns = ", ".join(f'"{field.column}"' for field in _EVENT_FIELDS)
    place = f"({', '.join(['%s'] * len(_EVENT_FIELDS))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {EVENT} ({columns}) VALUES {', '.join([place] * len(rows))}"
            " RETURNING stream, seq, id",
            [value for event, _detail in rows for value in _columns_of(event)],
        )
        keys = {(stream, seq): key for stream, seq, key in cursor.fetchall()}
    for event, detail in rows:
        event.pk = keys[event.stream, event.seq]
        if detail is not None:
            detail.event = event
    AuditDetail.objects.bulk_create([detail for _event, detail in rows if detail is not None])


def _heads_of(streams: Collection[str]) -> dict[str, tuple[int, str]]:
    heads = _known_heads(streams)
    new = [name for name in streams if name not in heads]
    if new:
        AuditStream.objects.bulk_create([AuditStream(name=name) for name in new])
    return heads | dict.fromkeys(new, (0, chain.GENESIS))


def _known_heads(names: Collection[str]) -> dict[str, tuple[int, str]]:
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name, head_seq, head_hash FROM {STREAM} WHERE name IN ({places})", list(names)
        )
        return {name: (seq, head) for name, seq, head in cursor.fetchall()}


def _columns_of(event: AuditEvent) -> list[Any]:
    return [f.get_db_prep_save(getattr(event, f.attname), connection) for f in _EVENT_FIELDS]
