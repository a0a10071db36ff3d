"""The page of one case: what it shows in each stage, to whom, and at what price."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from audit.models import AuditEvent
from offboarding.lifecycle import STAGES, State
from offboarding.models import Direction, Medium, TerminationCase
from offboarding.services import evidence, tasks
from tests.builders import House, a_case, a_house, an_invoice, fresh

pytestmark = pytest.mark.django_db

EVERY_STATE = [*STAGES, State.CLOSED, State.RETAINED, State.WITHDRAWN]
MOST_QUERIES = 12
HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }}{% now 'Y' %}"


def page(client: Client, case: TerminationCase) -> str:
    answer = client.get(f"/cases/{case.reference}/")
    assert answer.status_code == 200
    return answer.content.decode()


def fill(house: House, case: TerminationCase, rows: int) -> None:
    """Add many of everything a case in any stage may gain."""
    for number in range(rows):
        evidence.log_communication(
            case,
            by=house.by_manager,
            direction=Direction.INCOMING,
            medium=Medium.EMAIL,
            occurred_at=clock.now() - timedelta(minutes=number),
            subject=f"Mail {number}",
        )
        tasks.add_task(case, by=house.by_manager, title=f"Task {number}", due_on=clock.today())
        an_invoice(case.client, f"INV-{number}")


@pytest.mark.parametrize("state", EVERY_STATE)
def test_the_page_costs_the_same_however_much_the_case_holds(
    client: Client, state: str, django_assert_max_num_queries
) -> None:
    house = a_house()
    case = a_case(house, state)
    client.force_login(house.lead)
    page(client, case)
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        page(client, case)
    if not fresh(case).is_ended:
        fill(house, case, 60)
    if state == State.EVALUATION:
        for number in range(30):
            evidence.add_evidence(
                case, by=house.by_manager, happened_on=clock.today(), fact=f"Fact {number}"
            )

    with django_assert_max_num_queries(MOST_QUERIES) as many:
        page(client, case)

    assert len(many.captured_queries) <= len(few.captured_queries) + 1


@pytest.mark.parametrize("state", EVERY_STATE)
def test_looking_at_a_case_changes_nothing(client: Client, state: str) -> None:
    house = a_house()
    case = a_case(house, state)
    events = AuditEvent.objects.filter(stream=f"case:{case.pk}")
    before = events.count()
    for person in (house.manager, house.lead, house.auditor):
        client.force_login(person)
        page(client, case)

    assert events.count() == before
    assert fresh(case).version == case.version
