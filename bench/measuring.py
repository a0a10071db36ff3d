"""Contests: ours and the peers take turns, and only their ratio within a round counts.

A machine that slows down slows both contestants of a round, so the ratio survives what an absolute
figure does not.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

PROBE_STEPS = 200_000
"""Additions in the fixed loop that tells how fast the machine is just now; about 10 ms."""

DRIFT_THAT_MATTERS = 1.5
"""A machine that varied more than this tells nothing about a ratio near its goal; how near that is
grows with how much it varied."""


class BrokenWork(Exception):
    """The work that was to be timed was not done, or not done right."""


class NotHere(Exception):
    """Something that a metric needs is not installed; says what."""


def check(is_so: bool, otherwise: str) -> None:
    """Refuse to time work that is not whole.

    Raises:
        BrokenWork: it is not so.
    """
    if not is_so:
        raise BrokenWork(otherwise)


def probe() -> float:
    """Return the seconds that a fixed loop takes now: the best of three, so a hiccup is none."""
    return min(_loop() for _ in range(3))


def _loop() -> float:
    began = time.perf_counter()
    total = 0
    for step in range(PROBE_STEPS):
        total += step
    return time.perf_counter() - began


Contestant = Callable[[], float]
"""Does its work once, checks it, and returns the seconds per piece."""


@dataclass
class Contest:
    """What every contestant took in every round, and how steady the machine was."""

    seconds: dict[str, list[float]]
    probes: list[float] = field(default_factory=list)

    @property
    def drift(self) -> float:
        """How much slower the machine was at its slowest than at its fastest."""
        return max(self.probes) / min(self.probes) if self.probes else 1.0

    def typical(self, name: str) -> float:
        """Return the median of a contestant's seconds per piece."""
        return statistics.median(self.seconds[name])

    def ratios(self, above: str, below: str) -> list[float]:
        """Return, round by round, how many times as long one took as the other."""
        pairs = zip(self.seconds[above], self.seconds[below], strict=True)
        return [first / second for first, second in pairs]


def contest(contestants: Mapping[str, Contestant], *, rounds: int) -> Contest:
    """Let all take turns, the order rotated each round, after one turn that does not count."""
    for work in contestants.values():
        work()
    names = list(contestants)
    result = Contest({name: [] for name in names}, [probe()])
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            result.seconds[name].append(contestants[name]())
        result.probes.append(probe())
    return result


# -- what the ratios say ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Goal:
    """What the median of the ratios should be; exactly one side is given."""

    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        return f">={self.at_least:g}" if self.at_least is not None else f"<={self.at_most:g}"

    @property
    def value(self) -> float:
        """The number itself."""
        number = self.at_least if self.at_least is not None else self.at_most
        assert number is not None
        return number

    def is_met_by(self, ratio: float) -> bool:
        """Whether a ratio is on the right side."""
        return ratio >= self.value if self.at_least is not None else ratio <= self.value


def quartiles(ratios: Sequence[float]) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile."""
    if len(ratios) == 1:
        return (ratios[0],) * 3
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return low, middle, high


def verdict(ratios: Sequence[float], goal: Goal | None, drift: float) -> str:
    """Say "met" or "short", or "NOISY" where the figures do not tell."""
    if goal is None:
        return "no-goal"
    low, middle, high = quartiles(ratios)
    straddles = goal.is_met_by(low) != goal.is_met_by(high)
    margin = math.sqrt(drift)
    is_near = 1 / margin < middle / goal.value < margin
    if straddles or (is_near and drift > DRIFT_THAT_MATTERS):
        return "NOISY"
    return "met" if goal.is_met_by(middle) else "short"
