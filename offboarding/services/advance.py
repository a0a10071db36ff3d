"""The only door to a state."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding import effects, lifecycle, policies, selectors
from offboarding.errors import CaseMovedOn, Reason, TransitionRefused
from offboarding.models import StageStay, TerminationCase
from offboarding.services.locking import locked, remember


def advance(
    case: TerminationCase,
    verb: str,
    *,
    by: Actor,
    expected_version: int | None = None,
    details: dict[str, Any] | None = None,
    effect_facts: dict[str, Any] | None = None,
    **facts: Any,
) -> TerminationCase:
    """Take a case through one verb of its lifecycle.

    Locks the case, checks permission and gates inside the lock, moves it with a version
    compare-and-set, records the audit event and runs the verb's effects, all in one transaction.

    Args:
        case: as the caller read it; it is read again under the lock.
        verb: a method of `lifecycle.Lifecycle`.
        by: who does it.
        expected_version: the version on the page that was pressed; another one means that
            someone was faster.
        details: ids and reasons of this move for the record.
        effect_facts: what only the verb's effects need.
        facts: the arguments of the verb.

    Returns:
        The case as it now is.

    Raises:
        NotAllowed: the actor lacks the verb's permission.
        CaseMovedOn: someone else moved the case since it was read.
        TransitionRefused: the verb does not start here, or a gate is shut.
    """
    with transaction.atomic():
        now = locked(case)
        wanted = case.version if expected_version is None else expected_version
        if now.version != wanted:
            raise moved_on(now)
        policies.require(by, f"offboarding.{verb}", now)
        _refuse_unless_open(now, verb)
        source, since = now.state, now.state_changed_at
        getattr(now, verb)(**facts)
        now.version += 1
        now.state_changed_at = clock.now()
        now.state_changed_by = by.name
        try:
            with now.moving():
                now.save(force_update=True)
        except DatabaseError as error:
            if "did not affect any rows" in str(error):
                raise moved_on(now) from error
            raise
        _note_stay(now, source, since=since)
        remember(
            now,
            f"case.{ACTIONS[verb]}",
            by=by,
            details={"verb": verb, "from": source, "to": now.state, "version": now.version}
            | (details or {}),
            before={"state": source},
            after={"state": now.state} | {key: str(value) for key, value in facts.items()},
        )
        effects.run(verb, now, by=by, came_from=source, **(effect_facts or {}))
        return now


ACTIONS = {
    "decide_to_end": "ending_decided",
    "retain": "retained",
    "acknowledge": "acknowledged",
    "fulfil_obligations": "obligations_fulfilled",
    "void_acknowledgement": "acknowledgement_voided",
    "begin_transition": "transition_begun",
    "begin_follow_up": "follow_up_begun",
    "close": "closed",
    "withdraw": "withdrawn",
    "reopen": "reopened",
}
"""What the record calls a verb once it is done."""


def moved_on(case: TerminationCase) -> CaseMovedOn:
    """Say who was faster and when."""
    return CaseMovedOn(
        who=case.state_changed_by or _("Someone"),
        when=case.state_changed_at,
        state=case.get_state_display(),
    )


def _note_stay(case: TerminationCase, state: str, *, since: datetime) -> None:
    """Keep how many days the case was in the stage that it just left."""
    if state not in lifecycle.STAGES:
        return
    first, last = (
        timezone.localtime(at, ZoneInfo(case.time_zone)).date()
        for at in (since, case.state_changed_at)
    )
    days = max((last - first).days, 0)
    stays = StageStay.objects.filter(case=case, state=state)
    if not stays.update(days=F("days") + days, left_at=case.state_changed_at):
        StageStay.objects.create(case=case, state=state, days=days, left_at=case.state_changed_at)


def _refuse_unless_open(case: TerminationCase, verb: str) -> None:
    if case.state not in lifecycle.verbs()[verb].transitions:
        raise TransitionRefused(
            [
                Reason(
                    "wrong_state",
                    _("This step does not start from “%(state)s”.")
                    % {"state": case.get_state_display()},
                )
            ]
        )
    reasons = selectors.unmet(case, verb)
    if reasons:
        raise TransitionRefused(reasons)
