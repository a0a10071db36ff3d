"""One change to many cases at once, and taking it back as one.

Nothing here sends anything or moves a case. Every case gets its own event on its own chain. Undoing
adds events, it erases none; what somebody changed since stays as they left it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import User
from audit import clock
from offboarding import policies
from offboarding.errors import InvalidInput, NotAllowed, Reason, TransitionRefused
from offboarding.models import (
    Batch,
    BatchKind,
    BatchRow,
    Obligation,
    Tag,
    Task,
    TaskKind,
    TerminationCase,
    Watcher,
)
from offboarding.services.locking import Happened, locked_all, remember_all

MOST_CASES = 500
"""More at once would keep a page and other people's cases waiting."""

_PERMISSIONS = {BatchKind.ASSIGN: "offboarding.assign"}
_EVEN_IF_ENDED = {BatchKind.WATCH, BatchKind.UNWATCH}
_TaggedCase = TerminationCase.tags.through


@dataclass
class _Work:
    """What one batch does or undoes: its cases under their locks, and what came of each."""

    by: Actor
    cases: dict[int, TerminationCase]
    before: dict[int, dict[str, Any]] = field(default_factory=dict)
    left: dict[int, str] = field(default_factory=dict)
    happened: list[Happened] = field(default_factory=list)

    @property
    def open(self) -> list[TerminationCase]:
        """The cases that nothing has been said of yet."""
        return [one for one in self.cases.values() if one.pk not in self.left]

    def tell(self, case: TerminationCase, action: str, **said: Any) -> None:
        self.happened.append(Happened(case, action, **said))


# -- the doors: cases ------------------------------------------------------------------------------


def assign_all(cases: Collection[TerminationCase], owner: User, *, by: Actor) -> Batch:
    """Give cases to one colleague, with the open tasks and obligations of their owners."""

    def do(work: _Work) -> None:
        with accounts.roles_read_once():
            for case in work.open:
                if accounts.role_in(owner, case.team) is None:
                    raise InvalidInput(
                        "owner", _("%(name)s does not work in this team.") % {"name": owner}
                    )
                if case.owner_id == owner.pk:
                    work.left[case.pk] = _("belongs to them already")
        _hand_over(work, {case.pk: owner for case in work.open})

    return _carry_out(BatchKind.ASSIGN, cases, do, by=by, argument=owner.pk, label=str(owner))


def tag_all(cases: Collection[TerminationCase], tag: Tag, *, by: Actor) -> Batch:
    """Put one tag on cases of its team."""

    def do(work: _Work) -> None:
        _only_of_its_team(work, tag)
        _put_on(work, tag)

    return _carry_out(BatchKind.TAG, cases, do, by=by, argument=tag.pk, label=tag.name)


def untag_all(cases: Collection[TerminationCase], tag: Tag, *, by: Actor) -> Batch:
    """Take one tag off cases."""

    def do(work: _Work) -> None:
        _only_of_its_team(work, tag)
        _take_off(work, tag)

    return _carry_out(BatchKind.UNTAG, cases, do, by=by, argument=tag.pk, label=tag.name)


def snooze_all(cases: Collection[TerminationCase], until: date, *, by: Actor) -> Batch:
    """Put off the actor's own open tasks on cases; nobody else's.

    Raises:
        InvalidInput: the day is not ahead.
    """
    if until <= clock.today():
        raise InvalidInput("until", _("Choose a day after today."))

    def do(work: _Work) -> None:
        _put_off(work, _open_tasks(work.open).filter(assignee=by.user), until)

    return _carry_out(
        BatchKind.SNOOZE, cases, do, by=by, argument=until.isoformat(), label=_in_words(until)
    )


def watch_all(cases: Collection[TerminationCase], *, by: Actor) -> Batch:
    """Hear of cases from now on."""
    return _carry_out(BatchKind.WATCH, cases, _begin_watching, by=by)


def unwatch_all(cases: Collection[TerminationCase], *, by: Actor) -> Batch:
    """Hear of cases no longer."""
    return _carry_out(BatchKind.UNWATCH, cases, _stop_watching, by=by)


# -- the doors: tasks of one's own queue -----------------------------------------------------------


