"""Two people on one case: who else is there, and both versions where one was faster."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from audit import clock
from desk.models import Presence
from offboarding.lifecycle import State
from offboarding.models import PreventiveMeasure, Tag, TerminationCase
from offboarding.services import cases, handover, measures, tags, tasks
from tests.builders import House, a_case, a_house, fresh
from tests.desk.pages import AS_TEXT, HOSTILE, page, send

pytestmark = pytest.mark.django_db


def opened(client: Client, case: TerminationCase, place: str) -> dict[str, Any]:
    """What a form carries unseen when it is opened."""
    found = re.search(r'name="seen" value="([^"]*)"', page(client, case, place))
    assert found
    return {"seen": unescape(found[1])}


def describe(house: House, case: TerminationCase, **said: str) -> None:
    fields = {"summary": "", "scope": "", "initiated_by": "us"} | said
    cases.describe(fresh(case), by=house.by_lead, **fields)


def test_whoever_saves_second_sees_both_versions_and_decides(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)
    form = opened(client, case, "about/")
    describe(house, case, summary=f"Leo wrote {HOSTILE}")

    mine = {"summary": "Mia wrote this.", "scope": "", "initiated_by": "us"}
    answer = send(client, case, "about/", form | mine)

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Leo Lead changed this on" in text
    assert f"Leo wrote {AS_TEXT}" in text and "Mia wrote this.</textarea>" in text
    assert fresh(case).summary.startswith("Leo wrote")
    again = re.search(r'name="seen" value="([^"]*)"', text)
    assert again
    answer = send(client, case, "about/", mine | {"seen": unescape(again[1])})
    assert answer.status_code == 303
    assert fresh(case).summary == "Mia wrote this."


def test_what_only_the_other_changed_stands_in_the_form_and_nothing_of_either_is_lost(
    client: Client,
) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)
    form = opened(client, case, "about/")
    describe(house, case, scope="Payroll only", initiated_by="both")

    mine = {"summary": "Mia wrote this.", "scope": "", "initiated_by": "us"}
    text = send(client, case, "about/", form | mine).content.decode()

    assert 'name="scope" value="Payroll only"' in text
    assert re.search(r'value="both"[^>]*checked', text)
    assert "Mia wrote this.</textarea>" in text
    assert "You had left this as it was" in text


@pytest.mark.parametrize("theirs", ["", "Mia wrote this."])
def test_nobody_is_held_up_where_nothing_would_be_overwritten(client: Client, theirs: str) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)
    form = opened(client, case, "about/")
    describe(house, case, summary=theirs)
    mine = {"summary": "Mia wrote this.", "scope": "", "initiated_by": "us"}
    assert send(client, case, "about/", form | mine).status_code == 303


def test_choices_and_people_are_compared_by_what_they_are_called(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)
    tag = tags.make_tag(house.team, name="Season end", tone="notice", by=house.by_lead)
    other = tags.make_tag(house.team, name="Board knows", tone="notice", by=house.by_lead)
    owner, tagged = opened(client, case, "owner/"), opened(client, case, "tags/")
    cases.assign(case, house.lead, by=house.by_lead)
    tags.tag_case(case, [tag], by=house.by_lead)

    answer = send(client, case, "owner/", owner | {"owner": house.second_lead.pk})
    assert answer.status_code == 409
    assert "Leo Lead" in answer.content.decode() and fresh(case).owner == house.lead
    answer = send(client, case, "tags/", tagged | {"tags": [other.pk]})
    assert answer.status_code == 409
    assert "Season end" in answer.content.decode()
    for broken in ("", "x", "[]", '{"tags": 3', "[" * 2000):
        answer = send(client, case, "tags/", {"seen": broken, "tags": [tag.pk]})
        assert answer.status_code == 303


def test_forms_beside_the_cases_own_show_both_versions_too(client: Client) -> None:
    house = a_house()
    case = a_case(house, State.TRANSITION)
    task = tasks.add_task(case, by=house.by_manager, title="Call Jane", due_on=clock.today())
    measure = PreventiveMeasure.objects.order_by("pk")[0]
    tag = tags.make_tag(house.team, name="Season end", tone="notice", by=house.by_manager)
    at = f"/cases/{case.reference}/"
    client.force_login(house.lead)
    mine: dict[str, dict[str, Any]] = {
        f"{at}tasks/{task.pk}/assignee/": {"assignee": house.manager.pk},
        f"{at}handover/none/": {"reason": "Mia wrote this."},
        f"/playbook/{measure.pk}/edit/": {"title": "Mia wrote this.", "owner": "", "review_on": ""},
        f"/tags/{tag.pk}/": {"name": "Mia wrote this.", "tone": "notice"},
    }
    seen = {where: client.get(where).content.decode() for where in mine}
    tasks.reassign_task(task, house.second_lead, by=house.by_second_lead)
    handover.waive_transition(fresh(case), by=house.by_second_lead, reason="Only ever spoken.")
    measures.edit(measure, by=house.by_second_lead, title="Ask twice.", owner=None, review_on=None)
    tags.change_tag(tag, name="Busy", tone="notice", by=house.by_second_lead)

    for where, said in mine.items():
        hidden = {
            name: unescape(re.search(rf'name="{name}" value="([^"]*)"', seen[where])[1])  # type: ignore[index]
            for name in ("seen", "key")
        }
        answer = client.post(where, hidden | said)
        text = answer.content.decode()
        assert answer.status_code == 409, where
        assert f"{house.second_lead.name} changed this on" in text, where
        anew = unescape(re.search(r'name="seen" value="([^"]*)"', text)[1])  # type: ignore[index]
        assert client.post(where, hidden | said | {"seen": anew}).status_code == 303, where
    assert Tag.objects.get(pk=tag.pk).name == "Mia wrote this."


# -- who is here -----------------------------------------------------------------------------------


def test_people_on_one_case_are_named_to_each_other_until_they_leave(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    place = f"/cases/{case.reference}/others/"
    form, other_form = f"/cases/{case.reference}/about/", f"/cases/{case.reference}/dates/"
    client.force_login(house.lead)
    assert "Leo Lead" not in client.post(place, {"path": form}).content.decode()

    client.force_login(house.manager)
    assert "Leo Lead has this form open too" in client.post(place, {"path": form}).content.decode()
    for elsewhere in (other_form, f"{other_form}\0", "/elsewhere/", "x" * 500, ""):
        answer = client.post(place, {"path": elsewhere}).content.decode()
        assert "Leo Lead is on this case too" in answer
    assert Presence.objects.count() == 2

    Presence.objects.filter(user=house.lead).update(seen_at=clock.now() - timedelta(minutes=2))
    assert "Leo Lead" not in client.post(place, {"path": form}).content.decode()
    assert client.get(place).status_code == 405
    client.force_login(house.outsider)
    assert client.post(place).status_code == 404
