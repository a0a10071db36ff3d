"""Days that have come, told to whom they concern; and notifications whose time is over.

A task is told to whoever has it when its day comes, or the day until which it was put off; one that
was raised for the same day was told then. The last day of the services is told a week ahead and on
the day. What a worker that stood still has missed is told late, as long as it is two weeks at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from audit import clock
from offboarding.lifecycle import ENDED, State
from offboarding.models import (
    Notification,
    NotificationKind,
    Task,
    TaskKind,
    TerminationCase,
    Watcher,
)

MOST_A_SWEEP = 1000
"""Tasks, and cases, that one sweep tells of; the next one goes on."""

LATE_DAYS = 14
"""What came due longer ago is seen in the queue and told nobody any more."""

ENDS = (("case.ends_soon", 7), ("case.ends_today", 0))
"""How many days before the last day of the services it is told."""


def sweep(limit: int = MOST_A_SWEEP) -> int:
    """Tell of every day that has come at its office, once; safe to run twice, late or together.

    Returns:
        How many people were told of something.
    """
    rows = [*_of_tasks(limit)]
    for action, days in ENDS:
        rows += _of_ends(action, days, limit)
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _latest_today() -> date:
    """The date it is where a day begins first."""
    return (clock.now() + timedelta(hours=14)).date()


def _is_awake(latest: date) -> Q:
    return Q(case__on_hold_until=None) | Q(case__on_hold_until__lte=latest)


# -- tasks -----------------------------------------------------------------------------------------


def _of_tasks(limit: int) -> Iterable[Notification]:
    for task in _tasks_due()[:limit]:
        day = max(task.due_on, task.snoozed_until or task.due_on)
        if clock.today(task.case.time_zone) >= day:
            yield Notification(
                person_id=task.assignee_id,
                case=task.case,
                kind=NotificationKind.DEADLINE,
                action="task.due",
                task=task,
                due_on=day,
                origin=f"task:{task.pk}:{day.isoformat()}",
                at=clock.now(),
            )


def _tasks_due() -> QuerySet[Task]:
    latest = _latest_today()
    since = latest - timedelta(days=LATE_DAYS)
    told = Notification.objects.filter(
        task=OuterRef("pk"), person=OuterRef("assignee"), action="task.due", due_on=OuterRef("day")
    )
    return (
        Task.objects.filter(
            _is_awake(latest), done_at=None, due_on__lte=latest, assignee__is_active=True
        )
        .filter(
            Q(snoozed_until=None, due_on__gte=since, created_at__date__lt=F("due_on"))
            | Q(snoozed_until__range=(since, latest))
        )
        .exclude(kind__in=(TaskKind.DECIDE, TaskKind.APPROVE))
        .exclude(case__state__in=ENDED)
        .annotate(day=Greatest("due_on", Coalesce("snoozed_until", "due_on")))
        .filter(~Exists(told))
        .select_related("case__client__office")
        .order_by("due_on", "pk")
    )


# -- the last day of the services ------------------------------------------------------------------


def _of_ends(action: str, days: int, limit: int) -> Iterable[Notification]:
    cases = [case for case in _cases_ending(action, days)[:limit] if _has_come(case, days)]
    concerned: dict[int, set[int]] = defaultdict(set)
    watching = Watcher.objects.filter(case__in=cases, user__is_active=True)
    for key, person in watching.values_list("case_id", "user_id"):
        concerned[key].add(person)
    for case in cases:
        for person in sorted(concerned[case.pk] | {case.owner_id}):
            yield Notification(
                person_id=person,
                case=case,
                kind=NotificationKind.DEADLINE,
                action=action,
                due_on=case.effective_on,
                origin=f"{action}:{case.pk}:{case.effective_on}",
                at=clock.now(),
            )


def _has_come(case: TerminationCase, days: int) -> bool:
    assert case.effective_on is not None
    ahead = (case.effective_on - clock.today(case.time_zone)).days
    return 0 < ahead <= days if days else ahead <= 0


def _cases_ending(action: str, days: int) -> QuerySet[TerminationCase]:
    latest = _latest_today() + timedelta(days=days)
    # Told a week ahead for as long as it is ahead, and on the day for a while after it.
    since = _latest_today() if days else latest - timedelta(days=LATE_DAYS)
    told = Notification.objects.filter(
        case=OuterRef("pk"),
        person=OuterRef("owner"),
        action=action,
        due_on=OuterRef("effective_on"),
    )
    return (
        TerminationCase.objects.filter(effective_on__range=(since, latest))
        .filter(Q(on_hold_until=None) | Q(on_hold_until__lte=_latest_today()))
        .exclude(state__in=(State.EVALUATION, *ENDED))
        .filter(~Exists(told))
        .select_related("client__office")
        .order_by("effective_on", "pk")
    )


# -- what is over ----------------------------------------------------------------------------------


def forget_old() -> int:
    """Delete the notifications whose time is over, read or not; run at night.

    Returns:
        How many there were.
    """
    before = clock.now() - timedelta(days=settings.NOTIFICATION_DAYS)
    deleted, _each = Notification.objects.filter(at__lt=before).delete()
    return deleted
