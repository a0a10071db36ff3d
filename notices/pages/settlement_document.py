"""What a settlement statement says, in the client's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from notices.language.phrases import language_of, say_date, say_money
from offboarding import settlement
from offboarding.models import SettlementStatement, TerminationCase
from offboarding.settlement import Balance, Line

TEMPLATE = "letters/settlement.html"


@dataclass(frozen=True)
class Words:
    """The statement's sentences; they stand here because bookkeepers and lawyers read them."""

    title: str
    intro: str
    reference: str
    client: str
    version: str
    as_of: str
    theirs: str
    ours: str
    what: str
    due: str
    amount: str
    sum: str
    invoice: str
    elsewhere: str
    no_day: str
    nothing_theirs: str
    nothing_ours: str
    nothing: str
    balance: str
    they_owe: str
    we_owe: str
    even: str
    apart: str
    question: str
    footer: str


WORDS = {
    "en": Words(
        title="Settlement statement",
        intro="This is what is open in money between {firm} and {client} on {date}, as our books"
        " show it.",
        reference="Our reference",
        client="Client",
        version="Version",
        as_of="As of",
        theirs="What you owe us",
        ours="What we owe you",
        what="What",
        due="Due",
        amount="Amount",
        sum="Sum",
        invoice="Invoice {number}",
        elsewhere="with {who}",
        no_day="–",
        nothing_theirs="Nothing is open.",
        nothing_ours="Nothing is open.",
        nothing="Nothing is open between us.",
        balance="Balance",
        they_owe="Taking both sides together, you owe us {amount}.",
        we_owe="Taking both sides together, we owe you {amount}.",
        even="In {currency} both sides are even.",
        apart="Each currency stands on its own; nothing was converted.",
        question="If your books say something else, please tell {name} ({phone}, {email}). We will"
        " look at it together.",
        footer="{reference}, settlement statement {number}",
    ),
    "de": Words(
        title="Abrechnungsübersicht",
        intro="Das ist am {date} zwischen {firm} und {client} an Geld offen, wie unsere Bücher es"
        " zeigen.",
        reference="Unser Zeichen",
        client="Kunde",
        version="Fassung",
        as_of="Stand",
        theirs="Was Sie uns schulden",
        ours="Was wir Ihnen schulden",
        what="Was",
        due="Fällig",
        amount="Betrag",
        sum="Summe",
        invoice="Rechnung {number}",
        elsewhere="bei {who}",
        no_day="–",
        nothing_theirs="Es ist nichts offen.",
        nothing_ours="Es ist nichts offen.",
        nothing="Zwischen uns ist nichts offen.",
        balance="Saldo",
        they_owe="Beide Seiten zusammengenommen schulden Sie uns {amount}.",
        we_owe="Beide Seiten zusammengenommen schulden wir Ihnen {amount}.",
        even="In {currency} ist auf beiden Seiten nichts übrig.",
        apart="Jede Währung steht für sich; es wurde nichts umgerechnet.",
        question="Wenn Ihre Bücher etwas anderes sagen, geben Sie bitte {name} Bescheid ({phone},"
        " {email}). Wir sehen es uns gemeinsam an.",
        footer="{reference}, Abrechnungsübersicht {number}",
    ),
}


def balance_in_words(balance: Balance, language: str) -> str:
    """Say who owes what, both sides taken together; it sets nothing off."""
    words = WORDS[language_of(language)]
    if balance.cents == 0:
        return words.even.format(currency=balance.currency)
    amount = say_money(abs(balance.cents), balance.currency, language_of(language))
    sentence = words.they_owe if balance.cents > 0 else words.we_owe
    return sentence.format(amount=amount)


def title_of(line: Line, language: str) -> str:
    """Say what a line is, and who looks after it if somebody else does."""
    words = WORDS[language_of(language)]
    title = (
        words.invoice.format(number=line.title) if line.kind == settlement.INVOICE else line.title
    )
    return f"{title} ({words.elsewhere.format(who=line.elsewhere)})" if line.elsewhere else title


def content_of(statement: SettlementStatement, case: TerminationCase) -> dict[str, Any]:
    """Return what `pdf.render_document` needs; the same statement always gives the same."""
    language = language_of(statement.language)
    words = WORDS[language]
    office = case.client.office
    lines = [Line.kept(row) for row in statement.lines]
    balances = settlement.balances(lines)
    date = say_date(statement.as_of_on, language)
    return {
        "title": words.title,
        "author": office.legal_name,
        "language": language,
        "created_on": statement.as_of_on,
        "footer_reference": words.footer.format(reference=case.reference, number=statement.number),
        "sheet": "letter" if office.stationery == "us10" else "a4",
        "sender": office.legal_name,
        "sender_lines": office.paper_lines[1:],
        "words": words,
        "intro": words.intro.format(
            firm=office.legal_name, client=case.client.legal_name, date=date
        ),
        "facts": [
            (words.reference, case.reference),
            (words.client, case.client.legal_name),
            (words.as_of, date),
            (words.version, str(statement.number)),
        ],
        "sides": [
            _side(words.theirs, words.nothing_theirs, lines, balances, language, is_ours=False),
            _side(words.ours, words.nothing_ours, lines, balances, language, is_ours=True),
        ]
        if lines
        else [],
        "balances": [balance_in_words(one, language) for one in balances] or [words.nothing],
        "apart": words.apart if len(balances) > 1 else "",
        "question": words.question.format(
            name=case.owner.name or office.legal_name, phone=office.phone_shown, email=office.email
        ),
    }


def _side(
    title: str,
    nothing: str,
    lines: list[Line],
    balances: list[Balance],
    language: str,
    *,
    is_ours: bool,
) -> dict[str, Any]:
    words = WORDS[language]
    return {
        "title": title,
        "nothing": nothing,
        "rows": [
            (
                title_of(line, language),
                say_date(line.due_on, language) if line.due_on else words.no_day,
                say_money(line.amount_cents, line.currency, language),
            )
            for line in lines
            if line.is_ours is is_ours
        ],
        "sums": [
            say_money(cents, one.currency, language)
            for one in balances
            if (cents := one.ours_cents if is_ours else one.theirs_cents)
        ],
    }
