"""Cells of a CSV file that a spreadsheet shows as text and never runs as a formula."""

from __future__ import annotations

# A cell that begins so is a formula to some spreadsheet; the wide forms count in Japanese ones.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> object:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Numbers, dates and empty cells pass as they are. `original_text` undoes it without loss.
    """
    return f"'{value}" if isinstance(value, str) and _is_risky(value) else value


def safe_row(values: list[object]) -> list[object]:
    """Make every cell of a row safe."""
    return [safe_cell(value) for value in values]


def original_text(cell: str) -> str:
    """Take the apostrophe away that `safe_cell` put before a text."""
    return cell[1:] if cell.startswith("'") and _is_risky(cell) else cell


def _is_risky(text: str) -> bool:
    # A text with apostrophes of its own gets one more, so that taking one away is always right.
    return text.lstrip("'").startswith(_STARTS_A_FORMULA)
