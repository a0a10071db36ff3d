"""The whole application as a newcomer starts it, on free ports and in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests import migrated
from tests.services import end, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 120
SECONDS_TO_LOAD_THE_FIRM = 600
_NOT_FOR_THE_DEMO = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE")
"""What another run may have set: the demo stands on its embedded defaults."""


@dataclass
class Demo:
    """A running `manage.py up`."""

    address: str
    folder: Path
    environment: dict[str, str]

    def manage(self, *command: str) -> str:
        """Run a command of the application beside it, in the same folder."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def days_pass(self, days: int) -> None:
        """Move the clock of every process of the demo."""
        self.manage("clock", f"+{days}d")

    def said(self) -> str:
        """Return what its processes wrote on the screen."""
        return (self.folder / "screen.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def a_demo(folder: Path, *, with_sample_firm: bool) -> Iterator[Demo]:
    """Run web, worker, beat and mail catcher; all of it ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    # A first start from nothing is another test's; here the demo finds the tables laid.
    migrated.put_in_place(folder / "db.sqlite3")
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if name not in _NOT_FOR_THE_DEMO
    } | {
        "OFFBOARDING_ENV": "demo",
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "EMAIL_PORT": str(free_port()),
    }
    demo = Demo(f"http://127.0.0.1:{port}", folder, environment)
    command = [sys.executable, "manage.py", "up"]
    if not with_sample_firm:
        command.append("--without-sample-firm")
    with (folder / "screen.log").open("wb") as screen:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=screen,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until(
                lambda: process.poll() is not None or _answers(demo.address),
                seconds=SECONDS_TO_LOAD_THE_FIRM if with_sample_firm else SECONDS_TO_START,
                what="the demo to answer",
            )
            assert process.poll() is None, demo.said()
            yield demo
        finally:
            end(process)


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False
