"""Reading the whole trail again and saying, in words, where it does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit import anchors, chain, registry, triggers
from audit.chain import Problem, Verdict
from audit.models import AuditAnchor, AuditEvent, AuditStream

EVENTS_AT_ONCE = 2000
_HEADS_AT_ONCE = 300


@dataclass
class Report:
    """What a verification read and what it found."""

    events: int = 0
    streams: int = 0
    anchors: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def exit_code(self) -> int:
        """The verdict on the first problem: events before anchors, triggers and facts."""
        return int(self.problems[0].verdict) if self.problems else int(Verdict.WHOLE)

    def as_json(self) -> dict[str, Any]:
        """Return the report for a machine reader."""
        return {
            "exit_code": self.exit_code,
            "events": self.events,
            "streams": self.streams,
            "anchors": self.anchors,
            "problems": [problem.as_json() for problem in self.problems],
        }


def verify(anchor: Sequence[dict[str, Any]] | dict[str, Any] | None = None) -> Report:
    """Check events, heads, anchors, triggers and registered facts.

    Args:
        anchor: one or more anchors that were kept elsewhere, as read from their files.
    """
    kept_elsewhere = [anchor] if isinstance(anchor, dict) else list(anchor or ())
    report = Report()
    report.problems += _events(AuditEvent.objects.all(), report)
    report.problems += _heads(AuditStream.objects.all())
    report.problems += _streams_without_head(AuditEvent.objects.all())
    report.problems += _own_anchors(report)
    for outside in kept_elsewhere:
        report.anchors += 1
        report.problems += _outside_anchor(outside)
    report.problems += [
        Problem(Verdict.TRIGGER_MISSING, f"The trigger {name} is missing or changed.")
        for name in triggers.missing_triggers(connection)
    ]
    report.problems += [
        Problem(Verdict.FACT_WITHOUT_EVENT, f"{found.stream}: {name}: {found.words}", found.stream)
        for name, found in registry.unrecorded()
    ]
    return report


def verify_stream(stream: str) -> Report:
    """Check the events and the head of one stream."""
    report = Report()
    events = AuditEvent.objects.filter(stream=stream)
    report.problems += _events(events, report)
    report.problems += _heads(AuditStream.objects.filter(pk=stream))
    report.problems += _streams_without_head(events)
    return report


def _events(events: QuerySet[AuditEvent], report: Report) -> Iterator[Problem]:
    """Walk every stream; in each, the first break is named and the rest is not judged."""
    walk: chain.Walk | None = None
    is_broken = False
    ordered = events.order_by("stream", "seq").select_related("detail")
    for event in ordered.iterator(chunk_size=EVENTS_AT_ONCE):
        report.events += 1
        if walk is None or walk.stream != event.stream:
            if walk is not None and not is_broken and (problem := walk.end()):
                yield problem
            walk, is_broken = chain.Walk(event.stream), False
            report.streams += 1
        if is_broken:
            continue
        detail = event.erasable
        if problem := walk.step(event.as_entry(), detail.as_detail() if detail else None):
            is_broken = True
            yield problem
    if walk is not None and not is_broken and (problem := walk.end()):
        yield problem


def _heads(streams: QuerySet[AuditStream]) -> Iterator[Problem]:
    """Compare each stream's head with its events; each question sees one instant."""
    here = AuditEvent.objects.filter(stream=OuterRef("pk"))
    for stream in streams.filter(head_seq__gt=0).exclude(
        Exists(here.filter(seq=OuterRef("head_seq"), hash=OuterRef("head_hash")))
    ):
        if AuditEvent.objects.filter(stream=stream.pk, seq=stream.head_seq).exists():
            words = f"{stream.pk}: event {stream.head_seq} is not the one that the head names."
            yield Problem(Verdict.ALTERED, words, stream.pk, stream.head_seq)
        else:
            words = f"{stream.pk}: the head names event {stream.head_seq}, and there is none."
            yield Problem(Verdict.GAP_OR_ORDER, words, stream.pk, stream.head_seq)
    for stream in streams.filter(Exists(here.filter(seq__gt=OuterRef("head_seq")))):
        words = f"{stream.pk}: events stand after event {stream.head_seq}, which the head names."
        yield Problem(Verdict.GAP_OR_ORDER, words, stream.pk, stream.head_seq + 1)


def _streams_without_head(events: QuerySet[AuditEvent]) -> Iterator[Problem]:
    heads = AuditStream.objects.filter(pk=OuterRef("stream"))
    headless = events.filter(~Exists(heads))
    for name in headless.values_list("stream", flat=True).distinct():
        yield Problem(Verdict.GAP_OR_ORDER, f"{name}: the stream's head is gone.", name, 1)


def _own_anchors(report: Report) -> Iterator[Problem]:
    previous = chain.GENESIS
    number = 0
    is_signed = False
    for row in AuditAnchor.objects.order_by("number").iterator(chunk_size=20):
        report.anchors += 1
        number += 1
        if row.number != number:
            words = f"Anchor {number} is missing: the next one is number {row.number}."
            yield Problem(Verdict.SHORTER_THAN_ANCHOR, words)
            number = row.number
        elif row.prev_hash != previous:
            yield Problem(Verdict.ALTERED, f"Anchor {row.number} does not follow the one before.")
        previous = row.hash
        if is_signed and not row.signature:
            words = f"Anchor {row.number} is not signed, and those before it are."
            yield Problem(Verdict.ALTERED, words)
        is_signed = is_signed or bool(row.signature)
        yield from _anchor(anchors.as_json(row))


def _outside_anchor(anchor: dict[str, Any]) -> Iterator[Problem]:
    row = AuditAnchor.objects.filter(number=anchor["number"]).first()
    if row is None:
        words = f"Anchor {anchor['number']} was kept elsewhere and is missing here."
        yield Problem(Verdict.SHORTER_THAN_ANCHOR, words)
    elif row.hash != anchor["hash"]:
        words = f"Anchor {anchor['number']} here is not the one that was kept elsewhere."
        yield Problem(Verdict.ALTERED, words)
    yield from _anchor(anchor)


def _anchor(anchor: dict[str, Any]) -> Iterator[Problem]:
    """Check one anchor in itself and against the events that it remembers."""
    if fault := chain.anchor_fault(anchor) or anchors.signature_fault(anchor):
        yield Problem(Verdict.ALTERED, f"Anchor {anchor['number']}: {fault}.")
    leaves = iter(anchor["leaves"])
    while some := [(str(s), int(n), str(h)) for s, n, h in islice(leaves, _HEADS_AT_ONCE)]:
        found = _hashes_at((stream, seq) for stream, seq, _hash in some)
        for leaf in some:
            if problem := chain.compare_with_leaf(leaf, found.get(leaf[:2]), anchor["number"]):
                yield problem


def _hashes_at(places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    wanted = reduce(or_, (Q(stream=stream, seq=seq) for stream, seq in places))
    rows = AuditEvent.objects.filter(wanted).values_list("stream", "seq", "hash")
    return {(stream, seq): found for stream, seq, found in rows}
