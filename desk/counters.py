"""The small numbers in the top bar: what waits for the signed-in person."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q

from accounts import selectors as people
from accounts.models import User
from audit import clock
from offboarding.models import Task, TaskKind

DECIDING = (TaskKind.DECIDE, TaskKind.APPROVE)


def waiting_for(user: User | AnonymousUser) -> dict[str, int]:
    """Count what a person has to do by now, by the URL name of the page that shows it."""
    if not isinstance(user, User) or not (teams := people.roles_of(user)):
        return {}
    today = clock.today()
    mine = Task.objects.filter(assignee=user, done_at=None, case__team__in=teams)
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=today)
    counted = mine.filter(awake).aggregate(
        due=Count("pk", filter=Q(due_on__lte=today)),
        deciding=Count("pk", filter=Q(kind__in=DECIDING)),
    )
    return {"desk:queue": counted["due"], "desk:approvals": counted["deciding"]}
