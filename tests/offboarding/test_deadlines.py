"""The client's own deadlines: named, struck, and answered for before a relationship ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import clock
from offboarding import selectors
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from offboarding.services import deadlines, decisions
from tests.builders import House, a_case, evaluated, fresh, latest_event

pytestmark = pytest.mark.django_db


def _in(case: TerminationCase, days: int):
    return clock.today(case.time_zone) + timedelta(days=days)


def test_the_one_who_decides_answers_for_a_near_deadline_and_it_is_on_record(house: House) -> None:
    case = evaluated(house, a_case(house))
    near = deadlines.add_deadline(
        case, by=house.by_manager, due_on=_in(case, 14), title="Turnover tax", source="Tax calendar"
    )
    deadlines.add_deadline(case, by=house.by_manager, due_on=_in(case, 15), title="Annual return")
    decisions.request_decision(case, by=house.by_manager)
    with pytest.raises(TransitionRefused, match="Turnover tax") as refused:
        decisions.decide_to_end(fresh(case), by=house.by_lead)
    assert [one.code for one in refused.value.reasons] == ["deadline_near"]

    with pytest.raises(NotAllowed):
        deadlines.answer_near_deadlines(fresh(case), by=house.by_manager, answer="Fine.")
    with pytest.raises(InvalidInput, match="Say why"):
        deadlines.answer_near_deadlines(fresh(case), by=house.by_lead, answer=" ")
    assert deadlines.answer_near_deadlines(fresh(case), by=house.by_lead, answer="We file it.") == 1

    event = latest_event(case)
    assert (event.action, event.after) == ("deadline.answered", {"answer": "We file it."})
    near.refresh_from_db()
    assert near.answered_by == house.lead
    with pytest.raises(TransitionRefused, match="No deadline waits"):
        deadlines.answer_near_deadlines(fresh(case), by=house.by_lead, answer="Again.")
    assert decisions.decide_to_end(fresh(case), by=house.by_lead).state == State.NOTICE


def test_a_struck_deadline_is_no_stop_sign_and_stays_readable(house: House) -> None:
    case = a_case(house)
    wrong = deadlines.add_deadline(case, by=house.by_manager, due_on=_in(case, 3), title="Fee")
    with pytest.raises(InvalidInput, match="why the deadline is struck"):
        deadlines.strike_deadline(wrong, by=house.by_manager, reason="")

    deadlines.strike_deadline(wrong, by=house.by_manager, reason="It was paid in May.")

    assert "deadline_near" not in {
        one.code for one in selectors.unmet(fresh(case), "decide_to_end")
    }
    assert case.deadlines.get().struck_reason == "It was paid in May."


@pytest.mark.parametrize(
    ("days", "title", "field"),
    [(-1, "Fee", "due_on"), (1_828, "Fee", "due_on"), (3, "  ", "title")],
)
def test_a_deadline_says_what_is_due_on_a_day_ahead(
    house: House, days: int, title: str, field: str
) -> None:
    case = a_case(house)
    with pytest.raises(InvalidInput) as refused:
        deadlines.add_deadline(case, by=house.by_manager, due_on=_in(case, days), title=title)
    assert refused.value.field == field
