"""The night's work about who acts."""

from __future__ import annotations

from importlib import import_module

from celery import shared_task
from django.conf import settings


@shared_task
def clear_ended_sessions() -> None:
    """Delete sessions that have expired; nobody can use them any more."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
