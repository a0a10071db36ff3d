"""Keeps a few programs running together and ends every one of them in time.

Each program lives in a session of its own, so that a signal from the terminal reaches only the
supervisor, and so that whatever a program started can be found and ended with it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# Together below the 10 seconds in which everything must be gone.
SECONDS_FOR_THE_FIRST = 6.5
SECONDS_FOR_ALL = 7.5
# A program that dies this often, each time within this many seconds, will not recover.
FAST_DEATHS = 5
FAST_SECONDS = 10.0

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """One program to keep running.

    Args:
        name: how people read about it.
        command: the program and its arguments.
        ends_last: whether others still need it while they finish.
    """

    name: str
    command: Sequence[str]
    ends_last: bool = False


@dataclass
class _Running:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    fast_deaths: int = 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _die_with_the_supervisor() -> None:
    """Ask the kernel to end this program should the supervisor be killed outright (Linux)."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    except (AttributeError, OSError):
        return


def _members_of(session: int) -> list[int]:
    """Return the processes of a session, also those that left the process group (Linux)."""
    members = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The command name before the last parenthesis may hold anything.
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        state, session_of_process = fields[0], int(fields[3])
        if session_of_process == session and state != "Z":
            members.append(int(entry.parent.name))
    return members


class Supervisor:
    """Starts programs, restarts what dies, and ends all of them on a signal."""

    def __init__(
        self, programs: Sequence[Program], *, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self._programs = programs
        self._folder = folder
        self._environment = dict(environment)
        self._running: list[_Running] = []
        self._stop_requested = False

    def run(self, *, is_ready: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        """Keep everything running until told to stop.

        Args:
            is_ready: asked a few times a second until it says yes.
            when_ready: called once then.

        Returns:
            0 after a signal, 1 when a program would not stay up.
        """
        announced = False
        try:
            for number in STOP_SIGNALS:
                signal.signal(number, self._request_stop)
            for program in self._programs:
                if self._stop_requested:
                    return 0
                self._running.append(self._start(program))
            while not self._stop_requested:
                if not all(self._is_kept_up(running) for running in self._running):
                    return 1
                if not announced and is_ready():
                    announced = True
                    when_ready()
                time.sleep(0.2)
            return 0
        finally:
            self._end_all()

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_requested = True

    def _start(self, program: Program) -> _Running:
        process = subprocess.Popen(
            program.command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_the_supervisor,
        )
        return _Running(program, process, time.monotonic())

    def _is_kept_up(self, running: _Running) -> bool:
        """Restart a program that died; say no when it dies again and again."""
        code = running.process.poll()
        if code is None:
            return True
        lived = time.monotonic() - running.started
        running.fast_deaths = running.fast_deaths + 1 if lived < FAST_SECONDS else 0
        # What it started must not go on beside its successor.
        self._kill(running)
        if running.fast_deaths >= FAST_DEATHS:
            _say(f"{running.program.name} ended {FAST_DEATHS} times in a row; giving up.")
            return False
        _say(f"{running.program.name} ended unexpectedly (exit {code}); starting it again.")
        successor = self._start(running.program)
        running.process, running.started = successor.process, successor.started
        return True

    def _end_all(self) -> None:
        # A second Ctrl-C must not cut the ending short.
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        began = time.monotonic()
        first = [running for running in self._running if not running.program.ends_last]
        last = [running for running in self._running if running.program.ends_last]
        for group, deadline in ((first, SECONDS_FOR_THE_FIRST), (last, SECONDS_FOR_ALL)):
            for running in group:
                if running.process.poll() is None:
                    running.process.send_signal(signal.SIGTERM)
            for running in group:
                remaining = max(0.0, began + deadline - time.monotonic())
                try:
                    running.process.wait(remaining)
                except subprocess.TimeoutExpired:
                    _say(f"{running.program.name} did not end in time; killing it.")
        for running in self._running:
            self._kill(running)

    def _kill(self, running: _Running) -> None:
        """End whatever is left of a program, its children included."""
        session = running.process.pid
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(session, signal.SIGKILL)
        for member in _members_of(session):
            with suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        running.process.wait()
