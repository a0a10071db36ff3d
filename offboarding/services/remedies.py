"""What was tried to keep the client, the time to put things right, and what came of it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding import deemed, terms
from offboarding.errors import InvalidInput
from offboarding.models import (
    CaseFile,
    Remedy,
    RemedyState,
    ServiceChannel,
    TaskKind,
    TerminationCase,
)
from offboarding.selectors import days_off_at_the_client
from offboarding.services.evidence import refuse_future
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised, keep_task

NEEDS_ITS_OUTCOME = (RemedyState.HELPED, RemedyState.FAILED, RemedyState.LEFT_OUT)
"""States that say nothing without a sentence beside them."""


def add_remedy(
    case: TerminationCase,
    *,
    by: Actor,
    tried_on: date,
    description: str = "",
    outcome: str = "",
    measure: str = "",
    state: str = RemedyState.TRIED,
) -> Remedy:
    """Record what was tried to keep the client, or that a remedy of the ground is left out.

    Args:
        case: that is being evaluated, or goes on.
        by: who records it.
        tried_on: the day; of one that was left out, the day on which that was settled.
        description: what was done; the measure's own words when left out.
        outcome: what came of it.
        measure: the remedy of the ground that this was, in the words of the case's copy.
        state: how far it is.

    Raises:
        InvalidInput: a day ahead, nothing said, a measure that the ground does not name, or one
            that is settled without a word on how.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        refuse_future(tried_on, now, "tried_on")
        if measure and measure not in measures_of(now):
            raise InvalidInput("measure", _("The ground of this case names no such remedy."))
        description = description.strip() or measure
        if not description:
            raise InvalidInput("description", _("Say what was tried."))
        _check_outcome(state, outcome)
        remedy = Remedy.objects.create(
            case=now,
            measure=measure,
            tried_on=tried_on,
            description=description,
            state=state,
            outcome=outcome,
            added_by=by.colleague,
        )
        remember(
            now,
            "remedy.added",
            by=by,
            subject=remedy,
            details={"state": str(state)},
            after={"description": description, "outcome": outcome},
        )
    return remedy


def measures_of(case: TerminationCase) -> list[str]:
    """Return what the ground proposes to try, as the case copied it."""
    return [str(one) for one in case.ground_copy.get("remedies") or []]


def record_cure_warning(
    case: TerminationCase,
    *,
    by: Actor,
    sent_on: date,
    channel: str,
    wording: str,
    received_on: date | None = None,
    file: CaseFile | None = None,
) -> Remedy:
    """Record that the client was warned and has time to put things right.

    The time begins on the day after receipt. Where nobody knows the day, the preset of deemed
    service for this way and place gives it.

    Args:
        case: whose ground asks for a warning.
        by: who records it.
        sent_on: the day on which it left.
        channel: how it left.
        wording: what the client was asked to put right.
        received_on: the day on which it arrived, if that is known.
        file: the warning as it was sent.

    Raises:
        InvalidInput: a day that cannot be, nothing said, or a ground that asks for no warning.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if now.state != "evaluation":
            raise InvalidInput("sent_on", _("A warning is recorded while the case is evaluated."))
        if not now.cure_days:
            raise InvalidInput("wording", _("The ground of this case asks for no warning."))
        refuse_future(sent_on, now, "sent_on")
        if not wording.strip():
            raise InvalidInput("wording", _("Say what the client was asked to put right."))
        if received_on is not None:
            refuse_future(received_on, now, "received_on")
            if received_on < sent_on:
                raise InvalidInput("received_on", _("It cannot arrive before it was sent."))
        receipt = received_on or deemed.receipt_of(now.client, channel, sent_on).on
        ends_on = terms.cure_ends_on(receipt, now.cure_days, days_off_at_the_client(now))
        warning = Remedy.objects.create(
            case=now,
            is_cure_warning=True,
            tried_on=sent_on,
            channel=ServiceChannel(channel),
            received_on=receipt,
            cure_days=now.cure_days,
            cure_ends_on=ends_on,
            description=wording,
            state=RemedyState.RUNNING,
            file=file,
            added_by=by.colleague,
        )
        remember(
            now,
            "cure.warned",
            by=by,
            subject=warning,
            details={
                "sent_on": sent_on.isoformat(),
                "received_on": receipt.isoformat(),
                "deemed": received_on is None,
                "ends_on": ends_on.isoformat(),
                "channel": channel,
                "file": str(file.pk) if file else "",
            },
            after={"text": wording},
        )
        keep_task(
            now,
            kind=TaskKind.LOOK_AT,
            title=_("See whether the client has put it right"),
            details=wording[:400],
            assignee=now.owner,
            due_on=terms.add_days(ends_on, 1),
            by=by,
            origin=_task_of(warning),
        )
    return warning


def settle_remedy(remedy: Remedy, *, by: Actor, state: str, outcome: str) -> Remedy:
    """Say what came of something that was tried, or of a cure warning.

    Raises:
        InvalidInput: nothing is said about how it went, or it was struck.
    """
    with acting_on(remedy.case, by=by, permission="offboarding.work_on_case") as now:
        remedy = _locked(now, remedy)
        if not remedy.stands:
            raise InvalidInput("state", _("This entry was struck."))
        if remedy.is_cure_warning and state == RemedyState.LEFT_OUT:
            raise InvalidInput("state", _("A warning that was sent cannot be left out."))
        _check_outcome(state, outcome)
        before = {"state": remedy.state, "outcome": remedy.outcome}
        remedy.state, remedy.outcome = RemedyState(state), outcome
        remedy.save(update_fields=["state", "outcome"])
        remember(
            now,
            "remedy.settled",
            by=by,
            subject=remedy,
            details={"state": str(state)},
            before=before,
            after={"title": remedy.description[:200], "outcome": outcome},
        )
        if not remedy.is_open:
            finish_raised(now, _task_of(remedy), by=by, outcome=str(RemedyState(state).label))
    return remedy


def strike_remedy(remedy: Remedy, *, by: Actor, reason: str) -> None:
    """Take an entry that is wrong out of the reckoning; it stays readable."""
    with acting_on(remedy.case, by=by, permission="offboarding.work_on_case") as now:
        remedy = _locked(now, remedy)
        if not remedy.stands:
            return
        if not reason.strip():
            raise InvalidInput("reason", _("Say why the entry is struck."))
        remedy.struck_at = clock.now()
        remedy.struck_reason = reason
        remedy.save(update_fields=["struck_at", "struck_reason"])
        remember(now, "remedy.struck", by=by, subject=remedy, after={"reason": reason})
        finish_raised(now, _task_of(remedy), by=by, outcome=_("The entry was struck."))


def explain_no_remedies(case: TerminationCase, *, by: Actor, reason: str) -> None:
    """Say why nothing was tried."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if not reason.strip():
            raise InvalidInput("reason", _("Say why nothing was tried."))
        before = now.remedies_skipped_reason
        now.remedies_skipped_reason = reason
        now.save(update_fields=["remedies_skipped_reason"])
        remember(
            now,
            "remedies.skipped",
            by=by,
            before={"reason": before},
            after={"reason": reason},
        )


def _locked(case: TerminationCase, remedy: Remedy) -> Remedy:
    return case.remedies.select_for_update(of=("self",)).get(pk=remedy.pk)


def _check_outcome(state: str, outcome: str) -> None:
    if state in NEEDS_ITS_OUTCOME and not outcome.strip():
        raise InvalidInput("outcome", _("Say in a sentence how it went, or why it was left out."))


def _task_of(remedy: Remedy) -> str:
    return f"cure:{remedy.pk}"
