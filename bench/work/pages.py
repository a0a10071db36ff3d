"""Pages, asked for through the whole stack of middleware in this process."""

from __future__ import annotations

import re
import statistics
import time
from functools import cache

from django.test import Client

from audit.models import AuditEvent
from bench.measuring import check
from bench.work import house
from offboarding import policies
from offboarding.models import Communication, Task, TaskKind
from tests.multiplied import multiply, unguarded

OWN_TASKS = 60
_REFERENCE = re.compile(rb"OFB-\d{4}-\d+")


def prepare(size: int, events: int) -> None:
    """Make so many cases with a task and an event each, and a long history for one of them.

    The events are made in bulk and belong to no chain: pages do not verify it.
    """
    case = house.the_case()
    house.many_cases(size)
    manager, other = house.person("manager"), house.person("outsider")
    task = Task.objects.create(
        case=case, kind=TaskKind.OTHER, title="Look", assignee=manager, due_on="2027-01-01"
    )
    said = Communication.objects.create(
        case=case,
        direction="out",
        medium="email",
        occurred_at=case.opened_at,
        subject="Our notice",
        body="Dear Ms Adams, " * 9,
    )
    event = AuditEvent.objects.filter(stream=f"case:{case.pk}", action="case.opened").get()
    with unguarded():
        multiply(
            task,
            size,
            case_id=f"{case.pk} + n",
            assignee_id=f"CASE WHEN n <= {OWN_TASKS} THEN {manager.pk} ELSE {other.pk} END",
            due_on="current_date + (n % 40)::int - 20",
        )
        multiply(
            event,
            events,
            seq="n + 100",
            action="'case.terms_read'",
            at="now() - n * interval '1 hour'",
        )
        multiply(
            event,
            size,
            stream=f"'case:' || ({case.pk} + n)",
            seq="1",
            hash="md5(n::text) || md5(n::text)",
            at="now() - n * interval '1 minute'",
        )
        multiply(said, events // 4, occurred_at="now() - n * interval '3 hours'")
    house.analyze()


@cache
def _signed_in(name: str) -> Client:
    client = Client()
    client.force_login(house.person(name), backend="desk.frame.readers.ReaderBackend")
    return client


def visit(path: str, person: str, times: int, references: int = 0) -> float:
    """Ask for a page; return the median of its seconds.

    Args:
        path: may hold {deep} for a row in the midst of the list, {page} for that page's number,
            {case} for the case with the long history.
        person: who asks.
        times: how often.
        references: how many cases it must name at least.
    """
    client, address = _signed_in(person), _address(path, person)
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        answer = client.get(address)
        seconds.append(time.perf_counter() - began)
    check(answer.status_code == 200, f"{address} answered {answer.status_code}")
    named = len(set(_REFERENCE.findall(answer.content)))
    check(named >= references, f"{address} names {named} cases")
    return statistics.median(seconds)


@cache
def _address(path: str, person: str) -> str:
    values = {"case": house.the_case().reference}
    if "{deep}" in path or "{page}" in path:
        cases = policies.cases_visible_to(house.person(person))
        middle = cases.count() // 2
        values["deep"] = str(cases.order_by("-opened_at", "-pk")[middle].pk)
        values["page"] = str(middle // 25)
    return path.format(**values)
