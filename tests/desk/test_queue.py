"""The queue: what a person has to do, in the order of its urgency, and what they may do to it."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.actor import Actor
from audit import clock
from desk.lists.putting_off import next_days
from offboarding.lifecycle import State
from offboarding.models import Task, TaskKind
from offboarding.services import cases, decisions, flags, proofs, tasks
from tests.builders import House, a_case, a_client, a_house, evaluated, fresh

pytestmark = pytest.mark.django_db


def sections(html: str) -> dict[str, str]:
    """The parts of the page by the key of their section."""
    parts = re.split(r'class="todo todo--([\w-]+)"', html)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def a_task(house: House, title: str, days: int, **fields: Any) -> Task:
    case = fields.pop("case", None) or a_case(house)
    due_on = clock.today() + timedelta(days=days)
    return tasks.add_task(case, by=house.by_manager, title=title, due_on=due_on, **fields)


def test_tasks_stand_under_their_urgency(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    for title, days in (("Late", -2), ("Now", 0), ("Soon", 3), ("Far", 30)):
        a_task(house, title, days, case=case)
    client.force_login(house.manager)

    shown = sections(client.get("/").content.decode())

    assert "Late" in shown["overdue"] and "2 days overdue" in shown["overdue"]
    assert "Now" in shown["today"] and "due today" in shown["today"]
    assert "Soon" in shown["week"] and "due in 3 days" in shown["week"]
    assert "Far" in shown["later"]
    assert case.reference in shown["overdue"] and case.client.name in shown["overdue"]


def test_a_decision_stands_apart_and_cannot_be_ticked(client: Client) -> None:
    house = a_house()
    case = evaluated(house, a_case(house))
    decisions.request_decision(case, by=house.by_manager)
    client.force_login(house.lead)

    shown = sections(client.get("/").content.decode())

    assert f"/cases/{case.reference}/decision/" in shown["decide"]
    assert "data-done-button" not in shown["decide"]


def test_a_case_waits_for_the_client_once_its_notice_is_served(client: Client) -> None:
    house = a_house()
    case = a_case(house, State.NOTICE)
    served_on = clock.today() - timedelta(days=5)
    machine = Actor.machine("notices.dispatch")
    proofs.record_service(case, by=machine, served_on=served_on, channel="registered_mail")
    client.force_login(house.manager)

    shown = sections(client.get("/").content.decode())

    assert case.reference in shown["waiting"]
    assert "served 5 days ago" in shown["waiting"]


def test_a_case_of_mine_that_nobody_has_a_task_on_is_not_forgotten(client: Client) -> None:
    house = a_house()
    case = cases.open_case(house.client, by=house.by_manager)
    held = cases.open_case(house.client, by=house.by_manager)
    until = clock.today() + timedelta(days=9)
    flags.hold(held, by=house.by_manager, until=until, reason="The owner is ill.")
    Task.objects.filter(case=held).delete()
    client.force_login(house.manager)

    shown = sections(client.get("/").content.decode())["next"]

    assert case.reference in shown
    assert held.reference not in shown


def test_an_empty_queue_says_so_in_words(client: Client) -> None:
    house = a_house()
    for person, words in (
        (house.manager, "Nothing waits for you"),
        (house.auditor, "You read, others act"),
        (house.admin, "No cases for admins"),
    ):
        client.force_login(person)
        assert words in client.get("/").content.decode()


def test_a_tick_finishes_the_task_and_returns_to_the_queue(client: Client) -> None:
    house = a_house()
    task = a_task(house, "Call Jane", 0)
    client.force_login(house.manager)
    page = client.get("/").content.decode()
    address = re.search(r'action="(/cases/[^"]+/done/\?from=queue)"', page)
    assert address

    answer = client.post(address[1])
    again = client.post(address[1])

    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert again.status_code == 303
    task.refresh_from_db()
    assert task.done_by == house.manager.name
    assert "Call Jane" not in client.get("/").content.decode()


def test_a_task_put_off_is_folded_away_until_its_day(client: Client) -> None:
    house = a_house()
    task = a_task(house, "Call Jane", -1)
    client.force_login(house.manager)
    until = clock.today() + timedelta(days=4)

    address = f"/cases/{task.case.reference}/tasks/{task.pk}/snooze/?from=queue"
    answer = client.post(address, {"until": until.isoformat()})

    assert (answer.status_code, answer["Location"]) == (303, "/")
    page = client.get("/").content.decode()
    assert "overdue" not in sections(page)
    assert "Put off" in page and "Call Jane" in page


def test_a_task_given_away_is_on_the_colleagues_queue(client: Client) -> None:
    house = a_house()
    task = a_task(house, "Call Jane", 0)
    client.force_login(house.manager)

    address = f"/cases/{task.case.reference}/tasks/{task.pk}/assignee/?from=queue"
    answer = client.post(address, {"assignee": house.lead.pk})

    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert "Call Jane" not in client.get("/").content.decode()
    client.force_login(house.lead)
    assert "Call Jane" in client.get("/").content.decode()


def test_nobody_sees_the_tasks_of_a_case_that_is_no_longer_theirs(client: Client) -> None:
    house = a_house()
    task = a_task(house, "Call Jane", 0)
    Task.objects.filter(pk=task.pk).update(assignee=house.outsider)
    client.force_login(house.outsider)

    page = client.get("/").content.decode()

    assert "Call Jane" not in page
    assert 'class="count"' not in page


def test_the_top_bar_counts_what_is_due_by_now(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    for days in (-1, 0, 8):
        a_task(house, f"In {days} days", days, case=case)
    a_task(house, "Approve", 0, case=case, kind=TaskKind.APPROVE)
    client.force_login(house.manager)

    page = client.get("/board/").content.decode()

    assert re.search(r'href="/"[^>]*>Queue <span class="count">3</span>', page)


def test_the_queue_asks_the_same_few_questions_for_one_task_and_for_many(
    client: Client, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    house = a_house()
    case = a_case(house)
    a_task(house, "First", 0, case=case)
    a_client(house.office, house.team, house.manager, reference="C-2")
    client.force_login(house.manager)
    with django_assert_max_num_queries(12) as few:
        client.get("/")
    for number in range(60):
        Task.objects.create(
            case=fresh(case),
            kind=TaskKind.CALL,
            title=f"Call {number}",
            assignee=house.manager,
            due_on=clock.today() + timedelta(days=number - 30),
        )

    with django_assert_num_queries(len(few.captured_queries)):
        answer = client.get("/")

    assert answer.content.decode().count("data-done-button") == 61


def test_a_row_names_the_next_task_and_puts_it_off_by_one_press(client: Client) -> None:
    house = a_house()
    late = a_task(house, "Call Jane", -3)
    a_task(house, "Write to Jane", 2, case=late.case)
    client.force_login(house.manager)
    page = client.get("/").content.decode()
    assert re.search(r'class="button button--primary" href="[^"]+">Open next.*?: Call Jane<', page)
    day = re.search(r'name="until" value="([\d-]+)"', page)
    assert day

    address = f"/cases/{late.case.reference}/tasks/{late.pk}/snooze/?from=queue"
    assert address in page
    answer = client.post(address, {"until": day[1]})

    assert (answer.status_code, answer["Location"]) == (303, "/")
    late.refresh_from_db()
    assert str(late.snoozed_until) == day[1]
    assert "Open next" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2027-01-04", ["Tomorrow", "Monday", "In two weeks"]),
        ("2027-01-08", ["Monday", "In two weeks"]),
        ("2027-01-09", ["Monday", "In two weeks"]),
    ],
)
def test_no_task_is_put_off_to_a_weekend_by_one_press(today: str, words: list[str]) -> None:
    days = next_days(date.fromisoformat(today))
    assert [str(one.words) for one in days] == words
    assert all(one.day.weekday() < 5 and one.day > date.fromisoformat(today) for one in days)


def test_tasks_chosen_in_the_queue_are_changed_at_once_and_back_again(client: Client) -> None:
    house = a_house()
    chosen = [a_task(house, f"Call {number}", number) for number in range(2)]
    left = a_task(house, "Write", 0, case=chosen[0].case)
    client.force_login(house.manager)
    assert client.get("/").content.decode().count('form="bulk"') == 3
    until = (clock.today() + timedelta(days=9)).isoformat()
    for what, said, words in (
        ("snooze", {"until": until}, "Your tasks on 2 cases rest until"),
        ("assignee", {"assignee": house.lead.pk}, "handed on to Leo Lead"),
        ("watch", {}, "You watch 2 cases more"),
        ("done", {}, "Your tasks on 2 cases are done"),
    ):
        keys = [task.pk for task in chosen]
        before = list(Task.objects.order_by("pk").values())
        asked = client.get(f"/tasks/bulk/{what}/", {"task": keys}).content.decode()
        assert "Call 0" in asked and "Call 1" in asked and "Write" not in asked
        sent = {"task": keys, "key": str(uuid.uuid4())} | said
        answer = client.post(f"/tasks/bulk/{what}/", sent)
        told = client.get(answer["Location"]).content.decode()
        assert words in told and "Back to your queue" in told
        left_now = Task.objects.get(pk=left.pk)
        assert (left_now.is_open, left_now.snoozed_until, left_now.assignee) == (
            True, None, house.manager,
        )  # fmt: skip
        undo = re.search(r'action="(/batches/\d+/undo/)"', told)
        assert undo and client.post(undo[1]).status_code == 303
        assert list(Task.objects.order_by("pk").values()) == before


def test_tasks_that_need_more_than_a_tick_or_are_not_mine_stop_the_choice(client: Client) -> None:
    house = a_house()
    case = evaluated(house, a_case(house))
    decisions.request_decision(case, by=house.by_manager)
    decide = Task.objects.get(case=case, kind=TaskKind.DECIDE, assignee=house.lead)
    mine = a_task(house, "Call", 0, case=case, assignee=house.lead)
    theirs = a_task(house, "Ask", 0, case=case)
    client.force_login(house.lead)

    def done(*keys: Any) -> Any:
        return client.post("/tasks/bulk/done/", {"task": keys, "key": str(uuid.uuid4())})

    refused = done(decide.pk, mine.pk)
    assert refused.status_code == 409
    assert "is done by deciding, not by ticking" in refused.content.decode()
    assert case.reference in refused.content.decode()
    for keys in ((theirs.pk, mine.pk), (), ("x",), (99_999,)):
        assert done(*keys).status_code == 422
    late = {"task": mine.pk, "key": str(uuid.uuid4()), "until": "2020-01-01"}
    assert client.post("/tasks/bulk/snooze/", late).status_code == 422
    other = {"task": mine.pk, "key": str(uuid.uuid4()), "assignee": house.outsider.pk}
    assert client.post("/tasks/bulk/assignee/", other).status_code == 422
    assert not Task.objects.filter(pk__in=[decide.pk, mine.pk, theirs.pk], done_at__isnull=False)


def test_each_person_switches_the_keys_off_for_themselves(client: Client) -> None:
    house = a_house()
    client.force_login(house.manager)
    assert "data-shortcuts-off" not in client.get("/").content.decode()

    answer = client.post("/shortcuts/", {"next": "/board/?owner=me"})

    assert (answer.status_code, answer["Location"]) == (303, "/board/?owner=me")
    for elsewhere in ("https://example.com/", "//example.com", "javascript:x", "/\0"):
        sent = {"next": elsewhere, "key": str(uuid.uuid4())}
        assert client.post("/shortcuts/", sent)["Location"] == "/"
    assert "data-shortcuts-off" in client.get("/").content.decode()
    client.force_login(house.lead)
    assert "data-shortcuts-off" not in client.get("/").content.decode()
