"""Cases chosen on the list and changed at once, the way back; tags and watching on the pages."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.actor import Actor
from audit import clock
from offboarding.models import Batch, Tag, TerminationCase, Watcher
from offboarding.services import batches, cases, tags, watching
from tests.builders import House, a_client, a_house, fresh
from tests.desk.many import many_cases
from tests.desk.pages import page, send
from tests.desk.test_case_list import listed, rows_of

pytestmark = pytest.mark.django_db


def some(house: House, count: int = 3) -> list[TerminationCase]:
    return [cases.open_case(house.client, by=house.by_manager) for _number in range(count)]


def bulk(client: Client, what: str, chosen: Any, **said: Any) -> HttpResponse:
    keys = [case.pk for case in chosen]
    return client.post(f"/cases/bulk/{what}/", {"key": str(uuid.uuid4()), "case": keys} | said)


def test_cases_chosen_on_the_list_are_shown_handed_over_and_given_back(client: Client) -> None:
    house = a_house()
    first, second, third = some(house)
    client.force_login(house.manager)
    shown = client.get("/cases/").content.decode()
    assert shown.count('form="bulk"') == 3

    asked = client.get(f"/cases/bulk/owner/?case={first.pk}&case={second.pk}").content.decode()
    assert first.reference in asked and third.reference not in asked
    answer = bulk(client, "owner", [first, second], owner=house.lead.pk)

    assert answer.status_code == 303
    told = client.get(answer["Location"]).content.decode()
    assert "2 cases were given to Leo Lead." in told
    assert [fresh(case).owner for case in (first, second, third)] == [
        house.lead,
        house.lead,
        house.manager,
    ]
    undo = re.search(r'action="(/batches/\d+/undo/)"', told)
    assert undo
    back = client.post(undo[1], {"key": str(uuid.uuid4())})
    assert back.status_code == 303
    assert fresh(first).owner == house.manager
    assert client.post(undo[1], {"key": str(uuid.uuid4())}).status_code == 409


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("owner", {"owner": ""}),
        ("owner", {"owner": "0"}),
        ("tag", {"tag": "0"}),
        ("untag", {}),
        ("snooze", {"until": "yesterday"}),
        ("snooze", {"until": "2020-01-01"}),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_it_and_the_choice_is_kept(
    client: Client, what: str, said: dict[str, Any]
) -> None:
    house = a_house()
    (case,) = some(house, 1)
    client.force_login(house.manager)

    answer = bulk(client, what, [case], **said)

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "data-error-summary" in text
    assert f'name="case" value="{case.pk}"' in text
    assert not Batch.objects.exists()


def test_rows_of_other_teams_or_nobodys_are_refused_with_all_the_others(client: Client) -> None:
    house = a_house()
    theirs = cases.open_case(
        a_client(house.office, house.other_team, house.outsider, reference="C-9"),
        by=Actor.person(house.outsider),
    )
    (mine,) = some(house, 1)
    client.force_login(house.manager)

    assert bulk(client, "watch", [mine, theirs]).status_code == 404
    for key in ("x", "-1", "99999999999999999999", "9" * 5000, str(theirs.pk)):
        sent = {"key": str(uuid.uuid4()), "case": [mine.pk, key]}
        assert client.post("/cases/bulk/watch/", sent).status_code == 404
    assert client.get("/cases/bulk/watch/").status_code == 422
    assert not Watcher.objects.exists()
    # Files leave it out without a word, as the list does.
    rows = rows_of(client.get(f"/cases.csv?case={mine.pk}&case={theirs.pk}"))
    assert [row["Reference"] for row in rows] == [mine.reference]


def test_what_came_of_a_change_names_no_case_that_is_restricted_since(client: Client) -> None:
    house = a_house()
    first, second = some(house, 2)
    client.force_login(house.manager)
    place = bulk(client, "watch", [first, second])["Location"]
    restricted = TerminationCase.objects.filter(pk=first.pk)
    restricted.update(is_restricted=True, owner=house.lead)

    told = client.get(place).content.decode()

    assert first.reference not in told and second.reference in told


def test_whoever_works_in_no_team_changes_nothing(client: Client) -> None:
    house = a_house()
    (case,) = some(house, 1)
    for person in (house.auditor, house.admin):
        client.force_login(person)
        assert bulk(client, "watch", [] if person == house.admin else [case]).status_code == 403
        assert 'id="bulk"' not in client.get("/cases/").content.decode()


def test_all_of_a_view_are_chosen_by_its_conditions_up_to_a_limit(client: Client) -> None:
    house = a_house()
    many_cases(house, 30)
    theirs = cases.open_case(house.client, by=house.by_lead)
    client.force_login(house.manager)

    asked = client.get(f"/cases/bulk/watch/?all=yes&owner={house.manager.pk}").content.decode()
    assert asked.count('name="case"') == 30
    assert theirs.reference not in asked

    many_cases(house, batches.MOST_CASES, first=100)
    answer = client.get("/cases/bulk/watch/?all=yes")
    assert answer.status_code == 422
    assert "At most 500 cases" in answer.content.decode()


def test_a_batch_is_its_makers_alone(client: Client) -> None:
    house = a_house()
    batch = batches.watch_all(some(house, 1), by=house.by_manager)
    client.force_login(house.lead)
    assert client.get(f"/batches/{batch.pk}/").status_code == 404
    assert client.post(f"/batches/{batch.pk}/undo/").status_code == 404


# -- tags and watching -----------------------------------------------------------------------------


def test_a_tag_is_made_put_on_a_case_shown_and_found_by(client: Client) -> None:
    house = a_house()
    case, other = some(house, 2)
    client.force_login(house.manager)
    made = {"name": "  Season   end ", "tone": "transition", "team": house.team.pk}
    assert client.post("/tags/new/", made).status_code == 303
    tag = Tag.objects.get()
    assert tag.name == "Season end"

    assert send(client, case, "tags/", {"tags": [tag.pk]}).status_code == 303

    assert "tone-transition" in page(client, case) and "Season end" in page(client, case)
    assert listed(client, f"?tag={tag.pk}") == [case.reference]
    assert "Season end" in client.get("/board/").content.decode()
    rows = {row["Reference"]: row["Tags"] for row in rows_of(client.get("/cases.csv"))}
    assert rows == {case.reference: "Season end", other.reference: ""}
    assert client.post(f"/tags/{tag.pk}/drop/", {}).status_code == 409
    assert client.post("/tags/new/", made | {"name": "season END"}).status_code == 422
    assert client.post("/tags/new/", made | {"name": "New", "tone": "red"}).status_code == 422


def test_another_teams_tags_do_not_exist(client: Client) -> None:
    house = a_house()
    (case,) = some(house, 1)
    theirs = tags.make_tag(
        house.other_team, name="Theirs", tone="notice", by=Actor.person(house.outsider)
    )
    client.force_login(house.manager)
    assert send(client, case, "tags/", {"tags": [theirs.pk]}).status_code == 422
    assert bulk(client, "tag", [case], tag=theirs.pk).status_code == 422
    assert client.get(f"/cases/?tag={theirs.pk}").status_code == 422
    assert client.post(f"/tags/{theirs.pk}/", {"name": "Mine", "tone": "notice"}).status_code == 404
    assert "Theirs" not in client.get("/tags/").content.decode()


def test_a_watched_case_is_in_my_queue_and_on_its_page_until_i_stop(client: Client) -> None:
    house = a_house()
    case = cases.open_case(house.client, by=house.by_lead)
    client.force_login(house.manager)

    assert send(client, case, "watch/").status_code == 303

    queue = client.get("/").content.decode()
    assert "todo--watching" in queue and case.reference in queue
    assert listed(client, "?flag=watching") == [case.reference]
    shown = page(client, case)
    assert "Stop watching" in shown and "Mia Manager" in shown.split("Watching")[1]
    assert send(client, case, "unwatch/").status_code == 303
    assert "todo--watching" not in client.get("/").content.decode()


def test_tasks_put_off_at_once_fold_away_until_their_day(client: Client) -> None:
    house = a_house()
    made = many_cases(house, 2)
    client.force_login(house.manager)
    until = clock.today() + timedelta(days=5)

    answer = bulk(client, "snooze", made, until=until.isoformat())

    assert "rest until" in client.get(answer["Location"]).content.decode()
    assert "todo--today" not in client.get("/").content.decode()


def test_watching_a_case_gives_nobody_a_look_into_it(client: Client) -> None:
    house = a_house()
    case = cases.open_case(house.client, by=house.by_lead)
    watching.watch(case, by=house.by_manager)
    cases.restrict(case, [], by=house.by_lead)
    client.force_login(house.manager)
    assert case.reference not in client.get("/").content.decode()
    assert listed(client, "?flag=watching") == []
