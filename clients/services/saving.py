"""What every verb does alike: check the whole record, save it, and write down what changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from clients import recording
from clients.errors import ChangedMeanwhile
from clients.models import Client, Engagement
from clients.models.versioned import Versioned

Record = TypeVar("Record", bound=models.Model)


def add(instance: Record, action: str, *, by: Actor) -> Record:
    """Check a new record, save it and write it down.

    Raises:
        ValidationError: with a sentence for each wrong field.
    """
    if isinstance(instance, Versioned):
        _sign(instance, by)
    with transaction.atomic():
        _save_checked(instance)
        recording.record(instance, action, by=by, after=recording.facts_of(instance))
    return instance


def change(
    instance: Record,
    action: str,
    *,
    by: Actor,
    changes: dict[str, Any],
    allowed: Collection[str],
    reason: str = "",
) -> Record:
    """Apply changes to a record read inside this transaction, and write down what differs.

    Nothing is saved and nothing is written down when nothing differs.

    Raises:
        ValidationError: with a sentence for each wrong field.
        TypeError: a field is named that this verb does not change.
    """
    if unknown := set(changes) - set(allowed):
        raise TypeError(f"{action} does not change {', '.join(sorted(unknown))}.")
    before = recording.facts_of(instance)
    for name, value in changes.items():
        setattr(instance, name, value)
    instance.full_clean()
    old, new = recording.differences(before, recording.facts_of(instance))
    if not new:
        return instance
    if isinstance(instance, Versioned):
        instance.version += 1
        _sign(instance, by)
    _save_checked(instance)
    noted = new | {"reason": reason} if reason else new
    recording.record(instance, action, by=by, before=old, after=noted)
    return instance


def remove(instance: models.Model, action: str, *, by: Actor) -> None:
    """Delete a record that nothing refers to, and write down what it was.

    Raises:
        ValidationError: something still refers to it.
    """
    with transaction.atomic():
        recording.record(instance, action, by=by, before=recording.facts_of(instance))
        try:
            with transaction.atomic():
                instance.delete()
        except ProtectedError as problem:
            raise ValidationError(
                _("This cannot be removed, because a case still refers to it.")
            ) from problem


def locked_client(client: Client, expected_version: int | None = None) -> Client:
    """Read a client again and keep others from changing it until the transaction ends.

    Raises:
        ChangedMeanwhile: it is no longer the version the page was made from.
    """
    fresh = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    return _of_version(fresh, expected_version)


def locked_engagement(engagement: Engagement, expected_version: int | None = None) -> Engagement:
    """Read an engagement again and keep others from changing it until the transaction ends.

    Raises:
        ChangedMeanwhile: it is no longer the version the page was made from.
    """
    fresh = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    return _of_version(fresh, expected_version)


_VersionedRecord = TypeVar("_VersionedRecord", Client, Engagement)


def _of_version(fresh: _VersionedRecord, expected_version: int | None) -> _VersionedRecord:
    if expected_version is not None and fresh.version != expected_version:
        raise ChangedMeanwhile(fresh.changed_by, fresh.changed_at)
    return fresh


def _sign(instance: Versioned, by: Actor) -> None:
    instance.changed_at = clock.now()
    instance.changed_by = by.name[:150]


def _save_checked(instance: models.Model) -> None:
    instance.full_clean()
    try:
        with transaction.atomic():
            instance.save()
    except IntegrityError:
        # Somebody else took the same number between the check and the save: the check now finds
        # it and says so in words.
        instance.full_clean()
        raise
