"""Many rows at once, for asking whether a page costs the same with ten and with a thousand."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from audit import clock
from offboarding.models import Task, TaskKind, TerminationCase, TerminationGround
from tests.builders import House

FEW = 50


def _take_stock() -> None:
    """Let PostgreSQL know that there are rows, as it does by itself outside of a transaction.

    The plans of its triggers and pages are else made for tables that an earlier test left empty.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def many_cases(
    house: House, count: int, *, first: int = 1, ground: TerminationGround | None = None
) -> list[TerminationCase]:
    """Put evaluated cases of the house's client into the table, each with one task."""
    start = clock.now() - timedelta(days=200)
    rows = [
        TerminationCase(
            reference=f"OFB-2020-{first + number:05d}",
            team=house.team,
            client=house.client,
            owner=house.manager,
            opened_by=house.manager,
            opened_at=start + timedelta(minutes=first + number),
            ground=ground or house.ground,
        )
        for number in range(count)
    ]
    made = TerminationCase.objects.bulk_create(rows[:FEW])
    _take_stock()
    made += TerminationCase.objects.bulk_create(rows[FEW:], batch_size=500)
    Task.objects.bulk_create(
        [
            Task(
                case=case,
                kind=TaskKind.OTHER,
                title="Look at the ledger",
                assignee=house.manager,
                due_on=clock.today(),
            )
            for case in made
        ],
        batch_size=500,
    )
    return made
