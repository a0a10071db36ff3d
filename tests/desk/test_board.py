"""The board: six stages side by side, bounded however many cases there are."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.actor import Actor
from audit import clock
from offboarding.lifecycle import STAGES, State
from offboarding.models import TerminationCase
from offboarding.services import cases, ticks
from tests.builders import a_case, a_client, a_house, an_obligation, wait_until
from tests.desk.many import many_cases

pytestmark = pytest.mark.django_db


def columns(html: str) -> dict[str, str]:
    parts = re.split(r'aria-labelledby="column-(\w+)"', html)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_open_case_stands_under_its_stage(client: Client) -> None:
    house = a_house()
    found = {stage: a_case(house, stage) for stage in STAGES}
    kept = a_case(house, State.RETAINED)
    client.force_login(house.manager)

    page = client.get("/board/").content.decode()

    shown = columns(page)
    assert list(shown) == [stage.value for stage in STAGES]
    for stage, case in found.items():
        assert case.reference in shown[stage.value]
    assert kept.reference not in page


def test_mine_leaves_the_cases_of_colleagues_out(client: Client) -> None:
    house = a_house()
    mine = cases.open_case(house.client, by=house.by_manager)
    theirs = cases.open_case(house.client, by=house.by_lead)
    client.force_login(house.manager)

    page = client.get("/board/?owner=me").content.decode()

    assert mine.reference in page
    assert theirs.reference not in page


def test_another_team_sees_none_of_it_and_an_auditor_cannot_move_it(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    for person in (house.outsider, house.other_lead, house.admin):
        client.force_login(person)
        assert case.reference not in client.get("/board/").content.decode()
    client.force_login(house.auditor)
    page = client.get("/board/").content.decode()
    assert case.reference in page
    assert "Move…" not in page


def test_a_full_column_shows_its_newest_cases_and_the_way_to_all_of_them(
    client: Client, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    house = a_house()
    many_cases(house, 10)
    client.force_login(house.manager)
    with django_assert_max_num_queries(12) as few:
        client.get("/board/")
    many_cases(house, 1_000, first=11)

    with django_assert_num_queries(len(few.captured_queries)):
        shown = columns(client.get("/board/").content.decode())

    assert shown["evaluation"].count("<article") == 20
    assert "1,010" in shown["evaluation"]
    assert "/cases/?state=evaluation" in shown["evaluation"]
    newest = TerminationCase.objects.order_by("-opened_at", "-pk").first()
    assert newest is not None and newest.reference in shown["evaluation"]


def test_the_same_client_with_two_cases_is_two_cards(client: Client) -> None:
    house = a_house()
    other = a_client(house.office, house.team, house.manager, reference="C-2")
    for _number in range(2):
        cases.open_case(other, by=house.by_manager)
    client.force_login(house.manager)

    assert client.get("/board/").content.decode().count("<article") == 2


def test_what_is_late_on_either_side_is_seen_on_the_card_and_on_the_case(client: Client) -> None:
    house = a_house()
    client.force_login(house.manager)
    case = a_case(house, State.ACKNOWLEDGED)
    for title in ("Return the keys", "Pay the rest"):
        row = an_obligation(
            case, party="clients", title=title, due_on=clock.today() - timedelta(days=2)
        )
    an_obligation(case, due_on=clock.today(case.time_zone))
    ticks.tick(case, [row.pk], by=Actor.client("Jane Adams", link_id=1))

    assert "1 of theirs late" in client.get("/board/").content.decode()
    wait_until(clock.today() + timedelta(days=1))
    assert "1 of ours late, 1 of theirs late" in client.get("/board/").content.decode()
    assert "1 of ours late, 1 of theirs late" in client.get("/cases/").content.decode()
    assert "1 late" in client.get(f"/cases/{case.reference}/").content.decode()
