"""Which bytes of a file were handed out, as stretches that neither touch nor overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MOST_STRETCHES = 200
"""Beyond it the smallest are forgotten: the record then says less than was sent, never more."""

Stretch = tuple[int, int]


def add(stretches: Iterable[Sequence[int]], start: int, stop: int) -> list[Stretch]:
    """Return the stretches with one more, put together where they meet."""
    together: list[Stretch] = []
    for first, last in sorted([*((one[0], one[1]) for one in stretches), (start, stop)]):
        if first >= last:
            continue
        if together and first <= together[-1][1]:
            together[-1] = (together[-1][0], max(together[-1][1], last))
        else:
            together.append((first, last))
    if len(together) > MOST_STRETCHES:
        longest = sorted(together, key=lambda one: one[0] - one[1])[:MOST_STRETCHES]
        together = sorted(longest)
    return together


def length(stretches: Iterable[Sequence[int]]) -> int:
    """Return how many bytes they hold together."""
    return sum(last - first for first, last in stretches)
