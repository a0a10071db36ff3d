"""What was tried to keep the client, the time to put things right, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import User
from audit import clock
from offboarding import deemed, terms
from offboarding.errors import InvalidInput
from offboarding.lifecycle import State
from offboarding.models import (
    CaseFile,
    ProofOfReceipt,
    Remedy,
    RemedyState,
    ServiceChannel,
    TaskKind,
    TerminationCase,
)
from offboarding.selectors import days_off_at_the_client
from offboarding.services.evidence import refuse_future
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised, keep_task, raise_for_each

MOST_CHARACTERS = 2_000
"""Of what was tried, as `Remedy.description` holds them."""

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
        _ask_to_look(now, warning, by=by)
    return warning


def _ask_to_look(case: TerminationCase, warning: Remedy, *, by: Actor) -> None:
    assert warning.cure_ends_on is not None
    keep_task(
        case,
        kind=TaskKind.LOOK_AT,
        title=_("See whether the client has put it right"),
        details=warning.description[:400],
        assignee=case.owner,
        due_on=terms.add_days(warning.cure_ends_on, 1),
        by=by,
        origin=_task_of(warning),
    )


# -- a warning that was written and sent from here -------------------------------------------------


def warning_left(
    case: TerminationCase,
    *,
    by: Actor,
    notice_number: int,
    sent_on: date,
    channel: str,
    deemed_on: date,
    asked_until_on: date,
    wording: str,
    written_by: User,
) -> Remedy | None:
    """Let the warning count whose letter was handed to a relay or a carrier.

    The first call makes the entry; a later one, for another channel or after something came back,
    moves its dates. One that a colleague struck stays struck.

    Args:
        case: the letter's.
        by: who saw it leave.
        notice_number: of the letter.
        sent_on: the day on which the copy left that counts as received first.
        channel: of that copy.
        deemed_on: the day on which it counts as received.
        asked_until_on: the day that the letter names.
        wording: what the client is asked to put right.
        written_by: the author of the letter.
    """
    with acting_on(case, by=by, permission=_of_service(by), even_if_ended=True) as now:
        warning = _warning_by_letter(now, notice_number)
        if warning is not None and not warning.stands and not warning.is_undelivered:
            return None
        if warning is not None and warning.stands:
            warning.tried_on, warning.channel = sent_on, ServiceChannel(channel)
            warning.deemed_on, warning.is_undelivered = deemed_on, False
            _redate(now, warning, by=by)
            return warning
        return _let_stand(
            now,
            by=by,
            notice_number=notice_number,
            tried_on=sent_on,
            channel=ServiceChannel(channel),
            deemed_on=deemed_on,
            asked_until_on=asked_until_on,
            cure_days=now.cure_days,
            description=wording[:MOST_CHARACTERS],
            added_by=written_by,
        )


def _let_stand(case: TerminationCase, *, by: Actor, **fields: Any) -> Remedy:
    received_on = fields["deemed_on"]
    ends_on = warned_until(
        fields["asked_until_on"], received_on, fields["cure_days"], days_off_at_the_client(case)
    )
    warning = Remedy.objects.create(
        case=case,
        is_cure_warning=True,
        received_on=received_on,
        cure_ends_on=ends_on,
        state=RemedyState.RUNNING,
        **fields,
    )
    remember(
        case,
        "cure.warned",
        by=by,
        subject=warning,
        details={
            "notice": warning.notice_number,
            "sent_on": warning.tried_on.isoformat(),
            "received_on": received_on.isoformat(),
            "deemed": True,
            "ends_on": ends_on.isoformat(),
            "channel": str(warning.channel),
            "file": "",
        },
        after={"text": warning.description},
    )
    if case.state == State.EVALUATION:
        _ask_to_look(case, warning, by=by)
    else:
        _tell_that_it_left_all_the_same(case, warning)
    _redate(case, warning, by=by)
    return warning


def _tell_that_it_left_all_the_same(case: TerminationCase, warning: Remedy) -> None:
    raise_for_each(
        case,
        list(accounts.leads_of(case.team)) or [case.owner],
        kind=TaskKind.LOOK_AT,
        title=_("A cure warning left although it was decided how to go on"),
        details=_(
            "It was with the mail server already when the decision was made. Tell the client what"
            " was decided, and that the warning does not count."
        ),
        origin=_task_of(warning),
    )


def warning_fell(case: TerminationCase, *, by: Actor, notice_number: int, reason: str) -> bool:
    """Let a warning count no more of which no copy arrived.

    Returns:
        Whether it counted until now. Where something proves that the client has it, it goes on as
        long as that proof stands.
    """
    with acting_on(case, by=by, permission=_of_service(by), even_if_ended=True) as now:
        warning = _warning_by_letter(now, notice_number)
        if warning is None or not warning.stands:
            return False
        warning.is_undelivered = True
        warning.save(update_fields=["is_undelivered"])
        if _first_receipt(now, notice_number) is not None:
            return False
        _let_fall(now, warning, by=by, reason=reason)
    return True


def _let_fall(case: TerminationCase, warning: Remedy, *, by: Actor, reason: str) -> None:
    warning.struck_at = clock.now()
    warning.struck_reason = reason
    warning.save(update_fields=["struck_at", "struck_reason"])
    remember(
        case,
        "cure.fell",
        by=by,
        subject=warning,
        details={"notice": warning.notice_number},
        after={"reason": reason},
    )
    finish_raised(case, _task_of(warning), by=by, outcome=reason)


def follow_receipts(case: TerminationCase, notice_number: int | None, *, by: Actor) -> None:
    """Let a warning follow what proves that it arrived; call with the case locked.

    Its dates do. And where every copy came back, a receipt is all that it stands on: with the last
    one it falls, and with a new one it stands again.
    """
    warning = _warning_by_letter(case, notice_number) if notice_number is not None else None
    if warning is None or notice_number is None:
        return
    is_proved = _first_receipt(case, notice_number) is not None
    if warning.stands and warning.is_undelivered and not is_proved:
        reason = _("Every copy came back, and its receipt does not count any more.")
        _let_fall(case, warning, by=by, reason=reason)
        keep_task(
            case,
            kind=TaskKind.LOOK_AT,
            title=_("The cure warning does not count any more"),
            details=reason,
            assignee=case.owner,
            due_on=clock.today(case.time_zone),
            by=by,
            origin=f"{_task_of(warning)}:fell",
        )
    elif warning.stands:
        _redate(case, warning, by=by)
    elif warning.is_undelivered and is_proved:
        kept = ("tried_on", "channel", "deemed_on", "asked_until_on", "cure_days", "description")
        _let_stand(
            case,
            by=by,
            notice_number=notice_number,
            added_by=warning.added_by,
            is_undelivered=True,
            **{name: getattr(warning, name) for name in kept},
        )


def warned_until(
    asked_until_on: date, received_on: date, cure_days: int, days_off: terms.DaysOff
) -> date:
    """Return the last day to put it right: the letter's, or a later one if it arrived late."""
    return max(asked_until_on, terms.cure_ends_on(received_on, cure_days, days_off))


