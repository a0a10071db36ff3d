"""Moves the demo's clock, so that a month of waiting can be seen in a minute."""

from __future__ import annotations

import os
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_STEP = re.compile(r"\+(\d{1,4})([mhdw])")
LONGEST_SECONDS = 20 * 365 * 86_400


class Command(BaseCommand):
    help = (
        "Move the clock of the demo forward (+90m, +12h, +30d, +2w), put it back to the real "
        "time (reset), or say where it stands (show)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("move", nargs="?", default="show", metavar="+30d|reset|show")

    def handle(self, *args: Any, move: str, **options: Any) -> None:
        file: Path = settings.CLOCK_OFFSET_FILE
        if move == "reset":
            file.unlink(missing_ok=True)
        elif move != "show":
            _write(file, _offset(file) + _seconds(move))
        days, rest = divmod(_offset(file), 86_400)
        if days or rest:
            self.stdout.write(
                f"The clock is {days} days {rest // 3600} hours {rest % 3600 // 60} minutes ahead."
            )
        else:
            self.stdout.write("The clock shows the real time.")


def _seconds(move: str) -> int:
    """Read a step forward.

    Raises:
        CommandError: not a step, or one backward; a case must not be older than its record.
    """
    step = _STEP.fullmatch(move)
    if step is None:
        raise CommandError(f"Say +90m, +12h, +30d, +2w, reset or show, not {move!r}.")
    return int(step[1]) * _SECONDS[step[2]]


def _offset(file: Path) -> int:
    try:
        return int(file.read_text().strip() or 0)
    except FileNotFoundError:
        return 0


def _write(file: Path, seconds: int) -> None:
    """Replace the file in one step; web, worker and beat read it at any moment.

    Raises:
        CommandError: further ahead than dates can reasonably be.
    """
    if seconds > LONGEST_SECONDS:
        raise CommandError("The clock goes at most 20 years ahead.")
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    unfinished.write_text(f"{seconds}\n")
    unfinished.replace(file)
