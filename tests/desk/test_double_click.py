"""Two clicks at the same instant: one effect, and both people end in the same place."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from audit import clock
from notices.services import approval
from offboarding.lifecycle import State
from offboarding.models import Evidence
from tests.builders import a_case, a_house, fresh
from tests.desk.pages import actions
from tests.notices import walks

pytestmark = pytest.mark.django_db(transaction=True)

CLICKS = 4


def at_once(clients: list[Client], url: str, forms: list[dict[str, object]]) -> list[HttpResponse]:
    """Send every form at the same instant, each over a database connection of its own."""
    start = Barrier(len(clients))

    def send(client: Client, form: dict[str, object]) -> HttpResponse:
        try:
            start.wait(timeout=20)
            return client.post(url, form)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(send, clients, forms))


def signed_in(*people) -> list[Client]:
    clients = [Client() for _person in people]
    for client, person in zip(clients, people, strict=True):
        client.force_login(person)
    return clients


def test_one_form_sent_several_times_at_once_is_done_once() -> None:
    house = a_house()
    case = a_case(house)
    form = {
        "key": str(uuid.uuid4()),
        "happened_on": clock.today(case.time_zone).isoformat(),
        "fact": "The third draft was declined.",
    }
    clients = signed_in(*[house.manager] * CLICKS)

    answers = at_once(clients, f"/cases/{case.reference}/evidence/", [form] * CLICKS)

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer["Location"] for answer in answers}) == 1
    assert Evidence.objects.count() == 1


def test_a_step_pressed_by_several_people_at_once_is_taken_by_one() -> None:
    house = a_house()
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    people = [house.manager, house.lead, house.second_lead]
    forms = [{"key": str(uuid.uuid4()), "version": case.version} for _person in people]
    url = f"/cases/{case.reference}/advance/begin-transition/"

    answers = at_once(signed_in(*people), url, forms)

    assert sorted(answer.status_code for answer in answers) == [303, 409, 409]
    assert actions(case).count("case.transition_begun") == 1
    winner = fresh(case).state_changed_by
    for answer in answers:
        if answer.status_code == 409:
            assert f"{winner} changed this on" in answer.content.decode()


def test_a_notice_approved_in_two_windows_and_by_two_leads_at_once_is_approved_once() -> None:
    house = a_house()
    notice = walks.asked(house)
    pages = approval.pages_for_approval(notice)
    assert pages is not None
    seen = {"version": notice.version, "seen_sha256": pages.sha256}
    people = [house.lead, house.lead, house.second_lead, house.second_lead]
    forms = [{"key": str(uuid.uuid4())} | seen for _person in people]
    url = f"/cases/{notice.case.reference}/notice/approve/"

    answers = at_once(signed_in(*people), url, forms)

    notice = walks.again(notice)
    assert actions(notice.case).count("notice.approved") == 1
    for person, answer in zip(people, answers, strict=True):
        if person == notice.approved_by:
            assert answer.status_code == 303
        else:
            assert answer.status_code == 409
            sentence = f"{notice.approved_by.name} approved this notice on"
            assert sentence in answer.content.decode()
