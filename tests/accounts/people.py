"""People and teams for these tests; roles are given by the real verbs."""

from __future__ import annotations

from typing import Any

from accounts.actor import Actor
from accounts.models import GlobalRole, Membership, Role, Team, User
from audit.models import AuditEvent

PASSWORD = "a-calm-and-long-phrase"
CONSOLE = Actor.machine("console")


def a_person(email: str = "mia@example.com", **fields: Any) -> User:
    fields.setdefault("name", email.partition("@")[0].title())
    return User.objects.create_user(email, PASSWORD, **fields)


def an_admin(email: str = "admin@example.com") -> User:
    return a_person(email, global_role=GlobalRole.ADMIN)


def an_auditor(email: str = "auditor@example.com") -> User:
    return a_person(email, global_role=GlobalRole.AUDITOR)


def a_team(slug: str = "north") -> Team:
    return Team.objects.create(name=slug.title(), slug=slug)


def a_member(team: Team, role: Role = Role.ACCOUNT_MANAGER, email: str = "mia@example.com") -> User:
    user = a_person(email)
    Membership.objects.create(user=user, team=team, role=role)
    return user


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def latest(action: str) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).select_related("detail").latest("pk")
