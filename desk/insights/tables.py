"""What the insights say: tables of figures, each with the cases behind it.

Everything is added up by the database, among the cases that the reader may read. Where fewer than
five cases are a group, only their number is said: a rate of three says nothing, and may point at
somebody. Nobody's work is ranked: no table knows of people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from desk.insights.cells import Table
from desk.insights.figures import Cases, Period
from desk.insights.learning import avoidable, helped, models_of_notices, reactions
from desk.insights.proof import obligations, open_money, receipts, served
from desk.insights.reasons import reasons
from desk.insights.times import ages, stages, waiting

Question = Callable[[Cases, Period], list[Table]]


@dataclass(frozen=True)
class Part:
    """One page of the insights: its questions, with the tables that each answers."""

    code: str
    title: str | Promise
    questions: tuple[tuple[Question, tuple[str, ...]], ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables."""
        return tuple(name for _ask, names in self.questions for name in names)


PARTS = (
    Part("reasons", _lazy("Reasons"), ((reasons, ("reasons", "over-time")),)),
    Part(
        "time",
        _lazy("Time"),
        ((waiting, ("waiting",)), (stages, ("stages",)), (ages, ("age",))),
    ),
    Part(
        "receipt",
        _lazy("Receipt, obligations, money"),
        (
            (served, ("receipt",)),
            (receipts, ("proof",)),
            (obligations, ("obligations",)),
            (open_money, ("money",)),
        ),
    ),
    Part(
        "learning",
        _lazy("Reactions and lessons"),
        (
            (reactions, ("reactions",)),
            (models_of_notices, ("models",)),
            (avoidable, ("avoidable",)),
            (helped, ("measures",)),
        ),
    ),
)


_OF_ALL_TIME = (waiting, helped)
"""Questions with a time of their own."""


def tables_of(part: Part, cases: Cases, period: Period, *, only: str = "") -> list[Table]:
    """Answer the questions of a page about the cases that somebody may read.

    Args:
        part: the page.
        cases: what they may read.
        period: when the cases were opened that the figures are about.
        only: the one table that is wanted.
    """
    opened = cases.filter(period.opened_in())
    return [
        table
        for ask, names in part.questions
        if not only or only in names
        for table in ask(cases if ask in _OF_ALL_TIME else opened, period)
    ]
