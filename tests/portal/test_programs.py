"""What only programs do on the receipt page, and what ended, is old or comes twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audit import clock
from audit.models import AuditEvent
from notices.models import Confirmation
from offboarding.lifecycle import State
from offboarding.models import ClientLink, ProofOfReceipt, Question
from offboarding.services import proofs
from tests.builders import House
from tests.portal import letters
from tests.portal.letters import Held, confirm, nonce_on, text_of
from tests.portal.test_receipt_page import EVERY_ADDRESS, everything

PLACE = "198.51.100.7"

# -- a program came first --------------------------------------------------------------------------


def test_a_person_confirms_after_a_program_did(house: House) -> None:
    held = letters.by_email(house, minutes_ago=0)
    confirm(held, client=Client(REMOTE_ADDR=PLACE))
    assert held.case.state == State.NOTICE
    letters.minutes_later(60)
    assert "Was it not you who confirmed?" in text_of(Client().get(held.url))

    answer = confirm(held, name="J. Adams")

    assert answer.status_code == 303
    assert held.case.state == State.ACKNOWLEDGED
    first, second = ProofOfReceipt.objects.order_by("pk")
    assert first.grade == "C"
    assert first.voided_reason == "A later confirmation with nothing odd replaces it."
    assert (second.grade, second.received_by) == ("B", "J. Adams")
    shown = text_of(Client().get(held.url))
    assert "J. Adams" in shown
    assert "Was it not you" not in shown


def test_the_same_place_an_hour_later_is_no_better(house: House) -> None:
    held = letters.by_email(house, minutes_ago=0)
    confirm(held)
    letters.minutes_later(60)

    confirm(held)

    proof = ProofOfReceipt.objects.get()
    assert (proof.grade, proof.voided_at) == ("C", None)
    assert held.case.state == State.NOTICE


def test_what_a_lead_accepted_is_not_confirmed_again(house: House) -> None:
    held = letters.by_email(house, minutes_ago=0)
    confirm(held, client=Client(REMOTE_ADDR=PLACE))
    proofs.accept_proof(ProofOfReceipt.objects.get(), by=house.by_lead)
    letters.minutes_later(60)

    answer = Client().post(held.url, {"name": "J. Adams", "is_authorised": "on"})

    assert answer.status_code == 303
    assert ProofOfReceipt.objects.count() == 1


# -- what only programs do -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "agent", "seconds", "sign"),
    [
        ({}, "Mozilla/5.0", 1, "too_quick"),
        ({"remark": "x"}, "Mozilla/5.0", 60, "hidden_field"),
        ({}, "curl/8.5.0", 60, "robot"),
        ({}, "Mozilla/5.0 (Linux; Android 14; CUBOT KING KONG) Chrome/140.0", 60, ""),
    ],
)
def test_what_only_programs_do_lowers_the_grade(
    house: House, fields: dict[str, str], agent: str, seconds: int, sign: str
) -> None:
    held = letters.by_email(house)
    Client().get(held.url)
    now = clock.now()
    clock_stands = pytest.MonkeyPatch()
    clock_stands.setattr("portal.nonces.clock.now", lambda: now)
    client = Client(headers={"user-agent": agent})
    sent = {"nonce": nonce_on(client.get(held.url)), "name": "Jane Adams", "is_authorised": "on"}
    now += timedelta(seconds=seconds)

    client.post(held.url, sent | fields)
    clock_stands.undo()

    assert Confirmation.objects.get().signs == ([sign] if sign else [])
    assert (ProofOfReceipt.objects.get().grade == "B") == (not sign)


def test_the_form_that_came_back_remembers_when_it_was_first_seen(house: House) -> None:
    held = letters.by_email(house)
    refused = confirm(held, is_authorised="")

    Client().post(
        held.url, {"nonce": nonce_on(refused), "name": "Jane Adams", "is_authorised": "on"}
    )

    assert ProofOfReceipt.objects.get().grade == "B"


def test_a_dispute_by_a_program_is_read_by_a_colleague_first(house: House) -> None:
    held = letters.by_email(house)
    sent = {"nonce": nonce_on(Client().get(held.url)), "text": "Hello", "remark": "x"}

    answer = Client().post(f"{held.url}dispute/", sent)

    assert answer.headers["Location"] == f"{held.url}?sent=question"
    assert not held.case.is_disputed
    question = Question.objects.get()
    assert question.text.startswith("Perhaps a dispute, perhaps a program")
    assert held.case.tasks.filter(origin=f"question:{question.pk}").exists()


def test_a_program_that_presses_this_was_not_me_lets_no_receipt_fall(house: House) -> None:
    held = letters.by_email(house)
    confirm(held)
    sent = {"nonce": nonce_on(Client().get(f"{held.url}not-me/")), "is_sure": "on", "remark": "x"}

    answer = Client().post(f"{held.url}not-me/", sent)

    assert answer.headers["Location"] == f"{held.url}?sent=question"
    assert held.case.state == State.ACKNOWLEDGED
    assert "Perhaps “this was not me”" in Question.objects.get().text


def test_not_me_asks_for_its_box(house: House) -> None:
    held = letters.by_email(house)
    confirm(held)

    answer = Client().post(f"{held.url}not-me/", {"text": "I was away."})

    assert answer.status_code == 422
    assert "Please tick this box" in text_of(answer)
    assert "I was away." in answer.content.decode()


@pytest.mark.parametrize("header", ["Purpose", "Sec-Purpose", "X-Moz"])
def test_a_prefetch_is_no_opening(house: House, header: str) -> None:
    held = letters.by_email(house)

    Client().get(held.url, headers={header: "prefetch"})

    assert held.read_again().first_opened_at is None


# -- what ended, is old, or comes twice ------------------------------------------------------------


def ended(held: Held, how: str) -> str:
    """Let a link end, and return an address that opens nothing any more."""
    if how == "unknown":
        return f"/r/{'x' * 43}/"
    changes: dict[str, Any] = {
        "expired": {"expires_at": clock.now() - timedelta(seconds=1)},
        "revoked": {"revoked_at": clock.now(), "revoked_reason": "ended"},
    }[how]
    ClientLink.objects.filter(pk=held.link.pk).update(**changes)
    return held.url


@pytest.mark.parametrize(
    ("how", "status", "sentence"),
    [
        ("unknown", 404, "This page cannot be opened"),
        ("expired", 404, "This page cannot be opened"),
        ("revoked", 410, "This page is closed"),
    ],
)
def test_nothing_is_done_behind_a_link_that_ended(
    house: House, how: str, status: int, sentence: str
) -> None:
    held = letters.by_email(house)
    nonce = nonce_on(Client().get(held.url))
    url = ended(held, how)
    letters.seconds_later(letters.SECONDS_TO_READ)
    before = everything()

    for where in EVERY_ADDRESS:
        fields = {"name": "Jane Adams", "is_authorised": "on", "text": "Why?", "is_sure": "on"}
        answer = Client().post(url + where, fields | {"nonce": nonce})

        assert answer.status_code == status, where
        assert sentence in text_of(answer)
    assert everything() == before


@pytest.mark.parametrize(
    ("where", "fields"),
    [
        ("question/", {"text": "Why?"}),
        ("addressee/", {"text": "Ask Peter"}),
        ("dispute/", {"text": "The date is wrong."}),
        ("not-me/", {"is_sure": "on"}),
    ],
)
def test_a_tab_of_the_day_before_has_to_be_pressed_again(
    house: House, where: str, fields: dict[str, str]
) -> None:
    held = letters.by_email(house)
    confirm(held)
    nonce = nonce_on(Client().get(held.url))
    letters.minutes_later(24 * 60 + 1)

    answer = Client().post(held.url + where, fields | {"nonce": nonce})

    assert answer.status_code == 422
    assert "open for a long time" in text_of(answer)
    assert fields.get("text", "") in answer.content.decode()
    assert not held.case.is_disputed
    assert held.case.state == State.ACKNOWLEDGED
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("where", "fields"),
    [("dispute/", {"text": "The date is wrong."}), ("not-me/", {"is_sure": "on"})],
)
def test_a_double_click_disputes_once(house: House, where: str, fields: dict[str, str]) -> None:
    held = letters.by_email(house)
    confirm(held)
    sent = fields | {"nonce": nonce_on(Client().get(held.url))}
    letters.seconds_later(letters.SECONDS_TO_READ)

    answers = [Client().post(held.url + where, sent).status_code for _ in range(2)]

    assert answers == [303, 303]
    disputes = AuditEvent.objects.filter(stream=f"case:{held.case.pk}", action="case.disputed")
    assert disputes.count() == 1
    assert held.case.communications.filter(medium="page").count() == 1
