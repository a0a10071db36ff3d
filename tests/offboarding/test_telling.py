"""Who is told of what, by whatever verb; and of the days that come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.actor import Actor
from accounts.models import User
from audit import clock
from audit.models import AuditEvent
from offboarding import coming_due
from offboarding.errors import InvalidInput
from offboarding.lifecycle import State
from offboarding.models import CaseNote, Mention, Notification, TerminationCase
from offboarding.services import (
    cases,
    decisions,
    follow_ups,
    notes,
    notifications,
    tasks,
    watching,
)
from tests.builders import House, a_case, evaluated, fresh, wait_until

pytestmark = pytest.mark.django_db


def told(person: User, *, since: int = 0) -> list[tuple[str, str]]:
    """What a person was told, in its order: kind and action."""
    rows = Notification.objects.filter(person=person, pk__gt=since).order_by("pk")
    return list(rows.values_list("kind", "action"))


def now_on() -> int:
    """The key of the newest notification there is."""
    return Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


# -- notes and mentions ----------------------------------------------------------------------------


def test_a_note_tells_those_it_mentions_and_nobody_else_and_keeps_whom(house: House) -> None:
    case = a_case(house)
    since = now_on()

    notes.write_note(
        case,
        by=house.by_manager,
        text="@Leo Lead, have you spoken to them?",
        people=[house.second_lead.pk],
    )

    note = CaseNote.objects.get()
    assert {row.person for row in note.mentions.all()} == {house.lead, house.second_lead}
    assert told(house.lead, since=since) == [("mention", "note.written")]
    assert told(house.second_lead, since=since) == [("mention", "note.written")]
    assert told(house.manager, since=since) == []
    event = AuditEvent.objects.get(action="note.written")
    assert event.details == {"mentioned": sorted([house.lead.pk, house.second_lead.pk])}
    assert event.after["text"] == note.text


@pytest.mark.parametrize(
    ("text", "people", "field", "sentence"),
    [
        ("", [], "text", "Write the note"),
        ("@Otto Outsider, look.", [], "text", "Nobody who may read this case is called “Otto”"),
        ("@Le", [], "text", "“Le”"),
        ("Look.", ["outsider"], "people", "may not read this case"),
        ("Look.", ["auditor"], "people", "may not read this case"),
        ("The password is hunter2-Blue9!", [], "text", "password"),
    ],
)
def test_a_note_that_means_somebody_else_is_refused_and_leaves_nothing(
    house: House, text: str, people: list[str], field: str, sentence: str
) -> None:
    case = a_case(house)
    keys = [getattr(house, name).pk for name in people]

    with pytest.raises(InvalidInput, match=sentence) as refused:
        notes.write_note(case, by=house.by_manager, text=text, people=keys)

    assert refused.value.field == field
    assert not CaseNote.objects.exists()
    assert not Mention.objects.exists()


def test_in_a_restricted_case_only_its_named_people_can_be_mentioned(house: House) -> None:
    case = a_case(house)
    cases.restrict(case, [], by=house.by_lead)
    cases.assign(fresh(case), house.lead, by=house.by_second_lead)

    with pytest.raises(InvalidInput, match="Nobody who may read this case is called “Mia”"):
        notes.write_note(fresh(case), by=house.by_lead, text="@Mia Manager?")

    cases.restrict(fresh(case), [house.manager], by=house.by_lead)
    notes.write_note(fresh(case), by=house.by_lead, text="@Mia Manager?")
    assert told(house.manager)[-1] == ("mention", "note.written")


# -- what follows from other verbs -----------------------------------------------------------------


def _asks_for_a_decision(house: House, case: TerminationCase) -> None:
    decisions.request_decision(evaluated(house, case), by=house.by_manager)


def _decides(house: House, case: TerminationCase) -> None:
    _asks_for_a_decision(house, case)
    decisions.retain(fresh(case), by=house.by_lead, reason="They paid.")


def _wants_more(house: House, case: TerminationCase) -> None:
    _asks_for_a_decision(house, case)
    decisions.ask_for_more(fresh(case), by=house.by_lead, reason="Which invoices?")


def _gives_a_task(house: House, case: TerminationCase) -> None:
    tasks.add_task(case, by=house.by_lead, title="Call", due_on=clock.today())


def _gives_themselves_a_task(house: House, case: TerminationCase) -> None:
    tasks.add_task(case, by=house.by_manager, title="Call", due_on=clock.today())


def _gives_the_case_away(house: House, case: TerminationCase) -> None:
    cases.assign(case, house.second_lead, by=house.by_manager)


def _hears_a_question(house: House, case: TerminationCase) -> None:
    client = Actor.client("Jane Adams", link_id=1)
    follow_ups.ask_question(case, by=client, text="Who files the returns?")


MANAGER, LEAD, WATCHER = "manager", "lead", "second_lead"


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        (
            _asks_for_a_decision,
            {LEAD: [("decision", "task.raised")], WATCHER: [("decision", "task.raised")]},
        ),
        (
            _decides,
            {
                MANAGER: [("decision", "decision.made")],
                LEAD: [("decision", "task.raised")],
                WATCHER: [("decision", "task.raised"), ("decision", "decision.made")],
            },
        ),
        (
            _wants_more,
            {
                MANAGER: [("decision", "task.raised")],
                LEAD: [("decision", "task.raised")],
                WATCHER: [("decision", "task.raised"), ("decision", "decision.made")],
            },
        ),
        (_gives_a_task, {MANAGER: [("task", "task.raised")]}),
        (_gives_themselves_a_task, {}),
        (_gives_the_case_away, {WATCHER: [("task", "case.assigned")]}),
        (
            _hears_a_question,
            {MANAGER: [("client", "task.raised")], WATCHER: [("client", "question.asked")]},
        ),
    ],
)
def test_whom_it_concerns_is_told_once_and_nobody_of_their_own_doing(
    house: House,
    verb: Callable[[House, TerminationCase], None],
    expected: dict[str, list[tuple[str, str]]],
) -> None:
    case = a_case(house)
    watching.watch(case, by=house.by_second_lead)
    since = now_on()

    verb(house, fresh(case))

    everybody = (MANAGER, LEAD, WATCHER, "outsider", "other_lead", "admin", "auditor")
    heard = {name: told(getattr(house, name), since=since) for name in everybody}
    assert {name: rows for name, rows in heard.items() if rows} == expected


def test_who_left_is_told_nothing(house: House) -> None:
    case = a_case(house)
    watching.watch(case, by=house.by_second_lead)
    house.second_lead.is_active = False
    house.second_lead.save()

    _hears_a_question(house, case)

    assert told(house.second_lead) == []


def test_a_task_that_is_done_is_news_for_nobody_any_more(house: House) -> None:
    case = evaluated(house, a_case(house))
    decisions.request_decision(case, by=house.by_manager)

    decisions.retain(fresh(case), by=house.by_lead, reason="They paid.")

    rows = Notification.objects.filter(action="task.raised", case=case, kind="decision")
    assert rows.count() == 2
    assert not rows.filter(read_at=None).exists()


# -- reading ---------------------------------------------------------------------------------------


def test_all_read_means_what_was_there_and_is_ones_own(house: House) -> None:
    case = a_case(house)
    notes.write_note(case, by=house.by_manager, text="@Leo Lead @Lena Lead first")
    seen = now_on()
    notes.write_note(case, by=house.by_manager, text="@Leo Lead second")

    notifications.mark_all_read(by=house.by_lead, up_to=seen)

    unread = Notification.objects.filter(read_at=None)
    assert unread.filter(person=house.lead).count() == 1
    assert unread.filter(person=house.second_lead, kind="mention").count() == 1


# -- days that come --------------------------------------------------------------------------------


def test_the_day_of_a_task_is_told_once_and_again_when_it_was_put_off(house: House) -> None:
    case = a_case(house)
    today = clock.today(case.time_zone)
    task = tasks.add_task(case, by=house.by_manager, title="Call", due_on=today + timedelta(days=3))
    tasks.add_task(case, by=house.by_manager, title="Today", due_on=today)
    since = now_on()
    coming_due.sweep()
    assert told(house.manager, since=since) == []

    wait_until(today + timedelta(days=5))
    coming_due.sweep()
    coming_due.sweep()
    assert told(house.manager, since=since) == [("deadline", "task.due")]

    tasks.snooze_task(task, today + timedelta(days=9), by=house.by_manager)
    coming_due.sweep()
    wait_until(today + timedelta(days=9))
    coming_due.sweep()
    assert told(house.manager, since=since) == [("deadline", "task.due")] * 2


def test_the_last_day_is_told_a_week_ahead_and_on_the_day_to_owner_and_watchers(
    house: House,
) -> None:
    case = a_case(house, State.NOTICE)
    watching.watch(case, by=house.by_second_lead)
    assert case.effective_on is not None
    since = now_on()
    for days in (8, 6, 5, 0, -1):
        wait_until(case.effective_on - timedelta(days=days))
        coming_due.sweep()

    ends = [("deadline", "case.ends_soon"), ("deadline", "case.ends_today")]
    assert [one for one in told(house.manager, since=since) if one in ends] == ends
    assert [one for one in told(house.second_lead, since=since) if one in ends] == ends


def test_old_notifications_are_forgotten_at_night(house: House) -> None:
    notes.write_note(a_case(house), by=house.by_manager, text="@Leo Lead")
    assert coming_due.forget_old() == 0

    clock.move(clock.offset() + timedelta(days=91))

    assert coming_due.forget_old() == 1
    assert not Notification.objects.exists()
