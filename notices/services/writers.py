"""Who has a draft open: two people who write one letter should know of each other."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.actor import Actor
from audit import clock
from notices.models import Notice, Writer
from offboarding import policies

AWAY_AFTER = timedelta(seconds=50)
"""A page that is open says so every quarter of a minute; after three silent ones it is closed."""


def note_writer(notice: Notice, *, by: Actor) -> None:
    """Note that somebody has the draft open; nothing of the case changes, so no event tells it.

    Raises:
        NotAllowed: the actor may not write this notice.
    """
    policies.require(by, "offboarding.draft_notice", notice.case)
    now = clock.now()
    with transaction.atomic():
        # Who comes back after a while is there anew.
        Writer.objects.filter(notice=notice, seen_at__lt=now - AWAY_AFTER).delete()
        Writer.objects.update_or_create(
            notice=notice,
            user=by.colleague,
            defaults={"seen_at": now},
            create_defaults={"seen_at": now, "since": now},
        )


def writing_now() -> QuerySet[Writer]:
    """Start a query for those who have a draft open at this moment."""
    return Writer.objects.filter(seen_at__gte=clock.now() - AWAY_AFTER)


def others_writing(notice: Notice, *, than: Actor) -> list[Writer]:
    """Return who else has the draft open, the longest first."""
    others = writing_now().filter(notice=notice)
    if than.user is not None:
        others = others.exclude(user=than.user)
    return list(others.select_related("user").order_by("since"))
