"""Disputed, on hold, under legal hold: set with a reason, lifted by who may."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from accounts.actor import Actor
from audit import clock
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.services import flags
from tests.builders import House, a_case, fresh, latest_event

pytestmark = pytest.mark.django_db

JANE = Actor.client("Jane Adams", link_id=1)


def test_a_dispute_keeps_its_first_reason_and_calls_the_leads_once(house: House) -> None:
    case = a_case(house, State.NOTICE)

    flags.dispute(case, by=JANE, reason="The date is wrong.")
    flags.dispute(case, by=house.by_manager, reason="They called again.")

    case = fresh(case)
    assert case.is_disputed and case.disputed_reason == "The date is wrong."
    calls = case.tasks.filter(origin__startswith="dispute:")
    assert {task.assignee for task in calls} == {house.lead, house.second_lead}


def test_only_a_lead_clears_a_dispute_and_says_how(house: House) -> None:
    case = a_case(house, State.NOTICE)
    flags.dispute(case, by=JANE, reason="The date is wrong.")
    with pytest.raises(NotAllowed):
        flags.clear_dispute(case, by=house.by_manager, reason="Settled.")
    with pytest.raises(NotAllowed):
        flags.clear_dispute(case, by=JANE, reason="Settled.")
    with pytest.raises(InvalidInput):
        flags.clear_dispute(case, by=house.by_lead, reason=" ")

    flags.clear_dispute(case, by=house.by_lead, reason="Another date.")
    before = latest_event(case).pk
    flags.clear_dispute(case, by=house.by_lead, reason="Another date.")

    assert not fresh(case).is_disputed
    assert latest_event(case).pk == before
    assert not case.tasks.filter(origin__startswith="dispute:", done_at=None).exists()


def test_a_client_may_dispute_a_case_that_has_ended_and_a_colleague_reopens_first(
    house: House,
) -> None:
    case = a_case(house, State.CLOSED)
    with pytest.raises(TransitionRefused, match="read-only"):
        flags.dispute(case, by=house.by_manager, reason="They called.")

    flags.dispute(case, by=JANE, reason="You still hold our files.")

    assert fresh(case).is_disputed


@pytest.mark.parametrize(("days", "reason", "field"), [(0, "x", "until"), (3, " ", "reason")])
def test_a_hold_has_a_day_ahead_and_a_reason(
    house: House, days: int, reason: str, field: str
) -> None:
    case = a_case(house)
    until = clock.today(case.time_zone) + timedelta(days=days)

    with pytest.raises(InvalidInput) as refused:
        flags.hold(case, by=house.by_manager, until=until, reason=reason)

    assert refused.value.field == field
    assert not fresh(case).is_on_hold


def test_a_hold_ends_on_its_day_or_by_hand(house: House) -> None:
    case = a_case(house)
    until = clock.today(case.time_zone) + timedelta(days=3)
    flags.hold(case, by=house.by_manager, until=until, reason="Hospital.")
    assert fresh(case).is_on_hold

    flags.resume(case, by=house.by_manager)
    before = latest_event(case).pk
    flags.resume(case, by=house.by_manager)
    assert not fresh(case).is_on_hold
    assert latest_event(case).pk == before

    flags.hold(case, by=house.by_manager, until=until, reason="Hospital.")
    clock.move(clock.offset() + timedelta(days=3))
    assert not fresh(case).is_on_hold


def test_a_legal_hold_is_a_leads_and_is_lifted_with_a_reason(house: House) -> None:
    case = a_case(house, State.CLOSED)
    with pytest.raises(NotAllowed):
        flags.set_legal_hold(case, by=house.by_manager, reason="Claim.")
    with pytest.raises(InvalidInput):
        flags.set_legal_hold(case, by=house.by_lead, reason="")
    flags.set_legal_hold(case, by=house.by_lead, reason="A claim is announced.")
    with pytest.raises(InvalidInput):
        flags.lift_legal_hold(case, by=house.by_lead, reason=" ")
    assert fresh(case).legal_hold_reason

    flags.lift_legal_hold(case, by=house.by_lead, reason="The claim was dropped.")
    before = latest_event(case).pk
    flags.lift_legal_hold(case, by=house.by_lead, reason="The claim was dropped.")

    assert not fresh(case).legal_hold_reason
    assert latest_event(case).pk == before


def test_a_claim_that_is_threatened_after_the_end_holds_the_file_and_tells_the_leads(
    house: House, client: Client
) -> None:
    case = a_case(house, State.RETAINED)
    client.force_login(house.manager)
    place = f"/cases/{case.reference}/reactions/"
    assert "Log the threat" in client.get(place).content.decode()

    refused = client.post(place, {"kind": "anger", "key": str(uuid.uuid4())})
    client.post(place, {"kind": "threat_of_claim", "note": "They sue.", "key": str(uuid.uuid4())})

    case = fresh(case)
    assert refused.status_code == 409
    assert [row.kind for row in case.reactions.all()] == ["threat_of_claim"]
    assert case.is_sending_held
    assert case.legal_hold_reason == "They sue."
    assert case.tasks.filter(done_at=None, assignee=house.lead).exists()
    flags.let_sending_go_on(case, by=house.by_lead, reason="Counsel has it.")
    assert not case.tasks.filter(done_at=None, title__contains="claim").exists()
