"""The client's own deadlines as they ride along with a case."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet

from desk.frame.json_rows import rows_of
from offboarding.models import ClientDeadline, TerminationCase

_COLUMNS = ("id", "title", "source", "answer", "struck_at", "struck_reason", "due_on")


def with_deadlines(cases: QuerySet[TerminationCase]) -> QuerySet[TerminationCase]:
    """Let each case bring its client's deadlines, without a query of their own."""
    rows = ClientDeadline.objects.filter(case=OuterRef("pk"))
    return cases.annotate(deadline_rows=rows_of(rows, "case", **{name: name for name in _COLUMNS}))


def take_deadlines(case: TerminationCase) -> None:
    """Let whatever asks for the deadlines of such a case find those that came with it."""
    rows: list[dict[str, Any]] = getattr(case, "deadline_rows", None) or []
    found = [
        ClientDeadline(case=case, due_on=date.fromisoformat(row.pop("due_on")), **row)
        for row in (dict(row) for row in rows)
    ]
    read: Any = ClientDeadline.objects.none()
    read._result_cache = sorted(found, key=lambda one: (one.due_on, one.pk))
    kept: Any = case
    kept._prefetched_objects_cache = getattr(case, "_prefetched_objects_cache", {}) | {
        "deadlines": read
    }
