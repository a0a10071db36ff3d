from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clients.models import Client, Contact, Engagement, Firm, Invoice, Office
from tests.clients.builders import a_berlin_office


def refused(record: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as problem:
        record.full_clean()
    return problem.value.message_dict


def test_the_firm_is_one_row_and_reading_it_writes_nothing(db: None) -> None:
    assert Firm.current().name == "Our firm"
    assert Firm.objects.count() == 0

    Firm.objects.create(name="Harbour")

    assert Firm.current().name == "Harbour"
    with pytest.raises(IntegrityError), transaction.atomic():
        Firm.objects.create(pk=2, name="Second")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("time_zone", "Mars/Base", "not a known time zone"),
        ("currency", "EURO", "not a currency code"),
        ("phone", "12", "telephone number"),
        ("email", "a@example.com, b@example.com", "exactly one e-mail address"),
        ("stationery", "a5", "not a valid choice"),
        ("nudge_x_mm", 6, "less than or equal to 5"),
        ("postal_code", "1234", "looks like 10115"),
        ("holiday_region", "ZZ", "Use one of: BB, BE"),
        ("country", "ZZ", "not a valid choice"),
        ("language", "fr", "not a valid choice"),
        ("registration_lines", "\n".join("abcdefghi"), "room for 8 lines"),
    ],
)
def test_an_office_with_a_wrong_field_is_refused(
    office: Office, field: str, value: object, sentence: str
) -> None:
    setattr(office, field, value)

    assert sentence in " ".join(refused(office)[field])


def test_a_nudge_beyond_five_millimetres_is_refused_by_the_database(office: Office) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Office.objects.update(nudge_y_mm=-5.1)


def test_an_office_shows_its_own_address_without_a_country(office: Office) -> None:
    assert office.paper_lines == ["Harbour & Partners GmbH", "Lindenweg 4", "10115 Berlin"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("street", "\n".join(f"Line {n}" for n in range(40)), "takes 40 lines; there is room for"),
        ("street", "", "cannot be blank"),
        ("street", "Weg 1\0", "hidden characters"),
        ("legal_name", "two\nlines", "on one line"),
        ("postal_code", "2045", "looks like 10115"),
        ("language", "xx", "not a valid choice"),
        ("reference", "a b", "letters without accents"),
        ("city", " ", "cannot be blank"),
    ],
)
def test_a_client_with_a_wrong_field_is_refused(
    client_of_team: Client, field: str, value: str, sentence: str
) -> None:
    setattr(client_of_team, field, value)

    assert sentence in " ".join(refused(client_of_team)[field])


def test_an_address_in_the_united_states_needs_a_state(client_of_team: Client) -> None:
    client_of_team.country, client_of_team.postal_code = "US", "10118"

    assert "short form" in refused(client_of_team)["region"][0]


def test_an_address_that_takes_more_than_seven_lines_is_refused(client_of_team: Client) -> None:
    client_of_team.country, client_of_team.postal_code = "GB", "BS1 4DJ"
    client_of_team.street, client_of_team.care_of = "One\nTwo\nThree", "Four"

    assert "takes 8 lines, but there is room for 7 lines" in refused(client_of_team)["street"][0]


def test_empty_lines_and_spaces_around_lines_are_dropped(client_of_team: Client) -> None:
    client_of_team.street = "  Haus 1 \r\n\r\n  Weg 2\n"
    client_of_team.full_clean()

    assert client_of_team.street == "Haus 1\nWeg 2"


def test_a_reference_is_unique_in_whatever_case_it_is_typed(client_of_team: Client) -> None:
    client_of_team.pk, client_of_team._state.adding = None, True
    client_of_team.reference = "c-1"

    assert "Another client already has this reference." in str(refused(client_of_team))
    with pytest.raises(IntegrityError), transaction.atomic():
        client_of_team.save()


def test_only_one_contact_of_a_client_receives_notices(client_of_team: Client) -> None:
    Contact.objects.create(client=client_of_team, name="Mara", receives_notices=True)
    second = Contact(client=client_of_team, name="Jan", receives_notices=True)

    assert "Another contact of this client receives the notices." in str(refused(second))
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
    Contact.objects.create(client=client_of_team, name="Jan", receives_notices=False)


