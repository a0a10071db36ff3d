"""Says whether this process is up, and whether it may be given work."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit import triggers as audit_triggers
from notices import triggers as notice_triggers
from offboarding import search_index
from offboarding import triggers as case_triggers

logger = logging.getLogger(__name__)

STYLESHEET: Final = "css/app.css"


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when every part is there, else 503 and which part is not.

    What exactly is wrong goes to the log; a stranger learns no more than the part's name.
    """
    parts = {name: _holds(name, check) for name, check in CHECKS.items()}
    ready = all(parts.values())
    body = {name: "ok" if holds else "failed" for name, holds in parts.items()}
    return JsonResponse({"ready": ready, "parts": body}, status=200 if ready else 503)


def _holds(name: str, check: Callable[[], str]) -> bool:
    try:
        problem = check()
    except Exception:
        logger.exception("Not ready: %s", name)
        return False
    if problem:
        logger.error("Not ready: %s: %s", name, problem)
    return not problem


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return "" if cursor.fetchone() == (1,) else "a plain query was not answered"


def _migrations() -> str:
    return "" if _every_migration_was_applied() else "run manage.py migrate"


@cache
def _once_applied() -> set[str]:
    """Remember, per process, databases found up to date: a new release is a new process."""
    return set()


def _every_migration_was_applied() -> bool:
    name = str(connection.settings_dict["NAME"])
    if name not in _once_applied():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _once_applied().add(name)
    return True


def _triggers() -> str:
    missing = [
        *audit_triggers.missing_triggers(connection),
        *case_triggers.missing(connection),
        *notice_triggers.missing(connection),
        *search_index.missing(connection),
    ]
    return f"missing: {', '.join(missing)}" if missing else ""


def _static_files() -> str:
    if settings.WHITENOISE_USE_FINDERS:
        return "" if finders.find(STYLESHEET) else f"{STYLESHEET} is not there"
    staticfiles_storage.url(STYLESHEET)
    return "" if staticfiles_storage.exists(STYLESHEET) else "run manage.py collectstatic"


CHECKS: Final[dict[str, Callable[[], str]]] = {
    "database": _database,
    "migrations": _migrations,
    "triggers": _triggers,
    "static files": _static_files,
}
