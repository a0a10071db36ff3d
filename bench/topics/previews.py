"""How long a writer waits for the pages of what they typed: from the last key to the pictures."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.crew import TELLS_ALL, Crew
from bench.measuring import Contest, probe
from bench.report import milliseconds
from bench.runs import Run

WORK = "bench.work.previews"
GOAL_SECONDS = 1.5
WRITERS = (1, 4)


def measure(run: Run) -> None:
    """Measure with one writer and with four at once, two workers setting pages."""
    texts = run.pieces(8, 20)
    database = run.databases.copy()
    names = [f"previews.{which}_{writers}" for writers in WRITERS for which in ("p50", "p95")]
    with run.metric(*names), _typesetters(run, database), run.crew(max(WRITERS), database) as crew:
        crew.one(f"{WORK}:prepare", writers=max(WRITERS))
        crew.one(f"{WORK}:type_texts", writer=0, texts=3)
        for writers in WRITERS:
            _contest(run, crew, writers, texts)


def _contest(run: Run, crew: Crew, writers: int, texts: int) -> None:
    middle: list[float] = []
    high: list[float] = []
    probes = [probe()]
    for _round in range(run.rounds):
        for number, worker in enumerate(crew.workers[:writers]):
            worker.begin(f"{WORK}:type_texts", writer=number, texts=texts)
        waits = sorted(seconds for worker in crew.workers[:writers] for seconds in worker.result())
        middle.append(_percentile(waits, 50))
        high.append(_percentile(waits, 95))
        probes.append(probe())
    goal = [GOAL_SECONDS] * run.rounds
    who = "one writer" if writers == 1 else f"{writers} writers at once"
    for which, seconds in (("p50", middle), ("p95", high)):
        run.report.longer(
            f"previews.{which}_{writers}",
            Contest({"ours": seconds, "goal": goal}, probes),
            ours="ours", peer="goal", goal=1, shown=milliseconds,
            about=f"from the last key to the pictures, {who}, 2 workers, vs 1.5 s",
        )  # fmt: skip


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]


@contextmanager
def _typesetters(run: Run, database: str) -> Iterator[None]:
    """Run the application's own worker on the queue of previews, two processes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app", "config", "--quiet", "worker"]
        + ["--queues", "previews", "--concurrency", "2", "--hostname", "previews@bench"]
        + ["--loglevel", "ERROR", "--without-gossip", "--without-mingle"],
        env=run.environment | {"DATABASE_URL": database},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None if TELLS_ALL else subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)
