"""Parts of a file: what a program that resumes a download asks for, and what it is told.

Source: RFC 9110, sections 13.1.5 (If-Range), 14.2 (Range) and 14.4 (Content-Range).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.http import http_date, parse_http_date_safe

_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A stretch of a file, from `start` up to, not including, `stop`."""

    start: int
    stop: int
    size: int

    @property
    def length(self) -> int:
        return self.stop - self.start

    @property
    def is_whole(self) -> bool:
        return self.length == self.size

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.stop - 1}/{self.size}"


class Unsatisfiable(Exception):
    """What is asked for lies beyond the end of the file."""


def asked_part(
    range_header: str, if_range: str, *, size: int, etag: str, changed_at: datetime
) -> Part | None:
    """Return the part that a request asks for; None when it gets the whole file.

    A range that cannot be read, several at once, or one of another version of the file: each gets
    the whole, as the standard allows.

    Raises:
        Unsatisfiable: the part begins beyond the end.
    """
    match = _ONE_RANGE.fullmatch(range_header)
    if match is None or not (match[1] or match[2]) or not _is_this(if_range, etag, changed_at):
        return None
    if max(len(match[1]), len(match[2])) > 18:
        raise Unsatisfiable
    if not match[1]:
        last_bytes = int(match[2])
        if not last_bytes or not size:
            raise Unsatisfiable
        return Part(max(size - last_bytes, 0), size, size)
    start = int(match[1])
    stop = min(int(match[2]) + 1, size) if match[2] else size
    if match[2] and int(match[2]) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Part(start, stop, size)


def _is_this(if_range: str, etag: str, changed_at: datetime) -> bool:
    if_range = if_range.strip()
    if not if_range:
        return True
    if if_range.startswith(('"', "W/")):
        # A weak mark is no proof that every byte is the same.
        return if_range == etag
    return parse_http_date_safe(if_range) == int(changed_at.timestamp())


def said_date(at: datetime) -> str:
    """Return an instant as a header has it."""
    return http_date(at.timestamp())
