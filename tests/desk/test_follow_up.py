"""After the end, through HTTP: look backs, questions and answers, reactions, the lesson."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from notices.models import Delivery, Message
from offboarding.lifecycle import State
from offboarding.models import ReactionKind, TerminationCase
from offboarding.services import follow_ups, learning
from tests.builders import House, a_case, a_house, checklist_filled_in, fresh, wait_until
from tests.desk.pages import AS_TEXT, HOSTILE, page, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House, client: Client) -> TerminationCase:
    """A case in follow-up, looked at by its account manager."""
    case = a_case(house, State.FOLLOW_UP)
    client.force_login(house.manager)
    return case


# -- looking back ----------------------------------------------------------------------------------


def test_the_usual_look_backs_are_shown_and_done_on_their_day(
    client: Client, case: TerminationCase
) -> None:
    row = case.follow_ups.earliest("due_on")
    place = f"follow-ups/{row.pk}/done/"
    early = send(client, case, place, {"outcome": "All well."})
    assert early.status_code == 409
    assert "planned for a later day" in early.content.decode()
    assert place not in page(client, case)

    wait_until(row.due_on)
    client.force_login(case.owner)

    assert place in page(client, case)
    assert send(client, case, place, {"outcome": ""}).status_code == 422
    assert send(client, case, place, {"outcome": "All well."}).status_code == 303
    row.refresh_from_db()
    assert (row.outcome, row.done_by) == ("All well.", "Mia Manager")


def test_a_cancelled_look_back_keeps_its_reason_and_is_not_done_twice(
    client: Client, case: TerminationCase
) -> None:
    row = case.follow_ups.earliest("due_on")
    place = f"follow-ups/{row.pk}/cancellation/"
    said = {"reason": "They asked us not to.", "key": str(uuid.uuid4())}

    assert send(client, case, place, {"reason": ""}).status_code == 422
    assert send(client, case, place, said).status_code == 303
    assert send(client, case, place, said).status_code == 303
    other = send(client, case, place, {"reason": "Another."})

    assert other.status_code == 409
    assert "was cancelled: They asked us not to." in other.content.decode()


def test_one_more_is_planned_for_a_day_ahead(client: Client, case: TerminationCase) -> None:
    ahead = clock.today(case.time_zone) + timedelta(days=3)

    past = send(client, case, "follow-ups/", {"title": "Kept words", "due_on": "2020-01-01"})
    assert past.status_code == 422
    assert "This day is past" in past.content.decode()
    assert "Kept words" in past.content.decode()
    answer = send(client, case, "follow-ups/", {"title": "Ask about keys", "due_on": str(ahead)})

    assert answer.status_code == 303
    assert case.follow_ups.get(title="Ask about keys").due_on == ahead


# -- questions -------------------------------------------------------------------------------------


def test_an_answer_goes_to_the_client_by_mail_once(
    client: Client, house: House, case: TerminationCase
) -> None:
    question = follow_ups.ask_question(case, by=house.by_manager, text="Where is the archive?")
    place = f"questions/{question.pk}/answer/"
    said = {"answer": "At Meridian Advisory.", "by_email": "on", "key": str(uuid.uuid4())}
    assert "jane.adams@example.com" in page(client, case, place)

    assert send(client, case, place, said).status_code == 303
    assert send(client, case, place, said).status_code == 303

    question.refresh_from_db()
    assert question.answer == "At Meridian Advisory."
    message = Message.objects.get(case=case, kind="answer")
    assert "At Meridian Advisory." in message.text and "Where is the archive?" in message.text
    assert Delivery.objects.get(message=message).recipient_email == "jane.adams@example.com"
    assert not case.tasks.filter(origin=f"question:{question.pk}", done_at=None).exists()


def test_an_answer_given_in_another_way_is_only_put_on_record(
    client: Client, house: House, case: TerminationCase
) -> None:
    question = follow_ups.ask_question(case, by=house.by_manager, text="Where is the archive?")

    answer = send(client, case, f"questions/{question.pk}/answer/", {"answer": "By telephone."})

    assert answer.status_code == 303
    assert not Message.objects.filter(case=case).exists()


def test_without_an_address_the_page_says_that_no_mail_goes(
    client: Client, house: House, case: TerminationCase
) -> None:
    house.client.contacts.update(email="")
    question = follow_ups.ask_question(case, by=house.by_manager, text="Where?")

    shown = page(client, case, f"questions/{question.pk}/answer/")

    assert "only put on record" in shown
    assert "by_email" not in shown


def test_a_second_answer_learns_who_was_faster(
    client: Client, house: House, case: TerminationCase
) -> None:
    question = follow_ups.ask_question(case, by=house.by_manager, text="Where?")
    follow_ups.answer_question(question, by=house.by_lead, answer="Here.")
    place = f"questions/{question.pk}/answer/"

    answer = send(client, case, place, {"answer": "There.", "by_email": "on"})

    assert answer.status_code == 409
    assert "Leo Lead has answered this question already." in answer.content.decode()
    assert not Message.objects.exists()
    assert client.get(f"/cases/{case.reference}/{place}").status_code == 409


def test_an_empty_answer_is_said_beside_the_field(
    client: Client, house: House, case: TerminationCase
) -> None:
    question = follow_ups.ask_question(case, by=house.by_manager, text="Where?")

    assert (
        send(client, case, f"questions/{question.pk}/answer/", {"answer": " "}).status_code == 422
    )
    assert send(client, case, "questions/", {"question": ""}).status_code == 422


def test_a_question_heard_on_the_telephone_is_kept_with_a_task(
    client: Client, case: TerminationCase
) -> None:
    answer = send(client, case, "questions/", {"question": "Who files 2026?", "asked_by": ""})

    assert answer.status_code == 303
    question = case.questions.get()
    assert question.asked_by == "Adams Print"
    assert case.tasks.filter(origin=f"question:{question.pk}").exists()


# -- reactions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ReactionKind.values)
def test_a_reaction_is_logged_in_one_click_and_answered_with_advice(
    client: Client, house: House, kind: str
) -> None:
    client.force_login(house.manager)
    case = a_case(house, State.NOTICE)
    assert f'name="kind" value="{kind}"' in page(client, case)

    answer = send(client, case, "reactions/", {"kind": kind})

    assert answer.status_code == 303
    row = case.reactions.get()
    assert (row.kind, row.noticed_on) == (kind, clock.today(case.time_zone))
    assert "is logged." in page(client, case)


def test_a_reaction_of_a_day_to_come_or_of_no_kind_is_refused(
    client: Client, case: TerminationCase
) -> None:
    ahead = str(clock.today(case.time_zone) + timedelta(days=1))

    late = send(client, case, "reactions/", {"kind": "anger", "noticed_on": ahead, "note": "Kept"})
    assert late.status_code == 422
    assert "This day has not come yet" in late.content.decode()
    assert "Kept" in late.content.decode()
    assert send(client, case, "reactions/", {"kind": "joy"}).status_code == 422
    assert not case.reactions.exists()


def test_an_auditor_reads_reactions_and_logs_none(
    client: Client, house: House, case: TerminationCase
) -> None:
    learning.log_reaction(
        case, by=house.by_manager, kind="anger", noticed_on=clock.today(), note="A word."
    )
    client.force_login(house.auditor)

    shown = page(client, case, "reactions/").partition('<main class="page')[2]
    assert "A word." in shown and "<form" not in shown.partition("</main>")[0]
    assert send(client, case, "reactions/", {"kind": "anger"}).status_code == 403


# -- the lesson and closing ------------------------------------------------------------------------


def test_the_lesson_is_recorded_and_the_page_says_what_closing_needs(
    client: Client, house: House, case: TerminationCase
) -> None:
    assert "No lesson is recorded yet." in page(client, case, "follow-up/")
    bare = send(client, case, "lesson/", {"avoidable": "yes", "next_time": ""})
    assert bare.status_code == 422
    said = {"avoidable": "partly", "next_time": "Agree on the scope.", "measure": "Scope page"}
    ahead = str(clock.today(case.time_zone) + timedelta(days=1))
    assert send(client, case, "lesson/", said | {"first_sign_on": ahead}).status_code == 422

    assert send(client, case, "lesson/", said).status_code == 303

    assert case.lessons.get().next_time == "Agree on the scope."
    shown = page(client, case, "follow-up/")
    assert "No lesson is recorded yet." not in shown
    assert "A lesson is recorded" in shown
    assert "Before the case can be closed" in shown


def test_when_nothing_is_left_the_page_leads_to_closing(
    client: Client, house: House, case: TerminationCase
) -> None:
    for row in case.follow_ups.all():
        follow_ups.cancel_follow_up(row, by=house.by_manager, reason="Not wanted.")
    learning.record_lesson(case, by=house.by_manager, avoidable="no", next_time="Nothing.")
    checklist_filled_in(house, case)

    shown = page(client, case, "follow-up/")

    assert "The case can be closed" in shown
    assert f"/cases/{case.reference}/advance/close/" in shown


def test_what_people_typed_comes_out_as_text(
    client: Client, house: House, case: TerminationCase
) -> None:
    by = house.by_manager
    question = follow_ups.ask_question(case, by=by, text=HOSTILE, asked_by=HOSTILE)
    learning.record_lesson(
        case, by=by, avoidable="no", next_time=HOSTILE, first_sign=HOSTILE, measure=HOSTILE
    )
    learning.log_reaction(case, by=by, kind="anger", noticed_on=clock.today(), note=HOSTILE)

    for place in ("", "follow-up/", "reactions/", f"questions/{question.pk}/answer/"):
        shown = page(client, case, place)
        assert AS_TEXT in shown and HOSTILE not in shown


def test_the_page_costs_the_same_for_few_and_for_many(
    client: Client, house: House, case: TerminationCase
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client, case, "follow-up/")
        return len(asked)

    cost()
    few = cost()
    for number in range(15):
        question = follow_ups.ask_question(case, by=house.by_manager, text=f"Question {number}")
        follow_ups.answer_question(question, by=house.by_manager, answer="Yes.")
        learning.record_lesson(case, by=house.by_manager, avoidable="no", next_time=str(number))
        due_on = clock.today(case.time_zone) + timedelta(days=number)
        follow_ups.add_follow_up(case, by=house.by_manager, title=str(number), due_on=due_on)

    assert cost() <= few <= 12


PLACES = {
    "follow-ups/": {"title": "x", "due_on": "2099-01-01"},
    "questions/": {"question": "x"},
    "reactions/": {"kind": "anger"},
    "lesson/": {"avoidable": "no", "next_time": "x"},
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


def test_a_row_belongs_to_its_case(client: Client, house: House, case: TerminationCase) -> None:
    row = case.follow_ups.earliest("due_on")
    question = follow_ups.ask_question(case, by=house.by_manager, text="Where?")
    other = a_case(house)

    for place in (f"follow-ups/{row.pk}/done/", f"questions/{question.pk}/answer/"):
        assert client.get(f"/cases/{other.reference}/{place}").status_code == 404
        client.force_login(house.outsider)
        assert client.get(f"/cases/{case.reference}/{place}").status_code == 404
        client.force_login(house.manager)


def test_a_closed_case_shows_its_lesson_and_is_read_only(client: Client, house: House) -> None:
    case = a_case(house, State.CLOSED)
    client.force_login(house.manager)

    shown = page(client, case)

    assert "Agree on the scope in writing" in shown
    assert 'name="kind"' not in shown
    said = {"avoidable": "no", "next_time": "x"}
    assert send(client, fresh(case), "lesson/", said).status_code == 409
    assert client.get(f"/cases/{case.reference}/lesson/").status_code == 409
