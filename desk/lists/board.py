"""The board: every open case under its stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from accounts import selectors as people
from accounts.models import User
from desk.case.tag_rows import with_tags
from desk.frame.scoping import cases_of, person_of
from desk.lists.cases import ORDER
from desk.lists.lines import SHOWN_WITH, CaseLine, lines_of, with_late
from offboarding import counting
from offboarding.lifecycle import STAGES, State
from offboarding.models import TerminationCase
from offboarding.selectors import stage_targets

CARDS_A_COLUMN = 20


@dataclass(frozen=True)
class Column:
    """One stage and its newest cases, what is due first on top."""

    state: State
    lines: list[CaseLine]
    count: str
    all_url: str
    is_cut: bool
    target: int
    """The days that a case should stand here at most."""


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the six stages side by side, of everybody or of the person's own cases."""
    user = person_of(request)
    mine = request.GET.get("owner") == "me"
    cases = cases_of(request)
    if mine:
        cases = cases.filter(owner=user)
    context = {
        "columns": _columns(cases, user=user, mine=mine),
        "mine": mine,
        "may_open_cases": bool(people.roles_of(user)),
    }
    return render(request, "desk/board.html", context)


def _columns(cases: QuerySet[TerminationCase], *, user: User, mine: bool) -> list[Column]:
    shown = (
        with_late(with_tags(TerminationCase.objects.filter(pk__in=_newest(cases))))
        .select_related(*SHOWN_WITH)
        .order_by(*ORDER)
    )
    by_state: dict[str, list[CaseLine]] = {}
    for line in lines_of(shown):
        by_state.setdefault(line.case.state, []).append(line)
    counts = counting.counts_visible_to(user, owner=user if mine else None)
    targets = stage_targets()
    columns = []
    for state in STAGES:
        count = counts.get(state, 0)
        conditions = {"state": state.value} | ({"owner": str(user.pk)} if mine else {})
        columns.append(
            Column(
                state=state,
                lines=sorted(by_state.get(state, []), key=lambda line: line.due_on or date.max),
                count=f"{count:,}",
                all_url=f"{reverse('desk:case-list')}?{urlencode(conditions)}",
                is_cut=count > CARDS_A_COLUMN,
                target=targets[state],
            )
        )
    return columns


def _newest(cases: QuerySet[TerminationCase]) -> list[int]:
    """Return the keys of the newest cases of each stage, in one query along the index."""
    try:
        columns, values = _of_each_stage(cases.order_by(*ORDER), CARDS_A_COLUMN)
    except EmptyResultSet:
        return []
    keys = [f"SELECT id FROM ({column}) AS newest" for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(keys), values)
        return [key for (key,) in cursor.fetchall()]


def _of_each_stage(cases: QuerySet[TerminationCase], most: int) -> tuple[list[str], list[Any]]:
    """Write for each stage the query for some of its cases, cut inside.

    A query that asks for `pk IN (… LIMIT …)` instead is planned well only where the database has
    statistics, and SQLite cuts no part of a union.

    Raises:
        EmptyResultSet: nobody lets this person see a case.
    """
    queries = [
        cases.filter(state=state).values("id")[:most].query.sql_with_params() for state in STAGES
    ]
    return [sql for sql, _ in queries], [value for _, values in queries for value in values]


urlpatterns: list[URLPattern] = [path("board/", board, name="board")]
