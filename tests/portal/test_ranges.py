"""What a program that resumes a download asks for, and what it gets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.ranges import Part, Unsatisfiable, asked_part, said_date

AT = datetime(2027, 5, 3, 14, 2, 10, tzinfo=UTC)
ETAG = '"abc"'


def asked(range_header: str, if_range: str = "", size: int = 100) -> Part | None:
    return asked_part(range_header, if_range, size=size, etag=ETAG, changed_at=AT)


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=40-", 40, 100),
        ("bytes=-10", 90, 100),
        ("bytes=-1000", 0, 100),
        ("bytes=90-2000", 90, 100),
        (" Bytes = 5 - 5 ", 5, 6),
    ],
)
def test_one_part(header: str, start: int, stop: int) -> None:
    assert asked(header) == Part(start, stop, 100)
    assert asked(header).content_range == f"bytes {start}-{stop - 1}/100"  # type: ignore[union-attr]


@pytest.mark.parametrize("header", ["", "bytes=-", "bytes=9-3", "bytes=0-1,5-6", "lines=0-1", "x"])
def test_what_cannot_be_read_gets_the_whole(header: str) -> None:
    assert asked(header) is None


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-0", 0), (f"bytes={'9' * 40}-", 100)],
)
def test_what_lies_beyond_the_end_is_refused(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        asked(header, size=size)


@pytest.mark.parametrize(
    ("if_range", "is_this"),
    [
        (ETAG, True),
        ('"other"', False),
        (f"W/{ETAG}", False),
        (said_date(AT), True),
        ("Mon, 03 May 2027 14:02:11 GMT", False),
        ("nonsense", False),
    ],
)
def test_a_part_of_another_version_gets_the_whole(if_range: str, is_this: bool) -> None:
    assert (asked("bytes=5-", if_range) is not None) == is_this
