"""What a notice ends: which of the agreements that were decided on, wholly or in a named scope."""

from __future__ import annotations

from collections.abc import Collection

from clients.models import Engagement
from notices.models import Notice


def decided_on(notice: Notice) -> list[Engagement]:
    """Return the agreements that the decision was about; a notice ends all or some of them."""
    of_the_case = list(notice.case.engagements.all())
    keys = notice.decided_engagements
    if keys is None or {one.pk for one in of_the_case} >= set(keys):
        return of_the_case
    # The case keeps what a letter that was sent ends; a correction may still end what that left.
    return list(notice.case.client.engagements.filter(pk__in=keys).order_by("started_on", "pk"))


def engagements_that_end(notice: Notice, keys: Collection[int] | None = None) -> list[Engagement]:
    """Return the agreements that a notice ends.

    Args:
        notice: whose.
        keys: a choice that is not saved yet.
    """
    chosen = notice.ended_engagements if keys is None else keys
    if chosen is None:
        return list(notice.case.engagements.all())
    return [one for one in decided_on(notice) if one.pk in chosen]


def scope_of(notice: Notice) -> str:
    """Return the named scope within the agreements; empty when all their services end."""
    return str(notice.case.scope) if notice.scope is None else notice.scope
