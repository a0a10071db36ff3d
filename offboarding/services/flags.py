"""Flags beside the state: disputed, on hold, legal hold."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from offboarding.errors import InvalidInput
from offboarding.lifecycle import State
from offboarding.models import TaskKind, TerminationCase
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised, raise_for_each


def dispute(
    case: TerminationCase,
    *,
    by: Actor,
    reason: str,
    said: str | None = None,
    of_warning: bool = False,
) -> TerminationCase:
    """Stop automatic reminders and every forward step until a lead clears the dispute.

    Args:
        case: which it is about.
        by: whoever disputes, or the colleague who heard it.
        reason: what is contested, for colleagues.
        said: the client's own words, where the reason holds more than these.
        of_warning: it is a cure warning that they dispute, perhaps one of long ago.
    """
    permission = "offboarding.dispute" if by.kind == "client" else "offboarding.work_on_case"
    with acting_on(case, by=by, permission=permission, even_if_ended=by.kind == "client") as now:
        if not reason.strip():
            raise InvalidInput("reason", _("Say in your words what you dispute."))
        already = now.is_disputed
        if not already:
            now.disputed_at = clock.now()
            now.disputed_reason = reason
            now.first_disputed_at = now.first_disputed_at or now.disputed_at
            now.save(update_fields=["disputed_at", "disputed_reason", "first_disputed_at"])
        words = {} if said is None else {"said": said}
        remember(now, "case.disputed", by=by, after={"reason": reason} | words)
        if not already:
            raise_for_each(
                now,
                accounts.leads_of(now.team),
                kind=TaskKind.LOOK_AT,
                title=_what_is_disputed(now, of_warning=of_warning),
                origin=f"dispute:{now.disputed_at:%Y%m%d%H%M%S}",
                details=reason,
            )
    return now


def _what_is_disputed(case: TerminationCase, *, of_warning: bool) -> str:
    if of_warning:
        return _("The client disputes the cure warning")
    if case.state == State.EVALUATION:
        # Before the ending is decided there is no notice.
        return _("The client disputes what we wrote")
    return _("The client disputes the notice")


def clear_dispute(case: TerminationCase, *, by: Actor, reason: str) -> TerminationCase:
    """Let the case go on, as a lead, with what was agreed."""
    with acting_on(case, by=by, permission="offboarding.clear_dispute", even_if_ended=True) as now:
        if now.disputed_at is None:
            return now
        if not reason.strip():
            raise InvalidInput("reason", _("Say how the dispute was settled."))
        before = {"disputed_at": now.disputed_at.isoformat(), "reason": now.disputed_reason}
        origin = f"dispute:{now.disputed_at:%Y%m%d%H%M%S}"
        now.disputed_at = None
        now.disputed_reason = ""
        now.save(update_fields=["disputed_at", "disputed_reason"])
        remember(now, "case.dispute_cleared", by=by, before=before, after={"reason": reason})
        finish_raised(now, origin, by=by, outcome=reason)
    return now


def hold(case: TerminationCase, *, by: Actor, until: date, reason: str) -> TerminationCase:
    """Let the case rest until a day; nothing is chased and no step is taken before."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if until <= clock.today(now.time_zone):
            raise InvalidInput("until", _("Choose a day after today."))
        if not reason.strip():
            raise InvalidInput("reason", _("Say what the case waits for."))
        now.on_hold_until = until
        now.on_hold_reason = reason
        now.save(update_fields=["on_hold_until", "on_hold_reason"])
        remember(
            now,
            "case.held",
            by=by,
            details={"until": until.isoformat()},
            after={"reason": reason},
        )
    return now


