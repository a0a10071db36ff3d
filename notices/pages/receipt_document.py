"""The client's own receipt: what it says, in the language of the letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from notices.language.phrases import language_of, say_date
from notices.letters import composing
from notices.mailing import urls_for_clients
from notices.models import Confirmation, Notice
from notices.pages import letter_fit

TEMPLATE = "letters/receipt.html"


@dataclass(frozen=True)
class Words:
    """The receipt's sentences; they stand here because lawyers read them."""

    title: str
    statement: str
    meaning: str
    reference: str
    client: str
    letter: str
    letter_value: str
    pages: tuple[str, str]
    addressee: str
    confirmed_by: str
    confirmed_at: str
    way: str
    by_link: str
    by_code: str
    checksum: str
    check: str


WORDS = {
    "en": Words(
        title="Receipt for our letter of {date}",
        statement="On the page for this letter somebody typed the name below and confirmed that"
        " the letter was received, by the addressee or by someone who may receive it for them.",
        meaning="This confirms receipt only. It does not mean that anyone agrees with the letter.",
        reference="Our reference",
        client="Client",
        letter="Letter",
        letter_value="{kind} {number} of {date}, {pages}",
        pages=("1 page", "{count} pages"),
        addressee="Addressed to",
        confirmed_by="Name typed",
        confirmed_at="Confirmed on",
        way="Opened with",
        by_link="the link in our letter or e-mail",
        by_code="the code from the paper letter",
        checksum="Checksum of the letter (SHA-256)",
        check="Whoever holds the letter or this receipt as a file can compare it with ours at"
        " {url}.",
    ),
    "de": Words(
        title="Empfangsbestätigung zu unserem Schreiben vom {date}",
        statement="Auf der Seite zu diesem Schreiben hat jemand den unten stehenden Namen"
        " eingegeben und den Empfang bestätigt, für sich selbst oder für die Person, an die es"
        " gerichtet ist.",
        meaning="Bestätigt wird nur der Empfang. Das bedeutet nicht, dass jemand dem Inhalt"
        " zustimmt.",
        reference="Unser Zeichen",
        client="Kunde",
        letter="Schreiben",
        letter_value="{kind} {number} vom {date}, {pages}",
        pages=("1 Seite", "{count} Seiten"),
        addressee="Gerichtet an",
        confirmed_by="Eingegebener Name",
        confirmed_at="Bestätigt am",
        way="Geöffnet mit",
        by_link="dem Link in unserem Schreiben oder unserer E-Mail",
        by_code="dem Code aus dem Brief",
        checksum="Prüfsumme des Schreibens (SHA-256)",
        check="Wer das Schreiben oder diese Bestätigung als Datei hat, kann sie unter {url} mit"
        " unserer vergleichen.",
    ),
}


def say_instant(at: datetime, zone: str, language: str) -> str:
    """Return an instant as people at the office would say it, zone included."""
    local = at.astimezone(ZoneInfo(zone))
    day = say_date(local.date(), language)
    clock_time = f"{local:%H:%M}" + (" Uhr" if language == "de" else "")
    return f"{day}, {clock_time} ({zone.replace('_', ' ')})"


def content_of(confirmation: Confirmation, notice: Notice) -> dict[str, Any]:
    """Return what `pdf.render_document` needs; the same confirmation always gives the same."""
    case = notice.case
    language = language_of(notice.language)
    words = WORDS[language]
    letter = notice.letter
    assert letter is not None
    date = say_date(notice.notice_date, language)
    return {
        "title": words.title.format(date=date),
        "author": notice.office.legal_name,
        "language": language,
        "created_on": confirmation.confirmed_at.astimezone(ZoneInfo(case.time_zone)).date(),
        "footer_reference": composing.footer_of(notice),
        "audit_head": confirmation.audit_head,
        "sheet": "letter" if notice.office.stationery == "us10" else "a4",
        "sender": notice.office.legal_name,
        "sender_lines": notice.office.paper_lines[1:],
        "statement": words.statement,
        "meaning": words.meaning,
        "check": words.check.format(url=urls_for_clients.check_url()),
        "facts": [
            (words.reference, case.reference),
            (words.client, case.client.legal_name),
            (
                words.letter,
                words.letter_value.format(
                    kind=composing.named(notice),
                    number=notice.number,
                    date=date,
                    pages=words.pages[letter.page_count != 1].format(count=letter.page_count),
                ),
            ),
            (words.addressee, confirmation.link.recipient_name),
            (words.confirmed_by, letter_fit.printable(confirmation.name)),
            (
                words.confirmed_at,
                say_instant(confirmation.confirmed_at, case.time_zone, language),
            ),
            (words.way, words.by_code if confirmation.by_code else words.by_link),
        ],
        "checksum": (words.checksum, letter.sha256),
    }
