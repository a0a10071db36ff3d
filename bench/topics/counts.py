"""What it saves, and what it costs, that the numbers of cases are kept beside every change."""

from __future__ import annotations

from bench.crew import Crew
from bench.measuring import Contestant, contest
from bench.report import milliseconds
from bench.runs import Run

WORK = "bench.work.counts"
FEW = 1_000
MILLION = 1_000_000
WRITERS = 8
CASES = 25


def measure(run: Run) -> None:
    """Measure reading the counts against counting, and eight writers with and without them."""
    many = max(run.size, FEW)
    with (
        run.metric("counts.read", "counts.scale"),
        run.crew(1, run.databases.copy()) as small,
        run.crew(1, run.databases.copy()) as large,
    ):
        small.one(f"{WORK}:prepare", size=FEW)
        large.one(f"{WORK}:prepare", size=many)
        times = run.pieces(5, 15)
        found = contest(
            {
                "kept": _turn(large, "kept", times),
                "counted": _turn(large, "counted", 1),
                "few": _turn(small, "kept", times),
            },
            rounds=run.rounds,
        )
        run.report.faster(
            "counts.read", found, ours="kept", peer="counted", shown=milliseconds,
            goal=30 if many >= MILLION else None,
            about=f"cases by state for the lead among {many:,}, kept vs GROUP BY",
        )  # fmt: skip
        run.report.longer(
            "counts.scale", found, ours="kept", peer="few", goal=1.5, limit="1.00",
            about=f"the same kept counts among {many:,} cases vs {FEW:,}",
        )  # fmt: skip
    _eight_writers(run)


def _eight_writers(run: Run) -> None:
    with run.metric("counts.eight_writers"):
        with run.crew(1, base := run.databases.copy()) as crew:
            crew.one(f"{WORK}:prepare", size=FEW)
        with run.crew(1, bare := run.databases.copy(base)) as crew:
            crew.one(f"{WORK}:stop_counting")
        times = run.pieces(50, 200)
        with run.crew(WRITERS, base) as counting, run.crew(WRITERS, bare) as without:
            found = contest(
                {"kept": _together(counting, times), "plain": _together(without, times)},
                rounds=run.rounds,
            )
            counting.one(f"{WORK}:check_counts")
        run.report.faster(
            "counts.eight_writers", found, ours="kept", peer="plain", goal=0.8, limit="1.00",
            about="8 writers who give cases of their own to others, counts kept vs not kept",
        )  # fmt: skip


def _turn(crew: Crew, what: str, times: int) -> Contestant:
    return lambda: float(crew.one(f"{WORK}:{what}", times=times))


def _together(crew: Crew, times: int) -> Contestant:
    shares = [{"first": CASES * number} for number in range(WRITERS)]

    def work() -> float:
        each = crew.share(f"{WORK}:change", shares, times=times, cases=CASES)
        return sum(each) / WRITERS / WRITERS

    return work
