"""The firm, its offices, who signs for them and when they are closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from clients.models import Firm, Holiday, Office, Signatory
from clients.policies import require_settings_editing
from clients.services import saving

FIRM_FIELDS = frozenset({"name", "language"})
OFFICE_FIELDS = frozenset(
    field.name for field in Office._meta.concrete_fields if field.name not in {"id", "firm"}
)


@transaction.atomic
def edit_firm(*, by: Actor, **changes: Any) -> Firm:
    """Name the firm and the language it writes in when it has no better one.

    Raises:
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor is no admin.
    """
    require_settings_editing(by)
    firm = Firm.objects.select_for_update().filter(pk=1).first()
    if firm is None:
        return saving.add(Firm(pk=1, **changes), "firm.named", by=by)
    return saving.change(firm, "firm.edited", by=by, changes=changes, allowed=FIRM_FIELDS)


def add_office(*, by: Actor, **fields: Any) -> Office:
    """Open an office of the firm.

    Raises:
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor is no admin.
    """
    require_settings_editing(by)
    return saving.add(Office(**fields), "office.added", by=by)


@transaction.atomic
def edit_office(office: Office, *, by: Actor, **changes: Any) -> Office:
    """Change an office's letterhead, zone, calendar or stationery.

    Raises:
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor is no admin.
    """
    require_settings_editing(by)
    fresh = Office.objects.select_for_update(of=("self",)).get(pk=office.pk)
    return saving.change(fresh, "office.edited", by=by, changes=changes, allowed=OFFICE_FIELDS)


def add_signatory(
    office: Office, *, by: Actor, name: str, position: str, user: User | None = None
) -> Signatory:
    """Let a person sign for an office.

    Raises:
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor is no admin.
    """
    require_settings_editing(by)
    signatory = Signatory(office=office, name=name, position=position, user=user)
    return saving.add(signatory, "signatory.added", by=by)


def remove_signatory(signatory: Signatory, *, by: Actor) -> None:
    """Let a person no longer sign for an office; what they signed stays as it is.

    Raises:
        PermissionDenied: the actor is no admin.
    """
    require_settings_editing(by)
    saving.remove(signatory, "signatory.removed", by=by)


def add_holiday(office: Office, *, by: Actor, on: date, name: str) -> Holiday:
    """Close an office on a day that the public calendar does not know.

    Raises:
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor is no admin.
    """
    require_settings_editing(by)
    return saving.add(Holiday(office=office, on=on, name=name), "holiday.added", by=by)


def remove_holiday(holiday: Holiday, *, by: Actor) -> None:
    """Open an office again on a day it was closed.

    Raises:
        PermissionDenied: the actor is no admin.
    """
    require_settings_editing(by)
    saving.remove(holiday, "holiday.removed", by=by)
