"""Clients on the desk: who sees them, what is shown, and what happens to what people type."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from audit import clock
from audit.models import AuditEvent
from clients import services
from clients.models import Client, Contact, Engagement, Invoice
from clients.services import edit_client
from offboarding.models import TerminationCase
from tests.builders import (
    House,
    a_case,
    a_client,
    a_house,
    an_engagement,
    an_invoice,
)

pytestmark = pytest.mark.django_db

NEW = {
    "legal_name": "Nordlicht Café GmbH",
    "display_name": "Nordlicht",
    "reference": "C-77",
    "language": "de",
    "care_of": "",
    "street": "Hafenstraße 12\nHinterhaus",
    "postal_code": "20457",
    "city": "Hamburg",
    "region": "",
    "country": "DE",
}
AGREEMENT = {
    "title": "Payroll 2025",
    "services": "Payroll\nPayslips",
    "service_line": "Accounting",
    "started_on": "2025-01-01",
    "notice_period_count": "3",
    "notice_period_unit": "months",
    "notice_to_end_of_month": "on",
    "notice_method": "registered_mail",
    "notice_email": "",
    "notice_address": "",
    "notice_form": "ink",
    "signatories_required": "2",
    "cure_days": "14",
}


def fields_of(client: Client, **changes: Any) -> dict[str, Any]:
    """What the edit form of a client sends, as it was opened."""
    names = [name for name in NEW if name != "country"]
    return {
        **{name: getattr(client, name) for name in names},
        "country": str(client.country),
        "office": client.office_id,
        "owner": client.owner_id,
        "version": client.version,
        "key": str(uuid.uuid4()),
        **changes,
    }


def fresh(client: Client) -> Client:
    return Client.objects.get(pk=client.pk)


# -- who sees and changes what ---------------------------------------------------------------------

PAGES = ["", "edit/", "contacts/new/", "engagements/new/", "invoices/new/"]


@pytest.mark.parametrize("place", PAGES)
@pytest.mark.parametrize("who", ["outsider", "other_lead", "admin"])
def test_another_teams_client_does_not_exist(browser: Browser, who: str, place: str) -> None:
    house = a_house()
    browser.force_login(getattr(house, who))
    address = f"/clients/{house.client.pk}/{place}"
    assert browser.get(address).status_code == 404
    assert browser.post(address, NEW).status_code in (404, 405)


@pytest.mark.parametrize("who", ["manager", "lead"])
def test_the_team_works_on_its_clients(browser: Browser, who: str) -> None:
    house = a_house()
    browser.force_login(getattr(house, who))
    for place in PAGES:
        assert browser.get(f"/clients/{house.client.pk}/{place}").status_code == 200


def test_an_auditor_reads_clients_and_is_shown_no_button(browser: Browser) -> None:
    house = a_house()
    an_invoice(house.client)
    browser.force_login(house.auditor)

    page = browser.get(f"/clients/{house.client.pk}/").content.decode()

    assert "Adams Print Ltd" in page
    assert "/edit/" not in page and "/new/" not in page and "/paid/" not in page
    for place in PAGES[1:]:
        address = f"/clients/{house.client.pk}/{place}"
        assert browser.get(address).status_code == 403
        assert browser.post(address, NEW).status_code == 403
    assert browser.get("/clients/new/").status_code == 403
    assert browser.post("/clients/new/", NEW).status_code == 403
    assert "Adams Print Ltd" in browser.get("/clients/").content.decode()


def test_an_admin_sees_no_clients_but_is_told_why(browser: Browser) -> None:
    house = a_house()
    browser.force_login(house.admin)
    page = browser.get("/clients/").content.decode()
    assert "Adams Print" not in page
    assert "No clients for you here" in page
    assert browser.get("/clients/new/").status_code == 403


@pytest.mark.parametrize("noun", ["contacts", "engagements", "invoices"])
def test_a_part_of_another_client_is_not_reached_through_mine(browser: Browser, noun: str) -> None:
    house = a_house()
    theirs = a_client(house.office, house.other_team, house.outsider, reference="C-9")
    an_engagement(theirs)
    an_invoice(theirs)
    part = getattr(theirs, noun).first()
    browser.force_login(house.manager)

    assert browser.get(f"/clients/{house.client.pk}/{noun}/{part.pk}/").status_code == 404
    assert browser.get(f"/clients/{theirs.pk}/{noun}/{part.pk}/").status_code == 404


# -- the list --------------------------------------------------------------------------------------


def test_the_list_searches_names_cities_and_contacts_in_every_script(browser: Browser) -> None:
    house = a_house()
    a_client(
        house.office,
        house.team,
        house.manager,
        reference="C-2",
        legal_name="Ελιά Trading",
        display_name="",
        city="Łódź",
    )
    browser.force_login(house.manager)
    for words, found in (("ελιά", 1), ("ΕΛΙΆ", 1), ("łÓDŹ", 1), ("jane", 2), ("nobody", 0)):
        page = browser.get("/clients/", {"q": words}).content.decode()
        assert len(re.findall(r'<th scope="row">', page)) == found, words


def test_the_list_leads_through_all_clients_and_back(
    browser: Browser, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    house = a_house()
    browser.force_login(house.manager)
    _many_clients(house, 30)
    with django_assert_max_num_queries(12) as few:
        page = browser.get("/clients/").content.decode()
    asked = len(few.captured_queries)
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    second = browser.get(following[1]).content.decode()
    assert len(re.findall(r'<th scope="row">', page)) == 25
    assert len(re.findall(r'<th scope="row">', second)) == 6
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back and browser.get(back[1]).content.decode().count('<th scope="row">') == 25
    _many_clients(house, 1_000, first=100)
    with django_assert_num_queries(asked):
        browser.get("/clients/")


def _many_clients(house: House, count: int, *, first: int = 2) -> None:
    # Every second one bears the same name: pages must not lose or repeat any of them.
    rows = [
        Client(
            team=house.team,
            office=house.office,
            owner=house.manager,
            reference=f"C-{first + number}",
            legal_name=f"Twin {number // 2:04d}",
            street="1 Way",
            city="Leeds",
            country="GB",
        )
        for number in range(count)
    ]
    Client.objects.bulk_create(rows, batch_size=500)


def test_a_team_that_is_not_mine_is_no_choice(browser: Browser) -> None:
    house = a_house()
    browser.force_login(house.manager)
    assert browser.get(f"/clients/?team={house.other_team.pk}").status_code == 422
    assert browser.get(f"/clients.csv?team={house.other_team.pk}").status_code == 422


def test_the_file_of_clients_can_be_imported_again_and_runs_nothing(browser: Browser) -> None:
    house = a_house()
    Client.objects.filter(pk=house.client.pk).update(legal_name="=1+1")
    browser.force_login(house.manager)
    text = browser.get("/clients.csv").getvalue().decode()
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["legal_name"] == "'=1+1"
    browser.force_login(house.outsider)
    assert "C-1" not in browser.get("/clients.csv").getvalue().decode()


# -- the page of one client ------------------------------------------------------------------------


def test_the_page_says_what_was_agreed_in_words(browser: Browser) -> None:
    house = a_house()
    an_engagement(
        house.client,
        title="Audit",
        notice_period_count=3,
        notice_period_unit="months",
        notice_to_end_of_month=True,
        notice_method="registered_mail",
        notice_form="ink",
        signatories_required=2,
        cure_days=14,
    )
    browser.force_login(house.manager)

    page = browser.get(f"/clients/{house.client.pk}/").content.decode()

    for words in (
        "Notice of 3 months to the end of a month.",
        "By registered mail.",
        "Signed in ink by 2 people.",
        "14 days to put things right",
        "Notice of 30 days.",
        "receives notices",
        "12 Quay Street",
    ):
        assert words in page, words


def test_open_invoices_stand_with_their_age_and_sum(browser: Browser) -> None:
    house = a_house()
    an_invoice(house.client, "A-1", due_on=clock.today() - timedelta(days=40))
    an_invoice(house.client, "A-2", due_on=clock.today() + timedelta(days=9), amount_cents=100_00)
    an_invoice(house.client, "A-3", paid_on=clock.today())
    browser.force_login(house.manager)

    page = browser.get(f"/clients/{house.client.pk}/").content.decode()

    assert "40 days late" in page and "not due yet" in page
    assert "€1,334.56" in page
    assert "31–60 days: €1,234.56" in page
    assert page.index("A-2") < page.index("Paid last") < page.index("A-3")


def test_the_page_shows_the_clients_cases_but_no_restricted_one(browser: Browser) -> None:
    house = a_house()
    open_case = a_case(house)
    hidden = a_case(house)
    TerminationCase.objects.filter(pk=hidden.pk).update(is_restricted=True, owner=house.lead)
    browser.force_login(house.manager)
    page = browser.get(f"/clients/{house.client.pk}/").content.decode()
    assert open_case.reference in page
    assert hidden.reference not in page


def test_the_page_asks_the_same_questions_for_few_rows_and_many(
    browser: Browser, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    house = a_house()
    an_invoice(house.client)
    a_case(house)
    browser.force_login(house.manager)
    with django_assert_max_num_queries(12) as few:
        browser.get(f"/clients/{house.client.pk}/")
    for number in range(12):
        an_invoice(house.client, f"B-{number}")
        an_engagement(house.client, title=f"Agreement {number}")
        Contact.objects.create(client=house.client, name=f"Person {number}")
        a_case(house)
    with django_assert_num_queries(len(few.captured_queries)):
        browser.get(f"/clients/{house.client.pk}/")


# -- adding and changing ---------------------------------------------------------------------------


def test_a_client_is_added_once_however_often_the_form_is_sent(browser: Browser) -> None:
    house = a_house()
    browser.force_login(house.manager)
    sent = NEW | {
        "team": house.team.pk,
        "office": house.office.pk,
        "owner": house.manager.pk,
        "key": str(uuid.uuid4()),
    }

    answers = [browser.post("/clients/new/", sent) for _time in range(2)]

    created = Client.objects.get(reference="C-77")
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer["Location"] for answer in answers} == {f"/clients/{created.pk}/"}
    assert created.street == "Hafenstraße 12\nHinterhaus"
    event = AuditEvent.objects.filter(stream=f"client:{created.pk}").latest("seq")
    assert (event.action, event.actor_user) == ("client.created", house.manager)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("legal_name", "", "This field is required."),
        ("legal_name", "Two\nlines", "line"),
        ("reference", "C-1", "Another client already has this reference."),
        ("reference", "c-1", "Another client already has this reference."),
        ("reference", "no spaces", "Use letters without accents"),
        ("street", "\n".join(f"Line {number}" for number in range(40)), "lines"),
        ("street", "x" * 200, "characters"),
        ("postal_code", "ABC", "postal code"),
        ("country", "XX", "not one of the available choices"),
        ("owner", "999999", "not one of the available choices"),
        ("language", "zz", "not one of the available choices"),
        ("city", "\0", "Null characters"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_everything_typed_is_kept(
    browser: Browser, field: str, value: str, sentence: str
) -> None:
    house = a_house()
    browser.force_login(house.manager)
    office = {"team": house.team.pk, "office": house.office.pk, "owner": house.manager.pk}

    answer = browser.post("/clients/new/", NEW | office | {field: value})

    page = answer.content.decode()
    assert answer.status_code == 422
    place = re.search(rf'id="id_{field}_error".*?</ul>', page, re.DOTALL)
    assert place and sentence in place[0]
    assert 'value="Nordlicht"' in page
    assert not Client.objects.filter(display_name="Nordlicht").exists()


def test_html_and_template_signs_are_only_words(browser: Browser) -> None:
    house = a_house()
    name = "<script>alert(1)</script>{{ 7|add:7 }}"
    edit_client(house.client, by=house.by_manager, legal_name=name, display_name="")
    browser.force_login(house.manager)
    for address in ("/clients/", f"/clients/{house.client.pk}/", "/search/?q=script"):
        page = browser.get(address).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}" in page
        assert "<script>alert" not in page


def test_an_edit_is_saved_with_its_event(browser: Browser) -> None:
    house = a_house()
    browser.force_login(house.manager)
    address = f"/clients/{house.client.pk}/edit/"

    answer = browser.post(address, fields_of(house.client, city="Salford"))

    assert (answer.status_code, answer["Location"]) == (303, f"/clients/{house.client.pk}/")
    assert fresh(house.client).city == "Salford"
    event = AuditEvent.objects.filter(stream=f"client:{house.client.pk}").latest("seq")
    assert (event.before, event.after) == ({"city": "Manchester"}, {"city": "Salford"})


def test_both_versions_are_shown_when_somebody_was_faster(browser: Browser) -> None:
    house = a_house()
    opened = fields_of(house.client, street="7 Mill Lane")
    edit_client(house.client, by=house.by_lead, street="1 High Street", city="Leeds")
    clock.move(clock.offset() + timedelta(minutes=2))
    browser.force_login(house.manager)
    address = f"/clients/{house.client.pk}/edit/"

    answer = browser.post(address, opened)

    page = answer.content.decode().replace("\xa0", " ")
    assert answer.status_code == 409
    assert f"The street and city were changed by {house.lead.name}, 2 minutes ago." in page
    versions = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "1 High Street" in versions and "7 Mill Lane" in versions
    assert "Leeds" not in versions  # only they changed it: there is nothing to decide
    assert re.search(r"<textarea[^>]*>\s*7 Mill Lane", page)
    assert 'name="city" value="Leeds"' in page
    assert fresh(house.client).street == "1 High Street"


def test_after_looking_at_both_versions_mine_can_be_saved(browser: Browser) -> None:
    house = a_house()
    opened = fields_of(house.client, street="7 Mill Lane")
    edit_client(house.client, by=house.by_lead, street="1 High Street", city="Leeds")
    browser.force_login(house.manager)
    address = f"/clients/{house.client.pk}/edit/"
    page = browser.post(address, opened).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version

    again = opened | {"version": version[1], "city": "Leeds", "key": str(uuid.uuid4())}
    answer = browser.post(address, again)

    assert answer.status_code == 303
    assert (fresh(house.client).street, fresh(house.client).city) == ("7 Mill Lane", "Leeds")


def test_changes_that_do_not_touch_each_other_fit_together(browser: Browser) -> None:
    house = a_house()
    opened = fields_of(house.client, display_name="Adams")
    edit_client(house.client, by=house.by_lead, city="Leeds")
    browser.force_login(house.manager)

    answer = browser.post(f"/clients/{house.client.pk}/edit/", opened)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Both changes fit together" in page
    assert 'value="Leeds"' in page and 'value="Adams"' in page


def test_a_form_without_its_version_is_not_believed(browser: Browser) -> None:
    house = a_house()
    browser.force_login(house.manager)
    sent = fields_of(house.client, city="Salford")
    for version in ("", "x", "-1"):
        answer = browser.post(f"/clients/{house.client.pk}/edit/", sent | {"version": version})
        assert answer.status_code == 422
    assert fresh(house.client).city == "Manchester"


# -- contacts --------------------------------------------------------------------------------------


def test_notices_go_to_one_person_at_a_time(browser: Browser) -> None:
    house = a_house()
    browser.force_login(house.manager)
    base = f"/clients/{house.client.pk}/contacts/"
    sent = {
        "name": "Tom Adams",
        "email": "tom@example.com",
        "phone": "0161 234 5678",
        "receives_notices": "on",
    }

    answer = browser.post(f"{base}new/", sent)

    assert answer["Location"] == f"/clients/{house.client.pk}/#contacts"
    tom = Contact.objects.get(name="Tom Adams")
    assert tom.phone == "+441612345678"
    assert list(house.client.contacts.filter(receives_notices=True)) == [tom]
    assert 'name="receives_notices"' not in browser.get(f"{base}{tom.pk}/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("email", "a@example.com, b@example.com"),
        ("email", "a@example.com\r\nBcc: b@example.com"),
        ("phone", "12"),
    ],
)
def test_a_contact_that_cannot_be_written_to_is_refused(
    browser: Browser, field: str, value: str
) -> None:
    house = a_house()
    browser.force_login(house.manager)
    sent = {"name": "Tom", "position": "Director", "email": "tom@example.com", "phone": ""}

    answer = browser.post(f"/clients/{house.client.pk}/contacts/new/", sent | {field: value})

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert 'value="Director"' in answer.content.decode()
    assert house.client.contacts.count() == 1


def test_a_contact_is_edited_and_removed(browser: Browser) -> None:
    house = a_house()
    tom = services.add_contact(house.client, by=house.by_manager, name="Tom")
    browser.force_login(house.manager)
    address = f"/clients/{house.client.pk}/contacts/{tom.pk}/"

    assert browser.post(address, {"name": "Thomas"}).status_code == 303
    assert Contact.objects.get(pk=tom.pk).name == "Thomas"
    assert browser.get(f"{address}remove/").status_code == 200
    assert Contact.objects.filter(pk=tom.pk).exists()
    assert browser.post(f"{address}remove/").status_code == 303
    assert not Contact.objects.filter(pk=tom.pk).exists()


# -- agreements ------------------------------------------------------------------------------------


def test_an_agreement_is_added_and_corrected(browser: Browser) -> None:
    house = a_house()
    browser.force_login(house.manager)
    base = f"/clients/{house.client.pk}/engagements/"

    assert browser.post(f"{base}new/", AGREEMENT).status_code == 303
    added = Engagement.objects.get(title="Payroll 2025")
    sent = AGREEMENT | {"cure_days": "30", "version": added.version}
    assert browser.post(f"{base}{added.pk}/", sent).status_code == 303

    added.refresh_from_db()
    assert (added.cure_days, added.version) == (30, 2)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"notice_method": "email"}, "notice_form"),
        ({"notice_period_in_business_days": "on"}, "notice_period_in_business_days"),
        ({"started_on": "31.02.2025"}, "started_on"),
        ({"notice_period_count": "-1"}, "notice_period_count"),
        ({"signatories_required": "9"}, "signatories_required"),
        ({"notice_email": "x"}, "notice_email"),
        ({"notice_address": "\n".join("x" for _line in range(40))}, "notice_address"),
    ],
)
def test_a_clause_that_contradicts_itself_is_refused(
    browser: Browser, changes: dict[str, str], field: str
) -> None:
    house = a_house()
    browser.force_login(house.manager)

    answer = browser.post(f"/clients/{house.client.pk}/engagements/new/", AGREEMENT | changes)

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert "Payroll 2025" in answer.content.decode()
    assert not Engagement.objects.filter(title="Payroll 2025").exists()


def test_two_people_at_one_agreement_see_both_versions(browser: Browser) -> None:
    house = a_house()
    agreement = an_engagement(house.client, title="Payroll 2025")
    sent = AGREEMENT | {"version": agreement.version, "cure_days": "30"}
    services.edit_engagement(agreement, by=house.by_lead, cure_days=60, service_line="Wages")
    browser.force_login(house.manager)

    answer = browser.post(f"/clients/{house.client.pk}/engagements/{agreement.pk}/", sent)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert house.lead.name in page
    versions = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "60" in versions and "30" in versions
    assert 'value="Wages"' in page


def test_an_agreement_ends_on_a_day_that_can_be(browser: Browser) -> None:
    house = a_house()
    agreement = house.engagement
    browser.force_login(house.manager)
    address = f"/clients/{house.client.pk}/engagements/{agreement.pk}/ended/"

    for day in ("", "2020-01-01"):
        answer = browser.post(address, {"ended_on": day, "version": agreement.version})
        assert answer.status_code == 422
    answer = browser.post(address, {"ended_on": "2026-06-30", "version": agreement.version})

    assert answer.status_code == 303
    agreement.refresh_from_db()
    assert str(agreement.ended_on) == "2026-06-30"


# -- invoices --------------------------------------------------------------------------------------

INVOICE = {
    "number": "2026-5",
    "issued_on": "2026-05-01",
    "due_on": "2026-05-31",
    "amount": "1234.50",
    "currency": "EUR",
    "engagement": "",
}


@pytest.mark.parametrize(
    ("amount", "currency", "cents"),
    [
        ("1234.50", "EUR", 123450),
        ("1234,5", "EUR", 123450),
        ("1.234,50", "EUR", 123450),
        ("1500", "JPY", 1500),
    ],
)
def test_an_amount_is_kept_in_the_smallest_unit_of_its_currency(
    browser: Browser, amount: str, currency: str, cents: int
) -> None:
    house = a_house()
    browser.force_login(house.manager)
    sent = INVOICE | {"amount": amount, "currency": currency}

    answer = browser.post(f"/clients/{house.client.pk}/invoices/new/", sent)

    assert answer["Location"] == f"/clients/{house.client.pk}/#invoices"
    assert Invoice.objects.get().amount_cents == cents


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "12.345"}, "amount"),
        ({"amount": "1,000"}, "amount"),
        ({"amount": "1.234.50"}, "amount"),
        ({"amount": "1.5", "currency": "JPY"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1e400"}, "amount"),
        ({"amount": "many"}, "amount"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"due_on": "2026-04-01"}, "due_on"),
        ({"number": "A-1"}, "number"),
        ({"engagement": "999"}, "engagement"),
    ],
)
def test_an_invoice_that_cannot_be_is_refused(
    browser: Browser, changes: dict[str, str], field: str
) -> None:
    house = a_house()
    an_invoice(house.client, "A-1")
    browser.force_login(house.manager)

    answer = browser.post(f"/clients/{house.client.pk}/invoices/new/", INVOICE | changes)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert Invoice.objects.count() == 1


def test_an_invoice_is_corrected_paid_and_opened_again(browser: Browser) -> None:
    house = a_house()
    invoice = an_invoice(house.client, "A-1")
    browser.force_login(house.manager)
    address = f"/clients/{house.client.pk}/invoices/{invoice.pk}/"

    assert 'value="1234.56"' in browser.get(address).content.decode()
    assert browser.post(address, INVOICE | {"amount": "10"}).status_code == 303
    invoice.refresh_from_db()
    assert (invoice.number, invoice.amount_cents) == ("2026-5", 1000)

    assert browser.post(f"{address}paid/", {"paid_on": "2020-01-01"}).status_code == 422
    assert browser.post(f"{address}paid/", {"paid_on": "2026-06-01"}).status_code == 303
    assert browser.post(f"{address}reopen/", {"reason": " "}).status_code == 422
    invoice.refresh_from_db()
    assert str(invoice.paid_on) == "2026-06-01"
    assert browser.post(f"{address}reopen/", {"reason": "It bounced."}).status_code == 303
    invoice.refresh_from_db()
    assert invoice.paid_on is None


@pytest.fixture
def browser(client: Browser) -> Browser:
    """A browser; `client` means somebody else here."""
    return client
