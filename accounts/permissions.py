"""What each role over all teams may do in Django admin, as a table.

Account managers and team leads have no row: they never enter Django admin. What people may do with
a single case is decided elsewhere, by `offboarding.policies`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.apps import apps

from accounts.models import GlobalRole

# People are deactivated, not deleted; users and invitations are no rows to throw away.
# `user` has no "add": a person comes in by an invitation.
ADMIN_TABLE: Mapping[str, Mapping[str, str]] = {
    "accounts": {
        "user": "view change",
        "team": "view add change",
        "membership": "view add change delete",
        "invitation": "view add change",
    },
    "clients": {
        "firm": "view add change",
        "office": "view add change",
        "signatory": "view add change delete",
        "holiday": "view add change delete",
        "client": "view add change",
        "contact": "view add change",
        "engagement": "view add change",
        "invoice": "view add change",
        "importbatch": "view",
    },
    "offboarding": {
        "servicechecklist": "view add change",
        "servicerule": "view add change",
        "terminationground": "view add change",
        "checklistitem": "view add change delete",
        "provider": "view add change",
        "servicefit": "view add change delete",
        "stagetarget": "view change",
    },
    "notices": {
        "wordingpattern": "view add change",
        "modelnotice": "view add change",
    },
    "audit": {
        "auditevent": "view",
        "auditdetail": "view",
        "auditstream": "view",
        "auditanchor": "view",
    },
}

# An auditor reads every model of these, and has no other verb anywhere.
AUDITED_APPS = ("accounts", "audit", "clients", "offboarding", "notices")

_granted: dict[GlobalRole, set[str]] = {
    GlobalRole.ADMIN: {
        f"{app}.{verb}_{model}"
        for app, models in ADMIN_TABLE.items()
        for model, verbs in models.items()
        for verb in verbs.split()
    },
    GlobalRole.AUDITOR: set(),
}


def grant(role: GlobalRole, *permissions: str) -> None:
    """Let an app above add rows for its own models, from its `AppConfig.ready`.

    Args:
        role: admin, or auditor for something more to look at.
        permissions: such as `"offboarding.change_terminationground"`.

    Raises:
        ValueError: the role has no place in Django admin, or an auditor would change something.
    """
    if role not in _granted:
        raise ValueError(f"{role!r} has no place in Django admin.")
    for permission in permissions:
        if role == GlobalRole.AUDITOR and not _is_to_view(permission):
            raise ValueError(f"An auditor changes nothing, so {permission} cannot be granted.")
    _granted[role].update(permissions)
    permissions_of.cache_clear()


@cache
def permissions_of(role: str) -> frozenset[str]:
    """List everything a role may do in Django admin."""
    if role == GlobalRole.ADMIN:
        return frozenset(_granted[GlobalRole.ADMIN])
    if role == GlobalRole.AUDITOR:
        every_view = {
            f"{model._meta.app_label}.view_{model._meta.model_name}"
            for model in apps.get_models(include_auto_created=True)
            if model._meta.app_label in AUDITED_APPS
        }
        return frozenset(every_view | _granted[GlobalRole.AUDITOR])
    return frozenset()


def _is_to_view(permission: str) -> bool:
    return permission.partition(".")[2].startswith("view_")