def test_a_telephone_number_without_a_code_belongs_to_the_clients_country(
    client_of_team: Client,
) -> None:
    contact = Contact(client=client_of_team, name="Mara", phone="040 123 456")
    contact.full_clean()

    assert contact.phone == "+4940123456"
    assert contact.phone_shown == "+49 40 123456"


def test_a_contact_is_written_to_in_their_own_language_or_the_clients(
    client_of_team: Client,
) -> None:
    assert Contact(client=client_of_team, language="fr").correspondence_language == "fr"
    assert Contact(client=client_of_team).correspondence_language == "de"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ended_on": date(2024, 2, 29)}, "ended_on"),
        ({"notice_period_count": -1}, "notice_period_count"),
        ({"notice_period_count": 1000}, "notice_period_count"),
        (
            {"notice_period_in_business_days": True, "notice_period_unit": "weeks"},
            "notice_period_in_business_days",
        ),
        ({"notice_form": "ink", "notice_method": "email"}, "notice_form"),
        ({"notice_period_count": 61, "notice_period_unit": "months"}, "notice_period_count"),
        ({"notice_period_count": 261, "notice_period_unit": "weeks"}, "notice_period_count"),
        ({"notice_method": "pigeon"}, "notice_method"),
        ({"notice_email": "a@example.com,b@example.com"}, "notice_email"),
        ({"notice_address": "\n".join("abcdefgh")}, "notice_address"),
        ({"signatories_required": 0}, "signatories_required"),
        ({"services": "\n".join(["x"] * 41)}, "services"),
    ],
)
def test_an_engagement_with_a_wrong_clause_is_refused(
    engagement: Engagement, changes: dict[str, object], field: str
) -> None:
    for name, value in changes.items():
        setattr(engagement, name, value)

    assert field in refused(engagement)


@pytest.mark.parametrize(
    "changes",
    [
        {"ended_on": date(2024, 2, 29)},
        {"notice_period_in_business_days": True, "notice_period_unit": "weeks"},
        {"notice_method": "pigeon"},
        {"signatories_required": 0},
    ],
)
def test_the_database_refuses_such_an_engagement_too(
    engagement: Engagement, changes: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.filter(pk=engagement.pk).update(**changes)


def test_an_engagement_runs_from_its_first_to_its_last_day(engagement: Engagement) -> None:
    engagement.ended_on = date(2025, 3, 31)

    days = [date(2024, 2, 29), date(2024, 3, 1), date(2025, 3, 31), date(2025, 4, 1)]
    assert [engagement.is_running_on(day) for day in days] == [False, True, True, False]


def an_invoice(client: Client, **changes: Any) -> Invoice:
    fields = {
        "number": "2027-1",
        "issued_on": date(2027, 1, 1),
        "due_on": date(2027, 1, 31),
        "amount_cents": 12_345,
    }
    return Invoice(client=client, **(fields | changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_cents": -1}, "amount_cents"),
        ({"due_on": date(2026, 12, 31)}, "due_on"),
        ({"paid_on": date(2026, 12, 31)}, "paid_on"),
        ({"currency": "ABC"}, "currency"),
    ],
)
def test_an_invoice_with_a_wrong_field_is_refused(
    client_of_team: Client, changes: dict[str, object], field: str
) -> None:
    invoice = an_invoice(client_of_team, **changes)

    assert field in refused(invoice)
    if field != "currency":
        with pytest.raises(IntegrityError), transaction.atomic():
            invoice.save()


def test_an_invoice_cannot_be_for_another_clients_engagement(
    client_of_team: Client, engagement: Engagement
) -> None:
    stranger = Client.objects.get(pk=client_of_team.pk)
    stranger.pk, stranger.reference = None, "C-2"
    stranger.save()

    assert "engagement" in refused(an_invoice(stranger, engagement=engagement))


def test_two_offices_cannot_share_a_name(office: Office) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_berlin_office()
