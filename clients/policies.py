"""Who may change clients, and who may change the firm and its offices."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts import selectors as people
from accounts.actor import Actor
from accounts.models import Team
from accounts.policies import REGISTRY_MACHINES


def may_edit_clients(actor: Actor, team: Team) -> bool:
    """Whether this actor may add and change the clients of a team: its members, and admins."""
    if actor.kind == "machine":
        return actor.name in REGISTRY_MACHINES
    if actor.kind != "person" or actor.user is None or not actor.user.is_active:
        return False
    if actor.user.is_auditor:
        return False
    return actor.user.is_admin or people.role_in(actor.user, team) is not None


def may_edit_settings(actor: Actor) -> bool:
    """Whether this actor may change the firm, its offices, signatories and holidays."""
    if actor.kind == "machine":
        return actor.name in REGISTRY_MACHINES
    return bool(actor.user and actor.user.is_active and actor.user.is_admin)


def require_client_editing(actor: Actor, team: Team) -> None:
    """Stop everyone who may not change the clients of a team.

    Raises:
        PermissionDenied: the actor does not work in the team.
    """
    if not may_edit_clients(actor, team):
        raise PermissionDenied(_("Only members of the client's team change it."))


def require_settings_editing(actor: Actor) -> None:
    """Stop everyone who may not change the firm and its offices.

    Raises:
        PermissionDenied: the actor is no admin.
    """
    if not may_edit_settings(actor):
        raise PermissionDenied(_("Only an admin changes the firm and its offices."))
