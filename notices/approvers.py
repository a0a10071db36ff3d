"""Who may look at a notice as its second person: nobody who wrote a word of it."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from notices.models import Notice, NoticeEditor


def who_wrote(notice: Notice) -> set[int]:
    """Return the people who drafted the notice or changed a line of it, in any version."""
    editors = NoticeEditor.objects.filter(notice=notice).values_list("person_id", flat=True)
    return {person for person in (notice.author_id, *editors) if person is not None}


def who_may_not(notice: Notice) -> set[int]:
    """Return the people who may not approve it: its writers, and who asks for approval."""
    asked_by = notice.approval_requested_by_id
    return who_wrote(notice) | ({asked_by} if asked_by is not None else set())


def others(people: QuerySet[User], notice: Notice) -> QuerySet[User]:
    """Return those of some people who may approve a notice that waits."""
    own = [notice.author_id or 0, notice.approval_requested_by_id or 0]
    editors = NoticeEditor.objects.filter(notice=notice).values("person_id")
    return people.exclude(pk__in=own).exclude(pk__in=editors)
