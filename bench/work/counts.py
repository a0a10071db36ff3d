"""How many cases stand in each state: from kept counts, and by counting the cases themselves."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db.models import Count

from bench.measuring import check
from bench.work import house
from offboarding import counting, policies
from offboarding.models import TerminationCase

WHO = "lead"


def prepare(size: int) -> None:
    """Make so many cases and count them once: bulk rows are made past the triggers."""
    house.many_cases(size)
    counting.recount()
    house.analyze()


def kept(times: int) -> float:
    """Ask the kept counts for what a person may read; return the median of the seconds."""
    user = house.person(WHO)
    check(_kept() == _counted(), "the kept counts are not what is there")
    return _median(lambda: counting.counts_visible_to(user), times)


def counted(times: int) -> float:
    """Count the same cases by their state; return the median of the seconds."""
    return _median(_counted, times)


def stop_counting() -> None:
    """Let changes of cases be counted no more."""
    house.execute(f"ALTER TABLE {TerminationCase._meta.db_table} DISABLE TRIGGER case_counted_anew")


def change(times: int, first: int = 0, cases: int = 25) -> float:
    """Give a writer's own cases to others and back; return the seconds per change, checked.

    Args:
        times: how many changes, each a transaction that waits for the disk.
        first: where this writer's cases begin.
        cases: how many they are.
    """
    owners = [house.person("lead").pk, house.person("outsider").pk]
    keys = list(
        TerminationCase.objects.order_by("pk").values_list("pk", flat=True)[first : first + cases]
    )
    changed = 0
    began = time.perf_counter()
    for number in range(times):
        owner = owners[number // cases % 2]
        changed += TerminationCase.objects.filter(pk=keys[number % cases]).update(owner_id=owner)
    seconds = time.perf_counter() - began
    check(changed == times, "a change was not saved")
    return seconds / times


def check_counts() -> None:
    """Refuse unless the kept counts are exact, before they are folded and after."""
    check(_kept() == _counted(), "the kept counts are not what is there")
    while counting.fold():
        pass
    check(_kept() == _counted(), "folded counts are not what is there")


def _kept() -> dict[Any, int]:
    return dict(counting.counts_visible_to(house.person(WHO)))


def _counted() -> dict[Any, int]:
    cases = policies.cases_visible_to(house.person(WHO)).order_by()
    return dict(cases.values_list("state").annotate(many=Count("pk")))


def _median(work: Callable[[], object], times: int) -> float:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)