def snooze_tasks(tasks: Collection[Task], until: date, *, by: Actor) -> Batch:
    """Put off some of the actor's own open tasks.

    Raises:
        InvalidInput: the day is not ahead.
    """
    if until <= clock.today():
        raise InvalidInput("until", _("Choose a day after today."))
    return _carry_out(
        BatchKind.SNOOZE,
        _cases_of(tasks),
        lambda work: _put_off(work, _still_mine(work, tasks), until),
        by=by,
        argument=until.isoformat(),
        label=_in_words(until),
    )


def hand_tasks_on(tasks: Collection[Task], assignee: User, *, by: Actor) -> Batch:
    """Give some of the actor's own open tasks to one colleague.

    Raises:
        InvalidInput: the colleague does not work in the team of a task.
    """

    def do(work: _Work) -> None:
        with accounts.roles_read_once():
            for case in work.open:
                if why_not := policies.why_not_given_to(assignee, case):
                    raise InvalidInput("assignee", why_not)
        changed = []
        for case, mine in _by_case(work, _still_mine(work, tasks)):
            work.before[case.pk] = {"tasks": {str(task.pk): task.assignee_id for task in mine}}
            for task in mine:
                _hand_on(work, case, task, assignee)
                changed.append(task)
        Task.objects.bulk_update(changed, ["assignee"])

    return _carry_out(
        BatchKind.HAND_ON,
        _cases_of(tasks),
        do,
        by=by,
        argument=assignee.pk,
        label=str(assignee),
    )


def complete_tasks(tasks: Collection[Task], *, by: Actor) -> Batch:
    """Tick some of the actor's own open tasks.

    Raises:
        TransitionRefused: one of them is only done by deciding; then none is ticked.
    """

    def do(work: _Work) -> None:
        mine = _still_mine(work, tasks)
        by_deciding = mine.filter(kind__in=[TaskKind.DECIDE, TaskKind.APPROVE])
        if reasons := [
            Reason(
                "done_by_deciding",
                _("“%(task)s” on %(case)s is done by deciding, not by ticking.")
                % {"task": task.title, "case": work.cases[task.case_id].reference},
            )
            for task in by_deciding.order_by("pk")
        ]:
            raise TransitionRefused(reasons)
        changed = []
        for case, done in _by_case(work, mine):
            work.before[case.pk] = {"tasks": [task.pk for task in done]}
            for task in done:
                task.done_at, task.done_by = clock.now(), by.name
                work.tell(case, "task.done", subject=task, after={"outcome": ""})
                changed.append(task)
        Task.objects.bulk_update(changed, ["done_at", "done_by"])

    return _carry_out(BatchKind.DONE, _cases_of(tasks), do, by=by)


def undo(batch: Batch, *, by: Actor) -> Batch:
    """Take a batch back, where what it did still stands.

    Raises:
        NotAllowed: somebody else made it.
        TransitionRefused: it was taken back already.
    """
    with transaction.atomic():
        now = Batch.objects.select_for_update().get(pk=batch.pk)
        if by.user_id != now.made_by_id:
            raise NotAllowed(_("Whoever made a change in bulk takes it back."))
        if now.undone_at is not None:
            raise TransitionRefused(
                [Reason("undone", _("This was taken back already; nothing was done twice."))]
            )
        rows = {row.case_id: row for row in now.rows.filter(left_out="")}
        work = _under_locks(BatchKind(now.kind), rows, by=by, is_undone=True)
        _UNDO[BatchKind(now.kind)](work, now, rows)
        remember_all(work.happened, by=by)
        for case_id, why in work.left.items():
            rows[case_id].kept = why
        BatchRow.objects.bulk_update([rows[pk] for pk in work.left], ["kept"])
        now.undone_at = clock.now()
        now.save(update_fields=["undone_at"])
    return now


# -- the frame -------------------------------------------------------------------------------------


