"""The trail on its way out: lines that the stand-alone verifier reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet

from audit import chain
from audit.models import AuditEvent

CHUNK = 1000


def lines(events: QuerySet[AuditEvent]) -> Iterator[str]:
    """Yield events as JSON lines, each stream in its own order.

    Whole streams can be verified; a filtered choice of events shows gaps, as it must.
    """
    ordered = events.order_by("stream", "seq").select_related("detail")
    for event in ordered.iterator(chunk_size=CHUNK):
        yield json.dumps(as_json(event), sort_keys=True) + "\n"


def whole_streams(names: Iterable[str] | None = None) -> Iterator[str]:
    """Yield whole streams as JSON lines; all of them when none is named."""
    events = AuditEvent.objects.all()
    if names is not None:
        events = events.filter(stream__in=list(names))
    return lines(events)


def as_json(event: AuditEvent) -> dict[str, Any]:
    """Return one event as it is exported."""
    entry: dict[str, Any] = asdict(event.as_entry())
    entry["details"] = event.details
    entry["detail"] = None
    if (detail := event.erasable) is not None:
        if detail.erased_at is not None:
            entry["detail"] = {"erased_at": chain.instant(detail.erased_at)}
        else:
            entry["detail"] = {
                "salt": detail.salt,
                "before": detail.before,
                "after": detail.after,
                "actor_name": detail.actor_name,
            }
    return entry
