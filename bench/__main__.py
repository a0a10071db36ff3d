"""Measures the application against named peers.

    python -m bench letters|notices|campaign|sweep|counts|pages|previews|search|audit|noise|all
                    [--quick] [--rounds N] [--size CASES] [--json FILE]

Goals are aims: a metric that falls short is reported as such. The exit status tells only whether
all the work that was timed was whole.
"""

from __future__ import annotations

import argparse
import importlib
import signal
import time
from pathlib import Path
from types import FrameType

from bench.report import Report, machine
from bench.runs import prepared

TOPICS = (
    "noise",
    "letters",
    "audit",
    "notices",
    "campaign",
    "sweep",
    "counts",
    "pages",
    "previews",
    "search",
)


def _stopped(number: int, _frame: FrameType | None) -> None:
    # An exception, so that every service is ended on the way out.
    raise SystemExit(128 + number)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure against peers.")
    parser.add_argument("topic", choices=[*TOPICS, "all"], nargs="?", default="all")
    parser.add_argument("--quick", action="store_true", help="less work and three rounds")
    parser.add_argument("--rounds", type=int, help="how often all take turns (9, quick 3)")
    parser.add_argument("--size", type=int, default=100_000, help="cases in the large database")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    chosen = parser.parse_args(arguments)
    rounds = chosen.rounds or (3 if chosen.quick else 9)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stopped)

    report = Report()
    began = time.monotonic()
    described = machine()
    print(f"# {described}; {rounds} rounds; {chosen.size:,} cases", flush=True)
    with prepared(report, rounds=rounds, quick=chosen.quick, size=chosen.size) as run:
        for topic in TOPICS if chosen.topic == "all" else [chosen.topic]:
            importlib.import_module(f"bench.topics.{topic}").measure(run)
    for line in report.sums():
        print(line)
    print(f"# {time.monotonic() - began:.0f} s", flush=True)
    if chosen.json:
        report.write_json(chosen.json, machine=described, rounds=rounds, size=chosen.size)
    return 1 if report.failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
