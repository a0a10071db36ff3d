"""Tasks of a case through their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from offboarding.models import Task, TaskKind, TerminationCase
from offboarding.services import cases, decisions, tasks
from tests.builders import House, a_case, a_house, evaluated
from tests.desk.pages import page, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house)


@pytest.fixture
def task(house: House, case: TerminationCase) -> Task:
    due_on = clock.today(case.time_zone)
    return tasks.add_task(case, by=house.by_manager, title="Call Ms Adams", due_on=due_on)


@pytest.fixture(autouse=True)
def _signed_in(client: Client, house: House) -> None:
    client.force_login(house.manager)


def test_a_task_is_added_for_a_colleague(
    client: Client, house: House, case: TerminationCase
) -> None:
    fields = {
        "title": "Look at the ledger",
        "due_on": clock.today(case.time_zone).isoformat(),
        "assignee": house.lead.pk,
    }

    send(client, case, "tasks/", fields)

    assert case.tasks.get().assignee == house.lead
    assert "Look at the ledger" in page(client, case)


def test_a_task_of_an_outsider_is_refused(
    client: Client, house: House, case: TerminationCase
) -> None:
    fields = {"title": "Look", "due_on": "2999-01-01", "assignee": house.outsider.pk}

    answer = send(client, case, "tasks/", fields)

    assert answer.status_code == 422
    assert b'value="Look"' in answer.content


def test_a_task_is_ticked_once(client: Client, case: TerminationCase, task: Task) -> None:
    for _press in range(2):
        assert send(client, case, f"tasks/{task.pk}/done/").status_code == 303

    task.refresh_from_db()
    assert task.done_at is not None
    assert "Call Ms Adams" not in page(client, case).partition('id="timeline"')[0]


def test_a_task_is_put_off_and_handed_on(
    client: Client, house: House, case: TerminationCase, task: Task
) -> None:
    today = clock.today(case.time_zone)
    place = f"tasks/{task.pk}/"
    assert send(client, case, f"{place}snooze/", {"until": today}).status_code == 422
    send(client, case, f"{place}snooze/", {"until": today + timedelta(days=2)})
    send(client, case, f"{place}assignee/", {"assignee": house.lead.pk})

    task.refresh_from_db()
    assert task.snoozed_until == today + timedelta(days=2)
    assert task.assignee == house.lead


def test_a_decision_is_not_made_by_ticking_its_task(
    client: Client, house: House, case: TerminationCase
) -> None:
    evaluated(house, case)
    decisions.request_decision(case, by=house.by_manager)
    decide = case.tasks.filter(kind=TaskKind.DECIDE).first()
    assert decide is not None

    answer = send(client, case, f"tasks/{decide.pk}/done/")

    assert answer.status_code == 409
    assert b"done by deciding" in answer.content


def test_a_task_of_another_case_is_not_found_here(client: Client, house: House, task: Task) -> None:
    other = cases.open_case(house.client, by=house.by_manager)

    assert send(client, other, f"tasks/{task.pk}/done/").status_code == 404
