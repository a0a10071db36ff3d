"""Which obligation comes after which; without a database.

An obligation may wait for others. Nothing can be done where each waits for the next and the last
for the first, so a circle is found before it is kept, and named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping


def circle(waits_for: Mapping[int, Collection[int]], start: int) -> list[int]:
    """Return the way from one row back to itself, first and last the same; empty if there is none.

    Args:
        waits_for: for each row the rows that come before it.
        start: where to begin; a circle elsewhere is not looked for.
    """
    came_from: dict[int, int] = {}
    to_visit = [start]
    while to_visit:
        row = to_visit.pop(0)
        for before in waits_for.get(row, ()):
            if before == start:
                way = [start]
                while row != start:
                    way.insert(0, row)
                    row = came_from[row]
                return [start, *way]
            if before not in came_from:
                came_from[before] = row
                to_visit.append(before)
    return []


def first_circle(waits_for: Mapping[int, Collection[int]]) -> list[int]:
    """Return a circle anywhere among the rows; empty if there is none."""
    for row in sorted(waits_for):
        found = circle(waits_for, row)
        if found:
            return found
    return []
