"""How fast mails leave: two workers on our outbox against the queues that others use."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from bench import sink
from bench.crew import TELLS_ALL, Crew
from bench.measuring import Contestant, NotHere, check, contest
from bench.report import per_second
from bench.runs import Run
from bench.sink import Sink

WORK = "bench.work.notices"
SLOW_MS = 5


def measure(run: Run) -> None:
    """Measure with a server that answers at once, then with one that takes 5 ms an answer."""
    _at_once(run)
    _slowly(run)


def _at_once(run: Run) -> None:
    count = run.pieces(100, 400)
    database = run.databases.copy()
    names = ["notices.celery", "notices.celery_tuned"]
    with run.metric(*names), sink.running() as server:
        reach = {"EMAIL_PORT": server.port}
        with (
            run.crew(2, database, **reach) as ours,
            _celery(run, database, server, "installed") as installed,
            _celery(run, database, server, "tuned", tuned=True) as tuned,
        ):
            ours.one(f"{WORK}:prepare", count=count)
            ours.one(f"{WORK}:prepare_tasks", count=count)
            contestants = {
                "outbox": _outbox(ours, server, count),
                "installed": _tasks(installed, server, count),
                "tuned": _tasks(tuned, server, count),
                "raw": _raw(ours, server, count),
            }
            if find_spec("post_office"):
                contestants["post_office"] = _post_office(ours, server, count)
            if find_spec("mailer"):
                contestants["mailer"] = _mailer(ours, server, count)
            found = contest(contestants, rounds=run.rounds)
        limit = per_second(found.typical("raw"))
        say = run.report.faster
        say(
            names[0], found, ours="outbox", peer="installed", goal=8, limit=limit,
            about="our outbox, 2 workers, vs one Celery task a mail as installed, 2 workers",
        )  # fmt: skip
        say(
            names[1], found, ours="outbox", peer="tuned", goal=4, limit=limit,
            about="the same vs Celery that keeps its database connections and fetches ahead",
        )  # fmt: skip
        for module, goal in (("post_office", 2), ("mailer", 5)):
            metric = f"notices.{module}"
            with run.metric(metric):
                if module not in contestants:
                    raise NotHere("the peer is not installed (requirements-bench.txt)")
                say(
                    metric, found, ours="outbox", peer=module, goal=goal, limit=limit,
                    about=f"the same vs django-{module.replace('_', '-')}, 2 processes",
                )  # fmt: skip


def _slowly(run: Run) -> None:
    count = run.pieces(50, 200)
    database = run.databases.copy()
    with run.metric("notices.slow_answers"), sink.running(SLOW_MS) as server:
        with (
            run.crew(2, database, EMAIL_PORT=server.port) as ours,
            _celery(run, database, server, "slow") as installed,
        ):
            ours.one(f"{WORK}:prepare", count=count)
            ours.one(f"{WORK}:prepare_tasks", count=count)
            found = contest(
                {
                    "outbox": _outbox(ours, server, count),
                    "installed": _tasks(installed, server, count),
                    "raw": _raw(ours, server, count),
                },
                rounds=run.rounds,
            )
        run.report.faster(
            "notices.slow_answers", found, ours="outbox", peer="installed", goal=6,
            limit=per_second(found.typical("raw")),
            about=f"the same at {SLOW_MS} ms an SMTP answer vs a Celery task and connection a mail",
        )  # fmt: skip


def _timed(
    server: Sink, count: int, prepare: Callable[[], object], work: Callable[[], object]
) -> Contestant:
    """Time a way of sending; every mail must have reached the server, once."""

    def timed() -> float:
        prepare()
        server.reset()
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
        taken, different = server.counts()
        check((taken, different) == (count, count), f"{taken} mails, {different} different")
        return seconds / count

    return timed


def _outbox(crew: Crew, server: Sink, count: int) -> Contestant:
    def work() -> None:
        accepted = sum(crew.call(f"{WORK}:drain"))
        check(accepted == count, f"{accepted} of {count} were accepted")

    timed = _timed(server, count, lambda: crew.one(f"{WORK}:queue_again"), work)

    def checked() -> float:
        seconds = timed()
        crew.one(f"{WORK}:check_accepted", count=count)
        return seconds

    return checked


def _raw(crew: Crew, server: Sink, count: int) -> Contestant:
    return _timed(server, count, lambda: None, lambda: crew.one(f"{WORK}:send_raw", count=count))


def _tasks(crew: Crew, server: Sink, count: int) -> Contestant:
    return _timed(
        server, count, lambda: crew.one(f"{WORK}:publish"), lambda: crew.one(f"{WORK}:run_tasks")
    )


def _post_office(crew: Crew, server: Sink, count: int) -> Contestant:
    return _timed(
        server,
        count,
        lambda: crew.one(f"{WORK}:queue_with_post_office", count=count),
        lambda: crew.one(f"{WORK}:drain_post_office", count=count),
    )


def _mailer(crew: Crew, server: Sink, count: int) -> Contestant:
    timed = _timed(
        server,
        count,
        lambda: crew.one(f"{WORK}:queue_with_mailer", count=count),
        lambda: crew.call(f"{WORK}:drain_mailer"),
    )

    def checked() -> float:
        seconds = timed()
        crew.one(f"{WORK}:check_mailer", count=count)
        return seconds

    return checked


@contextmanager
def _celery(
    run: Run, database: str, server: Sink, name: str, *, tuned: bool = False
) -> Iterator[Crew]:
    """Run the peer's worker, and beside it one of ours that gives it work."""
    own = {"BENCH_CELERY": name, "BENCH_TUNED": int(tuned), "EMAIL_PORT": server.port}
    environment = run.environment | {key: str(value) for key, value in own.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.peers.worker", name],
        env=environment | {"DATABASE_URL": database},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None if TELLS_ALL else subprocess.DEVNULL,
    )
    try:
        with run.crew(1, database, **own) as crew:
            crew.one(f"{WORK}:wait_for_celery", pid_count=1)
            yield crew
    finally:
        process.terminate()
        process.wait(30)
