"""Ringing the workers: after the commit, and never at the request's expense."""

from __future__ import annotations

from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def ring(task: str) -> None:
    """Wake a task once the transaction is committed; the sweep finds the row if this is lost."""
    transaction.on_commit(partial(_send, task), robust=True)


def _send(task: str) -> None:
    try:
        current_app.send_task(task, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("bell.silent", task=task, error=type(error).__name__)
