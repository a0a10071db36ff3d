"""Changes of state: bare, with our chained event, and with what others remember."""

from __future__ import annotations

import time
from typing import Any

from django.apps import apps
from django.db import transaction

from accounts.actor import Actor
from audit.models import AuditEvent
from audit.services import record
from audit.verification import verify
from bench.measuring import check
from bench.peers.models import ChainedCase, PlainCase
from bench.work import house


def kept_by() -> list[str]:
    """Return the ways of remembering that are installed."""
    names = {"plain": "plaincase", "chain": "chainedcase"}
    names |= {"history": "historycase", "auditlog": "loggedcase"}
    known = apps.get_app_config("bench_peers").models
    return [way for way, model in names.items() if model in known]


def prepare(cases: int) -> None:
    """Put as many cases into the table of each way."""
    for name in ("PlainCase", "ChainedCase", "HistoryCase", "LoggedCase"):
        if name.lower() in apps.get_app_config("bench_peers").models:
            model = apps.get_model("bench_peers", name)
            model.objects.bulk_create(
                model(
                    reference=f"OFB-2027-{number:05}",
                    owner_name="Mia Manager",
                    summary="The third draft was declined. " * 10,
                )
                for number in range(cases)
            )


def change(way: str, times: int, first: int = 0, cases: int = 25) -> float:
    """Change states of a writer's own cases; return the seconds per change, checked.

    Args:
        way: plain, chain, history or auditlog.
        times: how many changes.
        first: where this writer's cases begin.
        cases: how many they are.
    """
    change_one, model, remembered = _WAYS[way]()
    rows = list(model.objects.order_by("pk")[first : first + cases])
    by = Actor.person(house.person("manager"))
    versions, before = sum(row.version for row in rows), remembered(rows)
    began = time.perf_counter()
    for number in range(times):
        change_one(rows[number % cases], by)
    seconds = time.perf_counter() - began
    saved = sum(row.version for row in model.objects.filter(pk__in=[row.pk for row in rows]))
    check(saved - versions == times, "a change was not saved")
    if way != "plain":
        check(remembered(rows) - before == times, "a change was not remembered")
    return seconds / times


def check_chain() -> int:
    """Refuse unless the whole trail verifies; return its events."""
    report = verify()
    check(report.is_whole, "the chain does not verify")
    return report.events


# -- the ways --------------------------------------------------------------------------------------


def _plainly(row: Any, by: Actor) -> None:
    with transaction.atomic():
        row.move()
        row.save()


def _chained(row: Any, by: Actor) -> None:
    with transaction.atomic():
        before, after = row.move()
        row.save()
        record(
            stream=f"case:{row.pk}",
            action="case.moved",
            by=by,
            subject=row,
            details={"from": before, "to": after, "version": row.version},
            before={"state": before},
            after={"state": after},
        )


def _plain() -> Any:
    return _plainly, PlainCase, lambda rows: 0


def _chain() -> Any:
    def remembered(rows: list[ChainedCase]) -> int:
        return AuditEvent.objects.filter(stream__in=[f"case:{row.pk}" for row in rows]).count()

    return _chained, ChainedCase, remembered


def _history() -> Any:
    model = apps.get_model("bench_peers", "HistoryCase")
    kept = apps.get_model("bench_peers", "HistoricalHistoryCase")
    return _plainly, model, lambda rows: kept.objects.filter(id__in=[r.pk for r in rows]).count()


def _auditlog() -> Any:
    model = apps.get_model("bench_peers", "LoggedCase")
    entries = apps.get_model("auditlog", "LogEntry")
    return (
        _plainly,
        model,
        lambda rows: entries.objects.get_for_objects(
            model.objects.filter(pk__in=[r.pk for r in rows])
        ).count(),
    )


_WAYS = {"plain": _plain, "chain": _chain, "history": _history, "auditlog": _auditlog}
