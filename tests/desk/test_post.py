"""The registered-mail desk."""

from __future__ import annotations

import pytest
from django.test import Client

from audit import clock
from notices.models import Channel, Delivery
from notices.services import registered, sending
from tests.builders import House, a_house
from tests.notices import walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def _trays(client: Client, person) -> dict[str, list[str]]:
    client.force_login(person)
    answer = client.get("/post/")
    assert answer.status_code == 200
    return {
        tray.name: [way.name for line in tray.lines for way in line.ways]
        for tray in answer.context["trays"]
        if tray.lines
    }


def test_a_letter_moves_from_list_to_list(client: Client, house: House) -> None:
    delivery = walks.delivery_of(walks.sent(house), Channel.REGISTERED_MAIL)
    assert _trays(client, house.manager) == {"to-print": ["print", "take-back"]}

    registered.record_print(delivery, by=house.by_manager)
    assert _trays(client, house.manager) == {"to-post": ["posting", "print-again", "take-back"]}

    registered.record_posting(
        walks.the_same(delivery),
        by=house.by_manager,
        carrier="Deutsche Post",
        carrier_number=walks.VALID_NUMBER,
        posted_on=clock.today(house.office.time_zone),
    )
    assert _trays(client, house.manager) == {"outcome": ["outcome", "number", "slip"]}

    registered.record_outcome(
        walks.the_same(delivery),
        by=house.by_manager,
        outcome="delivered",
        on=clock.today(house.office.time_zone),
    )
    assert _trays(client, house.manager) == {}


def test_a_letter_that_was_taken_back_is_on_no_list(client: Client, house: House) -> None:
    delivery = walks.delivery_of(walks.sent(house), Channel.REGISTERED_MAIL)
    sending.take_back(delivery, by=house.by_manager)
    assert _trays(client, house.manager) == {}


def test_another_team_sees_no_letter_and_an_auditor_no_button(client: Client, house: House) -> None:
    walks.printed(house)
    for person in (house.outsider, house.other_lead, house.admin):
        assert _trays(client, person) == {}
    assert _trays(client, house.auditor) == {"to-post": []}


def test_many_letters_cost_no_more(
    client: Client, house: House, django_assert_max_num_queries
) -> None:
    delivery = walks.delivery_of(walks.sent(house), Channel.REGISTERED_MAIL)
    Delivery.objects.bulk_create(
        Delivery(
            case=delivery.case,
            notice=delivery.notice,
            channel=Channel.REGISTERED_MAIL,
            recipient_name="Jane Adams",
            recipient_lines=["Adams Print Ltd", "12 Quay Street", "Manchester"],
            copy_number=number,
        )
        for number in range(2, 62)
    )
    client.force_login(house.manager)
    with django_assert_max_num_queries(12):
        page = client.get("/post/").content.decode()
    assert "50+" in page
    assert "The 50 oldest are shown." in page
