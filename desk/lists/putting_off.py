"""The days until which people put things off most often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit import clock

_FRIDAY = 4


@dataclass(frozen=True)
class QuickDay:
    """A day with the words people use for it."""

    words: str | Promise
    day: date


def next_days(today: date | None = None) -> list[QuickDay]:
    """Return the next working day, Monday and the day in two weeks, without doubles.

    Args:
        today: at the reader's office; the server's day when left out.
    """
    start = today or clock.today()
    tomorrow = start + timedelta(days=1)
    monday = start + timedelta(days=7 - start.weekday())
    later = start + timedelta(days=14)
    if later.weekday() > _FRIDAY:
        later = monday + timedelta(days=14)
    days = [QuickDay(_("Monday"), monday), QuickDay(_("In two weeks"), later)]
    if start.weekday() < _FRIDAY:
        days.insert(0, QuickDay(_("Tomorrow"), tomorrow))
    return days
