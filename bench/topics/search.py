"""Whether a search among many cases answers at once, against asking the same columns directly."""

from __future__ import annotations

from bench.crew import Crew
from bench.measuring import Contestant, contest
from bench.report import milliseconds
from bench.runs import Run

WORK = "bench.work.search"
MILLION = 1_000_000
FIRST_RESULTS_SECONDS = 0.15
WORST_PAIR_SECONDS = 0.1

QUERIES = {
    "rare": "a word of one obligation",
    "no_hit": "a word that stands nowhere",
    "name": "a part of a client's name",
    "two": "a word of an obligation and a part of its client's name",
}


def measure(run: Run) -> None:
    """Measure searches for a manager of one of two teams, and the page that shows them."""
    size = run.size
    names = [f"search.{name}" for name in (*QUERIES, "common", "likeness", "page")]
    with run.metric(*names), run.crew(1, run.databases.copy()) as crew:
        crew.one(f"{WORK}:prepare", size=size)
        crew.one(f"{WORK}:compare_with_brute_force", names=list(QUERIES))
        times = run.pieces(3, 7)
        for name, about in QUERIES.items():
            found = contest(
                {"ours": _turn(crew, "ours", name, times), "peer": _turn(crew, "brute", name, 1)},
                rounds=run.rounds,
            )
            run.report.faster(
                f"search.{name}", found, ours="ours", peer="peer", shown=milliseconds,
                goal=50 if size >= MILLION else None,
                about=f"{about}, {size:,} cases, vs icontains over the same columns",
            )  # fmt: skip
        for name, what, goal, about in (
            ("common", "ours", WORST_PAIR_SECONDS, "two words that most clients hold"),
            ("likeness", "likeness", FIRST_RESULTS_SECONDS, "names like one with a slip in it"),
            ("page", "page", FIRST_RESULTS_SECONDS, "the page of results for a part of a name"),
        ):
            found = contest(
                {"ours": _turn(crew, what, name, times), "goal": lambda goal=goal: goal},
                rounds=run.rounds,
            )
            run.report.longer(
                f"search.{name}", found, ours="ours", peer="goal", goal=1, shown=milliseconds,
                about=f"{about}, {size:,} cases, vs {goal * 1000:.0f} ms",
            )  # fmt: skip


def _turn(crew: Crew, what: str, name: str, times: int) -> Contestant:
    return lambda: float(crew.one(f"{WORK}:{what}", name=name, times=times))
