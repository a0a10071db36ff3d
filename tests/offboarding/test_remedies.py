"""What was tried to keep the client, and the time that a ground gives them to put things right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from audit import clock
from offboarding import selectors
from offboarding.errors import InvalidInput, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import Remedy, TerminationCase
from offboarding.services import cases, decisions, remedies, stages
from tests.builders import House, a_case, a_house, evaluated, fresh, latest_event, wait_until
from tests.desk.pages import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    house = a_house()
    house.ground.cure_days = 14
    house.ground.remedies = "A call\nA plan in writing"
    house.ground.save()
    return house


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house)


def warned(house: House, case: TerminationCase, **changes: Any) -> Remedy:
    fields = {
        "sent_on": clock.today(case.time_zone),
        "channel": "email",
        "wording": "Pay what is due.",
    }
    return remedies.record_cure_warning(case, by=house.by_manager, **(fields | changes))


def codes(case: TerminationCase) -> set[str]:
    return {reason.code for reason in selectors.unmet(fresh(case), "decide_to_end")}


def test_the_time_begins_with_receipt_and_opens_the_gate_once_it_is_over(
    house: House, case: TerminationCase
) -> None:
    assert "cure_warning_missing" in codes(case)

    warning = warned(house, case)

    assert warning.received_on > warning.tried_on
    assert warning.cure_ends_on >= warning.received_on + timedelta(days=14)
    assert "cure_period_running" in codes(case)
    wait_until(warning.cure_ends_on)
    assert "cure_period_running" in codes(case)
    wait_until(warning.cure_ends_on + timedelta(days=1))
    assert not {code for code in codes(case) if code.startswith("cure")}

    # An agreement that turns out to give more time is owed it.
    house.engagement.cure_days = 30
    house.engagement.save()
    assert "cure_period_running" in codes(case)
    wait_until(warning.received_on + timedelta(days=30))
    assert "cure_period_running" in codes(case)
    wait_until(warning.received_on + timedelta(days=36))
    assert not {code for code in codes(case) if code.startswith("cure")}


def test_the_agreement_may_give_more_time_but_none_where_the_ground_asks_for_none(
    house: House, case: TerminationCase
) -> None:
    house.engagement.cure_days = 30
    house.engagement.save()
    assert fresh(case).cure_days == 30
    house.ground.cure_days = 0
    house.ground.save()
    cases.choose_ground(case, house.ground, by=house.by_manager)

    assert fresh(case).cure_days == 0
    with pytest.raises(InvalidInput, match="asks for no warning"):
        warned(house, case)


def test_what_was_put_right_shuts_the_gate_and_a_struck_warning_counts_for_nothing(
    house: House, case: TerminationCase
) -> None:
    warning = warned(house, case, sent_on=clock.today(case.time_zone) - timedelta(days=60))
    remedies.settle_remedy(warning, by=house.by_manager, state="helped", outcome="All is paid.")
    assert "cured" in codes(case)
    assert not case.tasks.filter(done_at=None).exists()

    remedies.strike_remedy(warning, by=house.by_manager, reason="Another client's.")

    assert "cure_warning_missing" in codes(case)


def test_whoever_decides_may_end_it_without_that_time_and_says_why(
    house: House, case: TerminationCase
) -> None:
    evaluated(house, case)
    decisions.request_decision(case, by=house.by_manager)
    with pytest.raises(TransitionRefused):
        decisions.decide_to_end(fresh(case), by=house.by_lead, without_cure="  ")

    ended = decisions.decide_to_end(
        fresh(case), by=house.by_lead, without_cure="They are insolvent."
    )

    assert ended.state == State.NOTICE
    assert fresh(case).cure_waived_reason == "They are insolvent."
    assert "cure.waived" in actions(case)
    withdrawn = stages.withdraw(ended, by=house.by_lead, reason="Paid.")
    stages.reopen(withdrawn, by=house.by_lead, reason="Not paid after all.")
    assert fresh(case).cure_waived_reason == ""


def test_no_reason_is_kept_where_nothing_had_to_be_waived(house: House) -> None:
    house.ground.cure_days = 0
    house.ground.save()
    case = a_case(house)
    evaluated(house, case)
    decisions.request_decision(case, by=house.by_manager)

    decisions.decide_to_end(fresh(case), by=house.by_lead, without_cure="Just in case.")

    assert fresh(case).cure_waived_reason == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sent_on": 1}, "sent_on"),
        ({"received_on": 1}, "received_on"),
        ({"received_on": -9}, "received_on"),
        ({"wording": " "}, "wording"),
    ],
)
def test_a_warning_that_cannot_be_is_refused_beside_its_field(
    house: House, case: TerminationCase, changes: dict[str, Any], field: str
) -> None:
    today = clock.today(case.time_zone)
    given = {
        name: today + timedelta(days=value) if isinstance(value, int) else value
        for name, value in changes.items()
    }

    with pytest.raises(InvalidInput) as refused:
        warned(house, case, **given)

    assert refused.value.field == field
    assert not case.remedies.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"measure": "A gift"}, "measure"),
        ({}, "description"),
        ({"measure": "A call", "state": "failed"}, "outcome"),
        ({"measure": "A call", "state": "left_out", "outcome": " "}, "outcome"),
    ],
)
def test_a_remedy_that_says_nothing_is_refused(
    house: House, case: TerminationCase, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        remedies.add_remedy(
            case, by=house.by_manager, tried_on=clock.today(case.time_zone), **fields
        )

    assert refused.value.field == field


def test_a_remedy_is_not_of_tomorrow_and_is_settled_with_a_word_on_how(
    house: House, case: TerminationCase
) -> None:
    tomorrow = clock.today(case.time_zone) + timedelta(days=1)
    with pytest.raises(InvalidInput, match="lies in the future"):
        remedies.add_remedy(case, by=house.by_manager, tried_on=tomorrow, measure="A call")
    warning = warned(house, case)

    for state, outcome, field in (("failed", " ", "outcome"), ("left_out", "No time.", "state")):
        with pytest.raises(InvalidInput) as refused:
            remedies.settle_remedy(warning, by=house.by_manager, state=state, outcome=outcome)
        assert refused.value.field == field

    assert Remedy.objects.get().is_open


def test_nobody_is_warned_once_it_is_decided(house: House) -> None:
    case = a_case(house, State.NOTICE)

    with pytest.raises(InvalidInput, match="while the case is evaluated"):
        warned(house, case)


def test_what_came_of_a_remedy_is_on_the_record(house: House, case: TerminationCase) -> None:
    remedy = remedies.add_remedy(
        case,
        by=house.by_manager,
        tried_on=clock.today(case.time_zone),
        measure="A call",
        state="running",
    )
    assert remedy.description == "A call"

    remedies.settle_remedy(remedy, by=house.by_manager, state="failed", outcome="No answer.")

    event = latest_event(case)
    assert event.action == "remedy.settled"
    assert event.detail.before == {"state": "running", "outcome": ""}
