"""Writes what happens to clients and offices into the record, with before and after."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_countries.fields import Country

from accounts.actor import Actor
from audit import services as audit
from clients.models import Client

SETTINGS_STREAM = "settings"

_NOT_FACTS = {"version", "changed_at", "changed_by", "created_at", "import_batch"}


def facts_of(instance: models.Model) -> dict[str, Any]:
    """Take down every field of a record that its reader may ask about later."""
    return {
        field.name: _plain(field.value_from_object(instance))
        for field in instance._meta.concrete_fields
        if not field.primary_key and field.name not in _NOT_FACTS
    }


def stream_of(instance: models.Model) -> str:
    """Name the stream that tells a record's story: its client's, or the settings'."""
    if isinstance(instance, Client):
        return f"client:{instance.pk}"
    client_id = getattr(instance, "client_id", None)
    return f"client:{client_id}" if client_id else SETTINGS_STREAM


def record(
    instance: models.Model,
    action: str,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add one event to the stream that a record belongs to."""
    audit.record(
        stream=stream_of(instance),
        action=action,
        by=by,
        subject=instance,
        before=before,
        after=after,
        details=details,
    )


def differences(
    before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keep only the facts that differ, as they were and as they are."""
    changed = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in changed}, {name: after[name] for name in changed}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Country) else value
