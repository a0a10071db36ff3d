"""The client's own deadlines: named, struck, and answered for when one is near."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding import terms
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import ClientDeadline, TerminationCase
from offboarding.services.locking import acting_on, remember

FURTHEST_MONTHS = 60


def add_deadline(
    case: TerminationCase, *, by: Actor, due_on: date, title: str, source: str = ""
) -> ClientDeadline:
    """Name a date that the client has to keep.

    Raises:
        InvalidInput: past, further ahead than anybody plans, or without saying what is due.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        today = clock.today(now.time_zone)
        if due_on < today:
            raise InvalidInput("due_on", _("This date is in the past."))
        if due_on > terms.add_months(today, FURTHEST_MONTHS):
            raise InvalidInput("due_on", _("This date is more than five years ahead."))
        if not title.strip():
            raise InvalidInput("title", _("Say what is due."))
        deadline = ClientDeadline.objects.create(
            case=now,
            due_on=due_on,
            title=title.strip(),
            source=source.strip(),
            added_by=by.colleague,
        )
        remember(
            now,
            "deadline.added",
            by=by,
            subject=deadline,
            details={"on": due_on.isoformat()},
            after={"title": deadline.title, "source": deadline.source},
        )
    return deadline


def strike_deadline(deadline: ClientDeadline, *, by: Actor, reason: str) -> None:
    """Take a deadline that was none, or is met, out of the reckoning; it stays readable."""
    with acting_on(deadline.case, by=by, permission="offboarding.work_on_case") as now:
        deadline = now.deadlines.get(pk=deadline.pk)
        if deadline.struck_at is not None:
            return
        if not reason.strip():
            raise InvalidInput("reason", _("Say why the deadline is struck."))
        deadline.struck_at = clock.now()
        deadline.struck_reason = reason.strip()
        deadline.save(update_fields=["struck_at", "struck_reason"])
        remember(now, "deadline.struck", by=by, subject=deadline, after={"reason": reason})


def answer_near_deadlines(case: TerminationCase, *, by: Actor, answer: str) -> int:
    """Say, as the one who decides, why it may end although the client has a deadline soon.

    Returns:
        For how many deadlines it was said.

    Raises:
        InvalidInput: no reason.
        TransitionRefused: no deadline is near, or somebody has answered for all of them.
    """
    with acting_on(case, by=by, permission="offboarding.decide_to_end") as now:
        today = clock.today(now.time_zone)
        near = [one for one in now.deadlines.all() if one.is_near(today) and not one.answer]
        if not near:
            raise TransitionRefused(
                [Reason("no_near_deadline", _("No deadline waits for an answer."), "deadlines")]
            )
        if not answer.strip():
            raise InvalidInput("answer", _("Say why; the record keeps it."))
        for deadline in near:
            deadline.answer = answer.strip()
            deadline.answered_by = by.colleague
            deadline.answered_at = clock.now()
            deadline.save(update_fields=["answer", "answered_by", "answered_at"])
            remember(
                now,
                "deadline.answered",
                by=by,
                subject=deadline,
                details={"on": deadline.due_on.isoformat()},
                after={"answer": deadline.answer},
            )
    return len(near)
