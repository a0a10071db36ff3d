"""What a cure warning says: calm and exact, no threat, and nothing that the record does not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from notices.language.phrases import say_date, say_money, say_weekday
from notices.letters.closing_words import LetterPart

CURE_PARTS = (
    LetterPart("opening", _("Why we write"), True),
    LetterPart("points", _("The open points, one a line that begins with “- ”"), True),
    LetterPart("needed", _("What we need, and by which date"), True),
    LetterPart("otherwise", _("What happens otherwise"), True),
    LetterPart("meanwhile", _("What we do meanwhile, and what we offer")),
    LetterPart("contact", _("Whom to ask"), True),
    LetterPart("receipt", _("Receipt"), True),
)
"""The parts of a cure warning, in the order of the letter."""


@dataclass(frozen=True)
class _Words:
    subject: str
    opening: str
    points: str
    no_point: str
    invoice: str
    fact: str
    needed: str
    no_date: str
    otherwise: str
    meanwhile: str


_WORDS = {
    "en": _Words(
        subject="Open points in our work for {client}",
        opening="We write because something in our work for {client} is still open. We would"
        " like to go on working with you. This letter says what that takes.",
        points="This is open:",
        no_point="[which point is open, with its date]",
        invoice="Invoice {number} of {issued}: {amount}, was due on {due}",
        fact="{fact} ({date})",
        needed="Please put it right by {weekday}, {date}. If you cannot do so by then,"
        " please tell us before that day. We will then look for a way together with you.",
        no_date="[date]",
        otherwise="If any of it is still open after that day, we may end our work together. We"
        " would tell you so in another letter, with its own dates. Nothing ends by this letter.",
        meanwhile="Until then we go on with our work as agreed. If it helps, we will gladly go"
        " through it with you on the telephone.",
    ),
    "de": _Words(
        subject="Offene Punkte in unserer Arbeit für {client}",
        opening="wir schreiben Ihnen, weil in unserer Arbeit für {client} noch etwas offen ist."
        " Wir möchten gern weiter für Sie arbeiten. In diesem Brief steht, was dafür nötig ist.",
        points="Das ist offen:",
        no_point="[welcher Punkt offen ist, mit Datum]",
        invoice="Rechnung {number} vom {issued}: {amount}, war am {due} fällig",
        fact="{fact} ({date})",
        needed="Bitte bringen Sie das bis {weekday}, den {date}, in Ordnung. Wenn es Ihnen"
        " bis dahin nicht möglich ist, sagen Sie es uns bitte vorher. Dann suchen wir"
        " gemeinsam mit Ihnen einen Weg.",
        no_date="[Datum]",
        otherwise="Wenn nach diesem Tag noch etwas offen ist, können wir unsere Zusammenarbeit"
        " beenden. Das würden wir Ihnen in einem weiteren Brief mit eigenen Terminen sagen. Durch"
        " diesen Brief endet nichts.",
        meanwhile="Bis dahin arbeiten wir weiter wie vereinbart. Wenn es hilft, gehen wir es"
        " gern am Telefon mit Ihnen durch.",
    ),
}


@dataclass(frozen=True)
class OverdueInvoice:
    """An invoice that should have been paid."""

    number: str
    issued_on: date
    due_on: date
    cents: int
    currency: str


def subject_of(client: str, language: str) -> str:
    """Return the subject of a warning to a client."""
    return _WORDS[language].subject.format(client=client)[:150]


def parts_of(
    *,
    client: str,
    language: str,
    owed: Iterable[str],
    invoices: Iterable[OverdueInvoice],
    facts: Iterable[tuple[date, str]],
    following: Mapping[str, str],
) -> dict[str, str]:
    """Return every part of a warning in the words that the record gives it.

    Args:
        client: the organisation's legal name.
        language: one that we write.
        owed: what the client still owes, a line each.
        invoices: those that are overdue.
        facts: dated ones that speak for ending, as colleagues recorded them.
        following: the parts that the letter's own fields give: needed, contact, receipt.
    """
    words = _WORDS[language]
    items = [
        *owed,
        *(
            words.invoice.format(
                number=one.number,
                issued=say_date(one.issued_on, language),
                due=say_date(one.due_on, language),
                amount=say_money(one.cents, one.currency, language),
            )
            for one in invoices
        ),
        *(
            words.fact.format(fact=_in_one_line(fact), date=say_date(on, language))
            for on, fact in facts
        ),
    ]
    lines = [f"- {item}" for item in items or [words.no_point]]
    return {
        "opening": words.opening.format(client=client),
        "points": "\n".join([words.points, *lines]),
        "otherwise": words.otherwise,
        "meanwhile": words.meanwhile,
    } | dict(following)


def needed_by(day: date | None, language: str) -> str:
    """Say by when the points are to be put right."""
    words = _WORDS[language]
    return words.needed.format(
        weekday=say_weekday(day, language) if day else words.no_date,
        date=say_date(day, language) if day else words.no_date,
    )


def points_in(text: str) -> list[str]:
    """Return the points that a part lists, a line each."""
    lines = (line.strip() for line in text.splitlines())
    return [line[2:].strip() for line in lines if line.startswith("- ") and line[2:].strip()]


def _in_one_line(fact: str) -> str:
    return " ".join(fact.split()).rstrip(".")
