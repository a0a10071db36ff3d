"""What both sides owe, through HTTP: each verb, who may, and what is said when it cannot be."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from audit import clock
from desk.insights import figures
from offboarding.lifecycle import State
from offboarding.models import CaseFile, Obligation, ObligationState, Party, TerminationCase
from offboarding.services import obligations, ticks
from tests.builders import House, a_case, a_house, an_invoice, an_obligation
from tests.desk.pages import AS_TEXT, HOSTILE, page, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House, client: Client) -> TerminationCase:
    """An acknowledged case, looked at by its account manager."""
    client.force_login(house.manager)
    return a_case(house, State.ACKNOWLEDGED)


def theirs(case: TerminationCase, **changes: Any) -> Obligation:
    return an_obligation(
        case,
        **({"party": Party.CLIENTS, "title": "Return the keys", "amount_cents": 98_000} | changes),
    )


def at(row: Obligation, verb: str = "") -> str:
    return f"obligations/{row.pk}/{verb}"


# -- reading ---------------------------------------------------------------------------------------


def test_both_sides_are_listed_with_owner_day_and_money(
    client: Client, case: TerminationCase
) -> None:
    an_obligation(case, title="Send the final report")
    theirs(case)

    shown = page(client, case)

    for words in ("We owe", "They owe", "Send the final report", "Return the keys", "€980.00"):
        assert words in shown
    assert "Mia Manager" in shown
    assert "€980.00 open" in shown


def test_what_is_late_says_so_in_words(client: Client, case: TerminationCase) -> None:
    row = theirs(case, due_on=clock.today(case.time_zone) - timedelta(days=3))

    assert "3 days overdue" in page(client, case, "obligations/")
    assert "Overdue" in page(client, case, at(row))


def test_a_promise_after_the_services_end_is_pointed_out(
    client: Client, case: TerminationCase
) -> None:
    assert case.effective_on is not None
    row = an_obligation(case, due_on=case.effective_on + timedelta(days=1))

    assert "after the services end" in page(client, case, "obligations/")
    assert "It is due after the services end" in page(client, case, at(row))


def test_what_people_typed_comes_out_as_text(client: Client, case: TerminationCase) -> None:
    row = an_obligation(case, title=HOSTILE)
    obligations.fulfil(row, by=_by(case), proof=HOSTILE)

    for place in ("", "obligations/", at(row)):
        shown = page(client, case, place)
        assert AS_TEXT in shown
        assert HOSTILE not in shown


def _by(case: TerminationCase) -> Actor:
    return Actor.person(case.owner)


@pytest.mark.parametrize("place", ["obligations/", "handover/", "follow-up/", "reactions/"])
@pytest.mark.parametrize("state", [State.EVALUATION, State.ACKNOWLEDGED, State.CLOSED])
def test_a_section_has_a_page_of_its_own_in_every_stage(
    client: Client, house: House, place: str, state: str
) -> None:
    case = a_case(house, state)
    for person in (house.manager, house.lead, house.auditor):
        client.force_login(person)
        page(client, case, place)
    for person in (house.outsider, house.other_lead, house.admin):
        client.force_login(person)
        assert client.get(f"/cases/{case.reference}/{place}").status_code == 404


def test_the_page_costs_the_same_for_ten_and_for_many(
    client: Client, case: TerminationCase
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client, case, "obligations/")
        return len(asked)

    few = cost()
    for number in range(30):
        row = theirs(case, title=f"Row {number}")
        if number % 2:
            obligations.fulfil(row, by=_by(case), proof="Seen.")

    assert cost() == few <= 12


def test_an_auditor_reads_without_buttons_and_changes_nothing(
    client: Client, house: House, case: TerminationCase
) -> None:
    row = theirs(case)
    client.force_login(house.auditor)

    for place in ("obligations/", at(row)):
        shown = page(client, case, place).partition('<main class="page')[2].partition("</main>")[0]
        assert "button--small" not in shown and "<form" not in shown

    assert send(client, case, at(row, "fulfilment/"), {"proof": "x"}).status_code == 403
    assert send(client, case, "obligations/new/", {"title": "x"}).status_code == 403
    row.refresh_from_db()
    assert row.is_open


# -- adding ----------------------------------------------------------------------------------------


def test_an_obligation_is_added_with_amount_and_owner(
    client: Client, house: House, case: TerminationCase
) -> None:
    due_on = clock.today(case.time_zone) + timedelta(days=5)
    answer = send(
        client,
        case,
        "obligations/new/",
        {
            "party": "clients",
            "title": "Pay the balance",
            "due_on": due_on.isoformat(),
            "owner": house.lead.pk,
            "amount": "1234,50",
        },
    )

    assert answer.status_code == 303
    row = case.obligations.get(title="Pay the balance")
    assert (row.amount_cents, row.currency, row.owner) == (123_450, "EUR", house.lead)
    assert row.due_on == row.original_due_on == due_on


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "This field is required"),
        ("title", "x" * 201, "at most 200"),
        ("due_on", "2020-01-01", "This day is past"),
        ("due_on", "31.12.2027", "valid date"),
        ("amount", "-1", "greater than or equal"),
        ("amount", "1.005", "2 digits after the point"),
        ("amount", "1,000", "write no sign between thousands"),
        ("amount", "lots", "Enter a number"),
        ("party", "nobody", "valid choice"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field(
    client: Client, house: House, case: TerminationCase, field: str, value: str, sentence: str
) -> None:
    before = case.obligations.count()
    said = {"party": "ours", "title": "Kept words", "owner": house.manager.pk} | {field: value}

    answer = send(client, case, "obligations/new/", said)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in shown
    assert 'aria-invalid="true"' in shown
    if field != "title":
        assert 'value="Kept words"' in shown
    assert case.obligations.count() == before


def test_somebody_of_another_team_cannot_look_after_it(
    client: Client, house: House, case: TerminationCase
) -> None:
    said = {"party": "ours", "title": "A report", "owner": house.outsider.pk}

    assert send(client, case, "obligations/new/", said).status_code == 422


def test_a_double_click_adds_one(client: Client, house: House, case: TerminationCase) -> None:
    said = {"party": "ours", "title": "Once", "owner": house.manager.pk, "key": str(uuid.uuid4())}

    first = send(client, case, "obligations/new/", said)
    second = send(client, case, "obligations/new/", said)

    assert (first.status_code, second.status_code) == (303, 303)
    assert case.obligations.filter(title="Once").count() == 1


def test_editing_keeps_the_day_first_promised(
    client: Client, house: House, case: TerminationCase
) -> None:
    today = clock.today(case.time_zone)
    row = an_obligation(case, due_on=today + timedelta(days=1))
    later = (today + timedelta(days=9)).isoformat()

    answer = send(
        client,
        case,
        at(row, "edit/"),
        {"title": "Send the report", "due_on": later, "owner": house.lead.pk},
    )

    assert answer.status_code == 303
    row.refresh_from_db()
    assert (row.title, row.due_on.isoformat()) == ("Send the report", later)
    assert row.original_due_on == today + timedelta(days=1)


# -- settling --------------------------------------------------------------------------------------


def test_fulfilling_keeps_note_and_file(client: Client, case: TerminationCase) -> None:
    row = an_obligation(case, needs_proof=True)

    bare = send(client, case, at(row, "fulfilment/"), {"proof": ""})
    assert bare.status_code == 422
    assert "This needs a proof" in bare.content.decode()

    file = SimpleUploadedFile("report.pdf", b"%PDF-1.4 report")
    answer = send(client, case, at(row, "fulfilment/"), {"proof": "Sent today.", "file": file})

    assert answer.status_code == 303
    row.refresh_from_db()
    assert row.state == ObligationState.FULFILLED
    assert row.proof_file is not None and row.proof_file.name == "report.pdf"
    assert f"/files/{row.proof_file.pk}/" in page(client, case)


def test_a_file_that_is_not_what_it_says_settles_nothing(
    client: Client, case: TerminationCase
) -> None:
    row = an_obligation(case)
    file = SimpleUploadedFile("report.pdf", b"<script>")

    answer = send(client, case, at(row, "fulfilment/"), {"proof": "Kept words", "file": file})

    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    row.refresh_from_db()
    assert row.is_open
    assert not CaseFile.objects.exists()


def test_a_paid_invoice_is_paid_in_the_clients_books_too(
    client: Client, house: House, case: TerminationCase
) -> None:
    today = clock.today(case.time_zone)
    invoice = an_invoice(house.client)
    row = theirs(case, invoice=invoice)
    ahead = (today + timedelta(days=1)).isoformat()
    assert send(client, case, at(row, "fulfilment/"), {"paid_on": ahead}).status_code == 422

    answer = send(client, case, at(row, "fulfilment/"), {"paid_on": today.isoformat()})

    assert answer.status_code == 303
    invoice.refresh_from_db()
    row.refresh_from_db()
    assert invoice.paid_on == today
    assert row.state == ObligationState.FULFILLED


def test_what_is_settled_already_is_a_conflict_in_words(
    client: Client, case: TerminationCase
) -> None:
    row = an_obligation(case)
    obligations.fulfil(row, by=_by(case), proof="Done.")

    for verb in ("not-applicable/", "waiver/", "edit/", "fulfilment/", "escalation/"):
        shown = client.get(f"/cases/{case.reference}/{at(row, verb)}")
        assert shown.status_code == 409, verb
        assert "already settled: Fulfilled" in shown.content.decode()
    answer = send(client, case, at(row, "not-applicable/"), {"reason": "Late."})
    assert answer.status_code == 409
    assert "already settled: Fulfilled" in answer.content.decode()


def test_not_applicable_needs_its_reason(client: Client, case: TerminationCase) -> None:
    row = an_obligation(case)

    assert send(client, case, at(row, "not-applicable/"), {"reason": "  "}).status_code == 422
    answer = send(client, case, at(row, "not-applicable/"), {"reason": "Another firm did it."})

    assert answer.status_code == 303
    row.refresh_from_db()
    assert (row.state, row.reason) == (ObligationState.NOT_APPLICABLE, "Another firm did it.")


def test_a_waiver_takes_a_lead_who_did_not_ask(
    client: Client, house: House, case: TerminationCase
) -> None:
    row = theirs(case)
    client.force_login(house.lead)
    assert send(client, case, at(row, "waiver/"), {"reason": "Too small."}).status_code == 303
    assert "Waiver asked" in page(client, case)
    granting = {"answer": "grant", "reason": ""}

    own = send(client, case, at(row, "waiver/answer/"), granting)
    assert own.status_code == 409
    assert "somebody else has to grant it" in own.content.decode()
    client.force_login(house.manager)
    assert send(client, case, at(row, "waiver/answer/"), granting).status_code == 403

    client.force_login(house.second_lead)
    assert "asks to waive this" in page(client, case, at(row))
    answer = send(client, case, at(row, "waiver/answer/"), granting)

    assert answer.status_code == 303
    row.refresh_from_db()
    assert (row.state, row.settled_by) == (ObligationState.WAIVED, house.second_lead)


def test_refusing_a_waiver_says_why_and_the_reason_stays(
    client: Client, house: House, case: TerminationCase
) -> None:
    row = theirs(case)
    send(client, case, at(row, "waiver/"), {"reason": "Too small."})
    client.force_login(house.lead)

    assert send(client, case, at(row, "waiver/answer/"), {"answer": "refuse"}).status_code == 422
    answer = send(
        client, case, at(row, "waiver/answer/"), {"answer": "refuse", "reason": "It adds up."}
    )

    assert answer.status_code == 303
    row.refresh_from_db()
    assert row.is_open and row.waiver_requested_by is None
    assert "Stays owed: It adds up." in page(client, case)


def test_theirs_can_be_escalated_and_ours_cannot(client: Client, case: TerminationCase) -> None:
    row, ours = theirs(case), an_obligation(case)
    today = clock.today(case.time_zone)
    until = (today + timedelta(days=30)).isoformat()

    past = send(client, case, at(row, "escalation/"), {"to": "Law firm", "until": str(today)})
    assert past.status_code == 422
    assert "Choose a day after today" in past.content.decode()
    assert client.get(f"/cases/{case.reference}/{at(ours, 'escalation/')}").status_code == 409
    answer = send(client, case, at(row, "escalation/"), {"to": "Law firm", "until": until})

    assert answer.status_code == 303
    assert "Law firm" in page(client, case)
    assert send(client, case, at(row, "fulfilment/"), {"proof": "Paid."}).status_code == 303


def test_a_settled_one_is_opened_again_with_its_reason(
    client: Client, case: TerminationCase
) -> None:
    row = an_obligation(case)
    obligations.fulfil(row, by=_by(case), proof="Done.")

    answer = send(client, case, at(row, "reopening/"), {"reason": "The file was empty."})

    assert answer.status_code == 303
    row.refresh_from_db()
    assert row.is_open
    assert "The file was empty." in page(client, case)


def test_after_the_declaration_nothing_is_opened_again(client: Client, house: House) -> None:
    client.force_login(house.manager)
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    row = case.obligations.first()
    assert row is not None

    answer = send(client, case, at(row, "reopening/"), {"reason": "Hm."})

    assert answer.status_code == 409
    assert "were declared fulfilled" in answer.content.decode()


VERBS = {
    "edit/": {"title": "x"},
    "fulfilment/": {"proof": "x"},
    "not-applicable/": {"reason": "x"},
    "waiver/": {"reason": "x"},
    "waiver/answer/": {"answer": "grant"},
    "escalation/": {"to": "x", "until": "2099-01-01"},
    "reopening/": {"reason": "x"},
}


@pytest.mark.parametrize("verb", VERBS)
def test_other_teams_and_other_cases_have_no_such_obligation(
    client: Client, house: House, case: TerminationCase, verb: str
) -> None:
    row = theirs(case)
    other = a_case(house)

    assert send(client, other, at(row, verb), VERBS[verb]).status_code == 404
    for person in (house.outsider, house.other_lead, house.admin):
        client.force_login(person)
        assert client.get(f"/cases/{case.reference}/{at(row, verb)}").status_code == 404
        assert send(client, case, at(row, verb), VERBS[verb]).status_code == 404
    client.force_login(house.auditor)
    assert send(client, case, at(row, verb), VERBS[verb]).status_code == 403
    row.refresh_from_db()
    assert row.is_open


def test_a_closed_case_is_read_only(client: Client, house: House) -> None:
    client.force_login(house.manager)
    case = a_case(house, State.CLOSED)

    opened = client.get(f"/cases/{case.reference}/obligations/new/")
    sent = send(
        client,
        case,
        "obligations/new/",
        {"party": "ours", "title": "x", "owner": house.manager.pk},
    )

    assert (opened.status_code, sent.status_code) == (409, 409)
    assert "read-only" in sent.content.decode()


# -- what comes first, and days that follow the end ------------------------------------------------


def test_a_circle_is_said_beside_the_field_and_nothing_typed_is_lost(
    client: Client, case: TerminationCase
) -> None:
    one = an_obligation(case, title="Close the books")
    two = an_obligation(case, title="Return the ledgers", waits_for=[one])
    typed = {"title": "Close all books", "owner": case.owner_id, "waits_for": [two.pk]}

    answer = send(client, case, at(one, "edit/"), typed)

    assert answer.status_code == 422
    said = answer.content.decode()
    assert "Nothing of this could ever begin" in said
    assert 'value="Close all books"' in said
    one.refresh_from_db()
    assert one.title == "Close the books"


def test_what_waits_says_so_and_offers_no_button(client: Client, case: TerminationCase) -> None:
    first = an_obligation(case, title="Close the books")
    later = an_obligation(case, title="Return the ledgers", waits_for=[first])

    shown = page(client, case)

    assert "comes after “Close the books”" in " ".join(shown.split())
    assert at(first, "fulfilment/") in shown
    assert at(later, "fulfilment/") not in shown
    for answer in (
        client.get(f"/cases/{case.reference}/{at(later, 'fulfilment/')}"),
        send(client, case, at(later, "fulfilment/"), {"proof": "Sent."}),
    ):
        assert answer.status_code == 409
        assert "comes after “Close the books”, which is not settled" in answer.content.decode()


def test_setting_the_end_lists_what_moved_and_asks_about_fixed_days(
    client: Client, house: House
) -> None:
    client.force_login(house.manager)
    case = a_case(house, State.NOTICE)
    assert case.effective_on is not None
    end = case.effective_on + timedelta(days=30)
    an_obligation(case, title="Call them", due_on=end + timedelta(days=9))
    said = {"effective_on": end.isoformat()}

    refused = send(client, case, "dates/", said)
    done = send(client, case, "dates/", said | {"promises_stay": "on"})

    assert refused.status_code == 422
    assert "is due after this date: “Call them”" in refused.content.decode()
    assert f'value="{end.isoformat()}"' in refused.content.decode()
    assert done.status_code == 303
    assert "These due dates moved with the end: “" in client.get(done["Location"]).content.decode()


# -- the client's list and ticks -------------------------------------------------------------------


def test_a_tick_is_accepted_with_its_proof_or_taken_back(
    client: Client, case: TerminationCase
) -> None:
    first, second = theirs(case, needs_proof=True), theirs(case, title="Pay the rest")
    by = Actor.client("Jane Adams", link_id=1)
    ticks.tick(case, [first.pk, second.pk], by=by, note="By courier.")

    shown = page(client, case)
    assert "Client says it is done" in shown and "“By courier.”" in shown
    form = page(client, case, at(first, "fulfilment/"))
    assert "Jane Adams said on the client&#x27;s page that this is done. “By courier.”" in form
    assert send(client, case, at(first, "fulfilment/"), {"proof": "Seen."}).status_code == 303
    refused = send(client, case, at(second, "tick/"), {"reason": ""})
    sent_back = send(client, case, at(second, "tick/"), {"reason": "Not on our account."})
    twice = send(client, case, at(second, "tick/"), {"reason": "Again."})

    assert (refused.status_code, sent_back.status_code, twice.status_code) == (422, 303, 409)
    second.refresh_from_db()
    assert (second.is_ticked, second.tick_answer) == (False, "Not on our account.")
    assert "Not on our account." in page(client, case, at(second, ""))


def test_the_list_is_read_before_it_leaves_and_leaves_once(
    client: Client, house: House, case: TerminationCase
) -> None:
    form = page(client, case, "obligations/list/")
    assert "jane.adams@example.com" in form and "What the client reads" in form
    key = {"key": str(uuid.uuid4()), "note": "Thank you for the call."}

    for _press in range(2):
        assert send(client, case, "obligations/list/", key).status_code == 303

    assert case.messages.get().text.count("Thank you for the call.") == 1
    early = a_case(house, State.NOTICE)
    assert client.get(f"/cases/{early.reference}/obligations/list/").status_code == 409
    assert "obligations/list/" not in page(client, early)


def test_where_the_relationship_goes_on_money_alone_is_still_owed(
    client: Client, house: House
) -> None:
    an_invoice(house.client)
    case = a_case(house, State.WITHDRAWN)
    case.obligations.update(due_on=clock.today() - timedelta(days=1))
    others = case.obligations.filter(invoice=None).count()
    client.force_login(house.lead)

    shown = page(client, case)

    assert others and shown.count("no longer owed: the relationship goes on") == others
    assert "1 late" in shown and "2 late" not in shown
    assert "late" not in client.get("/cases.csv").getvalue().decode().splitlines()[1]
    overdue = Obligation.objects.filter(figures.owed("overdue"))
    assert [row.invoice_id is None for row in overdue] == [False]
