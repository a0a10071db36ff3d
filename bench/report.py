"""One line for every metric, the sum at the end, and the same as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.measuring import Contest, Goal, quartiles, verdict

FAILED, SKIPPED = "FAILED", "skipped"


@dataclass(frozen=True)
class Line:
    """What is printed of one metric."""

    metric: str
    verdict: str
    ours: str = "-"
    peer: str = "-"
    ratio: float | None = None
    q1: float | None = None
    q3: float | None = None
    goal: str = "-"
    limit: str = "-"
    drift: float | None = None
    about: str = ""

    def __str__(self) -> str:
        parts = [f"metric={self.metric}"]
        for name in ("ours", "peer", "ratio", "q1", "q3", "goal", "limit", "drift", "verdict"):
            value = getattr(self, name)
            if value is not None and value != "-":
                parts.append(
                    f"{name}={value:.2f}" if isinstance(value, float) else f"{name}={value}"
                )
        return " ".join(parts) + (f"  # {self.about}" if self.about else "")


def per_second(seconds: float) -> str:
    """Write seconds per piece as pieces per second."""
    rate = 1 / seconds
    return f"{rate:.2f}/s" if rate < 10 else f"{rate:.0f}/s"


def milliseconds(seconds: float) -> str:
    """Write a duration."""
    return f"{seconds * 1000:.2f}ms" if seconds < 0.01 else f"{seconds * 1000:.0f}ms"


@dataclass
class Report:
    """What was measured so far, printed as it comes."""

    say: Callable[[str], None] = field(default=partial(print, flush=True))
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Keep and print a line."""
        self.lines.append(line)
        self.say(str(line))

    def faster(
        self,
        metric: str,
        found: Contest,
        *,
        ours: str,
        peer: str,
        about: str,
        goal: float | None = None,
        limit: str = "-",
        shown: Callable[[float], str] = per_second,
    ) -> None:
        """Report how many times as fast as the peer ours is."""
        aim = Goal(at_least=goal) if goal is not None else None
        self._add(metric, found, found.ratios(peer, ours), ours, peer, about, aim, limit, shown)

    def longer(
        self,
        metric: str,
        found: Contest,
        *,
        ours: str,
        peer: str,
        about: str,
        goal: float | None = None,
        limit: str = "-",
        shown: Callable[[float], str] = milliseconds,
    ) -> None:
        """Report how many times as long as the peer ours takes."""
        aim = Goal(at_most=goal) if goal is not None else None
        self._add(metric, found, found.ratios(ours, peer), ours, peer, about, aim, limit, shown)

    def _add(
        self,
        metric: str,
        found: Contest,
        ratios: list[float],
        ours: str,
        peer: str,
        about: str,
        goal: Goal | None,
        limit: str,
        shown: Callable[[float], str],
    ) -> None:
        low, middle, high = quartiles(ratios)
        self.add(
            Line(
                metric=metric,
                verdict=verdict(ratios, goal, found.drift),
                ours=shown(found.typical(ours)),
                peer=shown(found.typical(peer)),
                ratio=middle,
                q1=low,
                q3=high,
                goal=str(goal) if goal else "-",
                limit=limit,
                drift=found.drift,
                about=about,
            )
        )

    def skip(self, metric: str, reason: str) -> None:
        """Say that a metric was not measured, and why."""
        self.add(Line(metric, SKIPPED, about=reason))

    def fail(self, metric: str, reason: str) -> None:
        """Say that the work of a metric was not whole."""
        self.add(Line(metric, FAILED, about=reason))

    @property
    def failed(self) -> int:
        """How many metrics found broken work."""
        return sum(line.verdict == FAILED for line in self.lines)

    def sums(self) -> list[str]:
        """Return the last two lines: the goals, which are aims; then what worked at all."""
        count = {
            name: sum(line.verdict == name for line in self.lines)
            for name in ("met", "short", "NOISY", "no-goal", SKIPPED)
        }
        passed = len(self.lines) - self.failed - count[SKIPPED]
        return [
            f"goals: {count['met']} met, {count['short']} short, {count['NOISY']} NOISY,"
            f" {count['no-goal']} without a goal",
            f"{passed} passed, {self.failed} failed, {count[SKIPPED]} skipped",
        ]

    def write_json(self, file: Path, **about_run: Any) -> None:
        """Write everything for a program to read."""
        content = {
            "machine": machine(),
            **about_run,
            "metrics": [asdict(each) for each in self.lines],
        }
        file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def machine() -> str:
    """Describe where this ran, without naming it."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}, load {load:.1f} at the start"
    )
