"""A while between writing and leaving: the outbox's own for every mail, longer after anger."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from audit import clock
from offboarding.models import ReactionKind, TerminationCase

BREATHER = timedelta(minutes=30)
"""How long an answer to anger waits at least. Nobody shortens it, least of all its author."""

ANGRY_FOR = timedelta(days=7)
"""How long the last word of a client counts as anger."""


def is_needed(case: TerminationCase) -> bool:
    """Tell whether the last reaction of the client was anger, and not long ago."""
    last = case.reactions.order_by("-logged_at", "-pk").first()
    return (
        last is not None
        and last.kind == ReactionKind.ANGER
        and last.logged_at > clock.now() - ANGRY_FOR
    )


def departure_of_a_reply(case: TerminationCase) -> datetime:
    """Return the earliest instant at which a reply that is sent now leaves."""
    usual = timedelta(minutes=settings.OUTBOX_DELAY_MINUTES)
    return clock.now() + (max(usual, BREATHER) if is_needed(case) else usual)


def departure_of_an_answer(case: TerminationCase) -> datetime | None:
    """Return when an answer to a question leaves; nothing when it may leave at once."""
    return clock.now() + BREATHER if is_needed(case) else None
