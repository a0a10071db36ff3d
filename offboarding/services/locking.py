"""Every verb starts here: one case, locked, and an actor who may."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit.models import AuditEvent
from audit.services import Note, record, record_all
from offboarding import policies, telling
from offboarding.errors import Reason, TransitionRefused
from offboarding.models import TerminationCase


def locked(case: TerminationCase) -> TerminationCase:
    """Read the case again under a row lock; call inside a transaction."""
    return (
        TerminationCase.objects.select_for_update(of=("self",))
        .select_related("client__office", "team", "owner", "ground")
        .get(pk=case.pk)
    )


def lock_all(keys: Collection[int]) -> None:
    """Lock several cases, in the order of their keys, without reading them."""
    cases = TerminationCase.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    list(cases.values_list("pk"))


def locked_all(keys: Collection[int]) -> dict[int, TerminationCase]:
    """Read several cases under row locks, taken in the order of their keys.

    The order keeps two workers, each with a batch of its own, from waiting for each other.
    """
    cases = (
        TerminationCase.objects.select_for_update(of=("self",))
        .select_related("client__office", "team", "owner", "ground")
        .filter(pk__in=keys)
        .order_by("pk")
    )
    return {case.pk: case for case in cases}


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
    """Record what happened on the case's own chain, and tell whom it is news for.

    Both in the verb's transaction; `offboarding.telling` says what is news for whom.

    Args:
        case: whose chain it joins.
        action: what was done, dotted, such as `evidence.added`.
        by: who did it.
        subject: the row it was done to; the case when left out.
        details: ids, states and hashes only; the chain keeps them for ever.
        before: what it was; personal data may stand here, it can be erased.
        after: what it became; the same.
    """
    event = record(
        stream=stream_of(case),
        action=action,
        by=by,
        subject=subject or case,
        details=details,
        before=before,
        after=after,
    )
    telling.tell(case, event, subject or case, by=by)
    return event


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened on a case; the fields are `remember`'s arguments."""

    case: TerminationCase
    action: str
    subject: models.Model | None = None
    details: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def remember_all(things: Sequence[Happened], *, by: Actor) -> list[AuditEvent]:
    """Record what happened on several cases, each on its own chain; all are locked already.

    It tells nobody case by case.
    """
    return record_all(
        [
            Note(
                stream=stream_of(one.case),
                action=one.action,
                by=by,
                subject=one.subject or one.case,
                details=one.details,
                after=one.after,
            )
            for one in things
        ]
    )


def stream_of(case: TerminationCase) -> str:
    """Return the name of the case's chain."""
    return f"case:{case.pk}"
