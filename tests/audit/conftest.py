"""People who act, and a short way to remember something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import GlobalRole, User
from audit.models import AuditEvent
from audit.services import record


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("jo@example.com", "offboarding", name="Jo Doe")


@pytest.fixture
def auditor(db: None) -> User:
    return User.objects.create_user(
        "auditor@example.com", "offboarding", name="Au Ditor", global_role=GlobalRole.AUDITOR
    )


@pytest.fixture
def actor(person: User) -> Actor:
    return Actor.person(person)


@pytest.fixture
def remember(actor: Actor) -> Callable[..., AuditEvent]:
    """Record an event of which only what matters to the test needs saying."""

    def remembered(stream: str = "case:1", **more: Any) -> AuditEvent:
        values = {"action": "case.noted", "by": actor, "after": {"state": "notice"}} | more
        return record(stream=stream, **values)

    return remembered
