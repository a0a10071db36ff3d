"""The client's page of what both sides owe: what it shows, what a tick does, when it is closed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from audit import clock
from notices.models import Delivery, Message, MessageKind
from notices.services import owed
from offboarding.errors import InvalidInput, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import ClientLink, LinkPurpose, Obligation, Party, TerminationCase
from offboarding.services import links, obligations, stages, ticks
from portal.owed_phrases import PHRASES
from tests.builders import House, a_case, an_obligation, fresh
from tests.desk.pages import actions
from tests.portal import letters
from tests.portal.letters import nonce_on, seconds_later, text_of
from tests.portal.test_words_and_logs import gaps

pytestmark = pytest.mark.django_db


@dataclass
class Listed:
    """A list in the client's hands."""

    house: House
    case: TerminationCase
    link: ClientLink

    @property
    def url(self) -> str:
        return f"/o/{links.token_of(self.link)}/"

    def open(self) -> HttpResponse:
        return Client().get(self.url)

    def tick(self, *rows: Obligation, nonce: str = "", **changes: Any) -> HttpResponse:
        """Open the page, tick and send, as a person would."""
        fields = {
            "nonce": nonce or nonce_on(self.open()),
            "done": [row.pk for row in rows],
            "name": "Jane Adams",
            "note": "",
        }
        seconds_later(5)
        return Client().post(self.url, fields | changes)


@pytest.fixture
def held(house: House) -> Listed:
    """An acknowledged case whose list was sent."""
    case = a_case(house, State.ACKNOWLEDGED)
    delivery = owed.send_list(case, by=house.by_manager, origin="owed:1")
    assert delivery is not None
    return Listed(house, fresh(case), case.links.get(purpose=LinkPurpose.OBLIGATIONS))


def theirs(held: Listed, title: str = "Return the keys", **changes: Any) -> Obligation:
    return an_obligation(held.case, party=Party.CLIENTS, title=title, **changes)


def again(row: Obligation) -> Obligation:
    return Obligation.objects.get(pk=row.pk)


def test_it_shows_both_sides_and_nothing_that_is_only_for_us(held: Listed) -> None:
    secret = an_obligation(held.case, title="Check the conflict register", is_internal=True)
    late = theirs(held, "Pay the rest", amount_cents=120_000, due_on=clock.today() - timedelta(3))
    theirs(held, "Sign the receipt", waits_for=[late])
    theirs(held, "Destroy the cards", waits_for=[secret])
    an_obligation(held.case, title="Send the ledgers")
    before = actions(held.case)

    page = held.open()

    said = text_of(page)
    assert page.status_code == HTTPStatus.OK
    assert "conflict register" not in said
    assert "Pay the rest" in said and "was due on" in said and "EUR 1,200.00" in said
    assert "comes after “Pay the rest”" in said
    assert "What we still do for you" in said and "Send the ledgers" in said
    body = page.content.decode()
    assert f'id="done-{late.pk}"' in body
    for title in ("Sign the receipt", "Destroy the cards"):
        assert f'id="done-{held.case.obligations.get(title=title).pk}"' not in body
    assert "<script" not in body
    assert page.headers["Cache-Control"] == "no-store"
    assert not page.cookies
    assert actions(held.case) == before
    assert ClientLink.objects.get(pk=held.link.pk).first_opened_at is not None


def test_a_tick_is_kept_shown_and_looked_at_by_a_colleague(held: Listed) -> None:
    row, other = theirs(held), theirs(held, "Pay the rest")

    answer = held.tick(row, note="By courier, on Monday.")

    assert answer.status_code == HTTPStatus.SEE_OTHER
    page = Client().get(answer.headers["Location"])
    assert "Mia Manager will look at what you ticked" in text_of(page)
    assert "You told us on" in text_of(page)
    assert f'id="done-{row.pk}"' not in page.content.decode()
    assert again(row).is_open and again(row).client_note == "By courier, on Monday."
    assert not again(other).is_ticked
    assert actions(held.case)[-2:] == ["obligation.client_says_done", "task.raised"]


def test_a_tick_that_was_sent_back_says_why(held: Listed) -> None:
    row = theirs(held)
    held.tick(row)
    ticks.send_tick_back(again(row), by=held.house.by_manager, reason="One key is missing.")

    page = held.open()

    assert "Not quite yet: One key is missing." in text_of(page)
    assert f'id="done-{row.pk}"' in page.content.decode()


