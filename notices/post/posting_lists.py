"""The posting list of a run: its letters in order, in the columns of a firm mailing book.

The same lines make the CSV file, and the PDF that the carrier stamps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django_countries import countries

from clients import addresses, postal_formats
from clients.csv_cells import safe_row
from notices.language.phrases import PHRASES, language_of
from notices.models import DeliveryState, PrintRun, PrintRunLetter
from notices.post.words import said, words_of

TEMPLATE = "letters/posting_list.html"


@dataclass(frozen=True)
class Line:
    """One letter as the list shows it.

    Attributes:
        posted_on: empty until its number is recorded.
        remarks: what a person at the counter has to know; postage is written beside it by hand.
    """

    number: int
    posted_on: date | None
    reference: str
    addressee: str
    town: str
    country: str
    service: str
    weight_grams: int
    carrier_number: str
    remarks: str


_CLASSES = ("c-no", "c-date", "c-ref", "", "", "c-service", "c-g n", "c-number", "c-remarks")
"""How wide the columns of the printed list are."""


def name_of(run: PrintRun) -> str:
    """Name a run as its office speaks."""
    return words_of(run.office.language).run.format(number=run.number, office=run.office)


def letters_of(run: PrintRun) -> list[PrintRunLetter]:
    """Return the letters of a run in their order, each with what a line shows."""
    return list(
        run.letters.select_related(
            "delivery__case__client", "delivery__notice__office", "letter"
        ).defer("delivery__mime", "letter__pdf", "letter__text")
    )


def lines_of(letters: Sequence[PrintRunLetter]) -> list[Line]:
    """Return the lines of a run; what was left out or taken back has none."""
    return [_line(row) for row in letters if _is_listed(row)]


def fingerprint_of(lines: Sequence[Line]) -> str:
    """Return what tells two versions of a list apart."""
    said = json.dumps([astuple(line) for line in lines], default=str, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def csv_rows(run: PrintRun, lines: Sequence[Line]) -> list[list[object]]:
    """Return the rows of the list as a file, headings first, safe in any spreadsheet."""
    rows: list[list[object]] = [list(words_of(run.office.language).headings)]
    for line in lines:
        posted_on = line.posted_on.isoformat() if line.posted_on else ""
        rows.append([line.number, posted_on, *astuple(line)[2:], ""])
    return [safe_row(row) for row in rows]


def content_of(run: PrintRun, lines: Sequence[Line]) -> dict[str, Any]:
    """Return what `pdf.render_document` needs; the same lines always give the same."""
    office = run.office
    language = language_of(office.language)
    words = words_of(language)
    ordered_on = run.ordered_at.astimezone(ZoneInfo(office.time_zone)).date()
    return {
        "title": words.list_title.format(number=run.number),
        "author": office.legal_name,
        "language": language,
        "words": words,
        "created_on": ordered_on,
        "footer_reference": name_of(run),
        "sheet": "letter" if run.profile == "us10" else "a4",
        "office": office,
        "sender_lines": office.paper_lines,
        "run": run,
        "ordered_on": ordered_on,
        "columns": list(zip(_CLASSES, words.printed_headings, strict=True)),
        "handed_over": said(words.handed_over, len(lines)),
        "lines": lines,
        "letter_count": len(lines),
        "weight_grams": sum(line.weight_grams for line in lines),
    }


def _is_listed(row: PrintRunLetter) -> bool:
    return not row.left_out and row.delivery.state != DeliveryState.TAKEN_BACK


def _line(row: PrintRunLetter) -> Line:
    delivery = row.delivery
    notice = delivery.notice
    assert notice is not None
    addressee, town, country = place_of(row)
    return Line(
        number=row.position,
        posted_on=delivery.posted_on,
        reference=f"{delivery.case.reference}-{notice.number}",
        addressee=addressee,
        town=town,
        country=country,
        service=service_of(notice.office.language),
        weight_grams=row.weight_grams,
        carrier_number=delivery.carrier_number,
        remarks=words_of(notice.office.language).copy.format(number=row.copy_number)
        if row.is_copy
        else "",
    )


def service_of(language: str) -> str:
    """Name the registered service; letters have it above their address in the client's language."""
    return PHRASES[language_of(language)].registered_line


def place_of(row: PrintRunLetter) -> tuple[str, str, str]:
    """Return addressee, town and country, read from the address as it is printed."""
    delivery = row.delivery
    notice = delivery.notice
    assert notice is not None
    home = str(notice.office.country)
    lines = [str(line) for line in delivery.recipient_lines]
    abroad = str(delivery.case.client.country)
    is_abroad = bool(lines) and abroad != home
    if is_abroad and lines[-1] == addresses.country_line(abroad, from_country=home):
        country, lines = lines[-1], lines[:-1]
        town_lines = len(postal_formats.of(abroad).lines)
    else:
        with translation.override(language_of(notice.office.language)):
            country = str(countries.name(home) or home)
        town_lines = len(postal_formats.of(home).lines)
    town = ", ".join(lines[-town_lines:]) if len(lines) > town_lines else ""
    # Person and organisation stand above the street, in the order of their country.
    addressee = ", ".join(lines[: 2 if len(lines) - town_lines > 2 else 1])
    return addressee or delivery.recipient_name, town, country
