"""A machine that acts, and a way to tamper that no production code has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from accounts.actor import Actor
from audit import triggers

MACHINE = Actor.machine("audit.tests")


@contextmanager
def tampering() -> Iterator[Any]:
    """Lend a cursor while the database refuses nothing, as to an intruder who owns it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table with checks still pending cannot lose a trigger.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        triggers.drop(connection)
        yield cursor
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        triggers.create(connection)
