"""Finding what is due among many cases: by an index, and by looking at every one."""

from __future__ import annotations

import time

from audit import clock
from bench.measuring import check
from bench.work import house
from notices.models import Chase
from notices.outbox import dispatch
from notices.reminding import follow_ups, reminders
from offboarding.lifecycle import State
from offboarding.models import ProofOfReceipt

DUE = 1000


def prepare(size: int) -> None:
    """Make so many cases of which a tenth wait for their clients; a thousand are due today."""
    house.many_cases(size)
    today = clock.today("UTC").isoformat()
    house.execute(
        "UPDATE offboarding_terminationcase SET served_on = current_date WHERE state = 'notice'",
        "INSERT INTO notices_chase (case_id, round, position, due_on, history)"
        f" SELECT id, 1, 0, CASE WHEN state = 'notice' THEN date '{today}' + 30 END, '[]'"
        " FROM offboarding_terminationcase ON CONFLICT DO NOTHING",
        f"UPDATE notices_chase SET due_on = '{today}' WHERE case_id IN"
        " (SELECT id FROM offboarding_terminationcase WHERE state = 'notice'"
        f" ORDER BY md5(id::text) LIMIT {DUE})",
    )
    house.analyze()


def find_due() -> float:
    """Read what is due as the sweep does; return the seconds."""
    began = time.perf_counter()
    found = list(reminders.due(DUE + 1))
    seconds = time.perf_counter() - began
    check(len(found) == DUE, f"{len(found)} are due instead of {DUE}")
    return seconds


def compare_in_python() -> float:
    """Load every ladder with its case and compare dates here; return the seconds."""
    began = time.perf_counter()
    today = clock.today("UTC")
    received = set(ProofOfReceipt.objects.filter(voided_at=None).values_list("case_id", flat=True))
    found = [
        chase
        for chase in Chase.objects.select_related("case").iterator()
        if chase.due_on is not None
        and chase.due_on <= today
        and chase.case.state == State.NOTICE
        and chase.case.disputed_at is None
        and (chase.case.on_hold_until is None or chase.case.on_hold_until <= today)
        and chase.case_id not in received
    ]
    seconds = time.perf_counter() - began
    check(len(found) == DUE, f"{len(found)} are due instead of {DUE}")
    return seconds


def put_off() -> None:
    """Let nothing be due any more."""
    house.execute("UPDATE notices_chase SET due_on = current_date + 30 WHERE due_on IS NOT NULL")
    house.analyze()


def tick(times: int) -> float:
    """Do what the schedule rings when nothing is due; return the seconds of one."""
    began = time.perf_counter()
    for _ in range(times):
        taken = reminders.sweep() + dispatch.sweep() + dispatch.drain().accepted
        follow_ups.sweep()
        check(not taken, "something was due after all")
    return (time.perf_counter() - began) / times
