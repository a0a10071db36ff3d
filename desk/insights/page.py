"""The insights: what many endings say together, each figure a way to its cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit import clock
from clients.csv_cells import csv_file
from desk.frame.charts import Chart, chart_of
from desk.frame.inputs import DayField
from desk.frame.scoping import cases_of
from desk.insights.cells import Cell, Table
from desk.insights.figures import Period
from desk.insights.tables import PARTS, Part, tables_of

LONGEST_YEARS = 20


def usual_period() -> Period:
    """Return the last twelve months."""
    today = clock.today()
    # The year before a leap year's has no 29 February.
    before = today.replace(year=today.year - 1, day=min(today.day, 28 if today.month == 2 else 31))
    return Period(before + timedelta(days=1), today)


class PeriodForm(forms.Form):
    """When the cases were opened that the figures are about."""

    since = DayField(label=_("Opened from"), required=False)
    until = DayField(label=_("until"), required=False)

    def clean(self) -> dict[str, Any]:
        """Fill in what was left out, and refuse a period that is none."""
        said: dict[str, Any] = super().clean() or {}
        if self.errors:
            return said
        usual = usual_period()
        until: date = said.get("until") or usual.until
        since: date = said.get("since") or min(usual.since, until)
        if until < since:
            raise ValidationError({"until": _text("This day is before the first one.")})
        if until.year - since.year > LONGEST_YEARS:
            sentence = _text("Choose %(years)d years at most.") % {"years": LONGEST_YEARS}
            raise ValidationError({"since": sentence})
        return said | {"period": Period(since, until)}


@dataclass(frozen=True)
class ShownCell:
    """A figure as it stands in a table: its words, its column, and where it leads."""

    words: str
    head: str
    url: str


@dataclass(frozen=True)
class Shown:
    """A table with its chart and its file."""

    table: Table
    rows: list[tuple[str, list[ShownCell]]]
    chart: Chart | None
    csv_url: str


def _shown(table: Table, period: Period) -> Shown:
    rows = [
        (
            row.label,
            [
                ShownCell(cell.words, head, _cases_url(cell, table, period))
                for cell, head in zip(row.cells, table.heads[1:], strict=True)
            ],
        )
        for row in table.rows
    ]
    bars = [(row.label, row.bars) for row in table.rows]
    chart = chart_of(bars, [tone for _name, tone in table.series]) if table.series else None
    address = reverse("desk:insights-csv", args=[table.code])
    return Shown(table, rows, chart, f"{address}?{urlencode(_conditions(period))}")


def _cases_url(cell: Cell, table: Table, period: Period) -> str:
    if not cell.figure:
        return ""
    conditions = {"figure": cell.figure}
    if cell.period or not table.is_of_now:
        conditions |= _conditions(cell.period or period)
    return f"{reverse('desk:case-list')}?{urlencode(conditions)}"


def _conditions(period: Period) -> dict[str, str]:
    return {"since": period.since.isoformat(), "until": period.until.isoformat()}


@require_safe
@never_cache
def insights(request: HttpRequest, part: str = PARTS[0].code) -> HttpResponse:
    """Show one page of the insights about the cases that its reader may read."""
    here = next((one for one in PARTS if one.code == part), None)
    if here is None:
        raise Http404(_text("There is no such page."))
    usual = usual_period()
    form = PeriodForm(_asked(request, usual))
    is_valid = form.is_valid()
    period: Period = form.cleaned_data["period"] if is_valid else usual
    tables = tables_of(here, cases_of(request), period) if is_valid else []
    conditions = _conditions(period) if period != usual else {}
    context = {
        "form": form,
        "parts": [(one, _part_url(one, conditions), one is here) for one in PARTS],
        "tables": [_shown(table, period) for table in tables],
        "part": here,
        "is_usual": period == usual,
    }
    status = HTTPStatus.OK if is_valid else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "desk/insights.html", context, status=status)


def _asked(request: HttpRequest, usual: Period) -> dict[str, Any]:
    return _conditions(usual) | {
        name: request.GET[name] for name in ("since", "until") if request.GET.get(name)
    }


def _part_url(part: Part, conditions: dict[str, str]) -> str:
    is_first = part is PARTS[0]
    url = reverse("desk:insights") if is_first else reverse("desk:insights-part", args=[part.code])
    return f"{url}?{urlencode(conditions)}" if conditions else url


@require_safe
@never_cache
def insights_csv(request: HttpRequest, table: str) -> HttpResponse:
    """Write one table out as a file."""
    form = PeriodForm(_asked(request, usual_period()))
    part = next((one for one in PARTS if table in one.tables), None)
    if part is None or not form.is_valid():
        raise Http404(_text("There is no such table."))
    found = tables_of(part, cases_of(request), form.cleaned_data["period"], only=table)
    wanted = next(one for one in found if one.code == table)
    rows: list[list[object]] = [list(wanted.heads)]
    for row in wanted.rows:
        cells = [cell.words if cell.value is None else cell.value for cell in row.cells]
        rows.append([row.label, *cells])
    answer = HttpResponse(csv_file(rows), content_type="text/csv; charset=utf-8")
    name = f"insights-{table}-{clock.today().isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


urlpatterns: list[URLPattern] = [
    path("insights/", insights, name="insights"),
    path("insights/<slug:part>/", insights, name="insights-part"),
    path("insights/<slug:table>.csv", insights_csv, name="insights-csv"),
]
