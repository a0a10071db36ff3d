"""A case as one line of a list: where it stands, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit import clock
from desk.case.next_step import GOALS
from offboarding.lifecycle import ENDED, GOES_ON, State
from offboarding.models import Obligation, ObligationState, Party, Task, TerminationCase
from offboarding.selectors import FORWARD

SHOWN_WITH = ("client__office", "owner", "ground")
"""What a line shows beside the case itself, to be read with it."""


def goal_of(case: TerminationCase) -> str | Promise:
    """Say what an open case's stage is there for, where nobody has a task on it."""
    return GOALS[FORWARD[State(case.state)]]


@dataclass(frozen=True)
class CaseLine:
    """One case with the task that is due first, if somebody has one."""

    case: TerminationCase
    task: Task | None
    late_ours: int = 0
    late_theirs: int = 0

    @property
    def late_words(self) -> str:
        """Say what of both sides is late, ours first; nothing where nothing is."""
        said = []
        if self.late_ours:
            said.append(_("%(count)d of ours late") % {"count": self.late_ours})
        if self.late_theirs:
            said.append(_("%(count)d of theirs late") % {"count": self.late_theirs})
        return ", ".join(said)

    @property
    def next_step(self) -> str | Promise:
        """What to do next, in words; nothing for a case that has ended."""
        if self.case.state in ENDED:
            return ""
        return self.task.title if self.task else goal_of(self.case)

    @property
    def due_on(self) -> date | None:
        """When that is due, if it has a date."""
        return self.task.due_on if self.task else None

    @property
    def days_in_stage(self) -> int | None:
        """How long the case stands where it is; nothing for a case that has ended."""
        if self.case.state in ENDED:
            return None
        since = timezone.localtime(self.case.state_changed_at).date()
        return max((clock.today() - since).days, 0)


def lines_of(cases: Iterable[TerminationCase]) -> list[CaseLine]:
    """Add the next task to each case, in one query for all of them.

    What is late is said of cases that were read `with_late`.
    """
    cases = list(cases)
    open_tasks = Task.objects.filter(case__in=[case.pk for case in cases], done_at=None)
    first: dict[int, Task] = {}
    for task in open_tasks.order_by("due_on", "pk") if cases else []:
        first.setdefault(task.case_id, task)
    return [
        CaseLine(
            case,
            first.get(case.pk),
            late_ours=0 if case.state in GOES_ON else getattr(case, "late_ours", 0),
            late_theirs=0 if case.state in GOES_ON else getattr(case, "late_theirs", 0),
        )
        for case in cases
    ]


def with_late(cases: QuerySet[TerminationCase]) -> QuerySet[TerminationCase]:
    """Count, with the rows that are shown, the open obligations whose day has passed.

    What the client says is done is not late any more: it waits for us. The database counts it for
    the rows of a page only, along the obligations of each.
    """

    def late(party: Party) -> Coalesce:
        rows = (
            Obligation.objects.filter(
                case=OuterRef("pk"),
                party=party,
                state=ObligationState.OPEN,
                due_on__lt=clock.today(),
                client_says_done_at=None,
            )
            .order_by()
            .values("case")
            .annotate(count=Count("pk"))
        )
        return Coalesce(Subquery(rows.values("count")), 0)

    return cases.annotate(late_ours=late(Party.OURS), late_theirs=late(Party.CLIENTS))


def open_task(**conditions: object) -> Exists:
    """Ask whether somebody has a task on a case, for use in a filter of cases."""
    return Exists(Task.objects.filter(case=OuterRef("pk"), done_at=None, **conditions))


def overdue(cases: QuerySet[TerminationCase]) -> QuerySet[TerminationCase]:
    """Narrow cases down to those with a task whose day has passed."""
    return cases.filter(open_task(due_on__lt=clock.today()))
