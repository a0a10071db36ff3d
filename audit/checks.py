"""Checks of the installation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import connections

from audit import triggers


def the_trail_is_protected(
    *, databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """Warn when the database would let somebody change the audit trail.

    It is a warning, because `migrate` runs these checks and is also what lays the triggers.
    """
    messages: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if not triggers.tables_exist(connection):
            continue
        if missing := triggers.missing_triggers(connection):
            messages.append(
                Warning(
                    f"The audit trail is not protected: {', '.join(missing)} missing or changed.",
                    hint="Find out who removed them, then run `manage.py migrate`.",
                    id="audit.W001",
                )
            )
    return messages
