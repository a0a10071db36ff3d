"""Where the bars of a chart stand, in shares of its width, so that a page draws them as SVG.

Nothing is styled in the page: a bar has its place in attributes and its colour from a tone's class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_ROW = 40
_LONGEST_LABEL = 34


@dataclass(frozen=True)
class Bar:
    """One piece of a row's bar."""

    x: str
    width: str
    tone: str


@dataclass(frozen=True)
class ChartRow:
    """One group: its words above its bar."""

    label: str
    words: str
    words_y: int
    bar_y: int
    bars: list[Bar]


@dataclass(frozen=True)
class Chart:
    """Rows of bars, one below the other."""

    height: int
    rows: list[ChartRow]


def chart_of(groups: Iterable[tuple[str, tuple[int, ...]]], tones: list[str]) -> Chart | None:
    """Lay out bars, the longest as wide as the chart; nothing where all are empty.

    Args:
        groups: the label and the pieces of each bar.
        tones: of the pieces, in their order.
    """
    rows = list(groups)
    longest = max((sum(pieces) for _label, pieces in rows), default=0)
    if not longest:
        return None
    laid = []
    for place, (label, pieces) in enumerate(rows):
        bars, x = [], 0.0
        for many, tone in zip(pieces, tones, strict=True):
            width = 100 * many / longest
            if many:
                bars.append(Bar(f"{x:.2f}%", f"{width:.2f}%", tone))
            x += width
        short = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
        words = " · ".join(f"{many:,}" for many in pieces)
        laid.append(ChartRow(short, words, place * _ROW + 14, place * _ROW + 20, bars))
    return Chart(len(rows) * _ROW, laid)
