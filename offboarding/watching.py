"""Who watches a case: people who want to hear of it without having to do anything."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from accounts.selectors import roles_read_once
from offboarding import policies
from offboarding.lifecycle import ENDED
from offboarding.models import TerminationCase


def watchers_of(case: TerminationCase) -> list[User]:
    """List who watches a case and may still read it, by name.

    Who left the team or is no longer named on a restricted file hears nothing more.
    """
    watching = User.objects.filter(watched_cases__case=case, is_active=True).order_by("name", "pk")
    with roles_read_once():
        rule = policies.PEOPLE_MAY["offboarding.read_case"]
        return [person for person in watching if rule.test(person, case)]


def watched_by(user: User, cases: QuerySet[TerminationCase]) -> QuerySet[TerminationCase]:
    """Narrow cases down to the open ones that a person watches and does not own."""
    return cases.filter(watchers__user=user).exclude(owner=user).exclude(state__in=ENDED)
