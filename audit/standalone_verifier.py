#!/usr/bin/env python3
"""Check an exported audit trail without the application that wrote it.

This one file needs nothing but Python 3.11. It holds the rules of the chain (the application
imports them from here, so both sides run the same lines) and a small program around them:

    python standalone_verifier.py trail.jsonl [--anchor 000007.json] [--head case:12=0f3a…]

It answers with 0 when the trail is whole, 2 when something was altered, 3 when an event is missing
or out of order, 4 when the trail is shorter than an anchor or a printed head says, and 64 when the
input cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn

GENESIS = "0" * 64
HEAD_PREFIX_LENGTH = 16
# How many places to either side a broken event is tried at, to tell "moved" from "altered".
_SEARCH_WIDTH = 500


class Verdict(IntEnum):
    """What is wrong with a trail; the number is the exit code."""

    WHOLE = 0
    ALTERED = 2
    GAP_OR_ORDER = 3
    SHORTER_THAN_ANCHOR = 4
    TRIGGER_MISSING = 5
    FACT_WITHOUT_EVENT = 6


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, and in words."""

    verdict: Verdict
    words: str
    stream: str = ""
    seq: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the problem for a machine reader."""
        return {
            "code": int(self.verdict),
            "kind": self.verdict.name.lower(),
            "stream": self.stream,
            "seq": self.seq,
            "words": self.words,
        }


# -- hashing ---------------------------------------------------------------------------------------


def canonical(value: Any) -> str:
    """Write a JSON value in the one spelling that is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def encode(fields: Iterable[str]) -> bytes:
    """Join fields so that no two different lists ever give the same bytes.

    Each field is preceded by its length in bytes as eight big-endian bytes.
    """
    parts: list[bytes] = []
    for field in fields:
        raw = field.encode("utf-8")
        parts += (len(raw).to_bytes(8, "big"), raw)
    return b"".join(parts)


def digest(*fields: str) -> str:
    """Return the SHA-256 of length-prefixed fields, in hex."""
    return hashlib.sha256(encode(fields)).hexdigest()


def commitment(salt: str, before: Any, after: Any, actor_name: str) -> str:
    """Return what the chain holds in place of erasable detail."""
    return digest("audit detail 1", salt, canonical([before, after, actor_name]))


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the chain sees it; every field but `hash` is under the hash."""

    stream: str
    seq: int
    at: str
    actor_kind: str
    actor_user: int | None
    actor_ref: str
    action: str
    object_type: str
    object_id: str
    details: str
    request_id: str
    commitment: str
    prev_hash: str
    hash: str = ""

    def fields(self) -> tuple[str, ...]:
        """Return what is under the hash, in its order; the number comes third, the link last."""
        return (
            "audit event 1",
            self.stream,
            str(self.seq),
            self.at,
            self.actor_kind,
            "" if self.actor_user is None else str(self.actor_user),
            self.actor_ref,
            self.action,
            self.object_type,
            self.object_id,
            self.details,
            self.request_id,
            self.commitment,
            self.prev_hash,
        )

    def digest(self) -> str:
        """Return the hash that this event must carry."""
        return digest(*self.fields())


@dataclass(frozen=True, slots=True)
class Detail:
    """What stands beside an event and may be erased."""

    salt: str
    before: Any
    after: Any
    actor_name: str
    is_erased: bool = False


# -- walking one stream ----------------------------------------------------------------------------


class Walk:
    """Reads one stream from its beginning and names the first event that breaks the chain."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.seq = 0
        self.hash = GENESIS
        self._erased: set[int] = set()
        self._declared_erased: set[int] = set()

    def step(self, entry: Entry, detail: Detail | None) -> Problem | None:
        """Take the next event; return what is wrong with it, or nothing."""
        problem = self._place(entry) or self._content(entry) or self._beside(entry, detail)
        if problem is None:
            self.seq, self.hash = entry.seq, entry.hash
        return problem

    def end(self) -> Problem | None:
        """Close the stream: every blank detail must have an event that says who erased it."""
        silently = sorted(self._erased - self._declared_erased)
        if silently:
            return self._altered(
                silently[0], "its before and after are blank, but no event says so"
            )
        return None

    def _place(self, entry: Entry) -> Problem | None:
        expected = self.seq + 1
        if entry.seq == expected:
            return None
        if entry.seq > expected:
            missing = entry.seq - expected
            what = "1 event is" if missing == 1 else f"{missing} events are"
            words = f"{what} missing before event {entry.seq}"
        else:
            words = f"event {entry.seq} stands after event {self.seq}"
        return Problem(Verdict.GAP_OR_ORDER, f"{self.stream}: {words}.", self.stream, expected)

    def _content(self, entry: Entry) -> Problem | None:
        is_linked = entry.prev_hash == self.hash
        is_as_written = entry.digest() == entry.hash
        if is_linked and is_as_written:
            return None
        if is_as_written:
            if entry.seq == 1:
                return self._altered(1, "it is not the beginning of a chain")
            return self._altered(
                entry.seq - 1, f"event {entry.seq} still names the event that stood here before"
            )
        was = _place_at_writing(entry)
        if was is not None:
            words = f"{self.stream}: event {entry.seq} was written as event {was}."
            return Problem(Verdict.GAP_OR_ORDER, words, self.stream, entry.seq)
        return self._altered(entry.seq, "its content does not match its hash")

    def _beside(self, entry: Entry, detail: Detail | None) -> Problem | None:
        if entry.action == "audit.details_erased":
            self._declared_erased.update(json.loads(entry.details).get("seqs", ()))
        if not entry.commitment:
            if detail is not None:
                return self._altered(entry.seq, "before and after were added later")
            return None
        if detail is None:
            return self._altered(entry.seq, "its before and after were removed")
        if detail.is_erased:
            self._erased.add(entry.seq)
            return None
        made = commitment(detail.salt, detail.before, detail.after, detail.actor_name)
        if made != entry.commitment:
            return self._altered(entry.seq, "its before, after or name does not match its hash")
        return None

    def _altered(self, seq: int, why: str) -> Problem:
        words = f"{self.stream}: event {seq} was altered: {why}."
        return Problem(Verdict.ALTERED, words, self.stream, seq)


