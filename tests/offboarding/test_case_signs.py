"""Signs: what a record shows of a relationship, each by its sentence and its days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from offboarding import case_signs
from offboarding.case_signs import Bill, Earlier, Record, Sign, SpeaksFor, Tried
from offboarding.terms import plain_date

TODAY = date(2027, 5, 31)
QUIET = Record(
    TODAY, date(2027, 5, 1), last_heard_on=date(2027, 5, 28), last_said_on=date(2027, 5, 29)
)


def ago(days: int) -> date:
    return TODAY - timedelta(days)


def signs(**changes: object) -> list[Sign]:
    record = replace(QUIET, **changes)  # type: ignore[arg-type]
    return case_signs.signs_of(
        record, say_date=plain_date, say_money=lambda cents, currency: f"{cents / 100} {currency}"
    )


def a_bill(days_late: int, *, paid: bool = False, number: str = "R-1", **changes: object) -> Bill:
    due_on = ago(days_late)
    if paid:
        due_on = ago(90)
        changes["paid_on"] = due_on + timedelta(days_late)
    return Bill(number, due_on, 10_050, **({"currency": "EUR"} | changes))  # type: ignore[arg-type]


def test_a_quiet_record_shows_no_sign() -> None:
    assert signs() == []


@pytest.mark.parametrize(("days_late", "is_sign"), [(-5, False), (30, False), (31, True)])
def test_an_invoice_is_a_sign_only_after_thirty_days(days_late: int, is_sign: bool) -> None:
    assert bool(signs(bills=(a_bill(days_late),))) is is_sign


def test_late_invoices_are_added_up_for_each_currency_with_the_oldest_named() -> None:
    bills = (
        a_bill(40),
        a_bill(61, number="R-2"),
        a_bill(35, number="R-3", currency="GBP"),
        a_bill(200, paid=True, number="R-4"),
    )

    euros, pounds = signs(bills=bills)

    assert euros.text == (
        "2 invoices have been due for more than 30 days: 201.0 EUR;"
        " the oldest, R-2, since 31 March 2027."
    )
    assert (euros.since, euros.speaks_for, euros.fix) == (
        ago(61),
        SpeaksFor.ENDING,
        "invoices",
    )
    assert "100.5 GBP; R-3 since 26 April 2027." in pounds.text


@pytest.mark.parametrize(
    ("lateness", "code", "speaks_for"),
    [
        ((0, 0), None, None),
        ((0, 0, -3), "paid_on_time", SpeaksFor.KEEPING),
        ((0, 0, 12), "paid_late", SpeaksFor.NEITHER),
        ((0, 10, 13), "paid_late", SpeaksFor.ENDING),
    ],
)
def test_how_a_client_pays_is_told_once_there_is_enough_to_tell(
    lateness: tuple[int, ...], code: str | None, speaks_for: SpeaksFor | None
) -> None:
    bills = tuple(a_bill(days, paid=True, number=str(n)) for n, days in enumerate(lateness))

    found = signs(bills=bills)

    assert [sign.code for sign in found] == ([code] if code else [])
    assert all(sign.speaks_for == speaks_for for sign in found)


@pytest.mark.parametrize(
    ("heard", "said", "codes"),
    [
        (None, None, {"nothing_said"}),
        (3, 2, set()),
        # They wrote and nobody answered; a week is normal, more is ours to explain.
        (7, 9, set()),
        (8, 9, {"unanswered"}),
        (8, None, {"unanswered"}),
        # Answered on the day itself.
        (8, 8, set()),
        (31, 2, {"client_is_silent"}),
        (30, 2, set()),
        (40, 31, {"client_is_silent", "we_are_silent"}),
        # The case began thirty days ago.
        (None, 2, set()),
    ],
)
def test_silence_of_either_side_is_seen(
    heard: int | None, said: int | None, codes: set[str]
) -> None:
    found = signs(
        last_heard_on=None if heard is None else ago(heard),
        last_said_on=None if said is None else ago(said),
    )

    assert {sign.code for sign in found} == codes
    assert all(sign.speaks_for == SpeaksFor.NEITHER for sign in found)


def test_what_was_tried_speaks_for_the_side_on_which_it_came_out() -> None:
    tried = (
        Tried(ago(9), "A call about the invoices.", "A call", helped=True),
        Tried(ago(8), "A plan", "A plan in writing", failed=True),
        Tried(ago(30), "Pay", helped=True, is_cure_warning=True),
    )

    helped, cured, failed, untried = signs(
        tried=tried, measures=("A call", "A plan in writing", "Another team")
    )

    assert helped.text == "A remedy of 22 May 2027 helped: A call about the invoices"
    assert cured.text == "What the warning of 1 May 2027 named was put right."
    assert helped.speaks_for == cured.speaks_for == SpeaksFor.KEEPING
    assert failed.speaks_for == SpeaksFor.ENDING
    assert untried.text == ("1 of 3 remedies that the ground names is not tried yet: Another team.")


def test_obligations_opened_again_and_earlier_cases_are_told() -> None:
    reopened, kept = signs(
        reopened_on=(ago(3), ago(5)),
        earlier=(Earlier("OFB-2026-00001", ago(300), ago(280), "retained"),),
    )

    assert reopened.text.endswith("the last time on 28 May 2027.")
    assert "the client was kept on 24 August 2026" in kept.text
    assert kept.fix == "case:OFB-2026-00001"
