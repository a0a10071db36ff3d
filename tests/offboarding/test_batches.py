"""One change to many cases: every case on its own record, and back again as one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.actor import Actor
from audit import clock
from audit.models import AuditEvent
from notices.models import Delivery
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import Batch, BatchKind, Tag, Task, TerminationCase, Watcher
from offboarding.services import batches, cases, tags, tasks, watching
from offboarding.watching import watched_by
from tests.builders import House, a_case, a_client, a_house, an_obligation, fresh, latest_event

pytestmark = pytest.mark.django_db


def three(house: House) -> list[TerminationCase]:
    return [cases.open_case(house.client, by=house.by_manager) for _number in range(3)]


def a_tag(house: House, name: str = "Season end") -> Tag:
    return tags.make_tag(house.team, name=name, tone="notice", by=house.by_manager)


def events(case: TerminationCase) -> list[str]:
    found = AuditEvent.objects.filter(stream=f"case:{case.pk}").order_by("seq")
    return list(found.values_list("action", flat=True))


DO: dict[str, Callable[[House, list[TerminationCase]], Batch]] = {
    BatchKind.ASSIGN: lambda house, chosen: batches.assign_all(
        chosen, house.lead, by=house.by_manager
    ),
    BatchKind.TAG: lambda house, chosen: batches.tag_all(chosen, a_tag(house), by=house.by_manager),
    BatchKind.UNTAG: lambda house, chosen: batches.untag_all(
        chosen, Tag.objects.get(name="Board knows"), by=house.by_manager
    ),
    BatchKind.SNOOZE: lambda house, chosen: batches.snooze_all(
        chosen, clock.today() + timedelta(days=9), by=house.by_manager
    ),
    BatchKind.WATCH: lambda house, chosen: batches.watch_all(chosen, by=house.by_manager),
    BatchKind.UNWATCH: lambda house, chosen: batches.unwatch_all(chosen, by=house.by_lead),
    BatchKind.HAND_ON: lambda house, chosen: batches.hand_tasks_on(
        Task.objects.filter(case__in=chosen), house.lead, by=house.by_manager
    ),
    BatchKind.DONE: lambda house, chosen: batches.complete_tasks(
        Task.objects.filter(case__in=chosen), by=house.by_manager
    ),
}


def how_it_stands(case: TerminationCase) -> tuple[object, ...]:
    """What batches may change of a case, to be compared before and after."""
    now = fresh(case)
    return (
        now.state,
        now.owner_id,
        sorted(now.tags.values_list("name", flat=True)),
        sorted(now.tasks.values_list("pk", "assignee", "snoozed_until", "done_at")),
        sorted(now.obligations.values_list("pk", "owner")),
        sorted(now.watchers.values_list("user", flat=True)),
    )


@pytest.mark.parametrize("kind", BatchKind.values)
def test_each_batch_changes_every_case_on_its_own_record_and_undo_gives_it_all_back(
    kind: str,
) -> None:
    house = a_house()
    chosen = three(house)
    known = a_tag(house, "Board knows")
    for case in chosen:
        tasks.add_task(case, by=house.by_manager, title="Call", due_on=clock.today())
        an_obligation(case, owner=house.manager)
        tags.tag_case(case, [known], by=house.by_manager)
        watching.watch(case, by=house.by_lead)
    before = [how_it_stands(case) for case in chosen]
    recorded = [events(case) for case in chosen]

    batch = DO[kind](house, chosen)

    changed = [how_it_stands(case) for case in chosen]
    assert all(now != then for now, then in zip(changed, before, strict=True))
    for case, earlier in zip(chosen, recorded, strict=True):
        assert len(events(case)) == len(earlier) + 1
        assert latest_event(case).details["batch"] == batch.pk

    batches.undo(batch, by=Actor.person(batch.made_by))

    assert [how_it_stands(case) for case in chosen] == before
    # Undoing adds to the record and takes nothing from it.
    assert [len(events(case)) for case in chosen] == [len(earlier) + 2 for earlier in recorded]
    with pytest.raises(TransitionRefused, match="taken back already"):
        batches.undo(batch, by=Actor.person(batch.made_by))
    assert not Delivery.objects.exists()


def test_a_case_of_another_team_stops_the_whole_batch() -> None:
    house = a_house()
    theirs = a_client(house.office, house.other_team, house.outsider, reference="C-9")
    chosen = [*three(house), cases.open_case(theirs, by=Actor.person(house.outsider))]

    with pytest.raises(NotAllowed):
        batches.watch_all(chosen, by=house.by_manager)

    assert not Watcher.objects.exists()
    assert not Batch.objects.exists()


def test_what_was_changed_since_stays_and_the_batch_says_why() -> None:
    house = a_house()
    first, second, third = three(house)
    batch = batches.assign_all([first, second, third], house.lead, by=house.by_manager)
    cases.assign(fresh(first), house.second_lead, by=house.by_lead)
    late = tasks.add_task(second, by=house.by_lead, title="Call", due_on=clock.today())

    batches.undo(batch, by=house.by_manager)

    owners = {case.pk: fresh(case).owner for case in (first, second, third)}
    assert owners == {
        first.pk: house.second_lead,
        second.pk: house.manager,
        third.pk: house.manager,
    }
    kept = batch.rows.exclude(kept="").get()
    assert (kept.case_id, kept.kept) == (first.pk, "has been given to somebody else since")
    # A task that was the new owner's own stays theirs.
    assert Task.objects.get(pk=late.pk).assignee == house.lead


def test_an_ended_case_and_one_without_my_tasks_are_left_out_with_the_reason() -> None:
    house = a_house()
    kept = a_case(house, State.RETAINED)
    idle, busy = three(house)[:2]
    tasks.add_task(busy, by=house.by_manager, title="Call", due_on=clock.today())

    batch = batches.snooze_all(
        [kept, idle, busy], clock.today() + timedelta(days=3), by=house.by_manager
    )

    left = dict(batch.rows.values_list("case", "left_out"))
    assert left == {
        kept.pk: "has ended and is read-only",
        idle.pk: "has no open task of yours",
        busy.pk: "",
    }


@pytest.mark.parametrize("count", [0, batches.MOST_CASES + 1])
def test_none_or_too_many_cases_are_refused_in_words(count: int) -> None:
    house = a_house()
    case = cases.open_case(house.client, by=house.by_manager)
    with pytest.raises(InvalidInput, match=r"at least one|at most 500"):
        batches.watch_all([case] * count, by=house.by_manager)


def test_only_whoever_made_a_batch_takes_it_back() -> None:
    house = a_house()
    batch = batches.watch_all(three(house), by=house.by_manager)
    with pytest.raises(NotAllowed, match="Whoever made"):
        batches.undo(batch, by=house.by_lead)


def test_a_hundred_cases_cost_as_many_questions_as_ten(
    django_assert_max_num_queries: Any,
) -> None:
    house = a_house()
    many = [cases.open_case(house.client, by=house.by_manager) for _number in range(40)]
    with django_assert_max_num_queries(22) as few:
        batches.assign_all(many[:4], house.lead, by=house.by_manager)
    with django_assert_max_num_queries(len(few.captured_queries)):
        batches.assign_all(many[4:], house.lead, by=house.by_manager)


# -- watchers --------------------------------------------------------------------------------------


def test_whoever_may_no_longer_read_a_case_watches_it_no_longer() -> None:
    house = a_house()
    case = cases.open_case(house.client, by=house.by_lead)
    for by in (house.by_manager, house.by_second_lead):
        watching.watch(case, by=by)
        watching.watch(case, by=by)
    for person in (house.second_lead, house.manager):
        assert [*watched_by(person, TerminationCase.objects.all())] == [case]

    cases.restrict(case, [], by=house.by_lead)
    assert [watcher.user for watcher in case.watchers.all()] == [house.second_lead]

    watching.unwatch(case, by=house.by_second_lead)
    assert not case.watchers.exists()
    assert events(case).count("case.watched") == 2


def test_nobody_outside_the_team_watches_a_case() -> None:
    house = a_house()
    case = cases.open_case(house.client, by=house.by_lead)
    for person in (house.outsider, house.auditor, house.admin):
        with pytest.raises(NotAllowed):
            watching.watch(case, by=Actor.person(person))
