"""The client's own deadlines on their pages: named, struck, answered for; each on its case only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from offboarding.services import deadlines
from tests.builders import a_case, a_house, evaluated
from tests.desk.pages import AS_TEXT, HOSTILE, page, send

pytestmark = pytest.mark.django_db


def test_a_deadline_is_named_struck_and_answered_for_on_its_own_case(client: Client) -> None:
    house = a_house()
    case, other = evaluated(house, a_case(house)), a_case(house)
    due_on = clock.today(case.time_zone) + timedelta(days=3)
    client.force_login(house.manager)

    said = {"due_on": due_on, "title": f"Fee {HOSTILE}", "source": "Register"}
    assert send(client, case, "deadlines/", said).status_code == 303
    known = page(client, case, "deadlines/")
    assert f"Fee {AS_TEXT}" in known and "Register" in known
    row = case.deadlines.get()
    strike = f"deadlines/{row.pk}/strike/"
    assert send(client, other, strike, {"reason": "x"}).status_code == 404
    assert send(client, case, strike, {"reason": ""}).status_code == 422
    assert send(client, case, strike, {"reason": "It was paid."}).status_code == 303
    assert "Struck: It was paid." in page(client, case, "deadlines/")

    for title in ("Return", "Renewal"):
        deadlines.add_deadline(case, by=house.by_manager, due_on=due_on, title=title)
        client.force_login(house.manager)
        assert send(client, case, "deadlines/answer/", {"answer": "We do."}).status_code == 403
        client.force_login(house.lead)
        asked = page(client, case, "deadlines/answer/")
        assert title in asked and "Fee" not in asked
        assert send(client, case, "deadlines/answer/", {"answer": "We do."}).status_code == 303
    assert send(client, case, "deadlines/answer/", {"answer": "Again."}).status_code == 409
