"""The ladder of asking whether a notice arrived: which steps, and when the next one is due.

The steps come from the case's own copy of its ground, in business days of the client's country
after service. When a step is late, because the case was on hold or a worker was down, the later
ones keep their distance: a client is never asked twice on one day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.models import Chase, Notice, NoticeKind, NoticeState
from offboarding import selectors, terms
from offboarding.lifecycle import State
from offboarding.models import TaskKind, TerminationCase
from offboarding.models.ground import default_chasing
from offboarding.services.locking import remember
from offboarding.services.tasks import finish_raised

MOST_REMINDERS = 2


class StepKind(StrEnum):
    """What is done on a rung of the ladder."""

    REMINDER = "reminder"
    CALL = "call"
    NEXT_CHANNEL = "next_channel"
    ESCALATION = "escalation"
    DEEMED_SERVICE = "deemed_service"


@dataclass(frozen=True)
class Step:
    """One step of a ground's ladder; `number` tells the reminders apart."""

    kind: StepKind
    number: int
    after_business_days: int


@dataclass(frozen=True)
class Rung:
    """A step as the case's page shows it.

    Attributes:
        kind: reminder, call, next_channel, escalation or deemed_service.
        number: 1 or 2 for reminders, else 1.
        due_on: the day it was done, or is due if nothing stops the ladder.
        done: it was done or skipped.
        skipped: it could not be done, as a reminder without an address.
    """

    kind: str
    number: int
    due_on: date
    done: bool
    skipped: bool = False


class Stop(StrEnum):
    """Why nobody asks any more, for now or for good."""

    RECEIPT = "receipt"
    DISPUTE = "dispute"
    HOLD = "hold"
    CLAIM = "claim"
    NEGOTIATION = "negotiation"
    ENDED = "ended"


def stop_of(case: TerminationCase) -> Stop | None:
    """Return what stops the asking; None while the case waits for a receipt and may be chased."""
    if case.state == State.NOTICE and case.is_disputed:
        return Stop.DISPUTE
    if any(proof.voided_at is None for proof in case.proofs.all()):
        return Stop.RECEIPT
    if case.state != State.NOTICE:
        return Stop.ENDED
    if case.is_on_hold:
        return Stop.HOLD
    if case.is_sending_held:
        return Stop.CLAIM
    return Stop.NEGOTIATION if case.reminds_nobody else None


def policy_of(case: TerminationCase) -> dict[str, Any]:
    """Return how the case's own copy of its ground has receipt asked for."""
    return dict(case.ground_copy.get("chasing") or default_chasing())


def steps_of(case: TerminationCase) -> list[Step]:
    """Return the steps that the case's ground asks for, in their order; what it leaves out is left
    out.
    """
    rules = policy_of(case)
    days = sorted(rules.get("reminders_after_business_days") or [])[:MOST_REMINDERS]
    steps = [Step(StepKind.REMINDER, number, day) for number, day in enumerate(days, start=1)]
    for kind in StepKind:
        day = rules.get(f"{kind}_after_business_days")
        if day:
            steps.append(Step(kind, 1, day))
    return sorted(steps, key=lambda step: step.after_business_days)


def ladder(case: TerminationCase) -> list[Rung]:
    """Return what was done to learn whether the notice arrived, and what comes next."""
    return ladder_of(case, Chase.objects.filter(case=case).first())


def ladder_of(case: TerminationCase, chase: Chase | None) -> list[Rung]:
    """Return the ladder of a case whose chase was read already."""
    steps = steps_of(case)
    if chase is None:
        if case.served_on is None:
            return []
        return _planned(case, steps, 0, _first_day(case, steps, case.served_on))
    done = [
        Rung(kind, number, date.fromisoformat(day), done=True, skipped=skipped)
        for kind, number, day, skipped in chase.history
    ]
    return done + _planned(case, steps, chase.position, chase.due_on)


def _planned(
    case: TerminationCase, steps: list[Step], position: int, due_on: date | None
) -> list[Rung]:
    rungs: list[Rung] = []
    for index in range(position, len(steps)):
        if due_on is None:
            break
        rungs.append(Rung(steps[index].kind, steps[index].number, due_on, done=False))
        due_on = _next_day(case, steps, index, due_on)
    return rungs


