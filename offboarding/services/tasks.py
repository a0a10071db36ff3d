"""A person's next steps: raised by people and machines, done by people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from audit import clock
from offboarding import policies
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import Task, TaskKind, TerminationCase
from offboarding.secret_words import refuse_secrets
from offboarding.services.locking import acting_on, remember


def add_task(
    case: TerminationCase,
    *,
    by: Actor,
    title: str,
    due_on: date,
    assignee: User | None = None,
    kind: str = TaskKind.OTHER,
    details: str = "",
    origin: str = "",
) -> Task:
    """Give somebody of the team a next step on a case."""
    permission = "offboarding.work_on_case" if by.kind == "person" else "offboarding.raise_task"
    with acting_on(case, by=by, permission=permission) as now:
        person = assignee or now.owner
        if why_not := policies.why_not_given_to(person, now):
            raise InvalidInput("assignee", why_not)
        if by.kind == "person":
            refuse_secrets(title=title, details=details)
        return keep_task(
            now,
            by=by,
            kind=kind,
            title=title,
            assignee=person,
            due_on=due_on,
            details=details,
            origin=origin,
        )


def keep_task(
    case: TerminationCase,
    *,
    kind: str,
    title: str,
    assignee: User,
    due_on: date,
    by: Actor,
    details: str = "",
    origin: str = "",
) -> Task:
    """Raise a task on a case that the caller has locked; the same origin raises only one."""
    if origin:
        existing = case.tasks.filter(origin=origin).first()
        if existing is not None:
            return existing
    task = Task.objects.create(
        case=case,
        kind=kind,
        title=title[:200],
        details=details,
        assignee=assignee,
        due_on=due_on,
        origin=origin,
        created_by=by.name,
    )
    remember(
        case,
        "task.raised",
        by=by,
        subject=task,
        details={"kind": kind, "due_on": due_on.isoformat(), "assignee": assignee.pk},
        after={"title": title},
    )
    return task


def raise_for_each(
    case: TerminationCase,
    people: Iterable[User],
    *,
    kind: str,
    title: str,
    origin: str,
    details: str = "",
    due_on: date | None = None,
) -> None:
    """Raise the same task for several people, each of whom may do it for all."""
    machine = Actor.machine("offboarding.effects")
    for person in people:
        keep_task(
            case,
            kind=kind,
            title=title,
            assignee=person,
            due_on=due_on or clock.today(case.time_zone),
            by=machine,
            details=details,
            origin=f"{origin}:{person.pk}",
        )


def finish_raised(case: TerminationCase, origin: str, *, by: Actor, outcome: str = "") -> None:
    """Close the tasks that one origin raised, because the thing itself was done."""
    for task in case.tasks.filter(done_at=None, origin__startswith=f"{origin}:"):
        _finish(case, task, by=by, outcome=outcome)
    for task in case.tasks.filter(done_at=None, origin=origin):
        _finish(case, task, by=by, outcome=outcome)


def complete_task(task: Task, *, by: Actor, outcome: str = "") -> None:
    """Tick a task; ticking it twice changes nothing.

    Raises:
        TransitionRefused: the task is one that only its own form fulfils.
    """
    with acting_on(task.case, by=by, permission="offboarding.work_on_case") as now:
        task = now.tasks.get(pk=task.pk)
        if not task.is_open:
            return
        if task.kind in (TaskKind.DECIDE, TaskKind.APPROVE):
            raise TransitionRefused(
                [Reason("done_by_deciding", _("This is done by deciding, not by ticking."))]
            )
        _finish(now, task, by=by, outcome=outcome)


def snooze_task(task: Task, until: date, *, by: Actor) -> None:
    """Put a task off to a later day; its due date stays visible."""
    with acting_on(task.case, by=by, permission="offboarding.work_on_case") as now:
        if until <= clock.today(now.time_zone):
            raise InvalidInput("until", _("Choose a day after today."))
        task = now.tasks.get(pk=task.pk)
        task.snoozed_until = until
        task.save(update_fields=["snoozed_until"])
        remember(now, "task.snoozed", by=by, subject=task, details={"until": until.isoformat()})


def reassign_task(task: Task, assignee: User, *, by: Actor) -> None:
    """Give a task to another colleague of the team."""
    with acting_on(task.case, by=by, permission="offboarding.work_on_case") as now:
        if why_not := policies.why_not_given_to(assignee, now):
            raise InvalidInput("assignee", why_not)
        task = now.tasks.get(pk=task.pk)
        before = task.assignee_id
        task.assignee = assignee
        task.save(update_fields=["assignee"])
        remember(
            now,
            "task.reassigned",
            by=by,
            subject=task,
            details={"from": before, "to": assignee.pk},
        )


def _finish(case: TerminationCase, task: Task, *, by: Actor, outcome: str) -> None:
    task.done_at = clock.now()
    task.done_by = by.name
    task.outcome = outcome
    task.save(update_fields=["done_at", "done_by", "outcome"])
    remember(case, "task.done", by=by, subject=task, after={"outcome": outcome})
