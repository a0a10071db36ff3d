"""Sending a second time asks once more who is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from audit import clock
from notices.models import Channel, Delivery, DeliveryState
from tests.builders import House, a_house
from tests.desk.pages import send, shows_again
from tests.notices import walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def _failed(house: House, state: DeliveryState) -> Delivery:
    return walks.became(walks.delivery_of(walks.sent(house), Channel.EMAIL), state)


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        ("send-again", DeliveryState.UNCERTAIN),
        ("treat-as-sent", DeliveryState.UNCERTAIN),
        ("correct-address", DeliveryState.REFUSED),
    ],
)
def test_the_password_is_asked_before_the_form_and_then_not_for_five_minutes(
    client: Client, house: House, verb: str, state: DeliveryState
) -> None:
    delivery = _failed(house, state)
    url = f"/cases/{delivery.case.reference}/deliveries/{delivery.pk}/{verb}/"
    client.force_login(house.lead)

    asked = client.get(url)

    assert asked.status_code == 302
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    page = client.get(asked["Location"]).content.decode()
    assert "Is it you?" in page
    shows_again(client, house.lead)
    assert client.get(url).status_code == 200
    with time_machine.travel(clock.now() + timedelta(seconds=301)):
        assert client.get(url).status_code == 302


def test_a_form_that_was_sent_too_late_is_kept_and_done_once_the_password_is_given(
    client: Client, house: House
) -> None:
    delivery = _failed(house, DeliveryState.UNCERTAIN)
    place = f"deliveries/{delivery.pk}/send-again/"
    client.force_login(house.lead)

    asked = send(client, delivery.case, place, {"reason": "The provider's log has no trace of it."})

    assert asked.status_code == 302
    assert delivery.notice.deliveries.filter(channel=Channel.EMAIL).count() == 1
    wrong = shows_again(client, house.lead, password="something else", at=asked["Location"])
    assert wrong.status_code == 200
    assert delivery.notice.deliveries.filter(channel=Channel.EMAIL).count() == 1
    done = shows_again(client, house.lead, at=asked["Location"])
    assert done.status_code in (302, 303)
    assert delivery.notice.deliveries.filter(channel=Channel.EMAIL).count() == 2
    assert walks.the_same(delivery).resolution_reason == "The provider's log has no trace of it."


def test_the_first_print_asks_nothing_and_a_copy_does(client: Client, house: House) -> None:
    letter = walks.delivery_of(walks.sent(house), Channel.REGISTERED_MAIL)
    place = f"deliveries/{letter.pk}/print/"
    client.force_login(house.manager)

    assert send(client, letter.case, place).status_code == 303
    assert client.get(f"/cases/{letter.case.reference}/{place}").status_code == 200
    again = send(client, letter.case, place)

    assert "/accounts/reauthenticate/" in again["Location"]
    assert walks.the_same(letter).print_count == 1
    shows_again(client, house.manager, at=again["Location"])
    assert walks.the_same(letter).print_count == 2


def test_who_may_not_decide_is_told_so_and_not_asked(client: Client, house: House) -> None:
    delivery = _failed(house, DeliveryState.UNCERTAIN)
    client.force_login(house.manager)
    answer = client.get(f"/cases/{delivery.case.reference}/deliveries/{delivery.pk}/send-again/")
    assert answer.status_code == 403
