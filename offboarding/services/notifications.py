"""A person's own notifications: read, unread, all read."""

from __future__ import annotations

from accounts.actor import Actor
from audit import clock
from offboarding.models import Notification


def mark_read(notification: Notification, *, by: Actor) -> None:
    """Take it as read; the first time counts."""
    Notification.objects.filter(pk=notification.pk, person=by.colleague, read_at=None).update(
        read_at=clock.now()
    )


def mark_unread(notification: Notification, *, by: Actor) -> None:
    """Put it back among what is still to be read."""
    Notification.objects.filter(pk=notification.pk, person=by.colleague).update(read_at=None)


def mark_all_read(*, by: Actor, up_to: int) -> int:
    """Take everything as read that was there when the page was opened.

    Args:
        by: whose.
        up_to: the key of the newest that the page knew; what came since stays unread.

    Returns:
        How many were unread.
    """
    mine = Notification.objects.filter(person=by.colleague, read_at=None, pk__lte=up_to)
    return mine.update(read_at=clock.now())
