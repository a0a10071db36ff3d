"""Rows that tests of clients start from."""

from __future__ import annotations

from typing import Any

from accounts.models import Team, User
from clients.models import Client, Office


def a_berlin_office(**changes: Any) -> Office:
    fields = {
        "name": "Berlin",
        "legal_name": "Harbour & Partners GmbH",
        "street": "Lindenweg 4",
        "postal_code": "10115",
        "city": "Berlin",
        "country": "DE",
        "phone": "+493012345678",
        "email": "berlin@example.com",
        "time_zone": "Europe/Berlin",
        "holiday_country": "DE",
        "holiday_region": "BE",
    }
    return Office.objects.create(**(fields | changes))


def a_client(office: Office, team: Team, owner: User, reference: str, **changes: Any) -> Client:
    fields = {
        "legal_name": f"Client {reference}",
        "street": "Hafenstraße 12",
        "postal_code": "20457",
        "city": "Hamburg",
        "country": "DE",
    }
    return Client.objects.create(
        office=office, team=team, owner=owner, reference=reference, **(fields | changes)
    )
