"""Ringing the workers: after the commit, and never at the request's expense."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


_is_quiet: ContextVar[bool] = ContextVar("bell_is_quiet", default=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Let rows by the hundred be written without a ring each; the sweeps find them in seconds.

    A queue full of rings would keep everybody else's work waiting.
    """
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def ring(task: str) -> None:
    """Wake a task once the transaction is committed; the sweep finds the row if this is lost."""
    if _is_quiet.get():
        return
    transaction.on_commit(partial(_send, task), robust=True)


def _send(task: str) -> None:
    try:
        current_app.send_task(task, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("bell.silent", task=task, error=type(error).__name__)
