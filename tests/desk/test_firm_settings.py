"""The firm's settings: only admins see and change them, and letters already sealed stay."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEvent
from clients.models import Firm, Holiday, Office, Signatory
from tests.builders import House, a_house

pytestmark = pytest.mark.django_db


def office_fields(office: Office, **changes: Any) -> dict[str, Any]:
    """What the form of an office sends, as it was opened."""
    names = [
        "name", "legal_name", "street", "postal_code", "city", "region", "phone", "email",
        "website", "registration_lines", "stationery", "nudge_x_mm", "nudge_y_mm", "time_zone",
        "paper_grams_per_m2", "envelope_grams", "currency", "language", "holiday_country",
        "holiday_region",
    ]  # fmt: skip
    return {name: getattr(office, name) for name in names} | {"country": "DE"} | changes


def addresses(house: House) -> list[str]:
    office = f"/settings/firm/offices/{house.office.pk}/"
    signatory = Signatory.objects.get()
    return [
        "/settings/firm/",
        "/settings/firm/edit/",
        "/settings/firm/offices/new/",
        office,
        f"{office}signatories/new/",
        f"{office}signatories/{signatory.pk}/remove/",
        f"{office}holidays/new/",
    ]


@pytest.mark.parametrize("who", ["manager", "lead", "outsider", "auditor"])
def test_nobody_but_an_admin_comes_in(client: Client, who: str) -> None:
    house = a_house()
    client.force_login(getattr(house, who))
    for address in addresses(house):
        assert client.get(address).status_code == 403, address
        if address != "/settings/firm/":
            assert client.post(address, {"name": "Ours"}).status_code == 403, address
    assert "/settings/firm/" not in client.get("/").content.decode()
    assert client.get("/settings/firm/offices/999/").status_code == 403


def test_an_admin_sees_each_office_as_its_letterhead_says_it(client: Client) -> None:
    house = a_house(registration_lines="Register court Berlin, HRB 1")
    Holiday.objects.create(office=house.office, on="2099-12-24", name="Christmas Eve")
    client.force_login(house.admin)

    page = client.get("/settings/firm/").content.decode()

    for words in (
        "Harbour &amp; Partners GmbH",
        "10115 Berlin",
        "HRB 1",
        "DIN 5008 form B",
        "Europe/Berlin",
        "Leo Lead",
        "Christmas Eve",
    ):
        assert words in page
    for address in addresses(house):
        assert client.get(address).status_code == 200
    assert client.get("/settings/firm/offices/999/").status_code == 404


def test_the_page_asks_the_same_questions_for_one_office_and_for_many(
    client: Client, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    house = a_house()
    client.force_login(house.admin)
    with django_assert_max_num_queries(12) as few:
        client.get("/settings/firm/")
    asked = len(few.captured_queries)
    for number in range(8):
        office = Office.objects.get(pk=house.office.pk)
        office.pk, office.name = None, f"Office {number}"
        office.save()
        Signatory.objects.create(office=office, name="Leo", position="Lead")
        Holiday.objects.create(office=office, on="2099-12-24", name="Eve")
    with django_assert_num_queries(asked):
        client.get("/settings/firm/")


def test_stationery_is_chosen_and_the_change_is_on_record(client: Client) -> None:
    house = a_house()
    client.force_login(house.admin)
    address = f"/settings/firm/offices/{house.office.pk}/"

    answer = client.post(address, office_fields(house.office, stationery="us10"))

    assert (answer.status_code, answer["Location"]) == (303, "/settings/firm/")
    assert Office.objects.get(pk=house.office.pk).stationery == "us10"
    event = AuditEvent.objects.filter(stream="settings").latest("seq")
    assert (event.action, event.after) == ("office.edited", {"stationery": "us10"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("phone", "12"),
        ("email", "a@example.com,b@example.com"),
        ("time_zone", "Mars/Olympus"),
        ("currency", "EURO"),
        ("stationery", "papyrus"),
        ("nudge_x_mm", "9"),
        ("street", "\n".join("x" for _line in range(40))),
        ("holiday_region", "ATLANTIS"),
        ("website", "javascript:alert(1)"),
    ],
)
def test_what_cannot_stand_on_a_letterhead_is_refused_beside_its_field(
    client: Client, field: str, value: str
) -> None:
    house = a_house()
    client.force_login(house.admin)
    address = f"/settings/firm/offices/{house.office.pk}/"

    sent = office_fields(house.office, registration_lines="Typed just now") | {field: value}
    answer = client.post(address, sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert "Typed just now" in page
    assert Office.objects.get(pk=house.office.pk).registration_lines == ""


def test_the_firm_and_a_new_office_are_set_up_from_nothing(client: Client) -> None:
    house = a_house()
    sent = office_fields(house.office, name="Hamburg")
    client.force_login(house.admin)

    assert client.post("/settings/firm/edit/", {"name": "Kant AG", "language": "de"})[
        "Location"
    ] == ("/settings/firm/")
    assert client.post("/settings/firm/offices/new/", sent).status_code == 303
    assert client.post("/settings/firm/offices/new/", sent).status_code == 422

    assert Firm.current().name == "Kant AG"
    assert Office.objects.filter(name="Hamburg").count() == 1


def test_signatories_and_days_off_come_and_go(client: Client) -> None:
    house = a_house()
    client.force_login(house.admin)
    office = f"/settings/firm/offices/{house.office.pk}/"

    person = {"name": "Ruth Kant", "position": "Partner", "user": ""}
    assert client.post(f"{office}signatories/new/", person).status_code == 303
    twice = client.post(f"{office}signatories/new/", person)
    assert twice.status_code == 422 and b'id="id_name_error"' in twice.content
    day = {"on": "2099-12-24", "name": "Christmas Eve"}
    assert client.post(f"{office}holidays/new/", day).status_code == 303
    twice = client.post(f"{office}holidays/new/", day)
    assert twice.status_code == 422 and b'id="id_on_error"' in twice.content
    ruth = Signatory.objects.get(name="Ruth Kant")
    eve = Holiday.objects.get()

    for address in (f"{office}signatories/{ruth.pk}/", f"{office}holidays/{eve.pk}/"):
        assert client.get(f"{address}remove/").status_code == 200
        assert client.post(f"{address}remove/").status_code == 303
        assert client.post(f"{address}remove/").status_code == 404

    assert Signatory.objects.count() == 1
    assert not Holiday.objects.exists()
