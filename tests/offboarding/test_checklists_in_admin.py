"""Checklists as data: an admin edits them, and what waits for itself is refused there too."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from offboarding.models import ChecklistItem, Party, ServiceChecklist
from tests.builders import House

pytestmark = pytest.mark.django_db

URL = "/admin/offboarding/servicechecklist/"


def rows(made: ServiceChecklist, **changes: dict[str, Any]) -> dict[str, Any]:
    """Return the form of a list as the page would send it, with changes by title."""
    items = list(made.items.all())
    said: dict[str, Any] = {
        "service": made.service,
        "is_active": "on",
        "items-TOTAL_FORMS": len(items),
        "items-INITIAL_FORMS": len(items),
        "items-MIN_NUM_FORMS": 0,
        "items-MAX_NUM_FORMS": 1000,
    }
    for number, item in enumerate(items):
        fields = {
            "id": item.pk,
            "service": made.pk,
            "party": item.party,
            "title_en": item.title_en,
            "title_de": item.title_de,
            "days_before_effective_date": 0,
            "position": item.position,
            "waits_for": item.waits_for_id or "",
        }
        fields |= changes.get(item.title_en, {})
        said |= {f"items-{number}-{name}": value for name, value in fields.items()}
    return said


@pytest.fixture
def payroll(client: Client, house: House) -> ServiceChecklist:
    client.force_login(house.admin)
    made = ServiceChecklist.objects.create(service="Payroll")
    for position, title in enumerate(("First", "Second")):
        ChecklistItem.objects.create(
            service=made, party=Party.OURS, title_en=title, title_de=title, position=position
        )
    return made


def test_an_admin_sets_the_order_and_a_circle_is_refused(
    client: Client, payroll: ServiceChecklist
) -> None:
    first, second = payroll.items.all()

    kept = client.post(f"{URL}{payroll.pk}/change/", rows(payroll, Second={"waits_for": first.pk}))
    refused = client.post(
        f"{URL}{payroll.pk}/change/",
        rows(payroll, First={"waits_for": second.pk, "title_en": "First of all"}),
    )

    assert kept.status_code == 302
    assert refused.status_code == 200
    said = refused.content.decode()
    assert "“First of all” waits for “Second”; “Second” waits for “First of all”" in said
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.waits_for, second.waits_for, first.title_en) == (None, first, "First")


def test_what_the_client_owes_is_not_kept_from_them(
    client: Client, payroll: ServiceChecklist
) -> None:
    changes = {"party": Party.CLIENTS, "is_internal": "on"}

    refused = client.post(f"{URL}{payroll.pk}/change/", rows(payroll, First=changes))

    assert "the client has to read" in refused.content.decode()
    assert not payroll.items.filter(is_internal=True).exists()
