"""A page asks as often for a thousand rows as for thirty, and never more than 12 times.

What it reads among a million is asked of PostgreSQL's plans, in `test_plans`.
"""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from audit.services import record
from tests.builders import a_case, a_house
from tests.desk.many import many_cases

pytestmark = pytest.mark.django_db

MOST = 12


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(asked)


def test_queue_board_list_and_case_page_ask_the_same_for_few_and_a_thousand_cases(
    client: Client,
) -> None:
    house = a_house()
    case = a_case(house)
    many_cases(house, 30)
    client.force_login(house.manager)
    pages = ("/", "/board/", "/cases/", f"/cases/{case.reference}/")
    few = {page: _queries(client, page) for page in pages}

    many_cases(house, 1_000, first=100)

    assert {page: _queries(client, page) for page in pages} == few
    assert max(few.values()) <= MOST


def test_the_audit_list_asks_the_same_for_few_and_a_thousand_events(client: Client) -> None:
    house = a_house()
    client.force_login(house.auditor)
    _remember(200)
    few = _queries(client, "/admin/audit/auditevent/")

    _remember(1_000)

    assert _queries(client, "/admin/audit/auditevent/") == few <= MOST


def _remember(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            record(
                stream=f"case:{number % 50}",
                action="task.raised",
                by=Actor.machine("notices.reminders"),
                details={"number": number},
            )
