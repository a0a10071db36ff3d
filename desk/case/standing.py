"""How a relationship stands: what rides along with its case, and the signs and sums made of it.

Everything comes with the case in the same query, so that no page asks the database again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from audit import clock
from audit.models import AuditEvent
from clients.models import Invoice
from desk.frame.json_rows import rows_of
from desk.frame.places import case_url, place_of
from desk.templatetags.words import money, prose_date
from offboarding import case_signs
from offboarding.case_signs import Bill, Earlier, Record, Sign, Tried
from offboarding.models import Communication, Direction, RemedyState, TerminationCase
from offboarding.services.remedies import measures_of

A_YEAR = timedelta(days=365)


def with_standing(cases: QuerySet[TerminationCase]) -> QuerySet[TerminationCase]:
    """Read with each case what its signs and sums are made of."""
    a_year_ago = clock.today("UTC") - A_YEAR
    invoices = Invoice.objects.filter(client=OuterRef("client")).filter(
        Q(paid_on=None) | Q(paid_on__gte=a_year_ago)
    )
    reopened = AuditEvent.objects.filter(
        action="obligation.reopened",
        stream=Concat(Value("case:"), Cast(OuterRef("pk"), CharField())),
    )
    # A restricted case is nobody's business here, whoever reads this one.
    others = TerminationCase.objects.filter(
        client=OuterRef("client"), team=OuterRef("team"), is_restricted=False
    ).exclude(pk=OuterRef("pk"))
    return cases.annotate(
        standing_invoices=rows_of(
            invoices,
            "client",
            number="number",
            due_on="due_on",
            cents="amount_cents",
            currency="currency",
            paid_on="paid_on",
        ),
        last_heard_at=_last_said(Direction.INCOMING),
        last_said_at=_last_said(Direction.OUTGOING),
        reopened_rows=rows_of(reopened, "stream", at="at"),
        other_case_rows=rows_of(
            others,
            "client",
            reference="reference",
            opened_at="opened_at",
            ended_at="ended_at",
            state="state",
        ),
    )


def _last_said(direction: Direction) -> Subquery:
    # Counsel's mails are no word of the client, and a machine's are nobody's.
    said = Communication.objects.filter(
        case=OuterRef("pk"), direction=direction, is_privileged=False, is_automatic=False
    )
    return Subquery(said.order_by("-occurred_at").values("occurred_at")[:1])


def record_of(case: TerminationCase) -> Record:
    """Return what is recorded of a relationship; the case was read `with_standing`."""
    zone = ZoneInfo(case.time_zone)
    remedies = [one for one in case.remedies.all() if one.stands]
    return Record(
        today=clock.today(case.time_zone),
        began_on=case.opened_at.astimezone(zone).date(),
        bills=tuple(bills_of(case)),
        last_heard_on=_day(getattr(case, "last_heard_at", None), zone),
        last_said_on=_day(getattr(case, "last_said_at", None), zone),
        reopened_on=tuple(
            day for row in _rows(case, "reopened_rows") if (day := _day(row["at"], zone))
        ),
        tried=tuple(
            Tried(
                on=one.tried_on,
                what=one.description,
                measure=one.measure,
                helped=one.state == RemedyState.HELPED,
                failed=one.state == RemedyState.FAILED,
                is_cure_warning=one.is_cure_warning,
            )
            for one in remedies
        ),
        measures=tuple(measures_of(case)),
        earlier=tuple(
            Earlier(
                reference=row["reference"],
                opened_on=_day(row["opened_at"], zone) or clock.today(case.time_zone),
                ended_on=_day(row["ended_at"], zone),
                state=row["state"],
            )
            for row in _rows(case, "other_case_rows")
        ),
    )


def bills_of(case: TerminationCase) -> list[Bill]:
    """Return the client's invoices that are open or were paid within a year."""
    return [
        Bill(
            number=row["number"],
            due_on=date.fromisoformat(str(row["due_on"])),
            cents=row["cents"],
            currency=row["currency"],
            paid_on=date.fromisoformat(str(row["paid_on"])) if row["paid_on"] else None,
        )
        for row in _rows(case, "standing_invoices")
    ]


@dataclass(frozen=True)
class ShownSign:
    """A sign, and the page where it is looked at."""

    sign: Sign
    url: str


def signs_of(case: TerminationCase) -> list[ShownSign]:
    """Return what the record of a relationship shows."""
    found = case_signs.signs_of(record_of(case), say_date=prose_date, say_money=money)
    return [ShownSign(sign, _place(sign.fix, case)) for sign in found]


def _place(fix: str, case: TerminationCase) -> str:
    kind, _colon, reference = fix.partition(":")
    if kind == "case":
        return case_url(reference)
    if fix == "invoices":
        return f"{reverse('desk:client', args=[case.client_id])}#invoices"
    return place_of(fix, case.reference)


@dataclass(frozen=True)
class AtStake:
    """Money in one currency: what is open, and what the agreements bring in a year."""

    currency: str
    open_cents: int = 0
    overdue_cents: int = 0
    invoice_count: int = 0
    oldest: str = ""
    oldest_due_on: date | None = None
    yearly_cents: int | None = None


def money_at_stake(case: TerminationCase) -> list[AtStake]:
    """Return what is open and what the agreements bring in a year, one entry a currency."""
    today = clock.today(case.time_zone)
    open_bills: dict[str, list[Bill]] = defaultdict(list)
    for bill in bills_of(case):
        if bill.paid_on is None:
            open_bills[bill.currency].append(bill)
    yearly: dict[str, int] = {}
    for engagement in case.engagements.all():
        if engagement.yearly_value_cents is not None:
            currency = engagement.yearly_value_currency or str(case.client.office.currency)
            yearly[currency] = yearly.get(currency, 0) + engagement.yearly_value_cents
    return [
        _at_stake(currency, open_bills.get(currency, []), yearly.get(currency), today)
        for currency in sorted({*open_bills, *yearly})
    ]


def _at_stake(currency: str, bills: Sequence[Bill], yearly: int | None, today: date) -> AtStake:
    if not bills:
        return AtStake(currency, yearly_cents=yearly)
    oldest = min(bills, key=lambda bill: (bill.due_on, bill.number))
    return AtStake(
        currency=currency,
        open_cents=sum(bill.cents for bill in bills),
        overdue_cents=sum(bill.cents for bill in bills if bill.due_on < today),
        invoice_count=len(bills),
        oldest=oldest.number,
        oldest_due_on=oldest.due_on,
        yearly_cents=yearly,
    )


def _rows(case: TerminationCase, name: str) -> list[dict[str, Any]]:
    return getattr(case, name, None) or []


def _day(at: datetime | str | None, zone: ZoneInfo) -> date | None:
    if at is None:
        return None
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone).date()