def _redate(case: TerminationCase, warning: Remedy, *, by: Actor) -> None:
    assert warning.notice_number is not None
    assert warning.asked_until_on is not None
    assert warning.deemed_on is not None
    proved_on = _first_receipt(case, warning.notice_number)
    received_on = proved_on or warning.deemed_on
    dates = ("tried_on", "channel", "received_on", "cure_ends_on")
    before = case.remedies.values_list(*dates).get(pk=warning.pk)
    warning.received_on = received_on
    warning.cure_ends_on = warned_until(
        warning.asked_until_on, received_on, warning.cure_days, days_off_at_the_client(case)
    )
    warning.save(update_fields=["deemed_on", "is_undelivered", *dates])
    if before == tuple(getattr(warning, name) for name in dates):
        return
    remember(
        case,
        "cure.redated",
        by=by,
        subject=warning,
        details={
            "notice": warning.notice_number,
            "sent_on": warning.tried_on.isoformat(),
            "channel": str(warning.channel),
            "received_on": received_on.isoformat(),
            "deemed": proved_on is None,
            "ends_on": warning.cure_ends_on.isoformat(),
        },
    )
    look_on = terms.add_days(warning.cure_ends_on, 1)
    case.tasks.filter(origin=_task_of(warning), done_at=None).update(due_on=look_on)


def _warning_by_letter(case: TerminationCase, notice_number: int) -> Remedy | None:
    warnings = case.remedies.select_for_update(of=("self",)).filter(is_cure_warning=True)
    return warnings.filter(notice_number=notice_number).order_by("-pk").first()


def _first_receipt(case: TerminationCase, notice_number: int) -> date | None:
    """Return the day, at the office, of the first receipt that counts, if there is any."""
    found = ProofOfReceipt.everything.filter(
        case=case, is_of_warning=True, notice_number=notice_number, voided_at=None
    )
    zone = ZoneInfo(case.time_zone)
    days = [one.received_at.astimezone(zone).date() for one in found if one.counts]
    return min(days, default=None)


def _of_service(by: Actor) -> str:
    return "offboarding.send_notice" if by.kind == "person" else "offboarding.record_service"


# -- what came of it -------------------------------------------------------------------------------


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
        # What a colleague strikes stays struck, whatever is heard of its letter.
        remedy.is_undelivered = False
        remedy.save(update_fields=["struck_at", "struck_reason", "is_undelivered"])
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