def chased_notice(case: TerminationCase) -> Notice | None:
    """Return the notice whose receipt is asked for: the last one that ends the relationship."""
    return (
        case.notices.filter(
            kind__in=[NoticeKind.TERMINATION, NoticeKind.CORRECTION], state=NoticeState.SENT
        )
        .order_by("-number")
        .first()
    )


def begin_again_later(case: TerminationCase) -> bool:
    """Forget a ladder of which no step was taken, because the service fell; tell whether it could.

    The next service starts it anew. Call with the case locked.
    """
    chase = Chase.objects.filter(case=case).first()
    if chase is None:
        return True
    if chase.history:
        return False
    chase.delete()
    return True


def begin(case: TerminationCase, *, from_day: date, notice: Notice | None = None) -> Chase:
    """Start the ladder when a notice is served; a second channel of the same notice is one start.

    Call with the case locked, right after `record_service`.

    Args:
        case: whose notice was served.
        from_day: the day of service; business days are counted after it.
        notice: the served one; the last that was sent if left out.
    """
    notice = notice or chased_notice(case)
    due_on = _first_day(case, steps_of(case), from_day)
    chase = Chase.objects.filter(case=case).first()
    if chase is None:
        return Chase.objects.create(case=case, notice=notice, due_on=due_on)
    if notice is not None and chase.notice_id != notice.pk:
        chase.notice = notice
        chase.round = 1
        chase.position = 0
        chase.due_on = due_on
        chase.history = []
        chase.save()
    return chase


def rest(case: TerminationCase) -> None:
    """Stop asking, because nothing of the notice serves any more; the next service begins anew."""
    Chase.objects.filter(case=case).update(notice=None, due_on=None, position=0)


def chase_again(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Ask again because the receipt fell (an effect of `void_acknowledgement`).

    Reminders that were sent are not sent again: two are the most a client gets.
    """
    steps = steps_of(case)
    chase = Chase.objects.filter(case=case).first()
    if chase is None or not steps:
        return
    call = next(
        (index for index, step in enumerate(steps) if step.kind is StepKind.CALL), len(steps) - 1
    )
    chase.round += 1
    chase.position = min(chase.position, call)
    today = clock.today(case.time_zone)
    before = steps[chase.position - 1].after_business_days if chase.position else 0
    distance = steps[chase.position].after_business_days - before
    chase.due_on = terms.add_business_days(today, distance, selectors.days_off_at_the_client(case))
    chase.save(update_fields=["round", "position", "due_on"])
    remember(
        case,
        "chase.begun_again",
        by=by,
        details={"round": chase.round, "due_on": chase.due_on.isoformat()},
    )


def stop_asking(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Close what was to be done to learn whether the notice arrived (an effect of `acknowledge`).

    A letter that lies ready at the registered-mail desk stays a person's to post or to take back.
    """
    for task in case.tasks.filter(done_at=None, origin__startswith="chase:"):
        if task.kind != TaskKind.POST:
            finish_raised(case, task.origin, by=by, outcome=_("The receipt is in."))


def step_done(chase: Chase, case: TerminationCase, *, on: date, skipped: bool = False) -> None:
    """Move on to the next step, or to the end of the ladder."""
    steps = steps_of(case)
    step = steps[chase.position]
    chase.history = [*chase.history, [step.kind, step.number, on.isoformat(), skipped]]
    chase.due_on = _next_day(case, steps, chase.position, on)
    chase.position += 1
    chase.save(update_fields=["history", "due_on", "position"])


def _first_day(case: TerminationCase, steps: list[Step], from_day: date) -> date | None:
    if not steps:
        return None
    days_off = selectors.days_off_at_the_client(case)
    return terms.add_business_days(from_day, steps[0].after_business_days, days_off)


def _next_day(case: TerminationCase, steps: list[Step], index: int, done_on: date) -> date | None:
    if index + 1 >= len(steps):
        return None
    distance = steps[index + 1].after_business_days - steps[index].after_business_days
    days_off = selectors.days_off_at_the_client(case)
    return terms.add_business_days(done_on, max(distance, 1), days_off)
