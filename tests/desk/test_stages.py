"""Steps of the lifecycle through their pages: pressed once, refused in words, never by GET."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from audit import clock
from offboarding.lifecycle import STAGES, State
from offboarding.selectors import FORWARD
from offboarding.services import stages
from tests.builders import House, a_case, a_house, an_obligation, fresh, settled
from tests.desk.pages import AS_TEXT, HOSTILE, actions, page, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture(autouse=True)
def _signed_in(client: Client, house: House) -> None:
    client.force_login(house.manager)


def test_a_step_is_taken_by_its_button(client: Client, house: House) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)

    answer = send(client, case, "advance/begin-transition/")

    assert answer.status_code == 303
    assert fresh(case).state == State.TRANSITION


def test_a_second_press_of_the_same_button_changes_nothing_more(
    client: Client, house: House
) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    fields = {"key": str(uuid.uuid4()), "version": case.version}
    address = f"/cases/{case.reference}/advance/begin-transition/"

    answers = [client.post(address, fields) for _press in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert actions(case).count("case.transition_begun") == 1


def test_the_slower_of_two_people_reads_who_was_faster_and_when(
    client: Client, house: House
) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    stages.begin_transition(fresh(case), by=house.by_lead)

    answer = send(client, case, "advance/begin-transition/")

    said = answer.content.decode()
    assert answer.status_code == 409
    assert f"{house.lead.name} changed this on" in said
    # By the clock of the case's office, as on its page.
    assert re.search(r"\d\d:\d\d\u00a0CES?T<", said)
    assert clock.today("UTC").strftime("%B %Y") in said
    assert f'href="/cases/{case.reference}/"' in said


@pytest.mark.parametrize("state", STAGES)
def test_a_shut_gate_answers_with_its_reasons(client: Client, house: House, state: str) -> None:
    case = a_case(house, state)
    if state == State.ACKNOWLEDGED:
        an_obligation(case)
    if state in (State.EVALUATION, State.OBLIGATIONS_FULFILLED):
        return
    verb = FORWARD[state].replace("_", "-")

    answer = send(client, case, f"advance/{verb}/")

    assert answer.status_code == 409
    assert b"gates__unmet" in answer.content
    assert fresh(case).state == state
    assert page(client, case, f"advance/{verb}/").count("gates__unmet") > 0


def test_a_step_that_does_not_start_here_says_so(client: Client, house: House) -> None:
    case = a_case(house)

    assert "does not start from" in page(client, case, "advance/close/")
    assert send(client, case, "advance/close/").status_code == 409
    assert client.get(f"/cases/{case.reference}/advance/decide-to-end/").status_code == 404
    assert client.get(f"/cases/{case.reference}/advance/__class__/").status_code == 404


@pytest.mark.parametrize("fields", [{}, {"version": ""}, {"version": "x"}, {"version": "-1"}])
def test_a_form_without_key_or_version_moves_nothing(
    client: Client, house: House, fields: dict[str, str]
) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)

    answer = client.post(f"/cases/{case.reference}/advance/begin-transition/", fields)

    assert answer.status_code == 422
    assert fresh(case).state == State.OBLIGATIONS_FULFILLED


def test_a_case_is_closed_and_then_read_only(client: Client, house: House) -> None:
    case = a_case(house, State.CLOSED)

    shown = page(client, case)

    assert "The case is read-only." in shown
    assert 'id="next"' not in shown
    day = clock.today(case.time_zone).isoformat()
    answer = send(client, case, "evidence/", {"happened_on": day, "fact": "Late."})
    assert answer.status_code == 409
    assert b"reopen it first" in answer.content


# -- withdrawing -----------------------------------------------------------------------------------


def test_before_anything_was_sent_a_reason_is_enough(client: Client, house: House) -> None:
    case = a_case(house, State.NOTICE)
    client.force_login(house.lead)
    assert "typed_reference" not in page(client, case, "withdraw/")

    answer = send(client, case, "withdraw/", {"reason": "The invoices were paid."})

    assert answer.status_code == 303
    assert fresh(case).state == State.WITHDRAWN
    assert "The invoices were paid." in page(client, case)


@pytest.mark.parametrize("typed", ["", "yes", "OFB-1999-00001"])
def test_a_sent_notice_is_withdrawn_only_by_typing_the_reference(
    client: Client, house: House, typed: str
) -> None:
    case = a_case(house, State.ACKNOWLEDGED)
    client.force_login(house.lead)
    fields = {
        "reason": HOSTILE,
        "client_agreed_on": clock.today(case.time_zone).isoformat(),
        "client_agreed_how": "by telephone",
        "typed_reference": typed,
    }

    answer = send(client, case, "withdraw/", fields)

    assert answer.status_code == 422
    assert AS_TEXT in answer.content.decode()
    assert "Their language of letters is English." in answer.content.decode()
    assert fresh(case).state == State.ACKNOWLEDGED


def test_after_acknowledgement_the_client_has_to_agree(client: Client, house: House) -> None:
    case = a_case(house, State.ACKNOWLEDGED)
    client.force_login(house.lead)
    fields = {"reason": "We go on.", "typed_reference": case.reference.lower()}
    assert send(client, case, "withdraw/", fields).status_code == 422
    fields |= {"client_agreed_on": "2198-01-01", "client_agreed_how": "by telephone"}
    assert b"This day has not come yet." in send(client, case, "withdraw/", fields).content

    fields["client_agreed_on"] = clock.today(case.time_zone).isoformat()
    answer = send(client, case, "withdraw/", fields)

    assert answer.status_code == 303
    assert fresh(case).state == State.WITHDRAWN
    assert "by telephone" in page(client, case)


def test_a_manager_does_not_withdraw(client: Client, house: House) -> None:
    case = a_case(house, State.NOTICE)

    assert client.get(f"/cases/{case.reference}/withdraw/").status_code == 403
    assert send(client, case, "withdraw/", {"reason": "No."}).status_code == 403
    assert "/withdraw/" not in page(client, case)


# -- reopening -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "goes_on"),
    [
        (State.CLOSED, State.FOLLOW_UP),
        (State.RETAINED, State.EVALUATION),
        (State.WITHDRAWN, State.EVALUATION),
    ],
)
def test_an_ended_case_is_opened_again_with_a_reason(
    client: Client, house: House, state: str, goes_on: str
) -> None:
    case = a_case(house, state)
    client.force_login(house.lead)
    assert send(client, case, "reopen/", {"reason": ""}).status_code == 422

    assert send(client, case, "reopen/", {"reason": "They called again."}).status_code == 303
    assert fresh(case).state == goes_on
    assert "They called again." in page(client, case)


def test_a_case_that_has_not_ended_cannot_be_opened_again(client: Client, house: House) -> None:
    case = a_case(house, State.NOTICE)
    client.force_login(house.lead)

    assert send(client, case, "reopen/", {"reason": "Why not."}).status_code == 409


def test_settled_obligations_open_the_gate(client: Client, house: House) -> None:
    case = settled(house, a_case(house, State.ACKNOWLEDGED))

    assert "Both sides are even." in page(client, case)
