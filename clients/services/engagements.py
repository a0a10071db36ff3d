"""What is agreed with a client, and when it ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from clients.models import Client, Engagement
from clients.policies import require_client_editing
from clients.services import saving

FIELDS = frozenset(
    {
        "title",
        "services",
        "service_line",
        "started_on",
        "notice_period_count",
        "notice_period_unit",
        "notice_period_in_business_days",
        "notice_to_end_of_month",
        "notice_method",
        "notice_email",
        "notice_address",
        "notice_form",
        "signatories_required",
        "cure_days",
        "yearly_value_cents",
        "yearly_value_currency",
    }
)


@transaction.atomic
def add_engagement(client: Client, *, by: Actor, **fields: Any) -> Engagement:
    """Write down an agreement with a client and its notice clause.

    Args:
        client: who agreed to it.
        by: who does it.
        **fields: title, started_on, the notice clause and what else an engagement has.

    Raises:
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = saving.locked_client(client)
    require_client_editing(by, fresh.team)
    if unknown := set(fields) - FIELDS - {"ended_on"}:
        raise TypeError(f"An engagement has no {', '.join(sorted(unknown))}.")
    return saving.add(Engagement(client=fresh, **fields), "engagement.added", by=by)


@transaction.atomic
def edit_engagement(
    engagement: Engagement, *, by: Actor, expected_version: int | None = None, **changes: Any
) -> Engagement:
    """Correct what is known about an agreement.

    Raises:
        ChangedMeanwhile: somebody saved the engagement after `expected_version`.
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = saving.locked_engagement(engagement, expected_version)
    require_client_editing(by, fresh.client.team)
    return saving.change(fresh, "engagement.edited", by=by, changes=changes, allowed=FIELDS)


@transaction.atomic
def end_engagement(
    engagement: Engagement, *, by: Actor, ended_on: date, expected_version: int | None = None
) -> Engagement:
    """Write down the last day on which services are owed.

    Raises:
        ChangedMeanwhile: somebody saved the engagement after `expected_version`.
        ValidationError: it ended already on another day, or before it started.
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = saving.locked_engagement(engagement, expected_version)
    require_client_editing(by, fresh.client.team)
    if fresh.ended_on and fresh.ended_on != ended_on:
        raise ValidationError({"ended_on": _("This agreement has ended already.")})
    return saving.change(
        fresh,
        "engagement.ended",
        by=by,
        changes={"ended_on": ended_on},
        allowed={"ended_on"},
    )
