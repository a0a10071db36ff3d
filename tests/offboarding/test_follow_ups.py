"""After the end: look backs raised once, questions answered once, reactions and lessons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.actor import Actor
from audit import clock
from offboarding import selectors
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import FollowUp, TerminationCase
from offboarding.services import flags, follow_ups, learning, tasks
from tests.builders import House, a_case, fresh, handed_over, latest_event, wait_until

pytestmark = pytest.mark.django_db

MACHINE = Actor.machine("notices.follow_ups")


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house, State.FOLLOW_UP)


def raise_(row: FollowUp) -> bool:
    with transaction.atomic():
        return follow_ups.raise_follow_up(row, by=MACHINE)


def test_look_backs_are_planned_seven_and_thirty_days_after_the_effective_date(
    case: TerminationCase,
) -> None:
    assert case.effective_on is not None
    planned = {(row.due_on - case.effective_on).days: row for row in case.follow_ups.all()}

    assert set(planned) == {7, 30}
    assert planned[7].writes_to_client and not planned[30].writes_to_client


def test_a_ground_says_when_is_looked_back_and_a_case_keeps_its_copy(house: House) -> None:
    house.ground.look_backs = [{"days": 3, "writes_to_client": False}]
    house.ground.save()
    case = a_case(house, State.TRANSITION)
    house.ground.look_backs = []
    house.ground.save()

    case = handed_over(house, case)

    [row] = case.follow_ups.all()
    assert case.effective_on is not None
    assert ((row.due_on - case.effective_on).days, row.writes_to_client) == (3, False)


def test_a_due_look_back_raises_one_task_however_often_it_is_asked(case: TerminationCase) -> None:
    row = case.follow_ups.earliest("due_on")

    assert [raise_(row), raise_(row)] == [True, False]
    task = case.tasks.get(origin=f"follow-up:{row.pk}")
    assert (task.assignee, task.title) == (case.owner, row.title)


def test_a_look_back_of_an_ended_case_raises_nothing(house: House) -> None:
    case = a_case(house, State.CLOSED)
    row = FollowUp.objects.create(case=case, title="Late", due_on=clock.today())

    assert not raise_(row)


def test_done_needs_its_day_and_a_word_and_closes_its_task(
    house: House, case: TerminationCase
) -> None:
    row = case.follow_ups.earliest("due_on")
    with pytest.raises(TransitionRefused, match="later day"):
        follow_ups.complete_follow_up(row, by=house.by_manager, outcome="All well.")
    wait_until(row.due_on)
    raise_(row)
    with pytest.raises(InvalidInput):
        follow_ups.complete_follow_up(row, by=house.by_manager, outcome=" ")

    follow_ups.complete_follow_up(row, by=house.by_manager, outcome="All well.")
    before = latest_event(case).pk
    follow_ups.complete_follow_up(row, by=house.by_manager, outcome="All well.")

    assert latest_event(case).pk == before
    assert not case.tasks.filter(done_at=None).exists()
    with pytest.raises(TransitionRefused, match="was done by Mia Manager"):
        follow_ups.complete_follow_up(row, by=house.by_lead, outcome="Something else.")
    with pytest.raises(TransitionRefused, match="was done by Mia Manager"):
        follow_ups.cancel_follow_up(row, by=house.by_lead, reason="Not needed.")


def test_cancelling_says_why_and_closes_the_task(house: House, case: TerminationCase) -> None:
    row = case.follow_ups.earliest("due_on")
    raise_(row)
    with pytest.raises(InvalidInput):
        follow_ups.cancel_follow_up(row, by=house.by_manager, reason="")

    follow_ups.cancel_follow_up(row, by=house.by_manager, reason="They asked us not to.")
    follow_ups.cancel_follow_up(row, by=house.by_manager, reason="They asked us not to.")

    assert not case.tasks.filter(done_at=None).exists()
    with pytest.raises(TransitionRefused, match="was cancelled"):
        follow_ups.complete_follow_up(row, by=house.by_manager, outcome="Done.")


def test_a_planned_look_back_lies_ahead_and_has_a_title(
    house: House, case: TerminationCase
) -> None:
    today = clock.today(case.time_zone)

    with pytest.raises(InvalidInput, match="past"):
        follow_ups.add_follow_up(
            case, by=house.by_manager, title="x", due_on=today - timedelta(days=1)
        )
    with pytest.raises(InvalidInput, match="Say what"):
        follow_ups.add_follow_up(case, by=house.by_manager, title=" ", due_on=today)


def test_a_question_blocks_closing_until_it_is_answered(
    house: House, case: TerminationCase
) -> None:
    question = follow_ups.ask_question(
        case, by=Actor.client("Jane Adams", link_id=1), text="Where is the archive?"
    )
    assert question.asked_by == "Jane Adams"
    task = case.tasks.get(origin=f"question:{question.pk}")
    assert "questions_open" in {r.code for r in selectors.unmet(fresh(case), "close")}

    follow_ups.answer_question(question, by=house.by_manager, answer="At Meridian.")

    assert "questions_open" not in {r.code for r in selectors.unmet(fresh(case), "close")}
    task.refresh_from_db()
    assert not task.is_open


def test_the_first_answer_counts_and_the_second_learns_it(
    house: House, case: TerminationCase
) -> None:
    question = follow_ups.ask_question(case, by=house.by_manager, text="Where?")
    with pytest.raises(InvalidInput):
        follow_ups.answer_question(question, by=house.by_manager, answer=" ")
    follow_ups.answer_question(question, by=house.by_manager, answer="Here.")
    before = latest_event(case).pk

    follow_ups.answer_question(question, by=house.by_manager, answer="Here.")
    with pytest.raises(TransitionRefused, match="Mia Manager has answered"):
        follow_ups.answer_question(question, by=house.by_lead, answer="There.")

    question.refresh_from_db()
    assert question.answer == "Here."
    assert latest_event(case).pk == before


def test_a_client_asks_even_after_the_end_and_nobody_without_a_link(house: House) -> None:
    case = a_case(house, State.CLOSED)

    follow_ups.ask_question(case, by=Actor.client("Jane", link_id=1), text="One more thing?")

    assert case.questions.count() == 1
    with pytest.raises(NotAllowed):
        follow_ups.ask_question(case, by=Actor.client("Jane"), text="And me?")
    with pytest.raises(TransitionRefused, match="read-only"):
        follow_ups.ask_question(case, by=house.by_manager, text="And I?")
    with pytest.raises(InvalidInput):
        follow_ups.ask_question(case, by=Actor.client("Jane", link_id=1), text=" ")


def test_reactions_and_first_signs_lie_behind_us(house: House, case: TerminationCase) -> None:
    ahead = clock.today(case.time_zone) + timedelta(days=1)

    with pytest.raises(InvalidInput) as refused:
        learning.log_reaction(case, by=house.by_manager, kind="anger", noticed_on=ahead)
    assert refused.value.field == "noticed_on"
    with pytest.raises(InvalidInput) as refused:
        learning.record_lesson(
            case, by=house.by_manager, avoidable="no", next_time="x", first_sign_on=ahead
        )
    assert refused.value.field == "first_sign_on"
    with pytest.raises(InvalidInput):
        learning.record_lesson(case, by=house.by_manager, avoidable="no", next_time=" ")


def test_a_lesson_opens_the_last_gate(house: House, case: TerminationCase) -> None:
    assert "lesson_missing" in {r.code for r in selectors.unmet(fresh(case), "close")}

    learning.record_lesson(case, by=house.by_manager, avoidable="no", next_time="Ask earlier.")

    assert "lesson_missing" not in {r.code for r in selectors.unmet(fresh(case), "close")}


def test_an_open_task_blocks_closing(house: House, case: TerminationCase) -> None:
    task = tasks.add_task(case, by=house.by_manager, title="Call", due_on=clock.today())
    assert "tasks_open" in {r.code for r in selectors.unmet(fresh(case), "close")}

    tasks.complete_task(task, by=house.by_manager)

    assert "tasks_open" not in {r.code for r in selectors.unmet(fresh(case), "close")}


def test_a_held_case_keeps_its_look_backs(house: House, case: TerminationCase) -> None:
    until = clock.today(case.time_zone) + timedelta(days=3)
    flags.hold(case, by=house.by_manager, until=until, reason="Holiday.")

    assert case.follow_ups.filter(done_at=None, cancelled_reason="").count() == 2