def _carry_out(
    kind: BatchKind,
    cases: Collection[TerminationCase],
    do: Callable[[_Work], None],
    *,
    by: Actor,
    argument: int | str | None = None,
    label: str = "",
) -> Batch:
    if not cases:
        raise InvalidInput("", _("Choose at least one case."))
    if len(cases) > MOST_CASES:
        raise InvalidInput(
            "",
            _("Choose at most %(most)d cases at once; narrow the view first.")
            % {"most": MOST_CASES},
        )
    if (person := by.user) is None:
        raise NotAllowed(_("Only people change cases in bulk."))
    with transaction.atomic():
        work = _under_locks(kind, [case.pk for case in cases], by=by)
        do(work)
        batch = Batch.objects.create(
            kind=kind, made_by=person, argument={"value": argument}, label=label[:200]
        )
        BatchRow.objects.bulk_create(
            [
                BatchRow(
                    batch=batch,
                    case_id=pk,
                    before=work.before.get(pk, {}),
                    left_out=str(work.left.get(pk, ""))[:200],
                )
                for pk in work.cases
            ]
        )
        remember_all(_of_a_batch(work.happened, batch), by=by)
    return batch


def _under_locks(
    kind: BatchKind, keys: Iterable[int], *, by: Actor, is_undone: bool = False
) -> _Work:
    """Lock the cases in the order of their keys and ask for each whether the actor may.

    One that the actor may not change stops all of it; taking back leaves it as it is.
    """
    work = _Work(by, locked_all(list(keys)))
    permission = _PERMISSIONS.get(kind, "offboarding.work_on_case")
    # Read after the locks are taken, and for this transaction alone.
    with accounts.roles_read_once():
        for case in work.cases.values():
            if not policies.may(by, permission, case):
                if not is_undone:
                    policies.require(by, permission, case)
                work.left[case.pk] = _("is no longer yours to change")
            elif case.is_ended and kind not in _EVEN_IF_ENDED:
                work.left[case.pk] = _("has ended and is read-only")
    return work


def _of_a_batch(happened: list[Happened], batch: Batch) -> list[Happened]:
    return [
        Happened(
            one.case, one.action, one.subject, (one.details or {}) | {"batch": batch.pk}, one.after
        )
        for one in happened
    ]


# -- what is done to a case ------------------------------------------------------------------------


def _hand_over(work: _Work, owners: dict[int, User], only: dict[int, Any] | None = None) -> None:
    """Give cases to their new owners, with what their present owners have to do.

    Args:
        work: holds the locks.
        owners: the new owner by case.
        only: by case, the `before` of the batch that is taken back: nothing but its tasks and
            obligations moves.
    """
    cases = [case for case in work.open if case.pk in owners]
    tasks, obligations = defaultdict(list), defaultdict(list)
    for task in _open_tasks(cases).order_by("pk"):
        tasks[task.case_id].append(task)
    for one in Obligation.objects.filter(case__in=cases, state="open").order_by("pk"):
        obligations[one.case_id].append(one)
    moved: list[Task | Obligation] = []
    for case in cases:
        former, owner = case.owner, owners[case.pk]
        mine = [task for task in tasks[case.pk] if task.assignee_id == former.pk]
        owed = [one for one in obligations[case.pk] if one.owner_id == former.pk]
        if only is not None:
            mine = [task for task in mine if task.pk in only[case.pk]["tasks"]]
            owed = [one for one in owed if one.pk in only[case.pk]["obligations"]]
        for task in mine:
            task.assignee = owner
        for one in owed:
            one.owner = owner
        moved += [*mine, *owed]
        case.owner = owner
        work.before[case.pk] = {
            "owner": former.pk,
            "tasks": [task.pk for task in mine],
            "obligations": [one.pk for one in owed],
        }
        work.tell(
            case,
            "case.assigned",
            details={"from": former.pk, "to": owner.pk},
            after={"owner": str(owner)},
        )
    TerminationCase.objects.bulk_update(cases, ["owner"])
    Task.objects.bulk_update([one for one in moved if isinstance(one, Task)], ["assignee"])
    Obligation.objects.bulk_update([one for one in moved if isinstance(one, Obligation)], ["owner"])


