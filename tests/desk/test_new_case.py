"""Opening a case through its page."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from offboarding.models import TerminationCase
from tests.builders import House, a_case, a_client, a_house
from tests.desk.pages import AS_TEXT, HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture(autouse=True)
def _signed_in(client: Client, house: House) -> None:
    client.force_login(house.manager)


def fields(house: House, **changes: Any) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()),
        "client": house.client.pk,
        "ground": house.ground.pk,
        "initiated_by": "us",
        "summary": "Three drafts were declined.",
    } | changes


def test_a_case_is_opened_once_and_shown(client: Client, house: House) -> None:
    sent = fields(house)

    first, second = client.post("/cases/new/", sent), client.post("/cases/new/", sent)

    case = TerminationCase.objects.get()
    assert first.status_code == 303
    assert first["Location"] == second["Location"] == f"/cases/{case.reference}/"
    assert case.owner == house.manager
    assert case.ground == house.ground


def test_a_second_case_for_a_client_is_opened_only_knowingly(client: Client, house: House) -> None:
    rival = a_case(house)

    answer = client.post("/cases/new/", fields(house, summary=HOSTILE))

    assert answer.status_code == 422
    assert f'href="/cases/{rival.reference}/"' in answer.content.decode()
    assert AS_TEXT in answer.content.decode()
    assert TerminationCase.objects.count() == 1

    client.post("/cases/new/", fields(house, anyway="on"))
    assert TerminationCase.objects.count() == 2


def test_the_page_warns_before_anything_is_typed(client: Client, house: House) -> None:
    rival = a_case(house)

    shown = client.get(f"/cases/new/?client={house.client.pk}").content.decode()

    assert rival.reference in shown
    assert "Open another case for this client all the same" in shown
    assert rival.reference not in client.get("/cases/new/").content.decode()


@pytest.mark.parametrize("chosen", ["", "0", "x", "9" * 30])
def test_a_client_that_is_none_is_refused(client: Client, house: House, chosen: str) -> None:
    answer = client.post("/cases/new/", fields(house, client=chosen))

    assert answer.status_code == 422
    assert b"Three drafts were declined." in answer.content
    assert not TerminationCase.objects.exists()


def test_a_client_of_another_team_cannot_be_chosen(client: Client, house: House) -> None:
    foreign = a_client(house.office, house.other_team, house.outsider, reference="C-2")

    assert client.post("/cases/new/", fields(house, client=foreign.pk)).status_code == 422
    assert foreign.legal_name not in client.get("/cases/new/").content.decode() or (
        foreign.legal_name == house.client.legal_name
    )


def test_people_without_a_team_open_nothing(client: Client, house: House) -> None:
    for person in (house.admin, house.auditor):
        client.force_login(person)
        assert client.get("/cases/new/").status_code == 403
        assert client.post("/cases/new/", fields(house)).status_code == 403
    assert not TerminationCase.objects.exists()