def _place_at_writing(entry: Entry) -> int | None:
    """Return the number under which a misplaced event was written, if it was only moved."""
    first = max(1, entry.seq - _SEARCH_WIDTH)
    for seq in range(first, entry.seq + _SEARCH_WIDTH + 1):
        if seq != entry.seq and replace(entry, seq=seq).digest() == entry.hash:
            return seq
    return None


# -- anchors ---------------------------------------------------------------------------------------

Leaf = tuple[str, int, str]


def merkle_root(leaves: Sequence[Leaf]) -> str:
    """Return the one hash that stands for the heads of many streams.

    Leaves and nodes are hashed under different first bytes, so a node cannot pose as a leaf; an odd
    one out moves up unchanged.
    """
    level = [hashlib.sha256(b"\0" + encode((s, str(n), h))).digest() for s, n, h in leaves]
    if not level:
        return GENESIS
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\1" + b"".join(p)).digest() if p[1:] else p[0] for p in pairs]
    return level[0].hex()


def anchor_digest(number: int, at: str, root: str, count: int, prev_hash: str) -> str:
    """Return the hash that an anchor must carry."""
    return digest("audit anchor 1", str(number), at, root, str(count), prev_hash)


def anchor_fault(anchor: dict[str, Any]) -> str:
    """Return what is wrong within an anchor itself, in words; empty when it is sound."""
    leaves = [(str(s), int(n), str(h)) for s, n, h in anchor["leaves"]]
    if merkle_root(leaves) != anchor["root"]:
        return "its list of heads does not match its root"
    made = anchor_digest(
        anchor["number"], anchor["at"], anchor["root"], len(leaves), anchor["prev_hash"]
    )
    return "" if made == anchor["hash"] else "its content does not match its hash"


def compare_with_leaf(leaf: Leaf, found: str | None, number: int) -> Problem | None:
    """Compare one head that an anchor remembers with the event that stands there now."""
    stream, seq, remembered = leaf
    if found is None:
        words = f"{stream}: anchor {number} remembers event {seq}, and there is none."
        return Problem(Verdict.SHORTER_THAN_ANCHOR, words, stream, seq)
    if found != remembered:
        words = f"{stream}: event {seq} is not the one that anchor {number} remembers."
        return Problem(Verdict.ALTERED, words, stream, seq)
    return None


