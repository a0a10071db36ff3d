"""Views of the list under a name, mine or the team's, with their counts."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, Role
from audit import clock
from desk.lists.view_counts import MOST_VIEWS
from desk.models import SavedView
from offboarding.lifecycle import State
from offboarding.services import cases, tasks
from tests.builders import a_case, a_house, a_person
from tests.desk.many import many_cases
from tests.desk.test_case_list import listed

pytestmark = pytest.mark.django_db


def chips(client: Client, query: str = "") -> dict[str, str]:
    """The views of the list with their counts."""
    page = client.get(f"/cases/{query}").content.decode()
    found = re.findall(
        r'class="chip"[^>]*>([^<]+?)(?: <span class="count">([^<]*)</span>)?</a>', page
    )
    return dict(found)


def test_the_views_everybody_has_say_how_many_cases_they_hold(client: Client) -> None:
    house = a_house()
    late = a_case(house, State.NOTICE)
    a_case(house, State.RETAINED)
    cases.open_case(house.client, by=house.by_lead)
    yesterday = clock.today() - timedelta(days=1)
    tasks.add_task(late, by=house.by_manager, title="Call", due_on=yesterday)
    client.force_login(house.manager)

    assert chips(client) == {
        "All": "3",
        "Open": "2",
        "Mine": "1",
        "Overdue": "1",
        "Disputed": "0",
        "On hold": "0",
        "Ended": "1",
    }
    client.force_login(house.outsider)
    assert set(chips(client).values()) == {"0"}


def test_a_kept_view_is_an_address_with_a_count_for_me_or_for_the_team(client: Client) -> None:
    house = a_house()
    noticed = a_case(house, State.NOTICE)
    a_case(house)
    client.force_login(house.manager)
    address = f"?state=notice&owner={house.manager.pk}"
    assert (
        f"/cases/views/new/{address}".replace("&", "&amp;")
        in client.get(f"/cases/{address}").content.decode()
    )

    own = client.post(f"/cases/views/new/{address}", {"name": "Under notice", "team": ""})
    teams = client.post(
        "/cases/views/new/?state=evaluation", {"name": "Doubts", "team": house.team.pk}
    )

    assert own["Location"] == f"/cases/{address}"
    assert teams.status_code == 303
    assert listed(client, address) == [noticed.reference]
    mine = chips(client, address)
    assert (mine["Under notice"], mine["Doubts"]) == ("1", "1")
    client.force_login(house.lead)
    assert "Doubts" in chips(client) and "Under notice" not in chips(client)
    client.force_login(house.outsider)
    assert "Doubts" not in chips(client)


@pytest.mark.parametrize(
    ("query", "said", "status"),
    [
        ("", {"name": "Everything"}, 422),
        ("?state=banana", {"name": "No stage"}, 422),
        ("?state=notice", {"name": ""}, 422),
        ("?state=notice", {"name": "Known"}, 422),
        ("?state=notice", {"name": "Theirs", "team": "0"}, 422),
        ("?state=notice", {"name": "Good"}, 303),
        (f"?q={'%C3%BC' * 150}", {"name": "Long words"}, 303),
    ],
)
def test_what_no_list_has_or_is_there_already_is_refused_in_words(
    client: Client, query: str, said: dict[str, Any], status: int
) -> None:
    house = a_house()
    SavedView.objects.create(name="Known", owner=house.manager, conditions={"state": "open"})
    client.force_login(house.manager)
    sent = {"key": str(uuid.uuid4())} | said
    assert client.post(f"/cases/views/new/{query}", sent).status_code == status
    assert SavedView.objects.count() == (2 if status == 303 else 1)


def test_whose_view_it_is_gives_it_up(client: Client) -> None:
    house = a_house()
    own = SavedView.objects.create(name="A", owner=house.manager, conditions={"state": "open"})
    teams = SavedView.objects.create(
        name="B", owner=house.manager, team=house.team, conditions={"state": "ended"}
    )
    colleague = a_person("cleo.colleague@example.com")
    Membership.objects.create(user=colleague, team=house.team, role=Role.ACCOUNT_MANAGER)
    for person, view, status in (
        (house.lead, own, 404),
        (colleague, teams, 404),
        (house.outsider, teams, 404),
        (house.auditor, teams, 404),
        (house.lead, teams, 303),
        (house.manager, own, 303),
    ):
        client.force_login(person)
        assert client.post(f"/cases/views/{view.pk}/drop/").status_code == status
    assert not SavedView.objects.exists()


def test_thirty_views_ask_no_more_than_one_and_no_more_can_be_kept(
    client: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    house = a_house()
    many_cases(house, 3)
    conditions = {"state": "open", "flag": "overdue", "ground": str(house.ground.pk)}
    SavedView.objects.create(name="0", owner=house.manager, conditions=conditions)
    client.force_login(house.manager)
    with django_assert_max_num_queries(12) as few:
        client.get("/cases/?state=notice")
    for number in range(1, MOST_VIEWS):
        SavedView.objects.create(name=str(number), owner=house.manager, conditions=conditions)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get("/cases/?state=notice")

    answer = client.post("/cases/views/new/?state=open", {"name": "One more"})
    assert answer.status_code == 422
    assert "You have 30 views" in answer.content.decode()
