"""Asking for a decision, and making it as a second person."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from offboarding import guards
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import Decision, TaskKind, TerminationCase, Verdict
from offboarding.services.advance import advance, moved_on
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised, raise_for_each


def request_decision(
    case: TerminationCase, *, by: Actor, note: str = "", raises_tasks: bool = True
) -> Decision:
    """Ask a team lead other than oneself to decide.

    Args:
        case: in evaluation.
        by: who asks.
        note: for whoever decides.
        raises_tasks: whether every lead gets a task; a campaign asks for many at once on one page.

    Raises:
        TransitionRefused: not in evaluation, a request is open, or nobody else could decide.
    """
    with acting_on(case, by=by, permission="offboarding.request_decision") as now:
        if now.state != "evaluation":
            raise TransitionRefused([Reason("wrong_state", _("The case is not in evaluation."))])
        current = now.current_decision
        if current is not None and current.is_open:
            raise TransitionRefused(
                [Reason("already_requested", _("A decision was already asked for."), "decision")]
            )
        deciders = list(accounts.leads_of(now.team).exclude(pk=by.colleague.pk))
        if not deciders:
            raise TransitionRefused(
                [
                    Reason(
                        "nobody_else_decides",
                        _("This team has no second lead; an admin has to name a deputy."),
                        "team",
                    )
                ]
            )
        _supersede(now)
        decision = Decision.objects.create(case=now, requested_by=by.colleague, note=note)
        raise_for_each(
            now,
            deciders if raises_tasks else [],
            kind=TaskKind.DECIDE,
            title=_("Decide: end, keep or ask for more"),
            origin=f"decision:{decision.pk}",
        )
        remember(now, "decision.requested", by=by, subject=decision, after={"note": note})
    return decision


def decide_to_end(
    case: TerminationCase,
    *,
    by: Actor,
    reason: str = "",
    without_cure: str = "",
    expected_version: int | None = None,
) -> TerminationCase:
    """Decide that the relationship ends.

    Args:
        case: for which the decision was asked.
        by: a team lead who did not ask for it.
        reason: for the team.
        without_cure: why it ends although the client did not have the time that the ground gives
            to put things right; it opens that one gate and no other.
        expected_version: the version of the page that was pressed.
    """
    return _decide(
        case,
        Verdict.END,
        by=by,
        reason=reason,
        without_cure=without_cure,
        expected_version=expected_version,
    )


def retain(
    case: TerminationCase, *, by: Actor, reason: str, expected_version: int | None = None
) -> TerminationCase:
    """Decide to keep the client, with the reason."""
    return _decide(case, Verdict.KEEP, by=by, reason=reason, expected_version=expected_version)


def ask_for_more(
    case: TerminationCase, *, by: Actor, reason: str, expected_version: int | None = None
) -> TerminationCase:
    """Send the request back: something is missing to decide."""
    return _decide(case, Verdict.MORE, by=by, reason=reason, expected_version=expected_version)


_PERMISSION = {
    Verdict.END: "offboarding.decide_to_end",
    Verdict.KEEP: "offboarding.retain",
    Verdict.MORE: "offboarding.ask_for_more",
}


def _decide(
    case: TerminationCase,
    verdict: Verdict,
    *,
    by: Actor,
    reason: str,
    expected_version: int | None,
    without_cure: str = "",
) -> TerminationCase:
    with acting_on(case, by=by, permission=_PERMISSION[verdict], even_if_ended=True) as now:
        if expected_version is not None and now.version != expected_version:
            raise moved_on(now)
        decision = now.current_decision
        if decision is None or not decision.is_open:
            raise TransitionRefused(
                [Reason("decision_not_requested", _("No decision is being asked for."), "decision")]
            )
        if verdict != Verdict.END and not reason.strip():
            raise InvalidInput("reason", _("Give the reason; the team reads it."))
        decision.verdict = verdict
        decision.decided_by = by.user
        decision.decided_at = clock.now()
        decision.reason = reason
        decision.save(update_fields=["verdict", "decided_by", "decided_at", "reason"])
        finish_raised(now, f"decision:{decision.pk}", by=by, outcome=decision.get_verdict_display())
        remember(
            now,
            "decision.made",
            by=by,
            subject=decision,
            details={"verdict": verdict.value},
            after={"reason": reason},
        )
        if verdict == Verdict.END:
            if without_cure.strip() and any(guards.the_client_could_put_it_right.reasons(now)):
                now.cure_waived_reason = without_cure
                now.save(update_fields=["cure_waived_reason"])
                remember(now, "cure.waived", by=by, after={"reason": without_cure})
            return advance(
                now,
                "decide_to_end",
                by=by,
                details={"decision": decision.pk},
                decided_on=clock.today(now.time_zone),
            )
        if verdict == Verdict.KEEP:
            return advance(
                now,
                "retain",
                by=by,
                details={"decision": decision.pk},
                reason=reason,
                at=clock.now(),
            )
        raise_for_each(
            now,
            [decision.requested_by],
            kind=TaskKind.LOOK_AT,
            title=_("Add what is missing and ask again"),
            origin=f"more:{decision.pk}",
            details=reason,
        )
        return now


def _supersede(case: TerminationCase) -> None:
    case.decisions.filter(superseded_at=None).update(superseded_at=clock.now())


def forget_decision(case: TerminationCase) -> None:
    """Let no earlier decision count any more; the case is evaluated anew."""
    _supersede(case)
