"""The small numbers in the top bar: what waits for the signed-in person."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts import selectors as people
from accounts.models import User
from audit import clock
from desk import notifications
from desk.mail import inbox
from notices import policies as mail_policies
from offboarding.models import Notification, Task, TaskKind

DECIDING = (TaskKind.DECIDE, TaskKind.APPROVE)

MOST_UNREAD = 100
"""Beyond so many unread notifications nobody is helped by the number."""


def waiting_for(user: User | AnonymousUser) -> dict[str, int]:
    """Count what a person has to do by now, by the URL name of the page that shows it."""
    if not isinstance(user, User) or not (teams := people.roles_of(user)):
        return {}
    today = clock.today()
    mine = Task.objects.filter(assignee=user, done_at=None, case__team__in=teams)
    awake = mine.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=today))
    mails = mail_policies.mails_visible_to(user).filter(inbox.waiting())
    unread = notifications.of_person(user).filter(read_at=None).order_by("-pk").values("pk")
    news = Notification.objects.filter(pk__in=unread[:MOST_UNREAD])
    # On every page, so all four are one question.
    counted = (
        User.objects.filter(pk=user.pk)
        .order_by()
        .values(
            due=_number_of(awake.filter(due_on__lte=today)),
            deciding=_number_of(awake.filter(kind__in=DECIDING)),
            mails=_number_of(mails),
            news=_number_of(news),
        )
        .get()
    )
    return {
        "desk:queue": counted["due"],
        "desk:approvals": counted["deciding"],
        "desk:inbox": counted["mails"],
        "desk:notifications": counted["news"],
    }


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    """Count rows inside another query."""
    one_group = rows.order_by().annotate(_group=Value(1)).values("_group")
    return Coalesce(Subquery(one_group.annotate(_number=Count("pk")).values("_number")), 0)
