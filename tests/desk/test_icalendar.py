"""How days are written for calendars, checked against RFC 5545 line by line."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from desk.icalendar import Event, escaped, folded, written

AT = datetime(2027, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_an_event_is_a_whole_day_that_can_be_recognised_and_takes_no_time() -> None:
    event = Event("task-7@example.com", date(2027, 12, 31), "Call", "https://example.com/cases/X/")

    text = written("Ours", [event], at=AT).decode()

    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = text.split("\r\n")
    for line in (
        "UID:task-7@example.com",
        "DTSTAMP:20270304T050607Z",
        "DTSTART;VALUE=DATE:20271231",
        "DTEND;VALUE=DATE:20280101",
        "SUMMARY:Call",
        "URL:https://example.com/cases/X/",
        "TRANSP:TRANSPARENT",
    ):
        assert lines.count(line) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"a\b", r"a\\b"),
        ("one, two; three", r"one\, two\; three"),
        ("one\r\ntwo\nthree\rfour", r"one\ntwo\nthree\nfour"),
        ("END:VEVENT\r\nBEGIN:VEVENT", r"END:VEVENT\nBEGIN:VEVENT"),
        ("bell\x07 and tab\t.", "bell  and tab ."),
        ("line\u2028next\x85end", r"line\nnext\nend"),
        (r"\n", r"\\n"),
    ],
)
def test_text_cannot_leave_its_line(text: str, value: str) -> None:
    assert escaped(text) == value


@pytest.mark.parametrize("letter", ["a", "ü", "語", "🙂"])
@pytest.mark.parametrize("length", [0, 18, 25, 37, 74, 75, 76, 149, 150, 400])
def test_a_long_line_goes_on_in_pieces_that_cut_no_letter(letter: str, length: int) -> None:
    line = letter * length

    pieces = folded(line).split("\r\n")

    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert len(pieces) == 1 or len(line.encode()) > 75
