"""The catalogue in Django admin: what an admin may write there, and what no case can be made of."""

from __future__ import annotations

from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.test import Client

from audit.models import AuditEvent
from offboarding.models import Fit, Provider, TerminationGround
from tests.builders import House, a_house

pytestmark = pytest.mark.django_db

STEPS = {"first_reminder": 3, "second_reminder": 6, "call": 8, "deemed_service": 15}


def typed_for(house: House, steps: dict[str, Any]) -> dict[str, Any]:
    known = model_to_dict(house.ground, exclude=["id", "chasing", "look_backs"])
    typed = {name: "" if value is None else value for name, value in known.items()}
    return typed | {"checklist-TOTAL_FORMS": 0, "checklist-INITIAL_FORMS": 0} | steps


def saved(client: Client, house: House, **steps: Any) -> Any:
    """Save the ground with another ladder, as an admin does."""
    client.force_login(house.admin)
    address = f"/admin/offboarding/terminationground/{house.ground.pk}/change/"
    return client.post(address, typed_for(house, steps))


def test_a_ladder_is_changed_and_on_record(client: Client) -> None:
    house = a_house()

    answer = saved(client, house, **STEPS, call_script="- Ask for Ms Adams.\r\n")

    assert answer.status_code == 302
    assert TerminationGround.objects.get(pk=house.ground.pk).chasing == {
        "reminders_after_business_days": [3, 6],
        "call_after_business_days": 8,
        "next_channel_after_business_days": None,
        "escalation_after_business_days": None,
        "deemed_service_after_business_days": 15,
        "call_script": "- Ask for Ms Adams.",
    }
    event = AuditEvent.objects.get(action="terminationground.changed")
    assert (event.stream, event.actor_user) == ("settings", house.admin)
    assert event.detail.before["call"] == "10"
    assert event.detail.after["call"] == "8"


def test_looks_back_are_days_and_the_client_is_written_to_on_some_of_them(client: Client) -> None:
    house = a_house()

    answer = saved(client, house, **STEPS, look_back_days="30, 5; 90", writes_on_days="5")

    assert answer.status_code == 302
    ground = TerminationGround.objects.get(pk=house.ground.pk)
    assert ground.look_backs == [
        {"days": 5, "writes_to_client": True},
        {"days": 30, "writes_to_client": False},
        {"days": 90, "writes_to_client": False},
    ]
    for typed in ({"look_back_days": "soon"}, {"look_back_days": "5", "writes_on_days": "6"}):
        assert saved(client, house, **STEPS, **typed).status_code == 200
    assert TerminationGround.objects.get(pk=house.ground.pk).look_backs == ground.look_backs


def test_the_form_shows_each_step_of_the_ladder(client: Client) -> None:
    house = a_house()
    client.force_login(house.admin)

    page = client.get(f"/admin/offboarding/terminationground/{house.ground.pk}/change/")

    form = page.context["adminform"].form
    shown = {name: form[name].value() for name in ("first_reminder", "call", "escalation")}
    assert shown == {"first_reminder": 3, "call": 10, "escalation": 15}
    assert "reminders_after_business_days" not in page.content.decode()


@pytest.mark.parametrize(
    ("steps", "field", "sentence"),
    [
        ({"second_reminder": 6}, "second_reminder", "Give the first reminder its day before"),
        ({"first_reminder": 6, "second_reminder": 3}, "second_reminder", "use a day after 6"),
        ({"first_reminder": 3, "call": 3}, "call", "after “First reminder”: use a day after 3"),
        ({"escalation": 9, "deemed_service": 8}, "deemed_service", "use a day after 9"),
        ({"call": 0}, "call", "The earliest day is the first business day"),
        ({"call": 251}, "call", "at most 250"),
        ({"call": "soon"}, "call", "Use a whole number of business days"),
        ({"call_script": "x" * 2001}, "call_script", "at most 2000"),
    ],
    ids=str,
)
def test_a_ladder_that_cannot_be_climbed_is_refused_beside_its_step(
    client: Client, steps: dict[str, Any], field: str, sentence: str
) -> None:
    house = a_house()
    before = TerminationGround.objects.get(pk=house.ground.pk).chasing

    answer = saved(client, house, **steps)

    assert answer.status_code == 200
    [said] = answer.context["adminform"].form.errors[field]
    assert sentence in said
    assert TerminationGround.objects.get(pk=house.ground.pk).chasing == before


def test_an_admin_lists_what_a_provider_does_well(client: Client) -> None:
    house = a_house()
    client.force_login(house.admin)
    provider = Provider.objects.create(name="Quay Tax")
    rows = {"fits-TOTAL_FORMS": 1, "fits-INITIAL_FORMS": 0}
    row = {"fits-0-service": "Payroll", "fits-0-fit": Fit.STRONG, "fits-0-provider": provider.pk}

    answer = client.post(
        f"/admin/offboarding/provider/{provider.pk}/change/",
        {"name": "Quay Tax", "is_active": "on"} | rows | row,
    )

    assert answer.status_code == 302
    assert [(fit.service, fit.fit) for fit in provider.fits.all()] == [("Payroll", Fit.STRONG)]
