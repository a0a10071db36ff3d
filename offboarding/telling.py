"""Who is told of what happens on a case: rules over its record.

Whatever is remembered on a case's chain passes here, in the same transaction; no verb has to think
of telling anybody. A rule names an action of the record and whom it is news for. Apps above add
rules for their own actions from `AppConfig.ready`.

Whoever has to do something gets a task, and every task is told to whom it is given. So the other
rules name those who have nothing to do: who asked, who watches, and the owner where no task comes
with it. Nobody is told of what they did themselves. Rights are asked for when it is read: a row is
no door.

What is done to many cases at once tells nobody case by case; its own page shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from accounts.actor import Actor
from accounts.models import User
from audit.models import AuditEvent
from offboarding.models import (
    CaseNote,
    Decision,
    Notification,
    NotificationKind,
    Task,
    TaskKind,
    TerminationCase,
    Verdict,
    Watcher,
)

Whom = Callable[[TerminationCase, Any], Q]
"""From a case and the row that something happened to, to a condition on people."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom an action is news for.

    Attributes:
        kind: what sort of news it is.
        whom: everybody whom any of these names.
        only_if: asked of the row it happened to; when left out it always is news.
    """

    kind: NotificationKind | Callable[[Any], NotificationKind]
    whom: tuple[Whom, ...]
    only_if: Callable[[Any], bool] | None = None


# -- whom ------------------------------------------------------------------------------------------


def the_owner(case: TerminationCase, _subject: Any) -> Q:
    """Whoever looks after the case."""
    return Q(pk=case.owner_id)


def watchers(case: TerminationCase, _subject: Any) -> Q:
    """Those who watch it, but for its owner, whom tasks tell."""
    watching = Watcher.objects.filter(case=case).exclude(user_id=case.owner_id)
    return Q(pk__in=watching.values("user_id"))


def who_is_meant(_case: TerminationCase, note: CaseNote) -> Q:
    """Those whom a note mentions."""
    return Q(pk__in=note.mentions.values("person_id"))


def who_was_given_it(_case: TerminationCase, task: Task) -> Q:
    """Whoever has to do a task."""
    return Q(pk=task.assignee_id)


def who_asked(_case: TerminationCase, decision: Decision) -> Q:
    """Whoever asked for a decision; when more is asked of them, their task says so."""
    asked_for_more = decision.verdict == Verdict.MORE
    return Q(pk__in=[] if asked_for_more else [decision.requested_by_id])


# -- the rules -------------------------------------------------------------------------------------

_OF_ORIGIN = {
    "more": NotificationKind.DECISION,
    "sent-back": NotificationKind.DECISION,
    "approval-void": NotificationKind.DECISION,
    "waiver": NotificationKind.DECISION,
    "proof": NotificationKind.DECISION,
    "delivery": NotificationKind.DELIVERY,
    "notice": NotificationKind.DELIVERY,
    "inbound": NotificationKind.CLIENT,
    "question": NotificationKind.CLIENT,
    "ticked": NotificationKind.CLIENT,
    "feedback": NotificationKind.CLIENT,
    "dispute": NotificationKind.CLIENT,
    "threat": NotificationKind.CLIENT,
    "receipt-fell": NotificationKind.CLIENT,
}
"""What a task is about, by the first word of what raised it."""


def kind_of_task(task: Task) -> NotificationKind:
    """Tell what sort of news a new task is."""
    if task.kind in (TaskKind.DECIDE, TaskKind.APPROVE):
        return NotificationKind.DECISION
    return _OF_ORIGIN.get(task.origin.partition(":")[0], NotificationKind.TASK)


def _is_not_told_otherwise(task: Task) -> bool:
    """What the client says on their last page is news by itself, with a task or without."""
    return not task.origin.startswith("feedback:")


_GIVEN = Rule(kind_of_task, (who_was_given_it,), _is_not_told_otherwise)
_BY_THE_CLIENT = Rule(NotificationKind.CLIENT, (the_owner, watchers))
_BY_THE_CLIENT_WITH_A_TASK = Rule(NotificationKind.CLIENT, (watchers,))

_rules: dict[str, Rule] = {
    "note.written": Rule(NotificationKind.MENTION, (who_is_meant,)),
    "task.raised": _GIVEN,
    "task.reassigned": _GIVEN,
    "case.assigned": Rule(NotificationKind.TASK, (the_owner,)),
    "decision.made": Rule(NotificationKind.DECISION, (who_asked, watchers)),
    "receipt.recorded": _BY_THE_CLIENT,
    "case.acknowledgement_voided": _BY_THE_CLIENT_WITH_A_TASK,
    "case.disputed": _BY_THE_CLIENT,
    "question.asked": _BY_THE_CLIENT_WITH_A_TASK,
    "obligation.client_says_done": _BY_THE_CLIENT_WITH_A_TASK,
    "feedback.given": _BY_THE_CLIENT,
    "feedback.changed": _BY_THE_CLIENT,
    "release.accepted": _BY_THE_CLIENT,
}


def register(action: str, rule: Rule) -> None:
    """Add a rule for an action of an app above; the same action again replaces it."""
    _rules[action] = rule


def rule_of(action: str) -> Rule | None:
    """Return the rule of an action, if it is news for anybody."""
    return _rules.get(action)


# -- telling ---------------------------------------------------------------------------------------


def tell(case: TerminationCase, event: AuditEvent, subject: Any, *, by: Actor) -> None:
    """Tell those whom an event is news for, in the transaction that records it."""
    if event.action == "task.done":
        # It is no news any more, for whoever did it or would have had to.
        Notification.objects.filter(task=subject, read_at=None).update(read_at=event.at)
        return
    rule = _rules.get(event.action)
    if rule is None or (rule.only_if is not None and not rule.only_if(subject)):
        return
    meant = reduce(or_, (whom(case, subject) for whom in rule.whom))
    people = User.objects.filter(meant, is_active=True).exclude(pk=by.user_id or 0).order_by()
    keys = list(people.values_list("pk", flat=True))
    if not keys:
        return
    kind = rule.kind if isinstance(rule.kind, NotificationKind) else rule.kind(subject)
    Notification.objects.bulk_create(
        [
            Notification(
                person_id=key,
                case=case,
                kind=kind,
                action=event.action,
                event=event,
                task=subject if isinstance(subject, Task) else None,
                origin=f"event:{event.pk}",
                at=event.at,
            )
            for key in keys
        ],
        ignore_conflicts=True,
    )
