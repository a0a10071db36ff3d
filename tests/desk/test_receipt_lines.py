"""What speaks for a receipt, shown with it: the name, the way, the time, the grade and why."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from audit import clock
from notices.models import DeliveryState
from offboarding.models import ProofKind
from offboarding.services import links, proofs
from tests.builders import House, a_house, fresh, wait_until
from tests.desk.pages import page
from tests.notices import walks
from tests.portal import letters
from tests.portal.letters import Held, nonce_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def receipts(client: Client, house: House, held: Held) -> str:
    """Read the receipts of the notice's page as a lead does."""
    client.force_login(house.lead)
    html = page(client, held.case, "notice/")
    section = html.partition('id="receipt"')[2].partition("</section>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", section)))


def test_a_confirmation_says_who_how_and_how_long_after(client: Client, house: House) -> None:
    held = letters.by_email(house, minutes_ago=95)
    letters.confirm(held)

    said = receipts(client, house, held)

    for words in (
        "Confirmed on the receipt page · B: confirmed, nothing odd",
        "The name fits, and nothing was odd.",
        "Name typed: Jane Adams",
        "Opened with: the link in the e-mail or letter",
        # The reader's stay is made five seconds long; a busy machine adds to both.
        r"After sending: 1 hour, 3[5-9] minutes",
        r"Time on the page: ([5-9]|\d\d) seconds",
    ):
        assert re.search(words, said.replace("\xa0", " ")), words
    assert "A lead" not in said


def test_the_code_from_the_paper_is_told_as_such(client: Client, house: House) -> None:
    held = letters.by_post(house)
    opened = Client().post("/code/", {"code": links.code_of(held.link)})
    fields = {"nonce": nonce_on(opened), "name": "The porter", "is_authorised": "on"}
    Client().post(held.url, fields)

    said = receipts(client, house, held)

    assert "Name typed: The porter" in said
    assert "Opened with: the code from the paper letter" in said
    assert "After sending: posted on" in said


def test_an_odd_one_names_every_sign_and_what_a_lead_does(client: Client, house: House) -> None:
    held = letters.by_email(house, minutes_ago=0)
    letters.confirm(held, name="Peter Brook", remark="x")

    said = receipts(client, house, held)

    for words in (
        "C: confirmed, something odd",
        "Confirmed within seconds of sending.",
        "The typed name is not the addressee's.",
        "A field was filled in that people do not see.",
        "calls them if in doubt, and accepts the receipt or voids it",
    ):
        assert words in said, words
    assert re.search(r"After sending: \d+ seconds", said)


def test_what_colleagues_entered_says_why_it_is_weaker(client: Client, house: House) -> None:
    held = letters.by_email(house)
    proofs.record_proof(
        held.case,
        by=house.by_manager,
        kind=ProofKind.PHONE,
        received_at=clock.now(),
        received_by="Jane Adams",
        note="She has it.",
    )
    wait_until(held.case.deemed_received_on)
    walks.became(held.delivery, DeliveryState.BOUNCED)
    tried = [{"channel": "email", "on": "2030-01-01", "outcome": "no answer"}] * 2
    proofs.propose_deemed_service(fresh(held.case), by=house.by_manager, attempts=tried, note="")

    said = receipts(client, house, held)

    for words in (
        "A colleague noted a telephone call; nothing of it is in writing.",
        "Received by: Jane Adams",
        "A lead other than who entered it reads the note or the file",
        "Nobody confirmed; the day has come, and the attempts are listed.",
        "A lead other than who proposed it looks at the attempts and the day",
    ):
        assert words in said, words