def resume(case: TerminationCase, *, by: Actor) -> TerminationCase:
    """End the hold before its day."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if now.on_hold_until is None:
            return now
        before = {"until": now.on_hold_until.isoformat(), "reason": now.on_hold_reason}
        now.on_hold_until = None
        now.on_hold_reason = ""
        now.save(update_fields=["on_hold_until", "on_hold_reason"])
        remember(now, "case.resumed", by=by, before=before)
    return now


def hold_sending(case: TerminationCase, *, by: Actor, reason: str, origin: str) -> None:
    """Let nothing be sent or deleted, because a claim was threatened; call with the case locked.

    A withdrawal still leaves: it tells the client that the relationship goes on.

    Args:
        case: locked.
        by: who heard the threat.
        reason: what was said.
        origin: of the leads' tasks.
    """
    if not case.is_sending_held:
        case.sending_held_at = clock.now()
        case.sending_held_reason = reason
        case.save(update_fields=["sending_held_at", "sending_held_reason"])
        remember(case, "case.sending_held", by=by, after={"reason": reason})
    if not case.legal_hold_reason:
        case.legal_hold_reason = reason
        case.save(update_fields=["legal_hold_reason"])
        remember(case, "case.legal_hold_set", by=by, after={"reason": reason})
    raise_for_each(
        case,
        accounts.leads_of(case.team),
        kind=TaskKind.LOOK_AT,
        title=_("A claim is threatened: decide how to go on"),
        origin=origin,
        details=reason,
    )


def let_sending_go_on(case: TerminationCase, *, by: Actor, reason: str) -> TerminationCase:
    """Let mail leave again, as a lead, with what was decided; the legal hold stays by itself."""
    permission = "offboarding.let_sending_go_on"
    with acting_on(case, by=by, permission=permission, even_if_ended=True) as now:
        if now.sending_held_at is None:
            return now
        if not reason.strip():
            raise InvalidInput("reason", _("Say what was decided, and by whom."))
        before = {"since": now.sending_held_at.isoformat(), "reason": now.sending_held_reason}
        now.sending_held_at = None
        now.sending_held_reason = ""
        now.save(update_fields=["sending_held_at", "sending_held_reason"])
        remember(now, "case.sending_goes_on", by=by, before=before, after={"reason": reason})
        finish_raised(now, "threat", by=by, outcome=reason)
    return now


def pause_reminders(case: TerminationCase, *, by: Actor, until: date) -> None:
    """Remind nobody until a day, because both sides negotiate; call with the case locked."""
    if case.reminders_paused_until is not None and case.reminders_paused_until >= until:
        return
    case.reminders_paused_until = until
    case.save(update_fields=["reminders_paused_until"])
    remember(case, "case.reminders_paused", by=by, details={"until": until.isoformat()})


def remind_again(case: TerminationCase, *, by: Actor) -> TerminationCase:
    """Let reminders go on before their day."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if now.reminders_paused_until is None:
            return now
        before = {"until": now.reminders_paused_until.isoformat()}
        now.reminders_paused_until = None
        now.save(update_fields=["reminders_paused_until"])
        remember(now, "case.reminders_go_on", by=by, before=before)
    return now


def set_legal_hold(case: TerminationCase, *, by: Actor, reason: str) -> TerminationCase:
    """Stop every deletion of this case's data."""
    with acting_on(case, by=by, permission="offboarding.set_legal_hold", even_if_ended=True) as now:
        if not reason.strip():
            raise InvalidInput("reason", _("Say why nothing may be deleted."))
        now.legal_hold_reason = reason
        now.save(update_fields=["legal_hold_reason"])
        remember(now, "case.legal_hold_set", by=by, after={"reason": reason})
    return now


def lift_legal_hold(case: TerminationCase, *, by: Actor, reason: str) -> TerminationCase:
    """Allow deletion at the end of the retention time again."""
    with acting_on(case, by=by, permission="offboarding.set_legal_hold", even_if_ended=True) as now:
        if not now.legal_hold_reason:
            return now
        if not reason.strip():
            raise InvalidInput("reason", _("Say why data may be deleted again."))
        before = {"reason": now.legal_hold_reason}
        now.legal_hold_reason = ""
        now.save(update_fields=["legal_hold_reason"])
        remember(now, "case.legal_hold_lifted", by=by, before=before, after={"reason": reason})
    return now
