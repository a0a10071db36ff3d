"""Remembering: the one way into the audit trail, and the one way to erase what stands beside it."""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, models

from audit import chain, clock, request_id, writing
from audit.errors import NotInTransaction, ProseInDetails
from audit.fields import plain
from audit.models import ActorKind, AuditDetail, AuditEvent, AuditStream


class Acting(Protocol):
    """Anything that can act; `accounts.actor.Actor` does."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def user_id(self) -> int | None: ...


def record(
    *,
    stream: str,
    action: str,
    by: Acting,
    subject: models.Model | None = None,
    details: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Remember that something was done, in the transaction that does it.

    Args:
        stream: the chain it belongs to: "case:<pk>", "client:<pk>", "staff" or "settings".
        action: what was done, dotted: "case.acknowledged".
        by: who or what did it.
        subject: the row it was done to.
        details: ids, states and hashes only. It is under the chain's hash and can never be erased;
            names, addresses and texts belong in `before` and `after`.
        before: the values before the change, as far as they tell something.
        after: the values after it.
        at: when it happened, if not now.

    Raises:
        NotInTransaction: no transaction is open.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction
    note = Note(stream, action, by, subject, details, before, after, at)
    event, beside = _event_of(note, clock.now(), stacklevel=3)
    writing.append([(event, beside)])
    return event


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to be remembered; the fields are `record`'s arguments."""

    stream: str
    action: str
    by: Acting
    subject: models.Model | None = None
    details: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    at: datetime | None = None


def record_all(notes: Sequence[Note]) -> list[AuditEvent]:
    """Remember many things in one go, each on its own stream's chain, in the order given.

    It locks the streams in the order of their names. A caller who holds other locks takes those in
    a fixed order as well, so that two of them never wait for each other.

    Raises:
        NotInTransaction: no transaction is open.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction
    now = clock.now()
    rows = [_event_of(note, now, stacklevel=4) for note in notes]
    writing.append(rows)
    return [event for event, _beside in rows]


def _event_of(
    note: Note, now: datetime, *, stacklevel: int
) -> tuple[AuditEvent, AuditDetail | None]:
    """Return the event, which has no place in its chain yet, and what stands beside it."""
    facts = plain(note.details or {})
    for key in _prose_in(facts):
        warnings.warn(
            f"details[{key!r}] of {note.action}", ProseInDetails, stacklevel=stacklevel + 1
        )
    beside = _beside(note.by, plain(note.before), plain(note.after))
    subject = note.subject
    event = AuditEvent(
        stream=note.stream,
        at=note.at or now,
        actor_kind=ActorKind(note.by.kind),
        actor_user_id=note.by.user_id,
        actor_ref=_reference(note.by),
        action=note.action,
        object_type=subject._meta.label_lower if subject is not None else "",
        object_id=str(subject.pk) if subject is not None else "",
        details=facts,
        request_id=request_id.current(),
        commitment=_commitment(beside),
    )
    return event, beside


def head_prefix(stream: str) -> str:
    """Return the first digits of a stream's newest hash, as printed on letters and receipts.

    Whoever holds the letter then holds an anchor: the trail before it cannot change unnoticed.
    """
    head = AuditStream.objects.filter(pk=stream).values_list("head_hash", flat=True).first()
    return (head or chain.GENESIS)[: chain.HEAD_PREFIX_LENGTH]


def erase_details(
    stream: str, *, by: Acting, ground: str, up_to: datetime | None = None
) -> AuditEvent | None:
    """Blank the names, texts, before and after of a stream; the chain stays whole and says so.

    Args:
        stream: the chain, for example "case:<pk>".
        by: who or what erases.
        ground: why, as a code such as "retention" or "client_request".
        up_to: only events older than this; all when left out.

    Returns:
        The event that tells of it, or nothing when there was nothing to blank.

    Raises:
        NotInTransaction: no transaction is open.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction
    AuditStream.objects.select_for_update().filter(pk=stream).first()
    kept = AuditDetail.objects.filter(event__stream=stream, erased_at=None)
    if up_to is not None:
        kept = kept.filter(event__at__lt=up_to)
    numbers = dict(kept.values_list("event_id", "event__seq"))
    if not numbers:
        return None
    AuditDetail.objects.filter(pk__in=numbers).update(
        salt="", before=None, after=None, actor_name="", erased_at=clock.now()
    )
    return record(
        stream=stream,
        action="audit.details_erased",
        by=by,
        details={"seqs": sorted(numbers.values()), "ground": ground},
    )


def _beside(by: Acting, before: Any, after: Any) -> AuditDetail | None:
    """Return what must be erasable; nothing for a machine that notes no values."""
    name = "" if by.kind == ActorKind.MACHINE else by.name[:200]
    if not name and before is None and after is None:
        return None
    return AuditDetail(salt=secrets.token_hex(32), before=before, after=after, actor_name=name)


def _commitment(beside: AuditDetail | None) -> str:
    if beside is None:
        return ""
    return chain.commitment(beside.salt, beside.before, beside.after, beside.actor_name)


def _reference(by: Acting) -> str:
    if by.kind == ActorKind.MACHINE:
        return by.name
    link = getattr(by, "link_id", None)
    return f"link:{link}" if link is not None else ""


def _prose_in(facts: dict[str, Any], path: str = "") -> Iterator[str]:
    """Name the values that hold white space or an address."""
    for key, value in facts.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from _prose_in(item, f"{path}{key}.")
            elif isinstance(item, str) and (any(c.isspace() for c in item) or "@" in item):
                yield f"{path}{key}"
