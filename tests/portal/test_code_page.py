"""The code from the paper: typed, never in an address, and the strongest of the client's acts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from offboarding.lifecycle import State
from offboarding.models import ClientLink, ProofOfReceipt
from offboarding.services import links
from tests.builders import House
from tests.portal import letters
from tests.portal.letters import nonce_on, text_of


def test_the_page_asks_for_the_code(db: None) -> None:
    page = Client().get("/code/")

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Type the code from our letter" in text_of(page)


@pytest.mark.parametrize("spelled", ["{}", " {} ", "lower", "spaced"])
def test_the_code_opens_the_letter_and_confirms_with_grade_a(house: House, spelled: str) -> None:
    held = letters.by_post(house)
    code = links.code_of(held.link)
    typed = {"lower": code.lower(), "spaced": code.replace("-", " ")}.get(
        spelled, spelled.format(code)
    )

    page = Client().post("/code/", {"code": typed})

    assert page.status_code == 200
    assert code not in page.content.decode()
    answer = Client().post(
        held.url, {"nonce": nonce_on(page), "name": "The porter", "is_authorised": "on"}
    )
    assert answer.headers["Location"] == held.url
    proof = ProofOfReceipt.objects.get()
    assert (proof.kind, proof.grade) == ("paper_code", "A")
    assert held.case.state == State.ACKNOWLEDGED


def test_a_refused_form_remembers_that_the_code_was_typed(house: House) -> None:
    held = letters.by_post(house)
    page = Client().post("/code/", {"code": links.code_of(held.link)})

    refused = Client().post(held.url, {"nonce": nonce_on(page), "name": "", "is_authorised": "on"})
    Client().post(
        held.url, {"nonce": nonce_on(refused), "name": "Jane Adams", "is_authorised": "on"}
    )

    assert ProofOfReceipt.objects.get().kind == "paper_code"


@pytest.mark.parametrize("typed", ["ABCD-EFGH-2345", "abc", "<b>", "0" * 60])
def test_a_wrong_code_is_said_and_kept(house: House, typed: str) -> None:
    page = Client().post("/code/", {"code": typed})

    assert page.status_code == 422
    assert "We do not know this code." in text_of(page)
    assert "<b>" not in page.content.decode().replace("&lt;b&gt;", "")


def test_no_code_is_said(db: None) -> None:
    page = Client().post("/code/", {"code": ""})

    assert page.status_code == 422
    assert "Please type the code." in text_of(page)


def test_an_expired_code_is_unknown(house: House) -> None:
    held = letters.by_post(house)
    ClientLink.objects.filter(pk=held.link.pk).update(expires_at=clock.now() - timedelta(seconds=1))

    page = Client().post("/code/", {"code": links.code_of(held.link)})

    assert page.status_code == 422
    assert "We do not know this code." in text_of(page)


def test_the_code_of_a_replaced_letter_says_so(house: House) -> None:
    held = letters.by_post(house)
    ClientLink.objects.filter(pk=held.link.pk).update(
        revoked_at=clock.now(), revoked_reason="superseded"
    )

    page = Client().post("/code/", {"code": links.code_of(held.link)})

    assert page.status_code == 410
    assert "A newer letter replaces this one" in text_of(page)


def test_codes_cannot_be_tried_out(house: House) -> None:
    held = letters.by_post(house)
    for _ in range(10):
        assert Client().post("/code/", {"code": "ABCD-EFGH-2345"}).status_code == 422

    page = Client().post("/code/", {"code": links.code_of(held.link)})

    assert page.status_code == 429


def test_the_code_of_a_confirmed_letter_shows_the_receipt(house: House) -> None:
    held = letters.by_post(house)
    letters.confirm(held)

    answer = Client().post("/code/", {"code": links.code_of(held.link)})

    assert (answer.status_code, answer.headers["Location"]) == (303, held.url)