def _put_off(work: _Work, mine: QuerySet[Task], until: date) -> None:
    changed = []
    for case, tasks in _by_case(work, mine):
        work.before[case.pk] = {"tasks": {str(task.pk): _iso(task.snoozed_until) for task in tasks}}
        for task in tasks:
            work.tell(case, "task.snoozed", subject=task, details={"until": until.isoformat()})
            changed.append(task.pk)
    Task.objects.filter(pk__in=changed).update(snoozed_until=until)


def _hand_on(work: _Work, case: TerminationCase, task: Task, assignee: User) -> None:
    details = {"from": task.assignee_id, "to": assignee.pk}
    work.tell(case, "task.reassigned", subject=task, details=details)
    task.assignee = assignee


def _by_case(work: _Work, mine: QuerySet[Task]) -> Iterator[tuple[TerminationCase, list[Task]]]:
    """Yield the cases with their tasks; those that have none of them are left out."""
    of_case: dict[int, list[Task]] = defaultdict(list)
    for task in mine.order_by("pk"):
        of_case[task.case_id].append(task)
    for case in work.open:
        if case.pk in of_case:
            yield case, of_case[case.pk]
        else:
            work.left[case.pk] = _("has no open task of yours")


def _put_on(work: _Work, tag: Tag) -> None:
    having = _having(work.open, tag)
    for case in work.open:
        if case.pk in having:
            work.left[case.pk] = _("has this tag already")
        else:
            work.tell(case, "case.tagged", details={"added": [tag.pk], "removed": []})
    _TaggedCase.objects.bulk_create(
        [_TaggedCase(terminationcase_id=case.pk, tag_id=tag.pk) for case in work.open]
    )


def _take_off(work: _Work, tag: Tag) -> None:
    having = _having(work.open, tag)
    for case in work.open:
        if case.pk not in having:
            work.left[case.pk] = _("does not have this tag")
        else:
            work.tell(case, "case.tagged", details={"added": [], "removed": [tag.pk]})
    _TaggedCase.objects.filter(tag=tag, terminationcase__in=work.open).delete()


def _begin_watching(work: _Work) -> None:
    watched = _watched(work)
    for case in work.open:
        if case.pk in watched:
            work.left[case.pk] = _("is watched already")
        else:
            work.tell(case, "case.watched", details={"user": work.by.user_id})
    Watcher.objects.bulk_create([Watcher(case=case, user=work.by.user) for case in work.open])


def _stop_watching(work: _Work) -> None:
    watched = _watched(work)
    for case in work.open:
        if case.pk not in watched:
            work.left[case.pk] = _("is not watched")
        else:
            work.tell(case, "case.unwatched", details={"user": work.by.user_id})
    Watcher.objects.filter(user=work.by.user, case__in=work.open).delete()


# -- what is undone --------------------------------------------------------------------------------


def _give_back(work: _Work, batch: Batch, rows: dict[int, BatchRow]) -> None:
    former = {
        user.pk: user
        for user in User.objects.filter(pk__in={row.was("owner") for row in rows.values()})
    }
    owners: dict[int, User] = {}
    with accounts.roles_read_once():
        for case in work.open:
            owner = former[rows[case.pk].was("owner")]
            if case.owner_id != batch.argument["value"]:
                work.left[case.pk] = _("has been given to somebody else since")
            elif accounts.role_in(owner, case.team) is None:
                work.left[case.pk] = _("%(name)s does not work in this team any more") % {
                    "name": owner
                }
            else:
                owners[case.pk] = owner
    _hand_over(work, owners, {pk: row.before for pk, row in rows.items()})


def _wake(work: _Work, batch: Batch, rows: dict[int, BatchRow]) -> None:
    until = date.fromisoformat(batch.argument["value"])
    changed = []
    still = {task.pk: task for task in _open_tasks(work.open).filter(snoozed_until=until)}
    for case in work.open:
        tasks = [still[int(pk)] for pk in rows[case.pk].was("tasks") if int(pk) in still]
        if not tasks:
            work.left[case.pk] = _("has been done or put off otherwise since")
        for task in tasks:
            earlier = rows[case.pk].was("tasks")[str(task.pk)]
            task.snoozed_until = date.fromisoformat(earlier) if earlier else None
            work.tell(case, "task.snoozed", subject=task, details={"until": earlier})
            changed.append(task)
    Task.objects.bulk_update(changed, ["snoozed_until"])


