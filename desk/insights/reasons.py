"""Why cases were opened, what became of them, and how that changed over time."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from desk.insights.cells import Row, Table, number, part_of_all, share
from desk.insights.figures import Cases, Period
from offboarding.lifecycle import STAGES, State

LONGEST_MONTHS = 400
LONGEST_QUARTERS = 1100


def reasons(cases: Cases, period: Period) -> list[Table]:
    """Say why cases were opened, what became of them, and how that changed over time."""
    rows = (
        cases.annotate(month=TruncMonth("opened_at"))
        .values("month", "ground_id", "ground__name", "ground__position", "state")
        .order_by()
        .annotate(many=Count("pk"))
    )
    grounds: dict[int | None, str] = {}
    outcomes: dict[int | None, Counter[str]] = defaultdict(Counter)
    times: dict[Period, Counter[int | None]] = {one: Counter() for one in steps(period)}
    for row in sorted(rows, key=_by_place):
        key = row["ground_id"]
        grounds.setdefault(key, row["ground__name"] or _("Not chosen yet"))
        outcomes[key][_outcome_of(row["state"])] += row["many"]
        month = timezone.localtime(row["month"]).date()
        step = next(one for one in times if one.since.replace(day=1) <= month <= one.until)
        times[step][key] += row["many"]
    total = sum(sum(found.values()) for found in outcomes.values())
    return [
        _by_ground(grounds, outcomes, total),
        _over_time(grounds, times),
    ]


def _by_place(row: dict[str, Any]) -> tuple[bool, int, str]:
    place = row["ground__position"]
    return place is None, place or 0, row["ground__name"] or ""


def _outcome_of(state: str) -> str:
    if state in STAGES:
        return "open"
    return {State.CLOSED: "ended", State.RETAINED: "kept"}.get(State(state), "withdrawn")


_BECAME = ("open", "ended", "kept", "withdrawn")


def _by_ground(
    grounds: dict[int | None, str], outcomes: dict[int | None, Counter[str]], total: int
) -> Table:
    rows = []
    for key, name in grounds.items():
        found, code = outcomes[key], f"opened:{key or 'none'}"
        many = sum(found.values())
        cells = [number(many, code), part_of_all(many, total)]
        cells += [number(found[one], f"{code}:{one}") for one in _BECAME]
        settled = found["ended"] + found["kept"] + found["withdrawn"]
        cells.append(share(found["kept"], settled))
        bars = tuple(found[one] for one in _BECAME)
        rows.append(Row(name, cells, bars))
    return Table(
        "reasons",
        _("Reasons, and what became of them"),
        _("Each case by the ground it has now. Kept is a share of the cases that have an outcome."),
        [
            _("Ground"),
            _("Cases"),
            _("Share of all"),
            _("Open"),
            _("Closed"),
            _("Client kept"),
            _("Withdrawn"),
            _("Share kept"),
        ],
        rows,
        (
            (_("Open"), "notice"),
            (_("Closed"), "evaluate"),
            (_("Client kept"), "follow-up"),
            (_("Withdrawn"), "transition"),
        ),
    )


def _over_time(grounds: dict[int | None, str], times: dict[Period, Counter[int | None]]) -> Table:
    rows = []
    for step, found in times.items() if grounds else ():
        many = sum(found.values())
        cells = [number(many, "opened:all", step)]
        cells += [number(found[key], f"opened:{key or 'none'}", step) for key in grounds]
        rows.append(Row(_name_of(step), cells, (many,)))
    return Table(
        "over-time",
        _("Cases over time"),
        _("By the day on which they were opened."),
        [_("Opened"), _("All"), *grounds.values()],
        rows,
        ((_("Cases opened"), "notice"),),
    )


def steps(period: Period) -> list[Period]:
    """Cut a period into months; a longer one into quarters or years."""
    days = (period.until - period.since).days
    months = 1 if days <= LONGEST_MONTHS else 3 if days <= LONGEST_QUARTERS else 12
    found, since = [], period.since
    while since <= period.until:
        begin = (since.month - 1) // months * months + months
        after = date(since.year + begin // 12, begin % 12 + 1, 1)
        found.append(Period(since, min(after - timedelta(days=1), period.until)))
        since = after
    return found


def _name_of(step: Period) -> str:
    first, last = step.since, step.until
    if (first.year, first.month) == (last.year, last.month):
        return date_format(first, "F Y")
    if last.month - first.month <= 2:
        return f"{date_format(first, 'M')}–{date_format(last, 'M Y')}"
    return str(first.year)
