"""How many cases stand in each state, from kept counts instead of the cases themselves.

The database writes every change beside the case it is about, in the same transaction
(`offboarding.triggers`). A reader adds what is kept to what has changed since, in one statement, so
the numbers are exact at any moment; a task folds changes into what is kept.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, Value

from accounts import selectors as accounts
from accounts.models import GlobalRole, Role, User
from offboarding.lifecycle import State
from offboarding.models import CaseCount, CaseCountChange, TerminationCase

MOST_AT_ONCE = 10_000
_PLACE = ("team_id", "owner_id", "state", "is_restricted")


def counts_visible_to(user: User, *, owner: User | None = None) -> dict[State, int]:
    """Count the cases a person may read by their state; the same cases as the policies show them.

    Args:
        user: who looks.
        owner: whose cases alone are counted, if not everybody's.
    """
    scope, named = _scope(user)
    if scope is None:
        return {}
    reads_by_name = bool(named)
    if owner is not None:
        scope, named = scope & Q(owner_id=owner.pk), named & Q(owner_id=owner.pk)
    through = TerminationCase.readers.through
    parts = [
        CaseCount.objects.filter(scope).values(place=F("state"), many=F("number")),
        CaseCountChange.objects.filter(scope).values(place=F("state"), many=F("change")),
        # The few restricted files that a person reads because they are named there.
        TerminationCase.objects.order_by()
        .filter(named, is_restricted=True)
        .exclude(owner=user)
        .filter(pk__in=through.objects.filter(user_id=user.pk).values("terminationcase_id"))
        .values(place=F("state"), many=Value(1)),
    ]
    written = [part.query.sql_with_params() for part in (parts if reads_by_name else parts[:2])]
    sql = " UNION ALL ".join(one for one, _values in written)
    values: list[Any] = [value for _one, some in written for value in some]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT place, SUM(many) FROM ({sql}) AS kept GROUP BY place", values)
        return {State(place): int(many) for place, many in cursor.fetchall() if many}


def _scope(user: User) -> tuple[Q | None, Q]:
    """Return which places a person reads whole, and in which teams only files that name them."""
    if not user.is_active:
        return None, Q()
    if user.global_role == GlobalRole.AUDITOR:
        return Q(is_restricted=False), Q()
    roles = accounts.roles_of(user)
    if not roles:
        return None, Q()
    led = [team for team, role in roles.items() if role == Role.TEAM_LEAD]
    worked = [team for team, role in roles.items() if role != Role.TEAM_LEAD]
    if not worked:
        return Q(team_id__in=led), Q()
    open_to_them = Q(team_id__in=worked) & (Q(is_restricted=False) | Q(owner_id=user.pk))
    whole = open_to_them | Q(team_id__in=led) if led else open_to_them
    return whole, Q(team_id__in=worked)


def fold() -> int:
    """Count changes into what is kept; return how many were taken away.

    Rows that somebody is still writing are not there yet and are folded the next time.
    """
    with transaction.atomic():
        rows = list(
            CaseCountChange.objects.select_for_update(skip_locked=True)
            .order_by("pk")
            .values_list("pk", "change", *_PLACE)[:MOST_AT_ONCE]
        )
        sums: Counter[tuple[Any, ...]] = Counter()
        for _pk, change, *place in rows:
            sums[tuple(place)] += change
        # In a fixed order, so that two of them never wait for each other.
        for place, change in sorted(sums.items()):
            where = dict(zip(_PLACE, place, strict=True))
            if not CaseCount.objects.filter(**where).update(number=F("number") + change):
                CaseCount.objects.create(**where, number=change)
        CaseCountChange.objects.filter(pk__in=[pk for pk, *_rest in rows]).delete()
    return len(rows)


def recount(using: str = "default") -> None:
    """Count all cases anew, while nobody changes one; after a migration, for instance."""
    case, count = TerminationCase._meta.db_table, CaseCount._meta.db_table
    place = ", ".join(_PLACE)
    with transaction.atomic(using=using), transaction.get_connection(using).cursor() as cursor:
        if transaction.get_connection(using).vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {case} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"DELETE FROM {CaseCountChange._meta.db_table}")
        cursor.execute(f"DELETE FROM {count}")
        cursor.execute(
            f"INSERT INTO {count} ({place}, number) "
            f"SELECT {place}, COUNT(*) FROM {case} GROUP BY {place}"
        )
