"""Days as a calendar reads them: RFC 5545, all-day events only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MOST_OCTETS = 75
"""In one line; a longer one goes on in the next, after a space."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Event:
    """Something that is on a day.

    Attributes:
        uid: the same at each reading, so that the calendar moves the event and adds no second one.
        on: the day.
        summary: what it is, as plain text.
        url: where it is done.
    """

    uid: str
    on: date
    summary: str
    url: str


def written(name: str, events: Iterable[Event], *, at: datetime) -> bytes:
    """Write a calendar.

    Args:
        name: as programs show it.
        events: in any order.
        at: when it is written.
    """
    return "".join(f"{folded(line)}\r\n" for line in _lines(name, events, at=at)).encode()


def _lines(name: str, events: Iterable[Event], *, at: datetime) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Offboarding//Offboarding//EN"
    yield "CALSCALE:GREGORIAN"
    yield f"NAME:{escaped(name)}"
    yield f"X-WR-CALNAME:{escaped(name)}"
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT6H"
    for event in events:
        yield "BEGIN:VEVENT"
        yield f"UID:{event.uid}"
        yield f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        yield f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}"
        yield f"SUMMARY:{escaped(event.summary)}"
        yield f"URL:{event.url}"
        yield "CLASS:PRIVATE"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def escaped(text: str) -> str:
    """Return text as the value of a line: nothing in it can end the line or begin another."""
    text = re.sub(r"\r\n|[\r\u0085\u2028\u2029]", "\n", text)
    text = _CONTROL.sub(" ", text).replace("\\", "\\\\")
    return text.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets, no letter cut in two."""
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > MOST_OCTETS:
            pieces.append(piece)
            # The space that begins the next line counts.
            piece, size = "", 1
        piece += letter
        size += octets
    return "\r\n ".join([*pieces, piece])
