"""Whether finding a thousand due cases costs the same among ten thousand as among all."""

from __future__ import annotations

from bench.measuring import contest
from bench.report import milliseconds
from bench.runs import Run

WORK = "bench.work.sweep"
FEW = 10_000
MILLION = 1_000_000


def measure(run: Run) -> None:
    """Measure the sweep among many cases against few, and against a comparison in Python."""
    many = max(run.size, FEW)
    with (
        run.metric("sweep.scale", "sweep.python", "sweep.idle"),
        run.crew(1, run.databases.copy()) as small,
        run.crew(1, run.databases.copy()) as large,
    ):
        small.one(f"{WORK}:prepare", size=FEW)
        large.one(f"{WORK}:prepare", size=many)
        found = contest(
            {
                "few": lambda: float(small.one(f"{WORK}:find_due")),
                "many": lambda: float(large.one(f"{WORK}:find_due")),
                "python": lambda: float(large.one(f"{WORK}:compare_in_python")),
            },
            rounds=run.rounds,
        )
        run.report.longer(
            "sweep.scale", found, ours="many", peer="few", goal=1.6, limit="1.00",
            about=f"finding 1,000 due among {many:,} cases vs among {FEW:,}",
        )  # fmt: skip
        run.report.faster(
            "sweep.python", found, ours="many", peer="python", shown=milliseconds,
            goal=50 if many >= MILLION else None,
            about=f"the same vs loading and comparing {many:,} in Python",
        )  # fmt: skip
        for crew in (small, large):
            crew.one(f"{WORK}:put_off")
        found = contest(
            {
                "few": lambda: float(small.one(f"{WORK}:tick", times=5)),
                "many": lambda: float(large.one(f"{WORK}:tick", times=5)),
            },
            rounds=run.rounds,
        )
        run.report.longer(
            "sweep.idle", found, ours="many", peer="few", goal=1.6, limit="1.00",
            about=f"a round of all sweeps with nothing due, {many:,} cases vs {FEW:,}",
        )  # fmt: skip
