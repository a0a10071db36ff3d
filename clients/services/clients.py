"""Adding and changing clients."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import selectors as people
from accounts.actor import Actor
from accounts.models import Team, User
from clients.models import Client, Office
from clients.policies import require_client_editing
from clients.services import saving

FIELDS = frozenset(
    {
        "office",
        "owner",
        "reference",
        "legal_name",
        "display_name",
        "language",
        "care_of",
        "street",
        "postal_code",
        "city",
        "region",
        "country",
    }
)


def create_client(*, by: Actor, team: Team, office: Office, owner: User, **fields: Any) -> Client:
    """Take on a client, looked after by one person of a team.

    Args:
        by: who does it.
        team: who sees the client from now on.
        office: whose letterhead, calendar and currency the client gets.
        owner: the account manager, a member of the team.
        **fields: reference, legal_name, street, city, country and what else a client has.

    Raises:
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor does not work in the team.
    """
    require_client_editing(by, team)
    client = Client(team=team, office=office, owner=owner)
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"A client has no {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        setattr(client, name, value)
    require_owner_in_team(owner, team)
    return saving.add(client, "client.created", by=by)


@transaction.atomic
def edit_client(
    client: Client, *, by: Actor, expected_version: int | None = None, **changes: Any
) -> Client:
    """Change what is known about a client.

    Raises:
        ChangedMeanwhile: somebody saved the client after `expected_version`.
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = saving.locked_client(client, expected_version)
    require_client_editing(by, fresh.team)
    if "owner" in changes and changes["owner"] != fresh.owner:
        require_owner_in_team(changes["owner"], fresh.team)
    return saving.change(fresh, "client.edited", by=by, changes=changes, allowed=FIELDS)


def require_owner_in_team(owner: User, team: Team) -> None:
    """Stop a client from being given to somebody who could not open its page.

    Raises:
        ValidationError: for the field `owner`.
    """
    if people.role_in(owner, team) is None:
        raise ValidationError(
            {
                "owner": _("%(owner)s does not work in the team %(team)s.")
                % {"owner": owner, "team": team}
            }
        )
