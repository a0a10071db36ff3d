"""What a closing letter says, written from the record of its case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notices.language.phrases import language_of, say_date, say_money
from offboarding.models import HandoverState, Obligation, ObligationState, TerminationCase


@dataclass(frozen=True)
class LetterPart:
    """A named paragraph of a letter that is written from the record."""

    key: str
    label: str | Promise
    is_required: bool = False


CLOSING_PARTS = (
    LetterPart("opening", _("What has ended, and when"), True),
    LetterPart("done", _("What was done")),
    LetterPart("open", _("What is still open, with its owner and date")),
    LetterPart("balance", _("Final invoice and balance"), True),
    LetterPart("returned", _("What we returned and handed over")),
    LetterPart("control", _("Who controls what now")),
    LetterPart("records", _("How long we keep our records")),
    LetterPart("contact", _("Whom to ask"), True),
    LetterPart("thanks", _("Thanks")),
)
"""The parts of a closing letter, in the order of the letter."""


@dataclass(frozen=True)
class _Words:
    subject: str
    opening: str
    done: str
    open_items: str
    open_item: str
    nothing_open: str
    settled: str
    money_open: str
    returned: str
    nothing_held: str
    handed_over: str
    control: str
    records: str
    contact: str
    thanks: str


_WORDS = {
    "en": _Words(
        subject="Our work for {client} has ended",
        opening="Our services for {client} ended on {date}. With this letter we close the file.",
        done="We have completed what we owed you:",
        open_items="Some things are still open, each with who looks after it and until when:",
        open_item="{title}: {owner}, until {date}",
        nothing_open="Nothing is open between us.",
        settled="Final invoice: {invoice}. Balance: {balance}",
        money_open="Our books show {amount} as open.",
        returned="On {date} we returned what belongs to you; we have your receipt for it.",
        nothing_held="We hold nothing that belongs to you.",
        handed_over="We have handed over:",
        control="From now on:",
        records="We keep our own records until {date}, as the law asks, and then delete them.",
        contact="If you have a question, ask {name}, telephone {phone}, {email}.",
        thanks="Thank you for the work that we have done together.",
    ),
    "de": _Words(
        subject="Unsere Arbeit für {client} ist beendet",
        opening="unsere Leistungen für {client} endeten am {date}. Mit diesem Brief schließen wir"
        " die Akte.",
        done="Wir haben erledigt, was wir Ihnen schuldeten:",
        open_items="Einiges ist noch offen; hier steht, wer sich bis wann darum kümmert:",
        open_item="{title}: {owner}, bis zum {date}",
        nothing_open="Zwischen uns ist nichts mehr offen.",
        settled="Schlussrechnung: {invoice}. Saldo: {balance}",
        money_open="In unseren Büchern sind {amount} offen.",
        returned="Am {date} haben wir zurückgegeben, was Ihnen gehört; Ihre Quittung liegt vor.",
        nothing_held="Wir haben nichts mehr, was Ihnen gehört.",
        handed_over="Wir haben übergeben:",
        control="Ab jetzt gilt:",
        records="Unsere eigenen Unterlagen bewahren wir bis zum {date} auf, wie es das Gesetz"
        " verlangt, und löschen sie dann.",
        contact="Wenn Sie Fragen haben, wenden Sie sich an {name}, Telefon {phone}, {email}.",
        thanks="Wir danken Ihnen für die gemeinsame Arbeit.",
    ),
}


def subject_of(case: TerminationCase) -> str:
    """Return the subject of a case's closing letter."""
    words = _WORDS[language_of(case.language)]
    return words.subject.format(client=case.client.legal_name)[:150]


def parts_of(
    case: TerminationCase, *, contact: Mapping[str, str], open_amounts: Mapping[str, int]
) -> dict[str, str]:
    """Return every part of a closing letter in the words that the record gives it.

    Args:
        case: in follow-up; what its checklist does not say yet is left as a gap in brackets.
        contact: name, phone and email of the person to ask.
        open_amounts: what is open on the client's invoices, in cents by currency.
    """
    language = language_of(case.language)
    words = _WORDS[language]
    obligations = [one for one in case.obligations.all() if not one.is_internal]
    return {
        "opening": words.opening.format(
            client=case.client.legal_name, date=_day(case.effective_on, language)
        ),
        "done": _list(words.done, (one.title for one in obligations if _was_done(one))),
        "open": _list(
            words.open_items,
            (
                words.open_item.format(
                    title=one.title,
                    owner=one.escalated_to,
                    date=_day(one.escalated_until, language),
                )
                for one in obligations
                if one.is_escalated
            ),
        )
        # Money is said with the balance; then "nothing is open" would not be true.
        or ("" if open_amounts else words.nothing_open),
        "balance": _balance(case, words, language, open_amounts),
        "returned": _returned(case, words, language),
        "control": _control(case, words),
        "records": words.records.format(
            date=_day(case.closing_sheet.retain_until if case.closing_sheet else None, language)
        ),
        "contact": words.contact.format(**contact),
        "thanks": words.thanks,
    }


def _was_done(obligation: Obligation) -> bool:
    return obligation.is_ours and obligation.state == ObligationState.FULFILLED


def _balance(
    case: TerminationCase, words: _Words, language: str, open_amounts: Mapping[str, int]
) -> str:
    sheet = case.closing_sheet
    said = words.settled.format(
        invoice=_gap(sheet.final_invoice if sheet else "", language),
        balance=_gap(sheet.balance if sheet else "", language),
    )
    if open_amounts:
        joined = ", ".join(
            say_money(cents, currency, language) for currency, cents in sorted(open_amounts.items())
        )
        said = f"{said} {words.money_open.format(amount=joined)}"
    return said


def _returned(case: TerminationCase, words: _Words, language: str) -> str:
    sheet = case.closing_sheet
    said = ""
    if sheet is not None and sheet.their_property == "returned":
        said = words.returned.format(date=_day(sheet.property_returned_on, language))
    elif sheet is not None and sheet.their_property == "nothing_held":
        said = words.nothing_held
    delivered = [
        item.title for item in case.handover_items.all() if item.state == HandoverState.DELIVERED
    ]
    return "\n\n".join(part for part in (said, _list(words.handed_over, delivered)) if part)


def _control(case: TerminationCase, words: _Words) -> str:
    sheet = case.closing_sheet
    lines = sheet.controls_now.splitlines() if sheet else []
    return _list(words.control, (line.strip() for line in lines if line.strip()))


def _list(head: str, items: Iterable[str]) -> str:
    lines = [f"- {item}" for item in items]
    return "\n".join([head, *lines]) if lines else ""


def _day(day: date | None, language: str) -> str:
    return say_date(day, language) if day else _gap("", language)


def _gap(text: Any, language: str) -> str:
    return str(text) or ("[noch zu klären]" if language == "de" else "[still to be said]")
