"""Which request or task the present work belongs to; events and log lines carry it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

_current: ContextVar[str] = ContextVar("audit_request_id", default="")


def current() -> str:
    """Return the id of the request or task at hand; empty outside of both."""
    return _current.get()


def fresh() -> str:
    """Return a new id."""
    return uuid4().hex


@contextmanager
def use(value: str) -> Iterator[None]:
    """Give everything inside the block this id (a Celery task uses its own task id)."""
    token = _current.set(value[:64])
    try:
        yield
    finally:
        _current.reset(token)
