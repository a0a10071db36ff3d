"""Tables of figures: how many, what part, how long on average; and what is not said of a few."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.formats import number_format

from desk.insights.figures import Period
from desk.insights.measure_rates import FEWEST

NONE = "–"


@dataclass(frozen=True)
class Cell:
    """One figure: its words, and the name of the cases behind it."""

    words: str
    figure: str = ""
    period: Period | None = None
    """Narrower than the page's, for a month of it."""
    value: int | float | None = None
    """The bare number, for a file."""


@dataclass(frozen=True)
class Row:
    """One group of cases."""

    label: str
    cells: list[Cell]
    bars: tuple[int, ...] = ()
    """How long the chart's bars of this group are."""


@dataclass(frozen=True)
class Table:
    """One question and its answer in figures.

    Attributes:
        code: its name in addresses.
        title: what is asked.
        note: what is counted, and how.
        heads: of the columns, the groups' first.
        rows: one a group.
        series: what the bars stand for, each with its tone; a table without has no chart.
        is_of_now: all open cases, whatever the period.
    """

    code: str
    title: str
    note: str
    heads: list[str]
    rows: list[Row] = field(default_factory=list)
    series: tuple[tuple[str, str], ...] = ()
    is_of_now: bool = False


def number(many: int, figure: str = "", period: Period | None = None) -> Cell:
    """Say how many; none leads nowhere."""
    return Cell(f"{many:,}", figure if many else "", period, many)


def share(part: int, whole: int) -> Cell:
    """Say what part of a group; nothing of a small one, and never all or none for nearly so."""
    if whole < FEWEST:
        return Cell(NONE)
    percent = round(100 * part / whole)
    if part and not percent:
        return Cell("< 1 %")
    return Cell("> 99 %" if percent == 100 and part < whole else f"{percent} %")


def part_of_all(group: int, everything: int) -> Cell:
    """Say what part of all a group is; nothing of a small one."""
    return share(group, everything) if group >= FEWEST else Cell(NONE)


def average_days(days: float | None, of: int) -> Cell:
    """Say how many days on average; nothing of a small group."""
    if days is None or of < FEWEST:
        return Cell(NONE)
    return Cell(number_format(days, 1, use_l10n=True), value=round(days, 1))
