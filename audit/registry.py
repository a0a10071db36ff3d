"""What the apps above tell the audit trail about themselves.

The trail imports none of them. An app calls these functions from its `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import CharField, Exists, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from audit.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A fact in the database that no event tells of."""

    stream: str
    words: str


FindUnrecorded = Callable[[], Iterable[Unrecorded]]
LabelStreams = Callable[[list[str]], dict[str, str]]
SearchStreams = Callable[[str], list[str]]

_facts: dict[str, FindUnrecorded] = {}
_labels: dict[str, LabelStreams] = {}
_searches: dict[str, SearchStreams] = {}


def register_fact(name: str, find: FindUnrecorded) -> None:
    """Have `verify_audit` ask for facts that lack their event.

    Args:
        name: what is looked at, in words: "proofs of receipt".
        find: returns one `Unrecorded` for each fact without its event.
    """
    _facts[name] = find


def register_stream_label(prefix: str, label: LabelStreams) -> None:
    """Show streams of one kind under the names people know.

    Args:
        prefix: what stands before the colon: "case".
        label: takes stream names, returns labels by stream name; asks the database once.
    """
    _labels[prefix] = label


def register_stream_search(prefix: str, search: SearchStreams) -> None:
    """Let people find streams of one kind by what they know them by.

    Args:
        prefix: what stands before the colon: "case".
        search: takes what was typed, returns stream names; a few, best first.
    """
    _searches[prefix] = search


def unrecorded() -> Iterator[tuple[str, Unrecorded]]:
    """Yield every fact without its event, with the name of what was looked at."""
    for name, find in _facts.items():
        for missing in find():
            yield name, missing


def labels_of(streams: Iterable[str]) -> dict[str, str]:
    """Return what people call these streams; a stream without a label keeps its name."""
    by_prefix: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    for stream in sorted(set(streams)):
        labels[stream] = stream
        by_prefix.setdefault(stream.partition(":")[0], []).append(stream)
    for prefix, names in by_prefix.items():
        if prefix in _labels:
            labels |= _labels[prefix](names)
    return labels


def streams_found_by(text: str) -> list[str]:
    """Return the streams that people may mean by what they typed, itself among them."""
    found = [text]
    for search in _searches.values():
        found += search(text)
    return found


def rows_without_event(
    rows: QuerySet[Model], *, action: str | Iterable[str], prefix: str, stream_id: str
) -> Iterator[Unrecorded]:
    """Find rows that no event of theirs tells of; for use in a registered fact.

    Args:
        rows: the rows that each must have an event with themselves as its subject.
        action: the action, or any of several, that such an event carries.
        prefix: the kind of stream it stands in: "case".
        stream_id: the field that names the stream: "case_id", or "pk" for the case itself.
    """
    actions = [action] if isinstance(action, str) else list(action)
    model = rows.model._meta
    events = AuditEvent.objects.filter(
        stream=OuterRef("audit_stream"),
        action__in=actions,
        object_type=model.label_lower,
        object_id=Cast(OuterRef("pk"), CharField()),
    )
    lacking = rows.annotate(
        audit_stream=Concat(Value(f"{prefix}:"), Cast(stream_id, CharField()))
    ).filter(~Exists(events))
    for pk, stream in lacking.values_list("pk", "audit_stream").iterator():
        yield Unrecorded(stream, f"{model.verbose_name} {pk} has no event {' or '.join(actions)}.")
