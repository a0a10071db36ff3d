"""Moving a case from the board: the gates of its own page, and a refusal in words."""

from __future__ import annotations

import pytest
from django.test import Client

from desk.lists.moving import refusal
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from tests.builders import a_case, a_house, fresh
from tests.desk.pages import actions, page, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("stands", "wanted", "words"),
    [
        ("notice", "acknowledged", ""),
        ("notice", "notice", "stands there already"),
        ("notice", "transition", "one stage at a time"),
        ("transition", "notice", "is not moved back"),
        ("follow_up", "closed", ""),
        ("notice", "elsewhere", ""),
        ("closed", "follow_up", ""),
    ],
)
def test_where_a_case_cannot_go_is_said_in_words(stands: str, wanted: str, words: str) -> None:
    said = str(refusal(TerminationCase(state=stands), wanted))
    assert words in said if words else said == ""


def test_a_shut_gate_lists_what_is_missing_and_moves_nothing(client: Client) -> None:
    house = a_house()
    case = a_case(house, State.NOTICE)
    client.force_login(house.manager)
    board = client.get("/board/").content.decode()
    assert f'draggable="true" data-card="/cases/{case.reference}/move/"' in board
    recorded = actions(case)

    shown = page(client, case, "move/?to=acknowledged")

    assert "There is no proof yet that the notice arrived." in shown
    assert f'action="/cases/{case.reference}/advance/' not in shown
    assert send(client, case, "advance/acknowledge/?from=board").status_code == 409
    assert (fresh(case).state, actions(case)) == (State.NOTICE, recorded)
    assert client.post(f"/cases/{case.reference}/move/").status_code == 405


def test_an_open_gate_has_the_steps_own_button_which_leads_back_to_the_board(
    client: Client,
) -> None:
    house = a_house()
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    client.force_login(house.manager)
    place = f"/cases/{case.reference}/move/?to=transition"

    whole = client.get(place).content.decode()
    part = client.get(place, headers={"HX-Request": "true"}).content.decode()

    for shown in (whole, part):
        assert f'action="/cases/{case.reference}/advance/begin-transition/?from=board"' in shown
    assert "<html" in whole and "<html" not in part
    answer = send(client, case, "advance/begin-transition/?from=board")
    assert (answer.status_code, answer["Location"]) == (303, "/board/")
    assert fresh(case).state == State.TRANSITION
