"""What it costs that every change of state is remembered in a chain."""

from __future__ import annotations

from bench.crew import Crew
from bench.measuring import Contest, Contestant, contest
from bench.runs import Run

WORK = "bench.work.audit"
WRITERS = 8
CASES = 25


def measure(run: Run) -> None:
    """Measure one writer against others' ways of remembering, then eight writers at once."""
    database = run.databases.copy()
    with run.metric("audit.one_writer", "audit.history", "audit.auditlog", "audit.eight_writers"):
        with run.crew(1, database) as crew:
            ways = crew.one(f"{WORK}:kept_by")
            crew.one(f"{WORK}:prepare", cases=WRITERS * CASES)
            times = run.pieces(100, 500)
            found = contest({way: _alone(crew, way, times) for way in ways}, rounds=run.rounds)
            crew.one(f"{WORK}:check_chain")
        _report(run, found, ways)
        with run.crew(WRITERS, database) as crew:
            times = run.pieces(25, 150)
            found = contest(
                {way: _together(crew, way, times) for way in ("plain", "chain")},
                rounds=run.rounds,
            )
            crew.one(f"{WORK}:check_chain")
        run.report.faster(
            "audit.eight_writers", found, ours="chain", peer="plain", goal=0.65, limit="1.00",
            about="8 writers on cases of their own, with a chained event vs without",
        )  # fmt: skip


def _report(run: Run, found: Contest, ways: list[str]) -> None:
    run.report.longer(
        "audit.one_writer", found, ours="chain", peer="plain", goal=1.4, limit="1.05",
        about="state change with its chained event vs a plain save()",
    )  # fmt: skip
    for way, goal in (("history", None), ("auditlog", 0.5)):
        if way not in ways:
            run.report.skip(f"audit.{way}", "the peer is not installed (requirements-bench.txt)")
            continue
        name = "django-simple-history" if way == "history" else "django-auditlog"
        run.report.longer(
            f"audit.{way}", found, ours="chain", peer=way, goal=goal,
            about=f"state change with its chained event vs with {name}",
        )  # fmt: skip


def _alone(crew: Crew, way: str, times: int) -> Contestant:
    return lambda: float(crew.one(f"{WORK}:change", way=way, times=times, cases=CASES))


def _together(crew: Crew, way: str, times: int) -> Contestant:
    shares = [{"first": CASES * number} for number in range(WRITERS)]

    def work() -> float:
        each = crew.share(f"{WORK}:change", shares, way=way, times=times, cases=CASES)
        return sum(each) / WRITERS / WRITERS

    return work
