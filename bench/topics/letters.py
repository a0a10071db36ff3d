"""How fast letters are set, from the order in the database to the stored, drawn pages."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.crew import Crew
from bench.measuring import Contestant, NotHere, contest
from bench.runs import Run

WORK = "bench.work.letters"


def measure(run: Run) -> None:
    """Measure the application's own letter job."""
    metrics = ["letters.process_each", "letters.warm", "letters.warm_per_core", "letters.overhead"]
    with (
        run.metric(*metrics),
        tempfile.TemporaryDirectory(prefix="offboarding-bench-") as folder,
        run.crew(2, run.databases.copy()) as crew,
    ):
        count = run.pieces(6, 24)
        sheet = str(Path(folder) / "letter.html")
        crew.one(f"{WORK}:prepare", count=count)
        crew.call(f"{WORK}:warm_up")
        pages = crew.one(f"{WORK}:write_sheet", file=sheet)
        peer = {"file": sheet, "pages": pages}
        few = run.pieces(1, 3)
        found = contest(
            {
                "two workers": _job(crew, count, crew.call),
                "one worker": _job(crew, count, crew.one),
                "bare": _timed(count, lambda: _bare(crew, count)),
                "warm": _timed(
                    count // 2,
                    lambda: crew.one(f"{WORK}:set_with_the_library", count=count // 2, **peer),
                ),
                "process": _timed(
                    few, lambda: crew.one(f"{WORK}:set_in_processes", count=few, **peer)
                ),
            },
            rounds=run.rounds,
        )
        say = run.report.faster
        say(
            metrics[0], found, ours="two workers", peer="process", goal=15,
            about="letter job, 2 workers, vs a WeasyPrint process for each letter",
        )  # fmt: skip
        say(
            metrics[1], found, ours="two workers", peer="warm", goal=2.3,
            about="letter job, 2 workers, vs HTML(string).write_pdf() in a warm process",
        )  # fmt: skip
        say(
            metrics[2], found, ours="one worker", peer="warm", goal=1.3,
            about="letter job, 1 worker, vs HTML(string).write_pdf() in a warm process",
        )  # fmt: skip
        say(
            metrics[3], found, ours="two workers", peer="bare", goal=0.85, limit="1.00",
            about="letter job with database, storage and pictures vs its bare renderer, 2 workers",
        )  # fmt: skip
        with run.metric("letters.office"):
            _against_office(run, crew, sheet, count, few)


def _against_office(run: Run, crew: Crew, sheet: str, count: int, few: int) -> None:
    if shutil.which("soffice") is None:
        raise NotHere("soffice is not installed")
    found = contest(
        {
            "two workers": _job(crew, count, crew.call),
            "office": _timed(
                few, lambda: crew.one(f"{WORK}:set_with_office", file=sheet, count=few)
            ),
        },
        rounds=run.rounds,
    )
    run.report.faster(
        "letters.office", found, ours="two workers", peer="office", goal=20,
        about="letter job, 2 workers, vs soffice for each letter",
    )  # fmt: skip


def _job(crew: Crew, count: int, call: Callable[..., object]) -> Contestant:
    def work() -> float:
        crew.one(f"{WORK}:order_again")
        began = time.perf_counter()
        call(f"{WORK}:set_due_pages")
        seconds = time.perf_counter() - began
        crew.one(f"{WORK}:check_pages", count=count)
        return seconds / count

    return work


def _bare(crew: Crew, count: int) -> None:
    everything = list(range(count))
    crew.share(f"{WORK}:set_bare", [{"numbers": everything[::2]}, {"numbers": everything[1::2]}])


def _timed(count: int, work: Callable[[], object]) -> Contestant:
    def timed() -> float:
        began = time.perf_counter()
        work()
        return (time.perf_counter() - began) / count

    return timed
