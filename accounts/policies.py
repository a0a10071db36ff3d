"""Who may change the staff register."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.actor import Actor

# Machines that may: the console of whoever runs the server, and the demo's sample firm.
REGISTRY_MACHINES = frozenset({"console", "config.demo"})


def may_manage_staff(actor: Actor) -> bool:
    """Whether this actor may invite people and change their roles."""
    if actor.kind == "machine":
        return actor.name in REGISTRY_MACHINES
    return bool(actor.user and actor.user.is_active and actor.user.is_admin)


def require_staff_management(actor: Actor) -> None:
    """Stop everyone who may not manage people and teams.

    Raises:
        PermissionDenied: the actor is no admin.
    """
    if not may_manage_staff(actor):
        raise PermissionDenied(_("Only an admin changes people and teams."))
