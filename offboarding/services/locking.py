"""Every verb starts here: one case, locked, and an actor who may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit.models import AuditEvent
from audit.services import record
from offboarding import policies
from offboarding.errors import Reason, TransitionRefused
from offboarding.models import TerminationCase


def locked(case: TerminationCase) -> TerminationCase:
    """Read the case again under a row lock; call inside a transaction."""
    return (
        TerminationCase.objects.select_for_update(of=("self",))
        .select_related("client__office", "team", "owner", "ground")
        .get(pk=case.pk)
    )


@contextmanager
def acting_on(
    case: TerminationCase, *, by: Actor, permission: str, even_if_ended: bool = False
) -> Iterator[TerminationCase]:
    """Lock a case for one change by an actor who may make it.

    Raises:
        NotAllowed: the actor lacks the permission.
        TransitionRefused: the case has ended and is read-only.
    """
    with transaction.atomic():
        case_now = locked(case)
        policies.require(by, permission, case_now)
        if case_now.is_ended and not even_if_ended:
            raise TransitionRefused(
                [
                    Reason(
                        "read_only",
                        _("This case is “%(state)s” and read-only; reopen it first.")
                        % {"state": case_now.get_state_display()},
                        "reopen",
                    )
                ]
            )
        yield case_now


def remember(
    case: TerminationCase,
    action: str,
    *,
    by: Actor,
    subject: models.Model | None = None,
    details: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEvent:
    """Record what happened on the case's own chain, in the verb's transaction.

    Args:
        case: whose chain it joins.
        action: what was done, dotted, such as `evidence.added`.
        by: who did it.
        subject: the row it was done to; the case when left out.
        details: ids, states and hashes only; the chain keeps them for ever.
        before: what it was; personal data may stand here, it can be erased.
        after: what it became; the same.
    """
    return record(
        stream=stream_of(case),
        action=action,
        by=by,
        subject=subject or case,
        details=details,
        before=before,
        after=after,
    )


def stream_of(case: TerminationCase) -> str:
    """Return the name of the case's chain."""
    return f"case:{case.pk}"
