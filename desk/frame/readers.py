"""Whoever reads a page, read together with what their clock is told by."""

from __future__ import annotations

from typing import Any

from django.db.models import Subquery

from accounts.backends import RoleBackend
from accounts.models import User
from notices.reminding import digests


class ReaderBackend(RoleBackend):
    """Reads the person of a session and the place where they work in one question."""

    def get_user(self, user_id: Any) -> User | None:
        """Return an active person."""
        zone = digests.first_office().values("time_zone")[:1]
        people = User.objects.select_related("digest_choice")
        people = people.annotate(**{digests.READ_WITH_A_PERSON: Subquery(zone)})
        person: User | None = people.filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
