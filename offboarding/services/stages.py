"""The later steps of the lifecycle, and taking it back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding import terms
from offboarding.errors import InvalidInput
from offboarding.models import Closing, TerminationCase
from offboarding.services.advance import advance
from offboarding.services.decisions import forget_decision
from offboarding.services.locking import acting_on, remember

RETENTION_MONTHS = 120
"""How long a closed case is kept unless somebody says otherwise; accounting law in the firm's
countries asks for ten years."""


def fulfil_obligations(
    case: TerminationCase, *, by: Actor, expected_version: int | None = None
) -> TerminationCase:
    """Declare that nothing is owed any more, or that what is has an owner elsewhere."""
    return advance(case, "fulfil_obligations", by=by, expected_version=expected_version)


def begin_transition(
    case: TerminationCase, *, by: Actor, expected_version: int | None = None
) -> TerminationCase:
    """Start handing over."""
    return advance(case, "begin_transition", by=by, expected_version=expected_version)


def begin_follow_up(
    case: TerminationCase, *, by: Actor, expected_version: int | None = None
) -> TerminationCase:
    """Declare the hand-over complete."""
    return advance(case, "begin_follow_up", by=by, expected_version=expected_version)


def close(
    case: TerminationCase, *, by: Actor, expected_version: int | None = None
) -> TerminationCase:
    """Close the case; it is read-only now, and kept until the day its checklist says."""
    sheet = Closing.objects.filter(case=case).first()
    return advance(
        case,
        "close",
        by=by,
        expected_version=expected_version,
        at=clock.now(),
        retain_until=(sheet and sheet.retain_until) or usual_retention(case),
    )


def usual_retention(case: TerminationCase) -> date:
    """Return the day until which a case that closes today is usually kept."""
    return terms.add_months(clock.today(case.time_zone), RETENTION_MONTHS)


def withdraw(
    case: TerminationCase,
    *,
    by: Actor,
    reason: str,
    client_agreed_on: date | None = None,
    client_agreed_how: str = "",
    expected_version: int | None = None,
) -> TerminationCase:
    """Withdraw the notice; the client is told in writing if anything was or may have been served.

    Args:
        case: in notice or acknowledged.
        by: a team lead.
        reason: what the client reads and the record keeps.
        client_agreed_on: needed after acknowledgement.
        client_agreed_how: how the client agreed, such as “by telephone with Ms Adams”.
        expected_version: the version on the page that was pressed.
    """
    if not reason.strip():
        raise InvalidInput("reason", _("Say why the notice is withdrawn; the client reads it."))
    with acting_on(case, by=by, permission="offboarding.withdraw") as now:
        if client_agreed_on and client_agreed_on > clock.today(now.time_zone):
            raise InvalidInput("client_agreed_on", _("This day has not come yet."))
        if client_agreed_on and client_agreed_how.strip():
            now.withdrawal_agreement = f"{client_agreed_on.isoformat()}: {client_agreed_how}"
            now.save(update_fields=["withdrawal_agreement"])
            remember(
                now,
                "case.client_agreed_to_withdrawal",
                by=by,
                details={"on": client_agreed_on.isoformat()},
                after={"how": client_agreed_how},
            )
        return advance(
            now,
            "withdraw",
            by=by,
            expected_version=case.version if expected_version is None else expected_version,
            reason=reason,
            at=clock.now(),
        )


def reopen(
    case: TerminationCase, *, by: Actor, reason: str, expected_version: int | None = None
) -> TerminationCase:
    """Open an ended case again, with the reason on record."""
    if not reason.strip():
        raise InvalidInput("reason", _("Say why the case is opened again."))
    with transaction.atomic():
        now = advance(case, "reopen", by=by, expected_version=expected_version, reason=reason)
        if now.state == "evaluation":
            forget_decision(now)
            now.proofs.filter(voided_at=None).update(
                voided_at=clock.now(), voided_reason=_("The case was evaluated anew.")
            )
    return now
