"""What is open in money: which lines count, whose they are, and each currency apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from clients.models import Invoice
from offboarding import settlement
from offboarding.models import MoneyKind, Obligation, ObligationState, Party
from offboarding.settlement import Balance, Line

DAY = date(2027, 3, 1)


def an_invoice(pk: int, cents: int, currency: str = "EUR") -> Invoice:
    return Invoice(pk=pk, number=f"2027-{pk}", due_on=DAY, amount_cents=cents, currency=currency)


def owed(title: str, cents: int | None, **changes: Any) -> Obligation:
    fields = {
        "party": Party.CLIENTS,
        "title": title,
        "amount_cents": cents,
        "currency": "EUR",
        "due_on": DAY,
    }
    return Obligation(**(fields | changes))


def titles(lines: list[Line]) -> list[str]:
    return [line.title for line in lines]


def test_invoices_come_first_then_what_is_not_billed_then_ours() -> None:
    lines = settlement.lines_of(
        [
            owed("Refund of the retainer", 5_00, party=Party.OURS, money_kind=MoneyKind.REFUND),
            owed("Hours of March", 80_00, money_kind=MoneyKind.UNBILLED),
            owed("Half the licence", 20_00),
            owed("Return the keys", None),
        ],
        [an_invoice(1, 100_00)],
    )

    assert [(line.title, line.kind, line.is_ours) for line in lines] == [
        ("2027-1", "invoice", False),
        ("Hours of March", "unbilled", False),
        ("Half the licence", "other", False),
        ("Refund of the retainer", "refund", True),
    ]
    assert settlement.balances(lines) == [Balance("EUR", 200_00, 5_00)]


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        (ObligationState.OPEN, True),
        (ObligationState.ESCALATED, True),
        (ObligationState.FULFILLED, False),
        (ObligationState.WAIVED, False),
        (ObligationState.NOT_APPLICABLE, False),
    ],
)
def test_what_was_settled_on_the_case_is_open_no_more(state: str, is_open: bool) -> None:
    invoice = an_invoice(1, 100_00)
    rows = [
        owed("Invoice 2027-1", 100_00, invoice=invoice, state=state, escalated_to="Collections"),
        owed("Half the licence", 20_00, state=state),
    ]

    lines = settlement.lines_of(rows, [invoice])

    assert titles(lines) == (["2027-1", "Half the licence"] if is_open else [])
    if state == ObligationState.ESCALATED:
        assert lines[0].elsewhere == "Collections"


def test_an_invoice_without_an_obligation_and_one_opened_again_count() -> None:
    again, new = an_invoice(1, 100_00), an_invoice(2, 50_00)
    rows = [
        owed("x", 100_00, invoice=again, state=ObligationState.FULFILLED),
        owed("x", 100_00, invoice=again),
    ]

    assert titles(settlement.lines_of(rows, [again, new])) == ["2027-1", "2027-2"]


def test_currencies_stand_apart_and_each_side_is_added_up() -> None:
    lines = settlement.lines_of(
        [
            owed("Refund", 300_00, party=Party.OURS, currency="USD"),
            owed("Credit", 100_00, party=Party.OURS),
            owed("Only for us", 9_00, party=Party.OURS, is_internal=True),
        ],
        [an_invoice(1, 100_00), an_invoice(2, 50_00, "USD")],
    )

    found = {one.currency: one.cents for one in settlement.balances(lines)}
    assert found == {"EUR": 0, "USD": -250_00}
    assert [Line.kept(line.as_kept()) for line in lines] == lines
