"""What a person watches: cases they want to hear of without having to do anything."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from offboarding.lifecycle import ENDED
from offboarding.models import TerminationCase


def watched_by(user: User, cases: QuerySet[TerminationCase]) -> QuerySet[TerminationCase]:
    """Narrow cases down to the open ones that a person watches and does not own."""
    return cases.filter(watchers__user=user).exclude(owner=user).exclude(state__in=ENDED)
