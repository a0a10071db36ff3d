"""What is open in money between both sides: line by line, each currency apart.

An invoice is open until it is paid, or until its obligation on the case was settled in another way.
Everything else is an obligation with an amount: work not billed yet, a refund, another amount.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from clients.models import Invoice
from offboarding.models import MoneyKind, Obligation, TerminationCase

INVOICE = "invoice"
UNBILLED, REFUND, OTHER = MoneyKind.UNBILLED.value, MoneyKind.REFUND.value, MoneyKind.OTHER.value


@dataclass(frozen=True)
class Line:
    """One amount that is open.

    Attributes:
        kind: invoice, unbilled, refund or other.
        is_ours: we owe it.
        title: what it is.
        due_on: the day by which it is due, if there is one.
        amount_cents: in the smallest unit of the currency.
        currency: its three letters.
        elsewhere: who looks after it now, if it was given to somebody else.
    """

    kind: str
    is_ours: bool
    title: str
    due_on: date | None
    amount_cents: int
    currency: str
    elsewhere: str = ""

    def as_kept(self) -> dict[str, Any]:
        """Return the line as a statement keeps it."""
        return asdict(self) | {"due_on": self.due_on.isoformat() if self.due_on else ""}

    @classmethod
    def kept(cls, row: dict[str, Any]) -> Line:
        """Return a line as a statement kept it."""
        due_on = date.fromisoformat(row["due_on"]) if row["due_on"] else None
        return cls(**(row | {"due_on": due_on}))


@dataclass(frozen=True)
class Balance:
    """What is open in one currency."""

    currency: str
    theirs_cents: int
    ours_cents: int

    @property
    def cents(self) -> int:
        """What the client owes, both sides taken together; negative is what we owe."""
        return self.theirs_cents - self.ours_cents


def lines_of(obligations: Iterable[Obligation], open_invoices: Iterable[Invoice]) -> list[Line]:
    """Return what is open, theirs first, then by kind and day."""
    rows = list(obligations)
    settled = {row.invoice_id for row in rows if row.invoice_id and row.is_settled}
    standing = {row.invoice_id for row in rows if row.invoice_id and not row.is_settled}
    with_somebody = {row.invoice_id: row.escalated_to for row in rows if row.is_escalated}
    lines = [
        Line(
            kind=INVOICE,
            is_ours=False,
            title=invoice.number,
            due_on=invoice.due_on,
            amount_cents=invoice.amount_cents,
            currency=invoice.currency,
            elsewhere=with_somebody.get(invoice.pk, ""),
        )
        for invoice in open_invoices
        # Settled once and opened again counts as open.
        if invoice.pk in standing or invoice.pk not in settled
    ]
    lines += [
        Line(
            kind=row.money_kind or OTHER,
            is_ours=row.is_ours,
            title=row.title,
            due_on=row.due_on,
            amount_cents=row.amount_cents,
            currency=row.currency,
            elsewhere=row.escalated_to if row.is_escalated else "",
        )
        for row in rows
        if row.amount_cents and not row.invoice_id and not row.is_settled and not row.is_internal
    ]
    return sorted(lines, key=_order)


_KINDS = (INVOICE, UNBILLED, OTHER, REFUND)


def _order(line: Line) -> tuple[bool, int, date, str]:
    return line.is_ours, _KINDS.index(line.kind), line.due_on or date.max, line.title


def balances(lines: Iterable[Line]) -> list[Balance]:
    """Add up each currency on its own; nothing is ever converted."""
    theirs: dict[str, int] = {}
    ours: dict[str, int] = {}
    for line in lines:
        side = ours if line.is_ours else theirs
        side[line.currency] = side.get(line.currency, 0) + line.amount_cents
    return [
        Balance(currency, theirs.get(currency, 0), ours.get(currency, 0))
        for currency in sorted(theirs.keys() | ours.keys())
    ]


def open_on(case: TerminationCase) -> list[Line]:
    """Return what is open on a case now."""
    invoices = case.client.invoices.filter(paid_on=None)
    return lines_of(case.obligations.all(), invoices)
