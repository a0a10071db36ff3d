"""How often a ground came back before a measure was adopted, and since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate

from audit import clock
from desk.insights.figures import Cases, Period, start_of
from offboarding.models import PreventiveMeasure

FEWEST = 5
"""From so many cases on, a group has rates and averages."""
COMPARED_DAYS = 365
"""So long before and after the day of adoption at most."""


@dataclass(frozen=True)
class Repeat:
    """Cases of the measure's ground among all that were opened in a time."""

    ground: int
    period: Period
    many: int
    of: int

    @property
    def figure(self) -> str:
        """The name of the cases behind it."""
        return f"opened:{self.ground}"

    @property
    def percent(self) -> int | None:
        """The share of the ground; none of a small group."""
        return round(100 * self.many / self.of) if self.many >= FEWEST else None


@dataclass(frozen=True)
class Repeats:
    """The time before a measure and the time with it."""

    before: Repeat
    since: Repeat


def repeats_of(measures: Iterable[PreventiveMeasure], cases: Cases) -> dict[int, Repeats]:
    """Count for each adopted measure, in one question, among the cases somebody may read."""
    adopted = [one for one in measures if one.is_adopted and one.adopted_on]
    if not adopted:
        return {}
    times = {}
    for one in adopted:
        day = one.adopted_on
        assert day is not None
        year = timedelta(days=COMPARED_DAYS)
        last = min(day + year - timedelta(days=1), clock.today())
        times[one.pk] = (Period(day - year, day - timedelta(days=1)), Period(day, last))
    first = min(before.since for before, _since in times.values())
    latest = max(since.until for _before, since in times.values())
    days = (
        cases.filter(
            opened_at__gte=start_of(first), opened_at__lt=start_of(latest + timedelta(days=1))
        )
        .annotate(day=TruncDate("opened_at"))
        .values_list("day", "ground_id")
        .order_by()
        .annotate(many=Count("pk"))
    )
    counted = [(day, ground, many) for day, ground, many in days]
    found = {}
    for one in adopted:
        pair = []
        for period in times[one.pk]:
            sums: Counter[bool] = Counter()
            for day, ground, many in counted:
                if period.since <= day <= period.until:
                    sums[ground == one.ground_id] += many
            pair.append(Repeat(one.ground_id, period, sums[True], sums.total()))
        found[one.pk] = Repeats(*pair)
    return found
