"""The hand-over through HTTP: who comes next, what they get, whose access ends."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from offboarding.lifecycle import State
from offboarding.models import (
    Fit,
    HandoverState,
    Provider,
    Receiver,
    ServiceFit,
    Successor,
    TerminationCase,
)
from offboarding.services import handover
from tests.builders import House, a_case, a_house, latest_event
from tests.desk.pages import AS_TEXT, HOSTILE, page, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House, client: Client) -> TerminationCase:
    """A case in transition, looked at by its account manager."""
    client.force_login(house.manager)
    return a_case(house, State.TRANSITION)


def a_provider(**changes: Any) -> Provider:
    fields = {"name": "Meridian Advisory", "email": "hello@meridian.example"} | changes
    provider = Provider.objects.create(**fields)
    ServiceFit.objects.create(provider=provider, service="Payroll", fit=Fit.STRONG)
    return provider


def test_an_item_is_listed_delivered_and_told_with_who_took_it(
    client: Client, case: TerminationCase
) -> None:
    assert send(client, case, "handover/new/", {"title": "Ledgers"}).status_code == 303
    item = case.handover_items.get()
    today = clock.today(case.time_zone)

    answer = send(
        client,
        case,
        f"handover/{item.pk}/delivery/",
        {"delivered_on": str(today), "delivered_how": "Courier", "accepted_by": "J. Adams"},
    )

    assert answer.status_code == 303
    item.refresh_from_db()
    assert (item.state, item.delivered_on) == (HandoverState.DELIVERED, today)
    shown = page(client, case)
    assert "Courier" in shown and "J. Adams" in shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"delivered_on": "2099-01-01"}, "This day has not come yet"),
        ({"delivered_on": ""}, "required"),
        ({"delivered_how": ""}, "required"),
    ],
)
def test_a_delivery_says_when_and_how(
    client: Client, house: House, case: TerminationCase, changes: dict[str, str], sentence: str
) -> None:
    item = handover.list_item(case, by=house.by_manager, title="Ledgers")
    said = {"delivered_on": str(clock.today()), "delivered_how": "Courier", "accepted_by": "Kept"}

    answer = send(client, case, f"handover/{item.pk}/delivery/", said | changes)

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert sentence in shown and 'value="Kept"' in shown
    item.refresh_from_db()
    assert item.is_waiting


def test_an_item_settled_by_somebody_else_is_a_conflict(
    client: Client, house: House, case: TerminationCase
) -> None:
    item = handover.list_item(case, by=house.by_manager, title="Ledgers")
    place = f"handover/{item.pk}/not-applicable/"
    said = {"reason": "They have it.", "key": str(uuid.uuid4())}

    assert send(client, case, place, said).status_code == 303
    assert send(client, case, place, said).status_code == 303
    late = send(client, case, f"handover/{item.pk}/delivery/", {
        "delivered_on": str(clock.today()), "delivered_how": "Courier",
    })  # fmt: skip

    assert late.status_code == 409
    assert "already settled: Not applicable" in late.content.decode()
    assert client.get(f"/cases/{case.reference}/{place}").status_code == 409


def test_nothing_to_hand_over_is_declared_with_a_reason_and_ends_with_the_next_item(
    client: Client, case: TerminationCase
) -> None:
    assert send(client, case, "handover/none/", {"reason": " "}).status_code == 422
    assert send(client, case, "handover/none/", {"reason": "Advice only."}).status_code == 303
    assert "Advice only." in page(client, case)

    send(client, case, "handover/new/", {"title": "Ledgers"})

    case = TerminationCase.objects.get(pk=case.pk)
    assert case.transition_waived_reason == ""
    again = send(client, case, "handover/none/", {"reason": "Advice only."})
    assert again.status_code == 409
    assert "Items are listed already" in again.content.decode()


def test_an_access_is_revoked_only_when_it_was_checked(
    client: Client, case: TerminationCase
) -> None:
    send(client, case, "access/", {"system": "Payroll portal", "held_by": "Mia Manager"})
    access = case.access_items.get()
    place, today = f"access/{access.pk}/revocation/", str(clock.today(case.time_zone))

    unchecked = send(client, case, place, {"revoked_on": today})
    assert unchecked.status_code == 422
    assert "Try the access in the system itself" in unchecked.content.decode()
    assert send(client, case, place, {"revoked_on": today, "checked": "on"}).status_code == 303

    access.refresh_from_db()
    assert str(access.revoked_on) == today
    assert client.get(f"/cases/{case.reference}/{place}").status_code == 409
    assert "checked by Mia Manager" in page(client, case)


def test_the_successor_comes_from_the_directory_or_by_name(
    client: Client, case: TerminationCase
) -> None:
    assert send(client, case, "successor/", {}).status_code == 422
    provider = a_provider()

    assert send(client, case, "successor/", {"provider": provider.pk}).status_code == 303

    assert case.successor.name == "Meridian Advisory"
    assert case.successor.email == "hello@meridian.example"
    assert "No consent yet" in page(client, case)


def test_whoever_was_slower_does_not_take_the_provider_back_unseen(
    client: Client, house: House, case: TerminationCase
) -> None:
    said = {"name": "Kim Next", "email": "kim@next.example"}
    assert send(client, case, "successor/", said).status_code == 303
    seen = re.search(r'name="seen" value="([^"]*)"', page(client, case, "successor/"))
    assert seen
    provider = a_provider()
    assert send(client, case, "successor/", said | {"provider": provider.pk}).status_code == 303

    answer = send(client, case, "successor/", said | {"seen": unescape(seen[1])})

    assert answer.status_code == 409
    assert Successor.objects.get(case=case).provider == provider


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"consent_scope": ""}, "Say what the client allows"),
        ({"consent_how": ""}, "Say how the client gave"),
        ({"consented_on": "2099-01-01"}, "cannot lie in the future"),
        ({"email": "a@example.com, b@example.com"}, "valid email"),
    ],
)
def test_a_consent_says_what_when_and_how(
    client: Client, case: TerminationCase, changes: dict[str, str], sentence: str
) -> None:
    said = {
        "name": "Kept name",
        "consented_on": str(clock.today(case.time_zone)),
        "consent_scope": "All ledgers",
        "consent_how": "By e-mail",
    }

    answer = send(client, case, "successor/", said | changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Kept name" in answer.content.decode()
    assert not TerminationCase.objects.filter(pk=case.pk, successor__isnull=False).exists()


def test_a_provider_is_recommended_once_and_only_from_the_active_ones(
    client: Client, case: TerminationCase
) -> None:
    provider, gone = a_provider(), a_provider(name="Gone & Sons", is_active=False)
    said = {"provider": provider.pk, "services": ["Payroll"]}

    shown = page(client, case, "recommendations/")
    assert "Meridian Advisory" in shown and "Gone &amp; Sons" not in shown
    assert send(client, case, "recommendations/", said | {"provider": gone.pk}).status_code == 422
    assert send(client, case, "recommendations/", said).status_code == 303
    assert send(client, case, "recommendations/", said).status_code == 422

    assert case.recommendations.get().service_names == ["Payroll"]
    assert "Meridian Advisory" in page(client, case)


def test_a_provider_is_recommended_for_what_the_directory_lists(
    client: Client, case: TerminationCase
) -> None:
    provider = a_provider()
    ServiceFit.objects.create(provider=a_provider(name="Quay"), service="Tax", fit=Fit.GOOD)

    def answer(**said: Any) -> str:
        sent = send(client, case, "recommendations/", {"provider": provider.pk, **said})
        assert sent.status_code == 422
        return sent.content.decode()

    assert "Choose for which services" in answer()
    assert "is not listed for “Tax”. Listed are: Payroll." in answer(services=["Tax"])
    shown = client.get("/providers/", {"service": "payroll"}).content.decode()
    assert "Meridian Advisory" in shown and "Very well" in shown
    assert "Meridian Advisory" not in client.get("/providers/", {"service": "Tax"}).content.decode()
    assert client.get("/providers/", {"service": "\0"}).status_code == 200


def test_nothing_goes_to_a_successor_before_the_client_consents(
    client: Client, house: House, case: TerminationCase
) -> None:
    said = {"title": "Ledgers", "goes_to": Receiver.SUCCESSOR, "exceptions": "Not 2023."}
    send(client, case, "handover/new/", said)
    place = f"handover/{case.handover_items.get().pk}/delivery/"
    today = str(clock.today(case.time_zone))
    delivered = {"delivered_on": today, "delivered_how": "Courier"}
    assert "Not 2023." in page(client, case)

    assert client.get(f"/cases/{case.reference}/{place}").status_code == 409
    handover.name_successor(case, by=house.by_manager, name="Quay")
    refused = send(client, case, place, delivered)
    assert refused.status_code == 409
    assert "The client has not consented that Quay gets anything." in refused.content.decode()
    handover.name_successor(
        case, by=house.by_manager, name="Quay", consented_on=clock.today(), consent_scope="Ledgers"
    )

    assert send(client, case, place, delivered).status_code == 303


@pytest.mark.parametrize(
    ("place", "field", "fields"),
    [
        ("handover/new/", "title", {"title": "Portal, password: Tr0ub4dor&3"}),
        ("handover/none/", "reason", {"reason": "They have it. PIN: 4711"}),
        ("access/", "system", {"system": "Portal mia:9f, pwd=Sommer27", "held_by": "Mia"}),
        ("successor/", "contact", {"name": "Quay", "contact": "Card 4012 8888 8888 1881"}),
        ("communications/", "body", {"body": "He wrote: my password is Gr8!"}),
    ],
)
def test_a_secret_in_a_note_is_refused_beside_its_field_and_kept_nowhere(
    client: Client, case: TerminationCase, place: str, field: str, fields: dict[str, str]
) -> None:
    before = latest_event(case).pk

    answer = send(client, case, place, fields)

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "This looks like" in shown and f"id_{field}" in shown
    assert latest_event(case).pk == before


def test_what_people_typed_comes_out_as_text(
    client: Client, house: House, case: TerminationCase
) -> None:
    by = house.by_manager
    handover.name_successor(case, by=by, name=HOSTILE, contact=HOSTILE)
    item = handover.list_item(case, by=by, title=HOSTILE, held_by=HOSTILE)
    handover.list_access(case, by=by, system=HOSTILE, held_by=HOSTILE)

    for place in ("", "handover/", f"handover/{item.pk}/delivery/"):
        shown = page(client, case, place)
        assert AS_TEXT in shown and HOSTILE not in shown


def test_the_page_costs_the_same_for_few_and_for_many(
    client: Client, house: House, case: TerminationCase
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client, case, "handover/")
            page(client, case)
        return len(asked)

    cost()
    few = cost()
    for number in range(20):
        handover.list_item(case, by=house.by_manager, title=f"Item {number}")
        access = handover.list_access(case, by=house.by_manager, system="S", held_by=str(number))
        handover.revoke_access(access, by=house.by_manager, revoked_on=clock.today())
        provider = a_provider(name=f"Provider {number}")
        handover.recommend_provider(case, provider, by=house.by_manager, services=["Payroll"])

    assert cost() <= few


PLACES = {
    "handover/new/": {"title": "x"},
    "handover/none/": {"reason": "x"},
    "successor/": {"name": "x"},
    "recommendations/": {"provider": "1"},
    "access/": {"system": "x", "held_by": "x"},
}


@pytest.mark.parametrize("place", PLACES)
def test_other_teams_find_nothing_and_auditors_change_nothing(
    client: Client, house: House, case: TerminationCase, place: str
) -> None:
    for person in (house.outsider, house.other_lead, house.admin):
        client.force_login(person)
        assert client.get(f"/cases/{case.reference}/{place}").status_code == 404
        assert send(client, case, place, PLACES[place]).status_code == 404
    client.force_login(house.auditor)
    assert send(client, case, place, PLACES[place]).status_code == 403


@pytest.mark.parametrize("verb", ["delivery/", "not-applicable/"])
def test_an_item_belongs_to_its_case(
    client: Client, house: House, case: TerminationCase, verb: str
) -> None:
    item = handover.list_item(case, by=house.by_manager, title="Ledgers")
    other = a_case(house)

    assert client.get(f"/cases/{other.reference}/handover/{item.pk}/{verb}").status_code == 404
    client.force_login(house.outsider)
    assert client.get(f"/cases/{case.reference}/handover/{item.pk}/{verb}").status_code == 404


def test_planning_starts_before_the_transition(client: Client, house: House) -> None:
    client.force_login(house.manager)
    case = a_case(house, State.ACKNOWLEDGED)
    assert f'href="/cases/{case.reference}/handover/"' in page(client, case)

    answer = send(client, case, "handover/new/", {"title": "Ledgers"})

    assert answer["Location"] == f"/cases/{case.reference}/handover/#handover"
    assert "Ledgers" in page(client, case, "handover/")


def test_a_day_that_waited_is_not_forgotten(client: Client, house: House) -> None:
    client.force_login(house.manager)
    case = a_case(house, State.TRANSITION)
    access = handover.list_access(case, by=house.by_manager, system="S", held_by="M")
    ahead = str(clock.today(case.time_zone) + timedelta(days=1))

    answer = send(
        client, case, f"access/{access.pk}/revocation/", {"revoked_on": ahead, "checked": "on"}
    )

    assert answer.status_code == 422
    assert "This day has not come yet" in answer.content.decode()
