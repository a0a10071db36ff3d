"""A person's own work, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import selectors as people
from accounts.models import User
from audit import clock
from desk.frame.places import case_url, place_of, place_of_task
from desk.frame.scoping import cases_of, person_of
from desk.lists.lines import SHOWN_WITH, goal_of, open_task
from desk.lists.putting_off import next_days
from desk.navigation import address
from offboarding.lifecycle import ENDED, State
from offboarding.models import Task, TaskKind, TerminationCase
from offboarding.watching import watched_by

MOST_TASKS = 150
MOST_CASES = 25

DONE_BY_DECIDING = frozenset({TaskKind.DECIDE, TaskKind.APPROVE})
"""Kinds of tasks that only their own form fulfils."""

_ACTION = {
    TaskKind.DECIDE: _("Decide"),
    TaskKind.APPROVE: _("Read and approve"),
    TaskKind.CALL: _("Call, then note what was said"),
    TaskKind.POST: _("Take to the post"),
    TaskKind.LOOK_AT: _("Look at it"),
    TaskKind.FOLLOW_UP: _("Follow up"),
    TaskKind.OTHER: _("Do it, then tick it"),
}
_ICON = {
    TaskKind.DECIDE: "scale",
    TaskKind.APPROVE: "stamp",
    TaskKind.CALL: "phone",
    TaskKind.POST: "truck",
    TaskKind.LOOK_AT: "info",
    TaskKind.FOLLOW_UP: "calendar-check",
    TaskKind.OTHER: "circle-dot",
}


@dataclass(frozen=True)
class Line:
    """One thing to do: a task, or a case that has none and so only a next step."""

    case: TerminationCase
    task: Task | None = None

    @property
    def title(self) -> str | Promise:
        """What it is."""
        return self.task.title if self.task else goal_of(self.case)

    @property
    def action(self) -> str | Promise:
        """The next action, named."""
        return _ACTION[TaskKind(self.task.kind)] if self.task else _("Open the case")

    @property
    def icon(self) -> str:
        """The picture of its kind."""
        return _ICON[TaskKind(self.task.kind)] if self.task else "arrow-right"

    @property
    def can_be_ticked(self) -> bool:
        """Whether a tick is all it takes."""
        return self.task is not None and self.task.kind not in DONE_BY_DECIDING

    @property
    def url(self) -> str:
        """Where it is done."""
        reference = self.case.reference
        kind = self.task.kind if self.task else ""
        if kind == TaskKind.DECIDE:
            return place_of("decision", reference)
        if kind == TaskKind.APPROVE:
            return place_of("notice", reference)
        if kind == TaskKind.POST and (post := address("desk:post")):
            return post
        origin = self.task.origin if self.task else ""
        return place_of_task(origin, reference) or case_url(reference, "tasks" if kind else "")


@dataclass
class Section:
    """One part of the queue."""

    key: str
    title: str | Promise
    icon: str
    lines: list[Line] = field(default_factory=list)
    is_waiting: bool = False
    is_folded: bool = False

    @property
    def is_to_do(self) -> bool:
        """Its lines are the person's to do now, not to wait for or to watch."""
        return self.key not in ("put-off", "waiting", "watching")


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show what a person has to do, what waits for the client, and what comes next."""
    user = person_of(request)
    cases = cases_of(request)
    mine = list(_open_tasks_of(user, cases)[: MOST_TASKS + 1])
    sections = _by_urgency(mine[:MOST_TASKS], today=clock.today())
    sections += [
        _waiting_for_the_client(user, cases),
        _without_a_task(user, cases),
        _watching(user, cases),
    ]
    awake = (line for one in sections if one.is_to_do for line in one.lines)
    context = {
        "sections": [section for section in sections if section.lines],
        "first": next(awake, None),
        "next_days": next_days(),
        "may_tick": bool(mine) and bool(people.roles_of(user)),
        "is_cut": len(mine) > MOST_TASKS,
        "most": MOST_TASKS,
        "is_free": not any(section.lines for section in sections[:5]),
        "works_in_a_team": bool(people.roles_of(user)),
    }
    return render(request, "desk/queue.html", context)


def _open_tasks_of(user: User, cases: QuerySet[TerminationCase]) -> QuerySet[Task]:
    return (
        Task.objects.filter(assignee=user, done_at=None, case__in=cases.values("pk"))
        .select_related("case__client__office")
        .order_by("due_on", "pk")
    )


def _by_urgency(mine: Iterable[Task], *, today: date) -> list[Section]:
    overdue = Section("overdue", _("Overdue"), "circle-alert")
    to_decide = Section("decide", _("To decide and approve"), "stamp")
    due_today = Section("today", _("Today"), "circle-dot")
    this_week = Section("week", _("In the next seven days"), "calendar")
    later = Section("later", _("Later"), "clock")
    put_off = Section("put-off", _("Put off"), "circle-pause", is_folded=True)
    end_of_week = today + timedelta(days=7)
    for task in mine:
        if task.snoozed_until and task.snoozed_until > today:
            section = put_off
        elif task.due_on < today:
            section = overdue
        elif task.kind in DONE_BY_DECIDING:
            section = to_decide
        elif task.due_on == today:
            section = due_today
        elif task.due_on <= end_of_week:
            section = this_week
        else:
            section = later
        section.lines.append(Line(task.case, task))
    return [overdue, to_decide, due_today, this_week, later, put_off]


def _waiting_for_the_client(user: User, cases: QuerySet[TerminationCase]) -> Section:
    served = (
        cases.filter(owner=user, state=State.NOTICE, served_on__isnull=False)
        .select_related(*SHOWN_WITH)
        .order_by("served_on", "pk")
    )
    lines = [Line(case) for case in served[:MOST_CASES]]
    return Section("waiting", _("Waiting for the client"), "mail", lines, is_waiting=True)


def _without_a_task(user: User, cases: QuerySet[TerminationCase]) -> Section:
    # Nobody would ever be told to go on with these.
    forgotten = (
        cases.filter(owner=user)
        .exclude(state__in=ENDED)
        .exclude(state=State.NOTICE, served_on__isnull=False)
        .filter(Q(on_hold_until=None) | Q(on_hold_until__lte=clock.today()))
        .filter(~open_task())
        .select_related(*SHOWN_WITH)
        .order_by("state_changed_at", "pk")
    )
    lines = [Line(case) for case in forgotten[:MOST_CASES]]
    return Section("next", _("Your cases without a task"), "arrow-right", lines)


def _watching(user: User, cases: QuerySet[TerminationCase]) -> Section:
    watched = (
        watched_by(user, cases).select_related(*SHOWN_WITH).order_by("-state_changed_at", "-pk")
    )
    lines = [Line(case) for case in watched[:MOST_CASES]]
    return Section("watching", _("Watching"), "eye", lines)


urlpatterns: list[URLPattern] = [path("", queue, name="queue")]
