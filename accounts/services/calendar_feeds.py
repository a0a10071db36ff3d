"""A person makes, renews and ends the address of their own calendar feed."""

from __future__ import annotations

from django.db import transaction

from accounts import tokens
from accounts.actor import Actor
from accounts.models import CalendarFeed, User
from audit import clock
from audit.services import record


@transaction.atomic
def make_calendar_feed(*, by: Actor) -> str:
    """Give the actor's own calendar an address; one that was there before shows nothing any more.

    Returns:
        The secret of the address. It is told this once and cannot be found again.
    """
    person = _lock(by.colleague)
    was_there = CalendarFeed.objects.filter(user=person).exists()
    token = tokens.new_secret()
    CalendarFeed.objects.update_or_create(
        user=person, defaults={"token_hash": tokens.hash_of(token), "made_at": clock.now()}
    )
    record(
        stream="staff",
        action="calendar_feed.renewed" if was_there else "calendar_feed.made",
        by=by,
        subject=person,
        details={"user_id": person.pk},
    )
    return token


@transaction.atomic
def end_calendar_feed(*, by: Actor) -> None:
    """Make the address of the actor's own calendar worthless."""
    end_feed_of(_lock(by.colleague), by=by)


def end_feed_of(person: User, *, by: Actor) -> None:
    """End a person's feed if they have one, inside the lock of what ends it."""
    deleted, _rows = CalendarFeed.objects.filter(user=person).delete()
    if deleted:
        record(
            stream="staff",
            action="calendar_feed.ended",
            by=by,
            subject=person,
            details={"user_id": person.pk},
        )


def _lock(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)
