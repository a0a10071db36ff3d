"""Moves the demo's clock, so that a month of waiting can be seen in a minute."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit import clock

_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_STEP = re.compile(r"\+(\d{1,4})([mhdw])")
LONGEST = timedelta(days=20 * 365)


class Command(BaseCommand):
    help = (
        "Move the clock of the demo forward (+90m, +12h, +30d, +2w), put it back to the real "
        "time (reset), or say where it stands (show)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("move", nargs="?", default="show", metavar="+30d|reset|show")

    def handle(self, *args: Any, move: str, **options: Any) -> None:
        if move == "reset":
            settings.CLOCK_OFFSET_FILE.unlink(missing_ok=True)
        elif move != "show":
            ahead = clock.offset() + _step(move)
            if ahead > LONGEST:
                raise CommandError("The clock goes at most 20 years ahead.")
            clock.move(ahead)
        days, rest = divmod(int(clock.offset().total_seconds()), 86_400)
        if days or rest:
            self.stdout.write(
                f"The clock is {days} days {rest // 3600} hours {rest % 3600 // 60} minutes ahead."
            )
        else:
            self.stdout.write("The clock shows the real time.")


def _step(move: str) -> timedelta:
    """Read a step forward.

    Raises:
        CommandError: not a step, or one backward; a case must not be older than its record.
    """
    step = _STEP.fullmatch(move)
    if step is None:
        raise CommandError(f"Say +90m, +12h, +30d, +2w, reset or show, not {move!r}.")
    return timedelta(seconds=int(step[1]) * _SECONDS[step[2]])