# -- the program -----------------------------------------------------------------------------------


def read_line(line: str) -> tuple[Entry, Detail | None]:
    """Read one exported event."""
    data = json.loads(line)
    beside = data.pop("detail")
    data["details"] = canonical(data["details"])
    entry = Entry(**data)
    if beside is None:
        return entry, None
    if beside.get("erased_at"):
        return entry, Detail("", None, None, "", is_erased=True)
    return entry, Detail(beside["salt"], beside["before"], beside["after"], beside["actor_name"])


def verify_lines(
    lines: Iterable[str],
    anchors: Sequence[dict[str, Any]] = (),
    heads: Sequence[tuple[str, str]] = (),
) -> Iterator[Problem]:
    """Check exported events, against anchors and printed heads where they are given.

    Args:
        lines: one event a line, each stream in its own order.
        anchors: anchors that were kept elsewhere.
        heads: streams, each with the first digits of the head that was printed on a letter.
    """
    remembered = [((s, n, h), a["number"]) for a in anchors for s, n, h in a["leaves"]]
    wanted = {leaf[:2] for leaf, _ in remembered}
    seen: dict[tuple[str, int], str] = {}
    unseen_heads = set(heads)
    broken: set[str] = set()
    walks: dict[str, Walk] = {}
    for line in lines:
        if not line.strip():
            continue
        entry, detail = read_line(line)
        if (entry.stream, entry.seq) in wanted:
            seen[entry.stream, entry.seq] = entry.hash
        unseen_heads -= {
            (s, p) for s, p in unseen_heads if s == entry.stream and entry.hash.startswith(p)
        }
        if entry.stream in broken:
            continue
        walk = walks.setdefault(entry.stream, Walk(entry.stream))
        if problem := walk.step(entry, detail):
            broken.add(entry.stream)
            yield problem
    for stream, walk in walks.items():
        if stream not in broken and (problem := walk.end()):
            yield problem
    for anchor in anchors:
        if fault := anchor_fault(anchor):
            yield Problem(Verdict.ALTERED, f"Anchor {anchor['number']}: {fault}.")
    for leaf, number in remembered:
        if problem := compare_with_leaf(leaf, seen.get(leaf[:2]), number):
            yield problem
    for stream, prefix in sorted(unseen_heads):
        words = f"{stream}: no event carries the printed head {prefix}."
        yield Problem(Verdict.SHORTER_THAN_ANCHOR, words, stream)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a trail and say in words what was found."""
    parser = _Parser(description="Check an exported audit trail.")
    parser.add_argument("trail", help="the export, one event a line; - reads standard input")
    parser.add_argument("--anchor", action="append", default=[], help="an anchor kept elsewhere")
    parser.add_argument(
        "--head", action="append", default=[], metavar="STREAM=DIGITS", help="a printed head"
    )
    options = parser.parse_args(arguments)
    try:
        anchors = [json.loads(Path(name).read_text(encoding="utf-8")) for name in options.anchor]
        heads = [_printed_head(text) for text in options.head]
        if options.trail == "-":
            problems = list(verify_lines(sys.stdin, anchors, heads))
        else:
            with open(options.trail, encoding="utf-8") as lines:
                problems = list(verify_lines(lines, anchors, heads))
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"The input cannot be read: {error}", file=sys.stderr)
        return 64
    for problem in problems:
        print(problem.words)
    if not problems:
        print("The audit trail is whole.")
    return int(problems[0].verdict) if problems else 0


def _printed_head(text: str) -> tuple[str, str]:
    stream, _, prefix = text.partition("=")
    prefix = prefix.replace(" ", "").lower()
    if not stream or len(prefix) < 8:
        raise ValueError(f"{text!r} is not STREAM=DIGITS with at least 8 digits")
    return stream, prefix


class _Parser(argparse.ArgumentParser):
    """Leaves exit code 2 to an altered event."""

    def error(self, message: str) -> NoReturn:
        self.exit(64, f"{self.prog}: {message}\n")


if __name__ == "__main__":
    sys.exit(main())
