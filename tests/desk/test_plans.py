"""On PostgreSQL a page asks and reads as much among a million cases as among a thousand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import md5
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from clients.models import Client as Customer
from clients.models import Invoice
from notices.models import InboundKind, InboundMail, Notice
from offboarding import counting, search
from offboarding.lifecycle import STAGES, State
from offboarding.models import (
    Communication,
    Lesson,
    Obligation,
    ProofOfReceipt,
    Reaction,
    StageStay,
    Task,
    TerminationCase,
)
from tests.builders import House, a_case, a_house, an_invoice
from tests.multiplied import index_anew, multiply, unguarded

pytestmark = [pytest.mark.scale, pytest.mark.django_db]

SIZES = (100_000, 1_000_000)
FEW = 1_000
A_YEAR = 100
"""So many cases were opened within the last year, however old the firm is."""

PAGES = (
    "/",
    "/board/",
    "/board/?owner=me",
    "/cases/",
    "/cases/?state=notice",
    "/cases/?flag=disputed",
    "/cases/?flag=on_hold",
    "/cases/{long}/",
    "/search/?q=ledger+777",
    "/search/?q=c1777",
    f"/search/?q={md5(b'777').hexdigest()[:8]}",
)
# Figures are added up from the rows of a year's cases, and what waits now from all that are open.
INSIGHTS = ("/insights/", "/insights/time/", "/insights/receipt/", "/insights/learning/")
MOST_READ = 5_000
LARGE = 50_000
"""Rows from which on no table may be read from its first row to its last."""


@pytest.fixture(scope="module", autouse=True)
def _room_is_given_back(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let the next tests find small tables: rows that were rolled back leave their pages behind."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("VACUUM")


@pytest.mark.parametrize("size", SIZES)
def test_pages_ask_as_often_and_read_no_more_among_many_cases(
    client: Client, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Giving up comparing names would end the transaction that this test is.
    monkeypatch.setattr(search, "_PATIENCE_MS", 600_000)
    if connection.vendor != "postgresql":
        pytest.skip("plans are PostgreSQL's")
    house = a_house()
    ended, long = a_case(house, State.CLOSED), a_case(house, State.NOTICE)
    an_invoice(house.client)
    InboundMail.objects.create(
        case=ended, matched_by="message_id", kind=InboundKind.REPLY, road="imap", size_bytes=1
    )
    fill(house, ended, FEW)
    lengthen(long, 200)
    client.force_login(house.lead)
    pages = [page.format(long=long.reference) for page in (*PAGES, *INSIGHTS)]
    before = {page: asked_for(client, page) for page in pages}

    fill(house, ended, size, first=FEW + 1)
    lengthen(long, 2_000)

    still_open = TerminationCase.objects.filter(state__in=STAGES).count()
    for page in pages:
        asked = asked_for(client, page)
        assert len(asked) == len(before[page]), page
        most = MOST_READ + (still_open if page in INSIGHTS else 0)
        for sql in asked:
            for node in steps_of(sql):
                looked_at = rows_read(node)
                assert looked_at <= most, (page, looked_at, node, sql)
                if node["Node Type"] == "Seq Scan":
                    assert rows_in(node["Relation Name"]) < LARGE, (page, node, sql)
    assert f"{TerminationCase.objects.filter(state=State.NOTICE).count():,}" in page_of(client)


def page_of(client: Client) -> str:
    """Return the board, which says how many cases there are."""
    return client.get("/board/").content.decode()


def fill(house: House, ended: TerminationCase, size: int, *, first: int = 1) -> None:
    """Make cases like one that has ended, with everything that belongs to each of them.

    A tenth is open, in all stages; all were opened over ten years, but for the last year's.
    """
    newest = Customer.objects.order_by("-pk")[0].pk
    last = TerminationCase.objects.order_by("-pk")[0].pk
    count = size - first + 1
    number = f"(n + {first - 1})"
    kinds: tuple[type[models.Model], ...] = (
        StageStay,
        Obligation,
        Reaction,
        ProofOfReceipt,
        Lesson,
        Notice,
        Task,
    )
    with unguarded():
        multiply(
            house.client,
            count,
            reference=f"'C-' || {number} + 1000",
            legal_name=f"initcap(md5({number}::text)) || ' GmbH'",
            display_name=f"initcap(md5({number}::text))",
        )
        invoice = Invoice.objects.filter(client=house.client)[0]
        multiply(invoice, count, client_id=f"{newest} + n", number=f"'I-' || {number}")
        multiply(
            ended,
            count,
            reference=f"'OFB-2019-' || lpad({number}::text, 7, '0')",
            client_id=f"{newest} + n",
            state="CASE WHEN n % 10 > 0 THEN 'closed' ELSE (ARRAY['evaluation','notice',"
            "'acknowledged','obligations_fulfilled','transition','follow_up'])[1 + n / 10 % 6] END",
            opened_at=f"now() - CASE WHEN {number} <= {A_YEAR} THEN {number} * interval '4 hours'"
            f" ELSE interval '1 year' + {number} % 3287 * interval '1 day' END",
            state_changed_at="now() - n % 1000 * interval '1 hour'",
        )
        for model in kinds:
            for row in model._default_manager.filter(case=ended).order_by("pk")[:2]:
                multiply(row, count, case_id=f"{last} + n", **unique_columns(model, row, number))
        multiply(
            InboundMail.objects.get(case=ended),
            count,
            case_id=f"{last} + n",
            handled_at=f"CASE WHEN {number} % {FEW} > 0 THEN now() END",
            **unique_columns(InboundMail, InboundMail(sha256="", fingerprint=""), number),
        )
    index_anew()
    counting.recount()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def unique_columns(model: type[models.Model], row: models.Model, number: str) -> dict[str, str]:
    """Return new values for columns that no two rows of a table share."""
    columns = {}
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key and getattr(row, field.attname) is not None:
            mark = f"md5('{row.pk}-' || {number})"
            columns[field.column] = (
                f"{mark}::uuid" if field.get_internal_type() == "UUIDField" else mark
            )
    return columns


def lengthen(case: TerminationCase, entries: int) -> None:
    """Give a case so many entries on its timeline."""
    said = Communication.objects.create(
        case=case, direction="out", medium="email", occurred_at=case.opened_at, subject="Our notice"
    )
    event = AuditEvent.objects.filter(stream=f"case:{case.pk}").order_by("seq")[0]
    highest = AuditEvent.objects.filter(stream=event.stream).count()
    with unguarded():
        multiply(said, entries, occurred_at="now() - n * interval '3 hours'")
        multiply(event, entries, seq=f"n + {highest + 10}", at="now() - n * interval '1 hour'")


def asked_for(client: Client, page: str) -> list[str]:
    """Ask for a page; return its SELECTs."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(page)
    assert answer.status_code == 200, page
    return [query["sql"] for query in asked if query["sql"].startswith("SELECT")]


def steps_of(sql: str) -> Iterator[dict[str, Any]]:
    """Carry a query out and yield each step of its plan that read a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    nodes = [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", ())
        if "Relation Name" in node and node["Actual Loops"]:
            yield node


def rows_read(node: dict[str, Any]) -> float:
    """Return how many rows a step of a plan really looked at."""
    looked_at = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return float(looked_at * node["Actual Loops"])


def rows_in(table: str) -> int:
    """Return about how many rows a table has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])
