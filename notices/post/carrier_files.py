"""A carrier's file about letters: from its bytes to rows that can be recorded.

Nothing is changed here. What is no such file at all is refused with its reasons; in one that is,
every row is good, bad with a reason, about a number that nobody here knows, or passed over.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from clients.csv_cells import original_text, without_separator_line
from clients.errors import FileRefused
from notices.models import Delivery, DeliveryState
from notices.post import carriers

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000

COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("number", "carrier_number", "tracking_number", "sendungsnummer", "barcode"),
    "status": ("status", "outcome", "ergebnis", "event"),
    "date": ("date", "datum", "event_date", "delivered_on"),
    "received_by": ("received_by", "recipient", "empfaenger", "empfänger", "signed_by"),
    "note": ("note", "remarks", "bemerkung", "hinweis"),
}
"""Each column under the headings that carriers give it; the first three must be there."""

REQUIRED = ("number", "status", "date")

OUTCOMES: dict[str, DeliveryState] = {
    "delivered": DeliveryState.DELIVERED,
    "zugestellt": DeliveryState.DELIVERED,
    "refused": DeliveryState.REFUSED,
    "annahme verweigert": DeliveryState.REFUSED,
    "unclaimed": DeliveryState.UNCLAIMED,
    "not collected": DeliveryState.UNCLAIMED,
    "nicht abgeholt": DeliveryState.UNCLAIMED,
    "moved": DeliveryState.MOVED,
    "moved, left no address": DeliveryState.MOVED,
    "unbekannt verzogen": DeliveryState.MOVED,
    "verzogen": DeliveryState.MOVED,
    "lost": DeliveryState.LOST,
    "verlust": DeliveryState.LOST,
}
NO_OUTCOME_YET = frozenset(
    {"accepted", "posted", "in transit", "in_transit", "out for delivery", "notice left",
     "available for pickup", "eingeliefert", "in zustellung", "benachrichtigt", "unterwegs"}
)  # fmt: skip

# With slashes the day comes first, except where an office in the United States posted the letter.
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
_OTHER_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass
class Found:
    """What stands in a file, row by row, as a spreadsheet counts them."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    bad_rows: list[list[object]] = field(default_factory=list)
    unknown: list[list[object]] = field(default_factory=list)
    passed_over: list[list[object]] = field(default_factory=list)
    row_count: int = 0


def read(
    content: bytes,
    *,
    letters: Callable[[list[str]], list[Delivery]],
    today: Callable[[Delivery], date],
) -> Found:
    """Read a file and say what would come of it.

    Args:
        content: the file, CSV in UTF-8.
        letters: returns the letters with these carrier's numbers, of the person's own cases.
        today: returns the day at the office of a letter; no outcome lies after it.

    Raises:
        FileRefused: it is no such file; a sentence for each thing that is wrong.
    """
    headings, records = _records(_text(content))
    places = _places(headings)
    found = Found(row_count=len(records))
    rows = [(number, _cells(record, places)) for number, record in records]
    by_number = {
        delivery.carrier_number: delivery
        for delivery in letters([carriers.tidy(cells["number"]) for _number, cells in rows])
    }
    seen: dict[str, int] = {}
    for number, cells in rows:
        _sort(number, cells, by_number, seen, found, today)
    return found


