"""The settlement statement: made, set, shown to the client, enclosed with a notice."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from http import HTTPStatus

import pypdfium2
import pytest
from django.test import Client

from audit import clock
from notices.checking import checks
from notices.language.phrases import say_money
from notices.letters import composing
from notices.models import Notice
from notices.outbox import handing_over
from notices.pages import authenticity, settlement_document, statement_pages
from notices.services import closing_letter, owed, sending, settlement
from offboarding.errors import InvalidInput, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import Obligation, Party, SettlementStatement, TerminationCase
from offboarding.services import cases, links, obligations
from offboarding.settlement import Balance
from tests.builders import (
    House,
    a_case,
    a_house,
    an_invoice,
    an_obligation,
    checklist_filled_in,
    fresh,
)
from tests.desk.pages import actions, page, send
from tests.notices import walks
from tests.notices.flipping import flip
from tests.portal.letters import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House, client: Client) -> TerminationCase:
    """A client with an invoice in euros, unbilled work in dollars, and a refund to come."""
    client.force_login(house.manager)
    an_invoice(house.client)
    case = a_case(house, State.ACKNOWLEDGED)
    theirs = {"party": Party.CLIENTS, "amount_cents": 80_000, "currency": "USD"}
    an_obligation(case, title="Hours of March", money_kind="unbilled", **theirs)
    an_obligation(case, title="Retainer paid twice", money_kind="refund", amount_cents=200_000)
    return case


def made(house: House, case: TerminationCase) -> SettlementStatement:
    statement = settlement.make_statement(fresh(case), by=house.by_manager)
    statement_pages.set_due()
    return SettlementStatement.objects.get(pk=statement.pk)


def words_in(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(one.get_textpage().get_text_range() for one in document)


def test_the_page_shows_both_sides_and_each_balance_in_words(
    client: Client, case: TerminationCase
) -> None:
    shown = " ".join(page(client, case, "settlement/").split())

    assert "Invoice 2027-001" in shown and "not billed yet" in shown
    assert "Taking both sides together, we owe you EUR 765.44." in shown
    assert "Taking both sides together, you owe us USD 800.00." in shown
    assert "settlement/" in page(client, case)


def test_a_statement_is_made_by_a_person_set_by_the_worker_and_stays_as_it_was(
    client: Client, house: House, case: TerminationCase
) -> None:
    assert send(client, case, "settlement/new/").status_code == HTTPStatus.SEE_OTHER
    statement_pages.set_due()
    statement = case.statements.get()
    assert statement.case_file is not None
    pdf = settlement.bytes_of(statement.case_file)

    said = words_in(pdf)
    assert "Settlement statement" in said and "Invoice 2027-001" in said
    assert "we owe you EUR 765.44" in said.replace("\r\n", " ")
    assert statement.case_file.sha256 == hashlib.sha256(pdf).hexdigest()
    assert statement.case_file.sha256[:16] in page(client, case, "settlement/")
    assert settlement.make_statement(fresh(case), by=house.by_manager) == statement
    row = Obligation.objects.get(title="Retainer paid twice")
    obligations.fulfil(row, by=house.by_manager, proof="Sent back.")
    second = made(house, case)
    assert (second.number, len(second.lines), len(statement.lines)) == (2, 2, 3)
    assert actions(case).count("statement.set") == 2


def test_the_client_reads_what_was_shown_and_nothing_before(
    client: Client, house: House, case: TerminationCase
) -> None:
    owed.send_list(fresh(case), by=house.by_manager, origin="owed:1")
    url = f"/o/{links.token_of(case.links.get())}/"
    unset = settlement.make_statement(fresh(case), by=house.by_manager)
    with pytest.raises(TransitionRefused, match="not set yet"):
        settlement.share_statement(unset, by=house.by_manager)
    statement_pages.set_due()
    assert "Settlement statement" not in text_of(Client().get(url))
    assert Client().get(f"{url}statement.pdf").status_code == HTTPStatus.FOUND

    other = cases.open_case(house.client, by=house.by_manager)
    assert send(client, other, "settlement/1/share/").status_code == HTTPStatus.NOT_FOUND
    assert send(client, case, "settlement/1/share/").status_code == HTTPStatus.SEE_OTHER

    statement = case.statements.get()
    assert statement.case_file is not None
    assert "Settlement statement" in text_of(Client().get(url))
    answer = Client().get(f"{url}statement.pdf")
    assert hashlib.sha256(answer.content).hexdigest() == statement.case_file.sha256
    found = authenticity.find(statement.case_file.sha256)
    assert found is not None and found.what is authenticity.What.STATEMENT
    with statement.case_file.content.storage.open(statement.case_file.content.name, "wb") as stored:
        stored.write(b"%PDF-1.7 changed")
    assert Client().get(f"{url}statement.pdf").status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert Client().post(f"{url}statement.pdf").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_a_statement_goes_with_the_notice_that_is_being_prepared(
    client: Client, house: House
) -> None:
    client.force_login(house.manager)
    an_invoice(house.client)
    draft = walks.a_draft(house)
    statement = made(house, draft.case)

    answer = send(client, draft.case, "settlement/1/enclose/")

    assert answer.status_code == HTTPStatus.SEE_OTHER
    enclosure = Notice.objects.get(pk=draft.pk).enclosures.get()
    assert statement.case_file is not None
    assert enclosure.sha256 == statement.case_file.sha256
    assert enclosure.title == "Settlement statement"
    case = a_case(house, State.ACKNOWLEDGED)
    made(house, case)
    assert send(client, case, "settlement/1/enclose/").status_code == HTTPStatus.CONFLICT


def test_a_statement_goes_with_the_closing_letter_as_long_as_it_is_true(
    client: Client, house: House
) -> None:
    client.force_login(house.manager)
    case = a_case(house, State.FOLLOW_UP)
    checklist_filled_in(house, case)
    letter = closing_letter.draft_closing_letter(fresh(case), by=house.by_manager)
    assert "Make a settlement statement to enclose" in page(client, case, "closing-letter/")
    statement = made(house, case)
    assert f"closing letter {letter.number}" in page(client, case, "settlement/1/enclose/").lower()

    answer = send(client, case, "settlement/1/enclose/")

    assert answer["Location"] == f"/cases/{case.reference}/closing-letter/#company"
    enclosure = walks.again(letter).enclosures.get()
    assert statement.case_file is not None
    assert bytes(enclosure.pdf) == settlement.bytes_of(statement.case_file)
    assert enclosure.title in composing.letter_content(walks.again(letter)).enclosures
    shown = page(client, case, "closing-letter/")
    assert "Enclose the settlement statement" not in shown
    assert enclosure.sha256[:12] in shown and "enclosure_added" in "".join(actions(case))

    an_invoice(house.client)  # From now on more is open than the statement says.
    assert "statement_outdated" in {one.code for one in checks.blocks(walks.again(letter))}
    shown = page(client, case, "closing-letter/")
    assert "does not say what is open now" in shown and "Make a settlement statement" in shown
    with pytest.raises(TransitionRefused, match="does not say what is open now"):
        walks.asked(house, walks.again(letter))
    assert send(client, case, "settlement/1/enclose/").status_code == HTTPStatus.CONFLICT
    gone = f"closing-letter/enclosures/{enclosure.pk}/remove/"
    assert send(client, case, gone, {"version": walks.again(letter).version}).status_code == 303
    made(house, case)
    assert send(client, case, "settlement/2/enclose/").status_code == HTTPStatus.SEE_OTHER
    sealed = walks.approved(house, walks.again(letter))
    [delivery] = sending.send_notice(sealed, by=house.by_manager)
    assert handing_over.difference(walks.the_same(delivery)) == ""
    flip(sealed.enclosures.get())
    assert handing_over.difference(walks.the_same(delivery)) == "enclosure"


def test_what_no_font_of_ours_has_is_said_and_the_next_version_can_be_made(
    house: House, case: TerminationCase, client: Client
) -> None:
    row = an_obligation(
        case, party=Party.CLIENTS, title="Fee \U0001f9fe", amount_cents=100, due_on=clock.today()
    )

    statement = made(house, case)

    assert statement.has_failed
    assert statement.problems[0] in page(client, case, "settlement/")
    obligations.edit_obligation(
        row, by=house.by_manager, title="Fee", due_on=clock.today() + timedelta(3), owner=None
    )
    assert made(house, case).is_set


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"money_kind": "refund", "amount_cents": 1, "party": "clients"}, "money_kind"),
        ({"money_kind": "unbilled", "amount_cents": 1, "party": "ours"}, "money_kind"),
        ({"money_kind": "unbilled", "party": "clients"}, "amount"),
    ],
)
def test_money_is_owed_by_who_owes_it(
    case: TerminationCase, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        an_obligation(case, **changes)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("cents", "currency", "language", "said"),
    [
        (123_456, "EUR", "en", "EUR 1,234.56"),
        (123_456, "EUR", "de", "1.234,56 EUR"),
        (123_456, "JPY", "en", "JPY 123,456"),
        (123_456, "JPY", "de", "123.456 JPY"),
        (1_234_567, "KWD", "en", "KWD 1,234.567"),
    ],
)
def test_money_is_written_in_the_coins_of_its_currency(
    cents: int, currency: str, language: str, said: str
) -> None:
    assert say_money(cents, currency, language) == said


def test_both_sides_even_is_said_too() -> None:
    assert "even" in settlement_document.balance_in_words(Balance("EUR", 5, 5), "en")
    assert "nichts übrig" in settlement_document.balance_in_words(Balance("EUR", 5, 5), "de")
