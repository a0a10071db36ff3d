"""One command starts everything and ends everything, in real time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from config.supervisor import Program, Supervisor
from tests import migrated
from tests.deployment.production import ROOT
from tests.services import free_port, is_listening, wait_until

pytestmark = pytest.mark.once

MARK = "OFFBOARDING_TEST_RUN"


@dataclass
class Demo:
    """A started `manage.py up` and how to look at it."""

    process: subprocess.Popen[str]
    environment: dict[str, str]
    port: int

    @property
    def members(self) -> dict[int, str]:
        return started_with(self.environment[MARK])

    def child(self, words: str) -> int:
        """Return the first process whose command line holds these words."""
        return min(pid for pid, line in self.members.items() if words in line)


def started_with(mark: str) -> dict[int, str]:
    """Return every living process that inherited this run's mark, with its command line."""
    wanted = f"{MARK}={mark}".encode()
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                if line:  # a zombie has none
                    found[int(entry.name)] = line
        except OSError:
            continue
    return found


def answers(port: int, path: str = "/healthz") -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as response:
            return response.status == 200
    except (URLError, ConnectionError, TimeoutError):
        return False


def up(folder: Path, port: int, mark: str) -> Demo:
    environment = os.environ | {
        "OFFBOARDING_ENV": "demo",
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "EMAIL_PORT": str(free_port()),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "CELERY_BROKER_URL": "",
        MARK: mark,
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--without-sample-firm"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Demo(process, environment, port)


@contextmanager
def a_demo(folder: Path, *, from_nothing: bool = False) -> Iterator[Demo]:
    if not from_nothing:
        migrated.put_in_place(folder / "db.sqlite3")
    started = up(folder, free_port(), f"{os.getpid()}-{time.monotonic_ns()}")
    try:
        wait_until(
            lambda: answers(started.port) or started.process.poll() is not None,
            seconds=90,
            what="the demo to answer",
        )
        assert started.process.poll() is None, started.process.communicate()[0]
        yield started
    finally:
        members = started.members
        started.process.kill()
        started.process.wait()
        for pid in members:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    """One demo for all tests that leave it running."""
    with a_demo(folder) as started:
        yield started


def wait_for_every_program(demo: Demo) -> None:
    for words in ("config.demo.catcher", "gunicorn", " worker ", " beat "):
        wait_until(
            lambda words=words: any(words in line for line in demo.members.values()),
            seconds=30,
            what=words,
        )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_every_process(tmp_path, number):
    with a_demo(tmp_path, from_nothing=number == signal.SIGTERM) as demo:
        wait_for_every_program(demo)
        assert len(demo.members) >= 5

        demo.process.send_signal(number)
        code = demo.process.wait(120)

        assert demo.members == {}
        assert code == 0
        assert not is_listening(demo.port)


def test_killing_the_supervisor_outright_leaves_no_process_behind(tmp_path):
    with a_demo(tmp_path) as demo:
        wait_for_every_program(demo)

        demo.process.kill()

        wait_until(lambda: not demo.members, seconds=20, what="every process to end")


def test_a_second_start_on_the_same_folder_is_refused_while_the_first_runs(demo, folder):
    second = up(folder, free_port(), "second")

    said, _ = second.process.communicate(timeout=30)

    assert second.process.returncode == 1
    assert f"already running on {folder}" in said
    assert f"process {demo.process.pid}" in said
    assert answers(demo.port)


def test_a_port_in_use_is_named_before_anything_is_started(demo, tmp_path):
    other = up(tmp_path, demo.port, "other")

    said, _ = other.process.communicate(timeout=30)

    assert other.process.returncode == 1
    assert f"Port {demo.port} is in use" in said
    assert "PORT=" in said
    assert not (tmp_path / "db.sqlite3").exists()


def test_a_killed_program_is_started_again_and_its_children_are_not_left_behind(demo):
    wait_for_every_program(demo)
    first = demo.child("gunicorn")
    before = {pid for pid, line in demo.members.items() if "gunicorn" in line}

    os.kill(first, signal.SIGKILL)
    wait_until(
        lambda: (
            answers(demo.port)
            and not before & set(demo.members)
            and any("gunicorn" in line for line in demo.members.values())
        ),
        seconds=30,
        what="another web process",
    )

    assert demo.process.poll() is None


def test_the_whole_is_ready_and_shows_its_mailbox_without_signing_in(demo):
    assert answers(demo.port, "/readyz")
    assert answers(demo.port, "/demo/mailbox/")


def test_what_ignores_its_signal_is_killed_with_all_it_started(monkeypatch):
    monkeypatch.setattr("config.supervisor.SECONDS_FOR_THE_FIRST", 0.3)
    monkeypatch.setattr("config.supervisor.SECONDS_FOR_ALL", 0.6)
    mark = f"stubborn-{os.getpid()}"
    # A shell that ignores SIGTERM, with a child in a process group of its own.
    stubborn = "trap '' TERM; set -m; sleep 300 & wait; sleep 300"
    supervisor = Supervisor(
        [Program("stubborn", ["sh", "-c", stubborn])],
        folder=ROOT,
        environment=os.environ | {MARK: mark},
    )
    before = {number: signal.getsignal(number) for number in (1, 2, 15)}

    def both_run() -> bool:
        return len(started_with(mark)) >= 2

    try:
        code = supervisor.run(
            is_ready=both_run, when_ready=lambda: os.kill(os.getpid(), signal.SIGTERM)
        )
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert code == 0
    assert started_with(mark) == {}


def test_a_program_that_dies_again_and_again_is_given_up(capfd):
    before = {number: signal.getsignal(number) for number in (1, 2, 15)}
    supervisor = Supervisor(
        [Program("broken", ["sh", "-c", "exit 3"])], folder=ROOT, environment=os.environ
    )

    try:
        code = supervisor.run(is_ready=lambda: False, when_ready=lambda: None)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert code == 1
    said = capfd.readouterr().err
    assert "broken ended unexpectedly (exit 3); starting it again." in said
    assert "giving up" in said
