"""After the end: scheduled checks and the client's final questions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import (
    ClientLink,
    Communication,
    FollowUp,
    Question,
    TaskKind,
    TerminationCase,
)
from offboarding.models.ground import default_look_backs
from offboarding.services.locking import acting_on, locked, remember
from offboarding.services.tasks import finish_raised, keep_task


def plan_follow_ups(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Schedule the usual look backs after the effective date (an effect); once per case."""
    if case.follow_ups.exists() or case.effective_on is None:
        return
    for days, writes in schedule_of(case):
        _keep(
            case,
            by=by,
            title=_("Look back after %(days)d days") % {"days": days},
            due_on=case.effective_on + timedelta(days=days),
            writes_to_client=writes,
        )


def schedule_of(case: TerminationCase) -> list[tuple[int, bool]]:
    """Return the days after the effective date on which is looked back, as the case's ground says.

    Each with whether the client is written to. Cases that were opened before grounds said so have
    the usual days.
    """
    rows = case.ground_copy.get("look_backs", default_look_backs())
    return sorted((int(row["days"]), bool(row["writes_to_client"])) for row in rows)


def add_follow_up(
    case: TerminationCase, *, by: Actor, title: str, due_on: date, writes_to_client: bool = False
) -> FollowUp:
    """Schedule one more look back."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if not title.strip():
            raise InvalidInput("title", _("Say what is looked at."))
        if due_on < clock.today(now.time_zone):
            raise InvalidInput("due_on", _("This day is past."))
        return _keep(now, by=by, title=title, due_on=due_on, writes_to_client=writes_to_client)


def _keep(case: TerminationCase, *, by: Actor, **fields: Any) -> FollowUp:
    follow_up = FollowUp.objects.create(case=case, **fields)
    remember(
        case,
        "follow_up.planned",
        by=by,
        subject=follow_up,
        details={"due_on": follow_up.due_on.isoformat()},
    )
    return follow_up


def raise_follow_up(follow_up: FollowUp, *, by: Actor) -> bool:
    """Turn a due follow-up into a task, once; call inside a transaction.

    Returns:
        Whether this call raised it; a second one finds nothing to do.
    """
    case = locked(follow_up.case)
    row = case.follow_ups.select_for_update().get(pk=follow_up.pk)
    if row.raised_at is not None or not row.is_open or case.is_ended:
        return False
    row.raised_at = clock.now()
    row.save(update_fields=["raised_at"])
    keep_task(
        case,
        kind=TaskKind.FOLLOW_UP,
        title=row.title,
        assignee=case.owner,
        due_on=clock.today(case.time_zone),
        by=by,
        origin=f"follow-up:{row.pk}",
    )
    remember(case, "follow_up.raised", by=by, subject=row)
    return True


def complete_follow_up(follow_up: FollowUp, *, by: Actor, outcome: str) -> None:
    """Record what a look back showed; recording the same twice changes nothing.

    Raises:
        InvalidInput: no word about what was found.
        TransitionRefused: it is done or cancelled already, or its day is still ahead.
    """
    with acting_on(follow_up.case, by=by, permission="offboarding.work_on_case") as now:
        row = now.follow_ups.select_for_update().get(pk=follow_up.pk)
        if not outcome.strip():
            raise InvalidInput("outcome", _("Say in a word what you found."))
        if row.done_at is not None and row.outcome == outcome:
            return
        reasons = why_not_open(row)
        if reasons:
            raise TransitionRefused(reasons)
        if row.due_on > clock.today(now.time_zone):
            raise TransitionRefused(
                [
                    Reason(
                        "too_early",
                        _(
                            "This look back is planned for a later day. Cancel it and plan "
                            "another, if you want it sooner."
                        ),
                        "follow-up",
                    )
                ]
            )
        row.done_at = clock.now()
        row.done_by = by.name
        row.outcome = outcome
        row.save(update_fields=["done_at", "done_by", "outcome"])
        remember(now, "follow_up.done", by=by, subject=row, after={"outcome": outcome})
        finish_raised(now, f"follow-up:{row.pk}", by=by, outcome=outcome)


def cancel_follow_up(follow_up: FollowUp, *, by: Actor, reason: str) -> None:
    """Record why a look back is not needed; saying the same twice changes nothing."""
    with acting_on(follow_up.case, by=by, permission="offboarding.work_on_case") as now:
        row = now.follow_ups.select_for_update().get(pk=follow_up.pk)
        if not reason.strip():
            raise InvalidInput("reason", _("Say why it is not needed."))
        if row.cancelled_reason == reason:
            return
        reasons = why_not_open(row)
        if reasons:
            raise TransitionRefused(reasons)
        row.cancelled_reason = reason
        row.save(update_fields=["cancelled_reason"])
        remember(now, "follow_up.cancelled", by=by, subject=row, after={"reason": reason})
        finish_raised(now, f"follow-up:{row.pk}", by=by, outcome=reason)


def why_not_open(row: FollowUp) -> list[Reason]:
    """Say what became of a look back that somebody wants to settle once more."""
    if row.done_at is not None:
        said = _("“%(title)s” was done by %(name)s.") % {"title": row.title, "name": row.done_by}
    elif row.cancelled_reason:
        said = _("“%(title)s” was cancelled: %(reason)s") % {
            "title": row.title,
            "reason": row.cancelled_reason,
        }
    else:
        return []
    return [Reason("already_settled", said, "follow-up")]


def already_answered(question: Question) -> Reason:
    """Say who was faster with an answer."""
    said = _("%(name)s has answered this question already.") % {"name": question.answered_by}
    return Reason("already_answered", said, "questions")


def ask_question(
    case: TerminationCase,
    *,
    by: Actor,
    text: str,
    asked_by: str = "",
    link: ClientLink | None = None,
    communication: Communication | None = None,
) -> Question:
    """Keep a question of the client, from their page, their mail, or as a colleague heard it.

    Args:
        case: what it is about.
        by: the client, or the colleague who keeps it.
        text: the question.
        asked_by: who asked, as the client named it.
        link: the page it was asked on, which shows the answer.
        communication: the mail or call in which it was asked.
    """
    permission = "offboarding.ask_question" if by.kind == "client" else "offboarding.work_on_case"
    with acting_on(case, by=by, permission=permission, even_if_ended=by.kind == "client") as now:
        if not text.strip():
            raise InvalidInput("question", _("Write your question."))
        question = Question.objects.create(
            case=now,
            asked_by=asked_by or by.name,
            text=text,
            link=link,
            communication=communication,
        )
        remember(now, "question.asked", by=by, subject=question, after={"text": text})
        keep_task(
            now,
            kind=TaskKind.OTHER,
            title=_("Answer the client's question"),
            details=text,
            assignee=now.owner,
            due_on=clock.today(now.time_zone) + timedelta(days=2),
            by=Actor.machine("offboarding.effects"),
            origin=f"question:{question.pk}",
        )
    return question


def answer_question(question: Question, *, by: Actor, answer: str) -> Question:
    """Record the answer the client got; the same answer twice is one.

    Raises:
        InvalidInput: the answer is empty.
        TransitionRefused: somebody has given another answer already.
    """
    with acting_on(question.case, by=by, permission="offboarding.work_on_case") as now:
        row = now.questions.select_for_update().get(pk=question.pk)
        if not answer.strip():
            raise InvalidInput("answer", _("Write the answer the client gets."))
        if row.answered_at is not None and row.answer == answer:
            return row
        if row.answered_at is not None:
            raise TransitionRefused([already_answered(row)])
        row.answer = answer
        row.answered_at = clock.now()
        row.answered_by = by.user
        row.save(update_fields=["answer", "answered_at", "answered_by"])
        remember(now, "question.answered", by=by, subject=row, after={"answer": answer})
        finish_raised(now, f"question:{row.pk}", by=by, outcome=_("Answered"))
    return row
