"""The catalogue in Django admin: what an admin may write there, and what no case can be made of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.test import Client

from audit.models import AuditEvent
from offboarding.models import TerminationGround
from tests.builders import House, a_house

pytestmark = pytest.mark.django_db

LADDER = {"reminders_after_business_days": [3, 6], "call_after_business_days": 8}


def saved(client: Client, house: House, chasing: Any) -> Any:
    """Save the ground with another ladder, as an admin does."""
    ground = house.ground
    known = model_to_dict(ground, exclude=["id", "chasing"])
    typed = {name: "" if value is None else value for name, value in known.items()}
    rows = {"checklist-TOTAL_FORMS": 0, "checklist-INITIAL_FORMS": 0}
    client.force_login(house.admin)
    address = f"/admin/offboarding/terminationground/{ground.pk}/change/"
    return client.post(address, typed | rows | {"chasing": json.dumps(chasing)})


def test_a_ladder_is_changed_and_on_record(client: Client) -> None:
    house = a_house()

    answer = saved(client, house, LADDER)

    assert answer.status_code == 302
    assert TerminationGround.objects.get(pk=house.ground.pk).chasing == LADDER
    event = AuditEvent.objects.get(action="terminationground.changed")
    assert (event.stream, event.actor_user) == ("settings", house.admin)


@pytest.mark.parametrize(
    "chasing",
    [
        [],
        {},
        {"reminders_after_business_days": 5},
        {"reminders_after_business_days": None},
        {"reminders_after_business_days": ["soon"]},
        {"reminders_after_business_days": [6, 3]},
        {"reminders_after_business_days": [1, 2, 3]},
        {"reminders_after_business_days": [3], "call_after_business_days": 0},
        LADDER | {"colour": "red"},
    ],
    ids=str,
)
def test_a_ladder_that_cannot_be_climbed_is_refused(client: Client, chasing: Any) -> None:
    house = a_house()
    before = TerminationGround.objects.get(pk=house.ground.pk).chasing

    answer = saved(client, house, chasing)

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert TerminationGround.objects.get(pk=house.ground.pk).chasing == before
