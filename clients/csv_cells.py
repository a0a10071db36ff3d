"""Cells of a CSV file that a spreadsheet shows as text and never runs as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

# A cell that begins so is a formula to some spreadsheet; the wide forms count in Japanese ones.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

UTF_8_MARK = "\ufeff"
"""Before the first line it tells spreadsheets that the file is UTF-8."""


_NAMES_THE_SEPARATOR = re.compile(
    r'"?sep=(?P<separator>[^"\s\w]|\t)"?[ ,;\t]*(?:\r\n|\n|\r|\Z)', re.I
)


def without_separator_line(text: str) -> tuple[str, str]:
    """Take away a first line such as `sep=;`, by which Excel is told how cells are separated.

    Excel does not count that line as a row.

    Returns:
        The text that follows, and the separator; the whole text and "" where no line names one.
    """
    found = _NAMES_THE_SEPARATOR.match(text)
    return (text[found.end() :], found["separator"]) if found else (text, "")


def safe_cell(value: object) -> object:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Numbers, dates and empty cells pass as they are. `original_text` undoes it without loss.
    """
    return f"'{value}" if isinstance(value, str) and _is_risky(value) else value


def safe_row(values: list[object]) -> list[object]:
    """Make every cell of a row safe."""
    return [safe_cell(value) for value in values]


def csv_line(cells: Iterable[object]) -> str:
    """Write one row of a file, each cell of it safe."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow(safe_row(list(cells)))
    return text.getvalue()


def csv_file(rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows as a file that any spreadsheet reads and none executes."""
    return (UTF_8_MARK + "".join(csv_line(row) for row in rows)).encode()


def original_text(cell: str) -> str:
    """Take the apostrophe away that `safe_cell` put before a text."""
    return cell[1:] if cell.startswith("'") and _is_risky(cell) else cell


def _is_risky(text: str) -> bool:
    # A text with apostrophes of its own gets one more, so that taking one away is always right.
    return text.lstrip("'").startswith(_STARTS_A_FORMULA)