def test_words_without_a_tick_are_a_question(held: Listed) -> None:
    theirs(held)

    first = held.tick(note="Where do we send the keys?")
    held.tick(note="Where do we send the keys?")

    assert "and Mia Manager will answer" in text_of(Client().get(first.headers["Location"]))
    assert held.case.questions.get().text == "Where do we send the keys?"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Please type your name"),
        ({"done": [], "note": " "}, "Tick what is done, or write a few words"),
        ({"done": ["x"]}, "Select a valid choice"),
        ({"nonce": "made-up"}, "press the button once more"),
        ({"remark": "filled in"}, "press the button once more"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_what_was_typed(
    held: Listed, changes: dict[str, Any], said: str
) -> None:
    row = theirs(held)

    answer = held.tick(row, **({"note": "On Monday."} | changes))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in text_of(answer)
    if changes.get("note") != " ":
        assert "On Monday." in answer.content.decode()
        if "done" not in changes:
            assert f'id="done-{row.pk}" checked' in answer.content.decode()
    assert not again(row).is_ticked


def test_a_press_within_a_second_is_no_persons(held: Listed) -> None:
    row = theirs(held)
    fields = {"nonce": nonce_on(held.open()), "done": [row.pk], "name": "Jane Adams"}

    answer = Client().post(held.url, fields)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not again(row).is_ticked


def test_a_double_click_is_one_tick_and_another_links_nonce_is_none(
    held: Listed, house: House
) -> None:
    row = theirs(held)
    nonce = nonce_on(held.open())
    foreign = links.issue_link(
        held.case, by=house.by_manager, purpose=LinkPurpose.OBLIGATIONS, recipient_name="X"
    )
    other = Listed(house, held.case, foreign)

    assert held.tick(row, nonce=nonce).status_code == HTTPStatus.SEE_OTHER
    assert held.tick(row, nonce=nonce).status_code == HTTPStatus.SEE_OTHER
    assert other.tick(row, nonce=nonce).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert actions(held.case).count("obligation.client_says_done") == 1


@pytest.mark.parametrize(
    ("fate", "status", "said"),
    [
        ("unknown", HTTPStatus.NOT_FOUND, "This page cannot be opened"),
        ("expired", HTTPStatus.NOT_FOUND, "This page cannot be opened"),
        ("receipt", HTTPStatus.NOT_FOUND, "This page cannot be opened"),
        ("withdrawn", HTTPStatus.GONE, "This letter was withdrawn"),
        ("ended", HTTPStatus.GONE, "This page is closed"),
    ],
)
def test_a_link_that_opens_nothing_says_so_calmly_and_keeps_nothing(
    held: Listed, fate: str, status: int, said: str
) -> None:
    row, nonce = theirs(held), nonce_on(held.open())
    url = held.url
    if fate == "unknown":
        url = "/o/notatokenofours/"
    elif fate == "receipt":
        url = url.replace("/o/", "/r/")
    elif fate == "withdrawn":
        stages.withdraw(
            fresh(held.case),
            by=held.house.by_lead,
            reason="They paid.",
            client_agreed_on=clock.today(held.case.time_zone),
            client_agreed_how="By telephone.",
        )
    else:
        changes = (
            {"expires_at": clock.now()}
            if fate == "expired"
            else {"revoked_at": clock.now(), "revoked_reason": "ended"}
        )
        ClientLink.objects.filter(pk=held.link.pk).update(**changes)
    seconds_later(5)

    fields = {"nonce": nonce, "done": [row.pk], "name": "Jane Adams"}
    for answer in (Client().get(url), Client().post(url, fields)):
        assert answer.status_code == status
        assert said in text_of(answer)
    assert not again(row).is_ticked


# -- how the client gets there ---------------------------------------------------------------------


def test_the_list_is_mailed_once_with_a_link_and_never_before_receipt(house: House) -> None:
    early = a_case(house, State.NOTICE)
    with pytest.raises(TransitionRefused, match="once receipt of the notice is on record"):
        owed.send_list(early, by=house.by_manager, origin="owed:1")
    case = a_case(house, State.ACKNOWLEDGED)
    an_obligation(case, title="Check the conflict register", is_internal=True)

    first = owed.send_list(case, by=house.by_manager, origin="owed:1", note="Thank you.")
    again_ = owed.send_list(case, by=house.by_manager, origin="owed:1")

    assert first is not None and again_ is None
    message = Message.objects.get(case=case)
    assert message.kind == MessageKind.OWED
    link = case.links.get()
    assert f"/o/{links.token_of(link)}/" in message.text
    assert link.delivery_id == first.pk
    assert "Thank you." in message.text
    assert "- Name the person who takes over, by " in message.text
    assert "conflict register" not in message.text
    assert first.recipient_email == "jane.adams@example.com"


def test_without_an_address_that_works_the_list_is_refused(house: House) -> None:
    case = a_case(house, State.ACKNOWLEDGED)
    case.client.contacts.update(email="")

    with pytest.raises(InvalidInput, match="no recipient with an e-mail address"):
        owed.send_list(case, by=house.by_manager, origin="owed:1")

    assert not Delivery.objects.filter(case=case).exists()
    assert not case.links.exists()


def test_whoever_confirms_receipt_goes_on_to_the_list(house: House) -> None:
    held = letters.by_email(house)

    page = Client().get(letters.confirm(held).headers["Location"])

    link = held.case.links.get(purpose=LinkPurpose.OBLIGATIONS)
    address = f"/o/{links.token_of(link)}/"
    assert f'href="{address}"' in page.content.decode()
    assert "What is still to do" in text_of(Client().get(address))
    assert address in Message.objects.get(kind=MessageKind.RECEIPT_CONFIRMED).text


def test_settled_things_are_told_as_settled(held: Listed) -> None:
    row = theirs(held)
    for one in held.case.obligations.all():
        if one != row:
            obligations.not_applicable(one, by=held.house.by_manager, reason="Done elsewhere.")
    obligations.fulfil(row, by=held.house.by_manager)

    said = text_of(held.open())

    assert "Nothing is open on your side" in said
    assert "Done on " in said and "Not needed any more" in said
    assert "Done elsewhere" not in said


@pytest.mark.parametrize("key", list(asdict(PHRASES["en"])))
def test_each_sentence_exists_in_german_with_the_same_gaps(key: str) -> None:
    english, german = getattr(PHRASES["en"], key), getattr(PHRASES["de"], key)

    assert german.strip() and english != german
    assert gaps(english) == gaps(german)
    assert "!" not in english + german
