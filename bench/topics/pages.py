"""Whether pages cost the same in a firm with many cases as in one with few."""

from __future__ import annotations

from bench.crew import Crew
from bench.measuring import Contestant, contest
from bench.report import milliseconds
from bench.runs import Run

WORK = "bench.work.pages"
FEW = 1_000
MILLION = 1_000_000

# Name: path, who asks, how many cases it must name.
PAGES = {
    "list_first": ("/cases/", "lead", 25),
    "list_deep": ("/cases/?after={deep}", "lead", 25),
    "list_auditor": ("/cases/?after={deep}", "auditor", 25),
    "queue": ("/", "manager", 25),
    "board": ("/board/", "lead", 100),
    "audit_list": ("/admin/audit/auditevent/", "auditor", 25),
    "insights": ("/insights/", "lead", 0),
    "insights_time": ("/insights/time/", "lead", 0),
}
CASE = ("/cases/{case}/", "manager", 1)
EMPTY = ("/bench/empty/", "lead", 0)
NUMBERED = ("/bench/numbered/?page={page}", "lead", 25)
ADMIN = ("/bench/admin/offboarding/terminationcase/", "admin", 25)


def measure(run: Run) -> None:
    """Measure each page among many cases against few, and the list against others' lists."""
    many = max(run.size, FEW)
    scaled = [f"pages.{name}" for name in PAGES]
    against = ["pages.case", "pages.list_empty", "pages.list_numbered", "pages.list_admin"]
    with (
        run.metric(*scaled, *against),
        run.crew(1, run.databases.copy()) as small,
        run.crew(1, run.databases.copy()) as large,
    ):
        small.one(f"{WORK}:prepare", size=FEW, events=200)
        large.one(f"{WORK}:prepare", size=many, events=2000)
        times = run.pieces(3, 7)
        for name, page in PAGES.items():
            found = contest(
                {"few": _visit(small, page, times), "many": _visit(large, page, times)},
                rounds=run.rounds,
            )
            run.report.longer(
                f"pages.{name}", found, ours="many", peer="few", goal=1.5, limit="1.00",
                about=f"{page[0]} for the {page[1]} among {many:,} cases vs {FEW:,}",
            )  # fmt: skip
        found = contest(
            {"few": _visit(small, CASE, times), "many": _visit(large, CASE, times)},
            rounds=run.rounds,
        )
        run.report.longer(
            "pages.case", found, ours="many", peer="few", goal=1.2, limit="1.00",
            about=f"a case with 2,000 events among {many:,} vs one with 200 among {FEW:,}",
        )  # fmt: skip
        found = contest(
            {
                "list": _visit(large, PAGES["list_deep"], times),
                "empty": _visit(large, EMPTY, times),
                "numbered": _visit(large, NUMBERED, times),
                "admin": _visit(large, ADMIN, times),
            },
            rounds=run.rounds,
        )
        run.report.longer(
            "pages.list_empty", found, ours="list", peer="empty", goal=3,
            about=f"the deep list page among {many:,} vs an empty signed-in page",
        )  # fmt: skip
        run.report.faster(
            "pages.list_numbered", found, ours="list", peer="numbered", shown=milliseconds,
            about="the same vs the same table by exact count and offset",
        )  # fmt: skip
        run.report.faster(
            "pages.list_admin", found, ours="list", peer="admin", shown=milliseconds,
            goal=8 if many >= MILLION else None,
            about="the same vs the first page of a stock admin changelist",
        )  # fmt: skip


def _visit(crew: Crew, page: tuple[str, str, int], times: int) -> Contestant:
    path, person, references = page
    return lambda: float(
        crew.one(f"{WORK}:visit", path=path, person=person, references=references, times=times)
    )
