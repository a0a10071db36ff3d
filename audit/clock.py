"""What time it is: the only now() of the house.

In the demo and in tests a file may move the clock by a number of seconds, for every process that
shares the data folder. Production never looks for that file.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

_NO_OFFSET = timedelta(0)
# What the file looked like when it was last read, and what it said.
_last_read: tuple[tuple[str, int, int, int], timedelta] | None = None


def now() -> datetime:
    """Return the present instant, aware and in UTC, moved by the offset where one is allowed."""
    return datetime.now(UTC) + offset()


def today(zone: str | tzinfo | None = None) -> date:
    """Return the date it is now in a place.

    Args:
        zone: a zone name such as "Europe/Berlin", or a zone; Django's current zone when left out.
    """
    if zone is None:
        zone = timezone.get_current_timezone()
    elif isinstance(zone, str):
        zone = ZoneInfo(zone)
    return now().astimezone(zone).date()


def offset() -> timedelta:
    """Return how far the clock is moved; nothing unless the settings name an offset file.

    Raises:
        ValueError: the file holds something other than a number of seconds.
    """
    global _last_read
    path = settings.CLOCK_OFFSET_FILE
    if not path:
        return _NO_OFFSET
    try:
        seen = os.stat(path)
    except FileNotFoundError:
        return _NO_OFFSET
    # The inode tells two files apart that were written within one tick of the file system's clock.
    looks = (str(path), seen.st_mtime_ns, seen.st_ino, seen.st_size)
    if _last_read is None or _last_read[0] != looks:
        text = Path(path).read_text(encoding="ascii").strip()
        try:
            _last_read = (looks, timedelta(seconds=float(text or 0)))
        except ValueError:
            raise ValueError(f"{path} must hold a number of seconds, not {text!r}.") from None
    return _last_read[1]


def move(to: timedelta) -> None:
    """Set how far the clock is moved, for every process that shares the offset file.

    Args:
        to: the whole offset, not a step; zero puts the clock right again.

    Raises:
        RuntimeError: the settings name no offset file, as in production.
    """
    if not settings.CLOCK_OFFSET_FILE:
        raise RuntimeError("The clock can be moved in the demo and in tests only.")
    path = Path(settings.CLOCK_OFFSET_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(f"{to.total_seconds():.6f}\n", encoding="ascii")
    # A rename is atomic: no reader ever sees half a number.
    draft.replace(path)
