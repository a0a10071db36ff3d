"""Starts real services for tests, each on a free port and in a temporary folder, and ends them.

    with postgres() as url: ...
    with redis() as server: ...
    with smtp() as sink: ...

    python -m tests.services COMMAND ...    runs a command with DATABASE_URL and REDIS_URL set

Nothing that runs already is used or touched.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

SECONDS_TO_START = 30


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait for something another process does.

    Raises:
        TimeoutError: it did not happen in time; says what.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {seconds:g} seconds for {what}.")
        time.sleep(0.05)


def is_listening(port: int) -> bool:
    """Whether somebody accepts connections on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end(process: subprocess.Popen[bytes], *, number: int = signal.SIGTERM) -> None:
    """End a process that we started, in a hurry if it has to be."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _die_with_us() -> None:
    # PR_SET_PDEATHSIG: no service outlives a test run that is killed outright.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


# -- PostgreSQL ------------------------------------------------------------------------------------


def _postgres_program(name: str) -> str:
    found = shutil.which(name)
    if found:
        return found
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    if newest is None:
        raise FileNotFoundError(f"{name} is not installed; install the package postgresql.")
    return str(newest)


def _unprivileged() -> dict[str, Any]:
    """Return as whom PostgreSQL runs: it refuses to be root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise LookupError("There is no unprivileged user to run PostgreSQL as.")


@contextlib.contextmanager
def postgres(database: str = "offboarding", *, durable: bool = False) -> Iterator[str]:
    """Run a PostgreSQL server and yield the address of an empty database on it.

    Args:
        database: its name.
        durable: whether a commit waits for the disk; where speed is measured, it does.
    """
    folder = Path(tempfile.mkdtemp(prefix="offboarding-postgres-"))
    whom = _unprivileged()
    if whom:
        os.chown(folder, whom["user"], whom["group"])
    data, port = folder / "data", free_port()
    quiet: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, **whom}
    process: subprocess.Popen[bytes] | None = None
    try:
        subprocess.run(
            [_postgres_program("initdb"), "--pgdata", str(data), "--username", "offboarding"]
            + ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
            check=True,
            **quiet,
        )
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": folder,
            "max_connections": 200,
            # Nothing in a test has to survive a power cut.
            "fsync": "on" if durable else "off",
            "synchronous_commit": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "log_min_messages": "fatal",
            # As docker-compose.yml has it: on a disk without moving parts an index costs little.
            "random_page_cost": "1.1",
            "timezone": "UTC",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        process = subprocess.Popen(
            [_postgres_program("postgres"), "-D", str(data), *options],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_us,
            **quiet,
        )
        ready = [_postgres_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        wait_until(
            lambda: subprocess.run(ready, check=False).returncode == 0,
            seconds=SECONDS_TO_START,
            what="PostgreSQL to start",
        )
        subprocess.run(
            [_postgres_program("createdb"), "-h", "127.0.0.1", "-p", str(port)]
            + ["-U", "offboarding", database],
            check=True,
            **quiet,
        )
        yield f"postgres://offboarding@127.0.0.1:{port}/{database}"
    finally:
        if process is not None:
            # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
            end(process, number=signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)


# -- Redis -----------------------------------------------------------------------------------------


@dataclass
class Redis:
    """A Redis server that a test may stop, empty and start again on the same port."""

    folder: Path
    port: int
    arguments: list[str] = field(default_factory=list)
    password: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        credentials = f":{self.password}@" if self.password else ""
        return f"redis://{credentials}127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start, or start again with what the folder holds."""
        self.process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port)]
            + ["--dir", str(self.folder), "--save", "", "--daemonize", "no", *self.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_us,
        )
        wait_until(lambda: is_listening(self.port), seconds=SECONDS_TO_START, what="Redis to start")

    def stop(self) -> None:
        """Stop as it would on a restart of its machine."""
        if self.process is not None:
            end(self.process)

    def lose_everything(self) -> None:
        """Stop, forget all data, start empty."""
        self.stop()
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        self.start()


@contextlib.contextmanager
def redis(*arguments: str, password: str = "") -> Iterator[Redis]:
    """Run a Redis server; `arguments` go to redis-server after ours."""
    folder = Path(tempfile.mkdtemp(prefix="offboarding-redis-"))
    server = Redis(folder, free_port(), list(arguments), password)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


# -- SMTP ------------------------------------------------------------------------------------------


class Sink:
    """A mail server that takes everything and remembers it, in the test's own process."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.port = 0

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:
        self.mails.append(envelope)
        return "250 2.0.0 Taken"


@contextlib.contextmanager
def smtp(handler: Any = None) -> Iterator[Any]:
    """Run a mail server; pass an aiosmtpd handler of your own to refuse, delay or hang."""
    sink = handler if handler is not None else Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


# -- for a whole run -------------------------------------------------------------------------------


def _stopped(number: int, _frame: FrameType | None) -> None:
    # An exception, so that every `finally` above runs.
    raise SystemExit(128 + number)


def main(command: list[str]) -> int:
    """Run a command with its own PostgreSQL and Redis; they end with it, however it ends."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stopped)
    with postgres() as database_url, redis() as redis_server:
        environment = os.environ | {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_server.url,
            "CELERY_BROKER_URL": redis_server.url,
        }
        process = subprocess.Popen(command, env=environment)
        try:
            return process.wait()
        finally:
            end(process)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
