"""Letters at a print service: handed over at most once, what is doubtful is a person's to decide.

The peer speaks as the provider's public reference says; see `lob_peer`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from audit import clock
from notices import alarms, triggers
from notices.models import (
    Channel,
    Delivery,
    DeliveryState,
    Letter,
    NoticeState,
    ServiceOrder,
    ServiceState,
)
from notices.post import orders as post_orders
from notices.print_and_post import NotReached
from notices.print_and_post.lob import Lob
from notices.services import print_runs, print_service, registered, sending
from offboarding.errors import TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import ProofKind, Task
from offboarding.services import stages
from tests.builders import House, a_case, a_client, a_house, an_engagement, fresh
from tests.desk.pages import actions
from tests.notices import walks
from tests.notices.lob_peer import LobPeer, a_lob_peer
from tests.notices.sheets import a_pdf
from tests.notices.test_corrections import a_correction, accepted
from tests.notices.test_cure_warning import drafted

pytestmark = pytest.mark.django_db

IN_THE_STATES = {
    "street": "500 Harbor Street",
    "postal_code": "02110",
    "city": "Boston",
    "region": "MA",
    "country": "US",
}


@pytest.fixture
def peer(settings) -> Iterator[LobPeer]:
    with a_lob_peer() as peer:
        settings.PRINT_AND_POST = "lob"
        settings.LOB_API_KEY = "test_key"
        settings.LOB_API_URL = peer.url
        yield peer


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(walks, "PDF", a_pdf())
    return a_house(stationery="us10", time_zone="America/New_York", currency="USD", **IN_THE_STATES)


def _letter(house: House, **address: str) -> Delivery:
    client = a_client(
        house.office, house.team, house.manager, reference="U-1", **(IN_THE_STATES | address)
    )
    an_engagement(client)
    notice = walks.a_draft(house, a_case(house, State.NOTICE, client=client))
    return walks.delivery_of(walks.sent(house, notice), "registered_mail")


def _ordered(house: House) -> tuple[Delivery, ServiceOrder]:
    delivery = _letter(house)
    return delivery, print_service.order(delivery, by=house.by_manager)


def _a_warning_on_paper(house: House) -> Delivery:
    """A cure warning that goes by registered mail only."""
    house.ground.cure_days = 14
    house.ground.save()
    client = a_client(house.office, house.team, house.manager, reference="U-2", **IN_THE_STATES)
    an_engagement(client)
    notice = drafted(
        house, a_case(house, client=client), sends_email=False, sends_registered_mail=True
    )
    return walks.delivery_of(walks.sent(house, notice), "registered_mail")


def _now(order: ServiceOrder) -> tuple[ServiceOrder, Delivery]:
    order = ServiceOrder.objects.get(pk=order.pk)
    return order, walks.the_same(order.delivery)


def _report(order: ServiceOrder, peer: LobPeer, *events: str) -> None:
    peer.happened(*((name, clock.now().isoformat()) for name in events))
    ServiceOrder.objects.filter(pk=order.pk).update(asked_at=None)
    post_orders.drain()


def test_a_letter_is_handed_over_with_its_sealed_pages_and_its_key(
    house: House, peer: LobPeer
) -> None:
    delivery, order = _ordered(house)
    assert print_service.order(delivery, by=house.by_manager) == order

    post_orders.drain()

    method, path, headers, body = peer.requests[0]
    assert (method, path) == ("POST", "/v1/letters")
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"test_key:").decode()
    assert headers["Idempotency-Key"] == str(order.key)
    assert b'name="to[address_state]"\r\n\r\nMA\r\n' in body
    assert b'name="to[name]"\r\n\r\nJane Adams\r\n' in body
    assert b"certified_return_receipt" in body and b"%PDF-" in body
    order, delivery = _now(order)
    assert (order.state, delivery.state) == (ServiceState.SUBMITTED, DeliveryState.PRINTED)
    assert order.reference in peer.letters
    assert actions(delivery.case)[-3:] == [
        "delivery.given_to_print_service",
        "delivery.handing_over",
        "delivery.printed",
    ]


def test_posting_and_delivery_are_asked_for_and_prove_nothing_by_themselves(
    house: House, peer: LobPeer
) -> None:
    delivery, order = _ordered(house)
    post_orders.drain()
    assert fresh(delivery.case).served_on is None

    _report(order, peer, "Mailed")
    _order, posted = _now(order)
    assert posted.state == DeliveryState.POSTED
    assert posted.carrier_number == "9407300000000000000003"
    assert fresh(delivery.case).served_on == posted.posted_on

    _report(order, peer, "Mailed", "In Transit", "Delivered")
    order, delivered = _now(order)
    assert (order.state, delivered.state) == (ServiceState.ENDED, DeliveryState.DELIVERED)
    case = fresh(delivery.case)
    assert case.state == State.NOTICE and not case.proofs.exists()

    registered.accept_carrier_record(delivered, by=house.by_manager)
    assert fresh(case).proofs.get().kind == ProofKind.CARRIER_RECORD


def test_a_returned_letter_is_a_persons_to_explain(house: House, peer: LobPeer) -> None:
    delivery, order = _ordered(house)
    post_orders.drain()
    _report(order, peer, "Mailed", "Returned to Sender")
    _order, posted = _now(order)
    assert posted.state == DeliveryState.POSTED
    assert fresh(delivery.case).tasks.filter(title__contains="comes back").exists()


@pytest.mark.parametrize("fault", ["drop", "slow", 500, "garbage"])
def test_a_broken_line_is_uncertain_and_never_handed_over_again(
    house: House, peer: LobPeer, monkeypatch: pytest.MonkeyPatch, fault: object
) -> None:
    monkeypatch.setattr(post_orders, "service", lambda: Lob(key="k", url=peer.url, timeout=0.6))
    _delivery, order = _ordered(house)
    peer.answers = [fault]

    for _time in range(3):
        post_orders.drain()

    order, delivery = _now(order)
    assert (order.state, delivery.state) == (ServiceState.UNCERTAIN, DeliveryState.UNCERTAIN)
    assert [method for method, *_rest in peer.requests] == ["POST"]
    case = fresh(delivery.case)
    assert case.tasks.filter(title__contains="uncertain").count() == 2
    with pytest.raises(TransitionRefused):
        sending.take_back(delivery, by=house.by_manager)
    repeat = sending.send_again(delivery, by=house.by_lead, reason="Their account shows none.")
    assert repeat.copy_number == 2


@pytest.mark.parametrize("status", [401, 422])
def test_a_refusal_brings_the_letter_back_to_our_own_printer(
    house: House, peer: LobPeer, status: int
) -> None:
    _delivery, order = _ordered(house)
    peer.answers = [status]
    post_orders.drain()
    order, delivery = _now(order)
    assert (order.state, delivery.state) == (ServiceState.REFUSED, DeliveryState.QUEUED)
    assert str(status) in order.reply
    assert fresh(delivery.case).tasks.filter(title__contains="print it here").exists()
    assert print_runs.start_run([delivery], by=house.by_manager)


def test_too_many_requests_wait_and_the_key_stays_the_same(house: House, peer: LobPeer) -> None:
    _delivery, order = _ordered(house)
    peer.answers = [429]
    post_orders.drain()
    order, delivery = _now(order)
    assert (order.state, delivery.state) == (ServiceState.QUEUED, DeliveryState.QUEUED)
    assert order.departs_at > clock.now()
    ServiceOrder.objects.update(departs_at=clock.now())
    post_orders.drain()
    assert _now(order)[0].state == ServiceState.SUBMITTED
    keys = {headers["Idempotency-Key"] for _m, _p, headers, _b in peer.requests if _m == "POST"}
    assert len(keys) == 1 and len(peer.letters) == 1


def test_a_service_that_cannot_be_reached_gets_nothing(house: House, peer: LobPeer) -> None:
    _delivery, order = _ordered(house)
    lost = Lob(key="k", url="http://127.0.0.1:9", timeout=1)
    post_orders.hand_over(order.pk, lost)
    order, delivery = _now(order)
    assert (order.state, delivery.state) == (ServiceState.QUEUED, DeliveryState.QUEUED)
    with pytest.raises(NotReached):
        lost.status("ltr_1")


def test_a_worker_that_ended_in_between_leaves_doubt(house: House, peer: LobPeer) -> None:
    _delivery, order = _ordered(house)
    row = post_orders._loaded(order.pk)
    assert post_orders._begin(row)
    ServiceOrder.objects.filter(pk=order.pk).update(leased_until="2020-01-01T00:00:00Z")
    post_orders.drain()
    assert _now(order)[0].state == ServiceState.UNCERTAIN
    assert peer.requests == []


def test_changed_pages_are_never_handed_over(house: House, peer: LobPeer) -> None:
    delivery, order = _ordered(house)
    _change_the_pages(delivery)
    post_orders.drain()
    assert _now(order)[0].state == ServiceState.REFUSED
    assert peer.requests == []
    asked = Task.objects.filter(origin__contains=alarms.MARK)
    assert {one.assignee for one in asked} == {house.lead, house.second_lead}
    assert "notice.alarm" in actions(delivery.case)
    assert not Task.objects.filter(origin__contains=":service:").exists()


def test_changed_pages_are_not_ordered_and_the_alarm_outlasts_the_refusal(
    house: House, peer: LobPeer
) -> None:
    delivery = _letter(house)
    _change_the_pages(delivery)
    with pytest.raises(TransitionRefused, match="differ from those"):
        print_service.order(walks.the_same(delivery), by=house.by_manager)
    assert not ServiceOrder.objects.exists()
    assert Task.objects.filter(origin__contains=alarms.MARK).count() == 2


def _change_the_pages(delivery: Delivery) -> None:
    triggers.drop(connection)
    try:
        Letter.objects.filter(notice=delivery.notice).update(pdf=a_pdf(2))
    finally:
        triggers.create(connection)


def test_a_letter_is_taken_back_from_the_service_while_there_is_time(
    house: House, peer: LobPeer
) -> None:
    _delivery, order = _ordered(house)
    post_orders.drain()
    order, delivery = _now(order)
    with pytest.raises(TransitionRefused, match="take it back there"):
        sending.take_back(delivery, by=house.by_manager)
    peer.answers = [422]
    with pytest.raises(TransitionRefused, match="too late"):
        print_service.cancel(order, by=house.by_manager)

    print_service.cancel(order, by=house.by_manager)

    order, delivery = _now(order)
    assert (order.state, delivery.state) == (ServiceState.CANCELLED, DeliveryState.TAKEN_BACK)
    assert peer.letters[order.reference]["deleted"]


def test_a_letter_taken_back_before_it_left_is_not_handed_over(house: House, peer: LobPeer) -> None:
    delivery, order = _ordered(house)
    with pytest.raises(TransitionRefused, match="given to the print service"):
        print_runs.start_run([walks.the_same(delivery)], by=house.by_manager)
    sending.take_back(walks.the_same(delivery), by=house.by_manager)
    post_orders.drain()
    assert _now(order)[0].state == ServiceState.CANCELLED
    assert peer.requests == []


def test_what_the_provider_cannot_take_is_said_before_anything_is_ordered(
    house: House, peer: LobPeer, settings
) -> None:
    delivery = _letter(house)
    provider = post_orders.service()
    assert provider is not None
    row = ServiceOrder(delivery=delivery, provider="Lob", ordered_by=house.manager)
    order = post_orders.order_of(row)
    assert provider.problem_with(order) == ""
    abroad = replace(order, recipient=replace(order.recipient, country="GB"))
    assert "within the United States" in provider.problem_with(abroad)
    unread = replace(order, recipient=post_orders.address_in_parts(["A", "Boston"], "US"))
    assert "cannot be read" in provider.problem_with(unread)
    long = replace(order, recipient=replace(order.recipient, street=("x" * 60,)))
    assert "longer than" in provider.problem_with(long)
    settings.PRINT_AND_POST = ""
    with pytest.raises(TransitionRefused, match="No print service"):
        print_service.order(delivery, by=house.by_manager)
    assert post_orders.drain() == 0
    assert peer.requests == []


def test_a_letter_that_was_handed_over_meanwhile_is_not_called_taken_back(
    house: House, peer: LobPeer
) -> None:
    _delivery, shown = _ordered(house)
    post_orders.drain()

    with pytest.raises(TransitionRefused, match="Taken by the print service"):
        print_service.cancel(shown, by=house.by_manager)

    order, delivery = _now(shown)
    assert (order.state, delivery.state) == (ServiceState.SUBMITTED, DeliveryState.PRINTED)


def test_a_service_that_is_set_up_no_more_is_not_taken_for_a_yes(
    house: House, peer: LobPeer, settings
) -> None:
    _delivery, order = _ordered(house)
    post_orders.drain()
    settings.PRINT_AND_POST = ""
    with pytest.raises(TransitionRefused, match="Taken by the print service"):
        print_service.cancel(_now(order)[0], by=house.by_manager)


def test_a_letter_at_the_service_is_not_printed_here_as_well(house: House, peer: LobPeer) -> None:
    _delivery, order = _ordered(house)
    post_orders.drain()
    with pytest.raises(TransitionRefused, match="would leave twice"):
        registered.record_print(_now(order)[1], by=house.by_manager)
    with pytest.raises(TransitionRefused, match="given to the print service"):
        print_runs.print_letter_again(_now(order)[1], by=house.by_manager, reason="To be sure.")


def test_withdrawing_tells_the_client_of_a_letter_that_only_the_service_can_stop(
    house: House, peer: LobPeer
) -> None:
    delivery, order = _ordered(house)
    post_orders.drain()

    stages.withdraw(
        fresh(delivery.case),
        by=house.by_lead,
        reason="They stay after all.",
        expected_version=fresh(delivery.case).version,
    )

    assert _now(order)[1].state == DeliveryState.PRINTED
    case = fresh(delivery.case)
    told = case.notices.get(kind="withdrawal")
    assert told.sends_registered_mail
    assert case.tasks.filter(title__contains="print service still has a letter").exists()


def test_a_correction_does_not_call_back_what_the_service_has_and_steps_in_when_posted(
    house: House, peer: LobPeer
) -> None:
    first, order = _ordered(house)
    post_orders.drain()
    old = first.notice
    settled = walks.delivery_of(old, Channel.EMAIL)
    walks.became(settled, DeliveryState.HANDING_OVER)
    accepted(old)
    new = walks.sent(house, a_correction(house, walks.again(old)))
    assert _now(order)[1].state == DeliveryState.PRINTED
    assert fresh(first.case).tasks.filter(title__contains="print service still has").exists()

    second = print_service.order(
        walks.delivery_of(new, Channel.REGISTERED_MAIL), by=house.by_manager
    )
    ServiceOrder.objects.filter(pk=order.pk).update(state=ServiceState.ENDED)
    peer.letters.clear()
    post_orders.drain()
    _report(second, peer, "Mailed")

    assert _now(second)[1].state == DeliveryState.POSTED
    assert walks.again(old).state == NoticeState.SUPERSEDED


def test_the_day_of_posting_is_the_offices(house: House, peer: LobPeer) -> None:
    delivery, order = _ordered(house)
    post_orders.drain()
    ServiceOrder.objects.filter(pk=order.pk).update(
        submitted_at=clock.now() - timedelta(days=9), asked_at=None
    )
    in_utc = clock.today("UTC") - timedelta(days=3)
    peer.happened(("Mailed", f"{in_utc.isoformat()}T02:30:00.000Z"))
    post_orders.drain()
    assert fresh(delivery.case).served_on == in_utc - timedelta(days=1)


def test_a_warning_that_would_come_after_the_day_it_names_goes_to_no_service(
    house: House, peer: LobPeer
) -> None:
    delivery = _a_warning_on_paper(house)
    order = print_service.order(delivery, by=house.by_manager)
    walks.days_later(40)

    post_orders.drain()

    order, delivery = _now(order)
    assert (order.state, delivery.state) == (ServiceState.CANCELLED, DeliveryState.QUEUED)
    assert "not before the day that it names" in order.reply and not peer.letters
    task = Task.objects.get(origin=f"delivery:{delivery.pk}:too-late")
    assert task.assignee == delivery.case.owner and task.details == order.reply
    with pytest.raises(TransitionRefused, match="not before the day that it names"):
        print_service.order(delivery, by=house.by_manager)
    sending.take_back(delivery, by=house.by_manager)
