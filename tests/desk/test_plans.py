"""Among 100,000 cases on PostgreSQL no page of the desk looks at more than a few thousand rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from offboarding import counting
from tests.builders import a_house
from tests.desk.many import many_cases

pytestmark = [pytest.mark.scale, pytest.mark.django_db]

CASES = 100_000
PAGES = (
    "/",
    "/board/",
    "/board/?owner=me",
    "/cases/",
    "/cases/?state=notice",
    "/cases/?flag=disputed",
    "/cases/?flag=on_hold",
)
MOST_READ = 5_000
TABLES = ("offboarding_terminationcase", "offboarding_task")


def test_no_page_of_the_desk_reads_all_cases(client: Client) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("plans are PostgreSQL's")
    house = a_house()
    many_cases(house, CASES)
    counting.fold()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client.force_login(house.lead)
    most: dict[tuple[str, str], float] = {}
    for page in PAGES:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(page)
        assert answer.status_code == 200
        for query in asked:
            if not query["sql"].startswith("SELECT"):
                continue
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
                (plan,) = cursor.fetchone()
            for table, rows in rows_read(
                (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]
            ):
                most[page, table] = max(most.get((page, table), 0), rows)
    assert max(most.values()) <= MOST_READ, most
    assert f"{CASES:,}" in client.get("/board/").content.decode()


def rows_read(node: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield how many rows of our tables each step of a plan really looked at."""
    if node.get("Relation Name") in TABLES:
        looked_at = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        yield node["Relation Name"], looked_at * node["Actual Loops"]
    for part in node.get("Plans", ()):
        yield from rows_read(part)