def _hand_back(work: _Work, batch: Batch, rows: dict[int, BatchRow]) -> None:
    former_keys = {key for row in rows.values() for key in row.was("tasks").values()}
    former = {user.pk: user for user in User.objects.filter(pk__in=former_keys)}
    still = _open_tasks(work.open).filter(assignee=batch.argument["value"])
    still_open = {task.pk: task for task in still}
    changed = []
    with accounts.roles_read_once():
        for case in work.open:
            kept = _("has been done or handed on since")
            for key, whose in rows[case.pk].was("tasks").items():
                task, person = still_open.get(int(key)), former[whose]
                if task is None:
                    work.left[case.pk] = kept
                elif accounts.role_in(person, case.team) is None:
                    words = _("%(name)s does not work in this team any more")
                    work.left[case.pk] = words % {"name": person}
                else:
                    _hand_on(work, case, task, person)
                    changed.append(task)
    Task.objects.bulk_update(changed, ["assignee"])


def _open_again(work: _Work, batch: Batch, rows: dict[int, BatchRow]) -> None:
    changed = []
    done = Task.objects.filter(case__in=work.open, done_at__isnull=False)
    ticked = {task.pk: task for task in done}
    for case in work.open:
        for key in rows[case.pk].was("tasks"):
            if (task := ticked.get(key)) is not None:
                task.done_at, task.done_by = None, ""
                work.tell(case, "task.reopened", subject=task)
                changed.append(task)
    Task.objects.bulk_update(changed, ["done_at", "done_by"])


def _untag_again(work: _Work, batch: Batch, rows: dict[int, BatchRow]) -> None:
    _with_its_tag(work, batch, _take_off)


def _tag_again(work: _Work, batch: Batch, rows: dict[int, BatchRow]) -> None:
    _with_its_tag(work, batch, _put_on)


def _with_its_tag(work: _Work, batch: Batch, do: Callable[[_Work, Tag], None]) -> None:
    tag = Tag.objects.filter(pk=batch.argument["value"]).first()
    if tag is None:
        raise TransitionRefused([Reason("no_tag", _("This tag does not exist any more."))])
    do(work, tag)


_UNDO: dict[BatchKind, Callable[[_Work, Batch, dict[int, BatchRow]], None]] = {
    BatchKind.ASSIGN: _give_back,
    BatchKind.TAG: _untag_again,
    BatchKind.UNTAG: _tag_again,
    BatchKind.SNOOZE: _wake,
    BatchKind.WATCH: lambda work, _batch, _rows: _stop_watching(work),
    BatchKind.UNWATCH: lambda work, _batch, _rows: _begin_watching(work),
    BatchKind.HAND_ON: _hand_back,
    BatchKind.DONE: _open_again,
}


# -- what is asked on the way ----------------------------------------------------------------------


def _only_of_its_team(work: _Work, tag: Tag) -> None:
    for case in work.open:
        if case.team_id != tag.team_id:
            work.left[case.pk] = _("belongs to another team than the tag")


def _having(cases: list[TerminationCase], tag: Tag) -> set[int]:
    rows = _TaggedCase.objects.filter(tag=tag, terminationcase__in=cases)
    return set(rows.values_list("terminationcase_id", flat=True))


def _watched(work: _Work) -> set[int]:
    rows = Watcher.objects.filter(user=work.by.user, case__in=work.open)
    return set(rows.values_list("case_id", flat=True))


def _open_tasks(cases: list[TerminationCase]) -> QuerySet[Task]:
    return Task.objects.filter(case__in=cases, done_at=None)


def _cases_of(tasks: Collection[Task]) -> list[TerminationCase]:
    return list({task.case_id: task.case for task in tasks}.values())


def _still_mine(work: _Work, tasks: Collection[Task]) -> QuerySet[Task]:
    """Ask, under the locks, which of the tasks are still the actor's to do."""
    return _open_tasks(work.open).filter(pk__in=[task.pk for task in tasks], assignee=work.by.user)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _in_words(day: date) -> str:
    return date_format(day, "j F Y")