def _sort(
    row: int,
    cells: dict[str, str],
    by_number: dict[str, Delivery],
    seen: dict[str, int],
    found: Found,
    today: Callable[[Delivery], date],
) -> None:
    number = carriers.tidy(cells["number"])
    if not number:
        found.bad_rows.append([row, "number", _("The carrier's number is missing.")])
        return
    if fault := carriers.fault_of(number):
        found.bad_rows.append([row, "number", fault])
        return
    status = " ".join(cells["status"].casefold().split())
    outcome = OUTCOMES.get(status)
    if outcome is None and status not in NO_OUTCOME_YET:
        found.bad_rows.append(
            [
                row,
                "status",
                _("“%(status)s” is no outcome that is known here.") % {"status": cells["status"]},
            ]
        )
        return
    delivery = by_number.get(number)
    if delivery is None:
        found.unknown.append([row, number])
        return
    if outcome is None:
        found.passed_over.append([row, number, _("on its way, no outcome yet")])
        return
    if number in seen:
        reason = _("This number stands in row %(row)d already.") % {"row": seen[number]}
        found.bad_rows.append([row, "number", reason])
        return
    seen[number] = row
    if delivery.state != DeliveryState.POSTED:
        found.passed_over.append(
            [row, number, _("is “%(state)s” already") % {"state": delivery.get_state_display()}]
        )
        return
    on = _day(cells["date"], writes_months_first=delivery.case.client.office.country == "US")
    reason = (
        _("“%(date)s” is no date that can be read.") % {"date": cells["date"]}
        if on is None
        else _("This day has not come yet.")
        if on > today(delivery)
        else _("This is before the letter was posted.")
        if delivery.posted_on and on < delivery.posted_on
        else ""
    )
    if reason or on is None:
        found.bad_rows.append([row, "date", reason])
        return
    found.rows.append(
        {
            "row": row,
            "number": number,
            "delivery": delivery.pk,
            "outcome": outcome.value,
            "on": on.isoformat(),
            "received_by": cells["received_by"][:200],
            "note": cells["note"][:1000],
        }
    )


def _day(text: str, *, writes_months_first: bool) -> date | None:
    forms = ["%m/%d/%Y" if writes_months_first and "/" in form else form for form in _DATES]
    for form in forms:
        try:
            # A day as the carrier wrote it; it has no zone to convert.
            return datetime.strptime(text.strip()[:19], form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _cells(record: list[str], places: dict[str, int]) -> dict[str, str]:
    cells = dict.fromkeys(COLUMNS, "")
    for name, place in places.items():
        if place < len(record):
            cells[name] = original_text(record[place]).strip()
    return cells


def _places(headings: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for name, known in COLUMNS.items():
        for place, heading in enumerate(headings):
            if "_".join(heading.casefold().replace("-", " ").split()) in known:
                places.setdefault(name, place)
    missing = [name for name in REQUIRED if name not in places]
    if missing:
        raise FileRefused(
            [
                _("Columns are missing: %(names)s. The first row must name them.")
                % {"names": ", ".join(missing)}
            ]
        )
    return places


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise FileRefused([_("The file is larger than 10 MB. Split it into parts.")])
    save_as = _(
        "The file is not in UTF-8. In your spreadsheet choose “Save as”, then “CSV UTF-8”, and "
        "upload that file."
    )
    if content.startswith(_OTHER_MARKS) or content.startswith(b"PK\x03\x04"):
        raise FileRefused([save_as])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise FileRefused([save_as]) from problem
    if "\0" in text:
        raise FileRefused([save_as])
    if not text.strip():
        raise FileRefused([_("The file is empty. Its first row must hold the column names.")])
    return text


def _records(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    text, separator = without_separator_line(text)
    first_line = text.split("\n", 1)[0]
    delimiter = separator or max(";,\t", key=first_line.count)
    records = []
    try:
        for number, record in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1
        ):
            if any(cell.strip() for cell in record):
                records.append((number, record))
            if len(records) > MAX_ROWS + 1:
                raise FileRefused(
                    [
                        _("The file holds more than %(most)d rows. Split it into parts.")
                        % {"most": MAX_ROWS}
                    ]
                )
    except csv.Error as problem:
        raise FileRefused(
            [
                _(
                    "Row %(row)d cannot be read. Look for a quotation mark that is opened and "
                    "not closed, or for a very long cell."
                )
                % {"row": len(records) + 1}
            ]
        ) from problem
    if len(records) < 2:
        raise FileRefused([_("The file holds column names, but no letters below them.")])
    return records[0][1], records[1:]
