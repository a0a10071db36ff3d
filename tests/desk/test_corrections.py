"""The page on which a served letter is corrected, and what its reader sees of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from notices.mailing import urls_for_clients
from notices.models import Channel, Notice
from tests.builders import House, a_house, fresh
from tests.desk.pages import HOSTILE, page, send
from tests.notices import walks
from tests.notices.test_corrections import accepted, served

pytestmark = pytest.mark.django_db

TOO_EARLY = (clock.today() + timedelta(days=2)).isoformat()


@pytest.fixture
def house() -> House:
    return a_house()


def _fields(old: Notice, **changes) -> dict:
    return {
        "reason": "date",
        "note": "We miscounted the month.",
        "effective_on": old.effective_on.isoformat(),
        "settlement_due_on": old.settlement_due_on or "",
        "recipient_name": old.recipient_name,
        "recipient_email": old.recipient_email,
        "recipient_lines": "\n".join(old.recipient_lines),
    } | changes


def test_a_letter_is_corrected_from_its_page_to_the_clients_receipt_page(
    client: Client, house: House
) -> None:
    old = served(house)
    case = fresh(old.case)
    client.force_login(house.manager)
    assert f"/cases/{case.reference}/correction/" in page(client, case, "notice/")
    assert "We miscounted" not in page(client, case, "correction/")
    later = old.effective_on + timedelta(days=31)

    answer = send(client, case, "correction/", _fields(old, effective_on=later.isoformat()))

    assert answer.status_code == 303
    draft = page(client, case, "notice/")
    assert "Corrects notice 1" in draft
    assert "The end date is now" in draft
    assert "We miscounted the month." in draft
    assert send(client, case, "correction/", _fields(old)).status_code == 409
    new = walks.sent(house, case.notices.get(number=2))
    accepted(new)
    assert "Replaced by a correction" in page(client, case, "notice/1/")
    link = case.links.get(delivery_id=walks.delivery_of(new, Channel.EMAIL).pk)
    shown = Client().get("/r/" + _tail(link))
    assert "What changed: The end date is now" in shown.content.decode()
    first = case.links.get(delivery_id=walks.delivery_of(old, Channel.EMAIL).pk)
    gone = Client().get("/r/" + _tail(first))
    assert gone.status_code == 410
    assert "A newer letter replaces this one" in gone.content.decode()
    assert case.reference not in gone.content.decode()


def _tail(link) -> str:
    return urls_for_clients.receipt_url(link).partition("/r/")[2]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"note": ""}, "This field is required."),
        ({"reason": "a whim"}, "Select a valid choice"),
        ({"recipient_email": "not an address"}, "valid email address"),
        ({"recipient_email": ""}, "Write the address that the e-mail goes to."),
        ({"recipient_lines": "Jane"}, "A letter needs at least a name, a street and a place."),
        ({"effective_on": TOO_EARLY}, "is the earliest lawful end"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_all_is_kept(
    client: Client, house: House, changes: dict, sentence: str
) -> None:
    old = served(house)
    client.force_login(house.manager)

    answer = send(client, old.case, "correction/", _fields(old, **({"note": HOSTILE} | changes)))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert old.case.notices.count() == 1


def test_a_correction_is_laid_aside_and_the_sent_letter_shows_again(
    client: Client, house: House
) -> None:
    old = served(house)
    client.force_login(house.manager)
    later = (old.effective_on + timedelta(days=31)).isoformat()
    send(client, old.case, "correction/", _fields(old, effective_on=later))
    assert "Lay the correction aside" in page(client, old.case, "correction/discard/")

    assert send(client, old.case, "correction/discard/").status_code == 303

    shown = page(client, old.case, "notice/")
    assert "Sealed letter" in shown
    assert "Discarded before it was sent" in shown
