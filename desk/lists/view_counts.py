"""The views of the list of cases, and how many each holds, in two questions for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from accounts import selectors as people
from accounts.models import User
from desk.models import SavedView
from offboarding.models import TerminationCase

MOST_VIEWS = 30
"""More on one list than anybody reads; each costs a piece of a query."""
MOST_COUNTED = 999


def views_of(user: User) -> QuerySet[SavedView]:
    """List a person's own views and those of their teams, by name."""
    return SavedView.objects.filter(
        Q(owner=user, team=None) | Q(team__in=people.roles_of(user))
    ).order_by("name", "pk")


def count_each(wanted: Sequence[tuple[QuerySet[TerminationCase] | None, int]]) -> list[str]:
    """Count several lists of cases in one query, each up to a number nobody reads exactly.

    Args:
        wanted: lists with their numbers; None stands for a list that is not counted and stays
            empty.
    """
    counts = [""] * len(wanted)
    parts, values, places = [], [], []
    for place, (query, most) in enumerate(wanted):
        if query is None:
            continue
        try:
            sql, some = query.order_by().values("pk")[: most + 1].query.sql_with_params()
        except EmptyResultSet:
            counts[place] = "0"
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        values += some
        places.append(place)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", values)
            found = cursor.fetchone()
        for place, count in zip(places, found, strict=True):
            most = wanted[place][1]
            counts[place] = f"{most:,}+" if count > most else f"{count:,}"
    return counts
