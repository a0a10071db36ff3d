"""The closing checklist through HTTP, and what is shown when the same client returns."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from clients.models import Client as OurClient
from offboarding import returning, selectors
from offboarding.lifecycle import State
from offboarding.models import TerminationCase, WayBack
from offboarding.policies import cases_visible_to
from offboarding.services import cases, flags, stages
from offboarding.services.closing import fill_in
from tests.builders import House, a_case, a_client, a_house, checklist_filled_in, fresh
from tests.desk.pages import AS_TEXT, HOSTILE, actions, page, send

pytestmark = pytest.mark.django_db

SAID = {
    "final_invoice": "2027-112, paid",
    "balance": "Nothing is open.",
    "their_property": "nothing_held",
    "controls_now": "Domain: Adams Print.",
    "retain_until": "2099-12-31",
    "way_back": "review_first",
    "way_back_reason": "Agree on the scope in writing first.",
    "sheet_version": "0",
}


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House, client: Client) -> TerminationCase:
    """A case in follow-up, looked at by its account manager."""
    client.force_login(house.manager)
    return a_case(house, State.FOLLOW_UP)


def ended(house: House, way_back: str = WayBack.DO_NOT_ENGAGE, reason: str = "Unpaid twice."):
    """A closed case that says how its client is met again."""
    case = a_case(house, State.CLOSED)
    sheet = case.closing
    sheet.way_back, sheet.way_back_reason = way_back, reason
    sheet.save()
    return case


# -- the checklist ---------------------------------------------------------------------------------


def test_the_checklist_names_what_is_missing_and_is_kept(
    client: Client, case: TerminationCase
) -> None:
    before = page(client, case, "closing/")
    assert "The final invoice and the balance are not stated yet." in before
    assert "It is not said yet who controls what now." in before

    assert send(client, case, "closing/", SAID).status_code == 303

    shown = page(client, case, "closing/")
    assert "The final invoice and the balance are stated" in shown
    assert 'value="2027-112, paid"' in shown
    assert fresh(case).closing.way_back_by == case.owner
    assert "closing.filled_in" in actions(case)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("controls_now", {"controls_now": "Domain: Adams Print. Password: Tr0ub4dor&3"}),
        ("way_back_reason", {"way_back_reason": " "}),
        ("property_returned_on", {"their_property": "returned"}),
        (
            "property_returned_on",
            {"their_property": "returned", "property_returned_on": "2098-01-01"},
        ),
        (
            "property_receipt",
            {"their_property": "returned", "property_returned_on": "2026-01-02"},
        ),
        ("retain_until", {"retain_until": "2020-01-01"}),
        ("way_back", {"way_back": "do_not_engage"}),
        ("way_back", {"way_back": "perhaps"}),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_is_lost(
    client: Client, case: TerminationCase, field: str, change: dict[str, str]
) -> None:
    answer = send(client, case, "closing/", SAID | change)

    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'id="id_{field}_error"' in text or f'href="#id_{field}' in text
    assert "Domain: Adams Print." in text
    assert fresh(case).closing_sheet is None


def test_do_not_engage_is_a_leads_to_say_and_to_take_back(
    client: Client, house: House, case: TerminationCase
) -> None:
    client.force_login(house.lead)
    said = SAID | {"way_back": "do_not_engage", "way_back_reason": "Unpaid twice."}
    assert send(client, case, "closing/", said).status_code == 303
    client.force_login(house.manager)

    other = said | {"sheet_version": "1"}
    kept = send(client, case, "closing/", other | {"balance": "EUR 12 are written off."})
    taken_back = send(client, case, "closing/", other | {"way_back": "welcome_back"})

    assert kept.status_code == 303
    assert taken_back.status_code == 422
    assert fresh(case).closing.way_back == "do_not_engage"


def test_somebody_who_was_faster_is_named_and_what_was_typed_stays(
    client: Client, house: House, case: TerminationCase
) -> None:
    checklist_filled_in(house, case)

    answer = send(client, case, "closing/", SAID)

    assert answer.status_code == 422
    assert "Leo Lead filled this in meanwhile" in answer.content.decode()
    assert "2027-112, paid" in answer.content.decode()
    assert fresh(case).closing.final_invoice != "2027-112, paid"
    version = re.search(r'name="sheet_version" value="(\d+)"', answer.content.decode())
    assert version
    again = send(client, case, "closing/", SAID | {"sheet_version": version[1]})
    assert again.status_code == 303
    assert fresh(case).closing.final_invoice == "2027-112, paid"


def test_a_case_closes_by_its_checklist_and_is_kept_until_its_day(
    client: Client, house: House
) -> None:
    case = a_case(house, State.CLOSED)
    client.force_login(house.auditor)

    assert case.retain_until == case.closing.retain_until == stages.usual_retention(case)
    shown = page(client, case, "closing/")
    assert "Nothing is open." in shown and 'name="final_invoice"' not in shown
    assert send(client, case, "closing/", SAID).status_code == 403
    client.force_login(house.manager)
    assert send(client, case, "closing/", SAID).status_code == 409
    for person in (house.outsider, house.admin):
        client.force_login(person)
        assert client.get(f"/cases/{case.reference}/closing/").status_code == 404


def test_a_retention_date_that_passed_meanwhile_shuts_the_gate(
    house: House, case: TerminationCase
) -> None:
    tomorrow = clock.today(case.time_zone) + timedelta(days=1)
    sheet = checklist_filled_in(house, case, retain_until=tomorrow)
    sheet.retain_until = clock.today(case.time_zone)
    sheet.save()

    assert "retention_past" in {one.code for one in selectors.unmet(fresh(case), "close")}


def test_typed_words_come_out_as_text_and_the_page_costs_the_same(
    client: Client, house: House, case: TerminationCase
) -> None:
    page(client, case, "closing/")
    checklist_filled_in(house, case, balance=HOSTILE, controls_now=HOSTILE, way_back_reason=HOSTILE)

    with CaptureQueriesContext(connection) as asked:
        shown = page(client, case, "closing/")

    assert AS_TEXT in shown and HOSTILE not in shown
    assert len(asked) <= 16


# -- the same client returns -----------------------------------------------------------------------


def test_whoever_opens_anything_for_the_client_reads_what_was_said(
    client: Client, house: House
) -> None:
    ended(house)
    client.force_login(house.manager)
    pk = house.client.pk

    for place in (
        f"/clients/{pk}/",
        f"/cases/new/?client={pk}",
        f"/clients/{pk}/engagements/new/",
        "/search/?q=Adams",
    ):
        shown = client.get(place).content.decode()
        assert "Do not engage" in shown, place
    assert "Unpaid twice." in client.get(f"/clients/{pk}/").content.decode()


def test_what_a_reopened_or_unreadable_case_says_is_not_shown(client: Client, house: House) -> None:
    case = ended(house)
    cases.restrict(case, [], by=house.by_lead)
    client.force_login(house.manager)  # the owner, who still reads it
    assert "Do not engage" in client.get(f"/clients/{house.client.pk}/").content.decode()

    TerminationCase.objects.filter(pk=case.pk).update(owner=house.second_lead)
    assert "Do not engage" not in client.get(f"/clients/{house.client.pk}/").content.decode()

    client.force_login(house.lead)
    stages.reopen(fresh(case), by=house.by_lead, reason="A ledger is missing.")
    assert "Do not engage" not in client.get(f"/clients/{house.client.pk}/").content.decode()


NEW = {
    "display_name": "",
    "reference": "C-77",
    "street": "1 Long Road",
    "postal_code": "M3 3JE",
    "city": "Manchester",
    "country": "GB",
    "language": "en",
}


def test_a_client_entered_anew_under_a_similar_name_is_entered_only_knowingly(
    client: Client, house: House
) -> None:
    ended(house)
    client.force_login(house.manager)
    said = NEW | {
        "legal_name": "Adams-Print Limited",
        "team": house.team.pk,
        "office": house.office.pk,
        "owner": house.manager.pk,
    }

    warned = client.post("/clients/new/", said)
    assert warned.status_code == 422
    assert "Unpaid twice." in warned.content.decode()
    assert "ended before" in warned.content.decode()
    assert client.post("/clients/new/", said | {"anyway": "on"}).status_code == 303

    unlike = said | {"legal_name": "Baker Dental Ltd", "reference": "C-78"}
    assert client.post("/clients/new/", unlike).status_code == 303


def test_another_teams_case_is_not_told_of(client: Client, house: House) -> None:
    ended(house)
    seen = cases_visible_to(house.outsider)

    assert returning.resembling(names=["Adams Print"], cases=seen) == []
    assert returning.said_of([house.client], cases=seen) == {}


def test_a_contact_of_the_same_house_is_noticed(client: Client, house: House) -> None:
    ended(house)
    other = a_client(house.office, house.team, house.manager, reference="C-2")
    OurClient.objects.filter(pk=other.pk).update(legal_name="Fresh Start Ltd")
    house.client.contacts.update(email="jane@adams-print.example")
    client.force_login(house.manager)

    client.post(
        f"/clients/{other.pk}/contacts/new/",
        {"name": "Joe Adams", "email": "joe@adams-print.example", "language": ""},
    )

    shown = client.get(f"/clients/{other.pk}/").content.decode()
    assert "This address belongs to the house of Adams Print" in shown


def test_rows_of_a_file_that_look_like_ended_clients_are_named(
    client: Client, house: House
) -> None:
    ended(house)
    client.force_login(house.manager)
    heads = "reference,legal_name,street,postal_code,city,country"
    rows = f"{heads}\nC-9,Adams Print GmbH,Am Ring 1,20457,Hamburg,DE"
    file = SimpleUploadedFile("clients.csv", rows.encode(), content_type="text/csv")
    answer = client.post("/clients/import/", {"team": house.team.pk, "file": file}, follow=True)

    assert "look like clients who were ended before" in answer.content.decode()
    assert "Do not engage" in answer.content.decode()


def test_a_dispute_shuts_the_gate_of_closing_too(house: House, case: TerminationCase) -> None:
    flags.dispute(case, by=house.by_manager, reason="They contest the balance.")
    fill_in(fresh(case), by=house.by_manager, balance="EUR 12, until 1 May, the client.")

    assert fresh(case).closing.balance
