"""Every address of a case × every role: another team finds nothing, an auditor changes nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from audit import clock
from desk.urls import urlpatterns
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from offboarding.services import evidence, tasks
from tests.builders import House, a_case, a_house
from tests.desk.pages import actions

pytestmark = pytest.mark.django_db

READ_BY_AUDITORS = {"case", "timeline", "record", "decision"}
"""Pages of a case that only show; everything else there is a form."""


def routes() -> list[URLPattern]:
    """List every address that names a case."""
    return [
        pattern
        for pattern in urlpatterns
        if isinstance(pattern, URLPattern) and "reference" in pattern.pattern.converters
    ]


def mine() -> list[URLPattern]:
    """List those that stand for evaluation, flags, stages, tasks, files and the record."""
    modules = {
        "desk.case.page",
        "desk.case.flags",
        "desk.case.record",
        "desk.case.stages",
        "desk.case.tasks",
        "desk.evaluation.page",
        "desk.frame.case_files",
    }
    return [route for route in routes() if route.callback.__module__ in modules]


def address(route: URLPattern, house: House, case: TerminationCase) -> str:
    """Fill an address in with things that exist in this case, where the desk knows any."""
    values = {"reference": case.reference, "verb": "close", "pk": 1}
    today = clock.today(case.time_zone)
    if route.name == "strike-fact":
        fact = evidence.add_evidence(case, by=house.by_manager, happened_on=today, fact="F")
        values["pk"] = fact.pk
    if route.name in {"task-done", "task-snooze", "task-assignee"}:
        values["pk"] = tasks.add_task(case, by=house.by_manager, title="T", due_on=today).pk
    wanted = {name: values.get(name, 1) for name in route.pattern.converters}
    return reverse(f"desk:{route.name}", kwargs=wanted)


def test_the_lead_of_another_team_finds_nothing_at_any_address(client: Client) -> None:
    """That others of that team and administrators find nothing, the tables of all routes say."""
    house = a_house()
    case = a_case(house)
    client.force_login(house.other_lead)
    found = []
    for route in routes():
        url = address(route, house, case)
        for answer in (client.get(url), client.post(url, {})):
            if answer.status_code not in (404, 405):
                found.append((url, answer.status_code))

    assert found == []


def test_an_auditor_reads_and_changes_nothing(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.auditor)
    wrong = []
    for route in mine():
        url = address(route, house, case)
        before = actions(case)
        expected = 200 if route.name in READ_BY_AUDITORS else 403
        looked, pressed = client.get(url).status_code, client.post(url, {}).status_code
        if looked != expected or pressed not in (403, 405) or actions(case) != before:
            wrong.append((url, looked, pressed, actions(case)[len(before) :]))

    assert wrong == []


@pytest.mark.parametrize("state", [State.EVALUATION, State.ACKNOWLEDGED, State.CLOSED])
def test_no_address_changes_anything_by_being_looked_at(client: Client, state: str) -> None:
    house = a_house()
    case = a_case(house, state)
    addresses = [
        reverse(f"desk:{route.name}", kwargs={"reference": case.reference})
        for route in mine()
        if set(route.pattern.converters) == {"reference"}
    ]
    before = actions(case)
    client.force_login(house.lead)

    for url in addresses:
        assert client.get(url).status_code == 200, url
        assert client.head(url).status_code == 200, url

    assert actions(case) == before


def test_nobody_without_a_sign_in_gets_past_the_door(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    for route in mine():
        url = address(route, house, case)
        for answer in (client.get(url), client.post(url, {})):
            assert answer.status_code == 302, url
            assert answer["Location"].startswith("/accounts/login/"), url
