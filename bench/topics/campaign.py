"""A campaign of thousands: how fast it leaves, what it takes, and what a page beside it feels."""

from __future__ import annotations

import statistics
import time

from bench import sink
from bench.crew import Crew
from bench.measuring import check
from bench.report import Line, milliseconds
from bench.runs import Run
from bench.sink import Sink

WORK = "bench.work.campaign"
PAGE = ("/cases/", "lead")
RATE = 600


def measure(run: Run) -> None:
    """Walk a campaign through every step, then let it leave: at its rate, by one worker, by two."""
    count = run.pieces(200, 2000)
    steps = ["campaign.open", "campaign.write", "campaign.approve"]
    rates = ["campaign.one_worker", "campaign.two_workers", "campaign.memory"]
    pages = ["campaign.page_p50", "campaign.page_p95", "campaign.progress_p95"]
    with (
        run.metric(*steps, *rates, *pages),
        sink.running() as server,
        run.crew(3, run.databases.copy(), EMAIL_PORT=server.port, OUTBOX_DELAY_MINUTES=0) as crew,
    ):
        campaign = _until_approved(run, crew, count)
        left = _beside(run, crew, server, campaign, count)
        crew.one(f"{WORK}:without_pause", campaign=campaign)
        half = left + (count - left) // 2
        first, alone, memory = _leave(crew, server, campaign, half, workers=1)
        second, together, most = _leave(crew, server, campaign, count, workers=2)
        crew.one(f"{WORK}:check_sent", campaign=campaign, count=count)
        check(left + first + second == count, f"{left} + {first} + {second} mails")
        about = f"{first} of its letters queued and handed over by one worker"
        _say(run, rates[0], f"{alone:.0f}/min", about)
        about = f"{second} by two workers, {together / alone:.2f} times as fast"
        _say(run, rates[1], f"{together:.0f}/min", about)
        _say(run, rates[2], f"{max(memory, most):.0f}MB", "the largest of these workers")


def _until_approved(run: Run, crew: Crew, count: int) -> int:
    campaign = int(crew.one(f"{WORK}:prepare", count=count))
    opened = _together(crew, "carry_out")
    crew.one(f"{WORK}:decide", campaign=campaign)
    written = _together(crew, "carry_out")
    crew.one(f"{WORK}:set_pages", campaign=campaign)
    crew.one(f"{WORK}:approve", campaign=campaign)
    approved = _together(crew, "carry_out")
    for name, seconds, about in (
        ("open", opened, "cases opened, each with its request for a decision"),
        ("write", written, "decisions recorded, letters drafted, checked and asked for"),
        ("approve", approved, "letters approved and sealed"),
    ):
        rate = f"{count * 60 / seconds:.0f}/min"
        _say(run, f"campaign.{name}", rate, f"{count} {about}, 2 workers without a pause")
    return campaign


def _together(crew: Crew, function: str) -> float:
    began = time.perf_counter()
    crew.share(f"{WORK}:{function}", [{}, {}])
    return time.perf_counter() - began


def _leave(
    crew: Crew, server: Sink, campaign: int, until: int, *, workers: int
) -> tuple[int, float, float]:
    """Send until so many have left; return how many went, a minute, and the most memory."""
    server.reset()
    began = time.perf_counter()
    memory = crew.share(f"{WORK}:send", [{}] * workers, campaign=campaign, count=until)
    seconds = time.perf_counter() - began
    went = _taken(server)
    return went, went * 60 / seconds, max(memory)


def _taken(server: Sink) -> int:
    """Return how many mails came, each of them once."""
    taken, different = server.counts()
    check(taken == different, f"{taken} mails, {different} different")
    return taken


def _beside(run: Run, crew: Crew, server: Sink, campaign: int, count: int) -> int:
    """Ask for a page while nothing happens, then while the campaign leaves; return how many did."""
    seconds = float(run.pieces(12, 60))
    path, person = PAGE
    visits = {"path": path, "person": person, "seconds": seconds}
    crew.one(f"{WORK}:visits", **(visits | {"seconds": 2.0}))
    idle = crew.one(f"{WORK}:visits", **visits)
    server.reset()
    crew.one(f"{WORK}:start", campaign=campaign, rate_per_minute=RATE)
    looker, worker = crew.workers[0], crew.workers[1]
    looker.begin(f"{WORK}:visits", **visits)
    worker.begin(f"{WORK}:send_for", seconds=seconds)
    busy, sent = looker.result(), worker.result()
    check(sent > 0, "nothing left beside the page")
    own = crew.one(
        f"{WORK}:visits", path=f"/campaigns/{campaign}/progress/", person=person, seconds=3.0
    )
    for name, at in (("page_p50", 0.5), ("page_p95", 0.95)):
        during, before = _at(busy, at), _at(idle, at)
        run.report.add(
            Line(
                f"campaign.{name}",
                "no-goal",
                milliseconds(during),
                milliseconds(before),
                ratio=during / before,
                about=f"{path} beside a campaign leaving at {RATE}/min ({sent} left) vs idle",
            )
        )
    _say(
        run, "campaign.progress_p95", milliseconds(_at(own, 0.95)),
        f"the progress page of {count} clients",
    )  # fmt: skip
    return _taken(server)


def _at(found: list[float], share: float) -> float:
    return statistics.quantiles(found, n=100)[round(share * 100) - 1]


def _say(run: Run, metric: str, ours: str, about: str) -> None:
    run.report.add(Line(metric, "no-goal", ours, about=about))
