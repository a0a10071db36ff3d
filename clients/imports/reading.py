"""From the bytes of a file to its rows; what is no list of clients at all is refused here."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.csv_cells import original_text, without_separator_line
from clients.errors import FileRefused
from clients.imports import columns

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000

_OTHER_MARKS = (
    codecs.BOM_UTF32_LE,
    codecs.BOM_UTF32_BE,
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
)


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file.

    Attributes:
        number: as a spreadsheet counts, the headings being row 1.
        cells: what stands under each heading, trimmed.
        surplus: how many more cells the row has than headings; negative when some are missing.
    """

    number: int
    cells: dict[str, str]
    surplus: int = 0


@dataclass(frozen=True)
class FileOfClients:
    """What was read from a file.

    Attributes:
        headings: the names of its columns, in small letters.
        records: for each row its number and its cells, trimmed, in the order of the headings.
        is_windows: it was written in Windows-1252 and not in UTF-8.
    """

    headings: list[str]
    records: list[tuple[int, list[str]]]
    is_windows: bool = False


def read(file_bytes: bytes) -> FileOfClients:
    """Read the rows of a file; empty rows are passed over.

    Raises:
        FileRefused: with a sentence for each thing that is wrong with the file as a whole.
    """
    text, is_windows = _text(file_bytes)
    records = _records(text)
    if not records:
        raise FileRefused([_("The file is empty. Its first row must hold the column names.")])
    names = [heading.strip().lower() for heading in records[0]]
    wanted = [at for at, name in enumerate(names) if name not in columns.PASSED_OVER]
    headings = [names[at] for at in wanted]
    _check_headings(headings)
    ours = set(range(len(names))) - set(wanted)
    rows = [
        (
            number,
            [original_text(cell).strip() for at, cell in enumerate(record) if at not in ours],
        )
        for number, record in enumerate(records[1:], start=2)
        if any(cell.strip() for at, cell in enumerate(record) if at not in ours)
    ]
    if not rows:
        raise FileRefused([_("The file holds column names, but no clients below them.")])
    if len(rows) > MAX_ROWS:
        raise FileRefused(
            [
                _("The file holds %(count)d rows; the most is %(most)d. Split it into parts.")
                % {"count": len(rows), "most": MAX_ROWS}
            ]
        )
    return FileOfClients(headings, rows, is_windows)


def row_of(number: int, headings: list[str], cells: list[str]) -> Row:
    """Put the cells of a row under their headings."""
    return Row(number, dict(zip(headings, cells, strict=False)), len(cells) - len(headings))


def _text(file_bytes: bytes) -> tuple[str, bool]:
    """Return the text, and whether it was written as older Windows programs do."""
    if len(file_bytes) > MAX_BYTES:
        raise FileRefused([_("The file is larger than 10 MB. Split it into parts.")])
    save_as = _(
        "The file is not in UTF-8. In your spreadsheet choose “Save as”, then “CSV UTF-8”, and "
        "upload that file."
    )
    if file_bytes.startswith(_OTHER_MARKS):
        raise FileRefused([save_as])
    if file_bytes.startswith(b"PK\x03\x04"):
        raise FileRefused(
            [_("This is a spreadsheet, not a CSV file. Choose “Save as”, then “CSV UTF-8”.")]
        )
    is_windows = False
    try:
        text = file_bytes.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        # What a spreadsheet on Windows calls plain “CSV”. A file with the mark of UTF-8 is damaged.
        if file_bytes.startswith(codecs.BOM_UTF8):
            raise FileRefused([save_as]) from problem
        try:
            text, is_windows = file_bytes.decode("cp1252"), True
        except UnicodeDecodeError:
            raise FileRefused([save_as]) from problem
    if "\0" in text:
        raise FileRefused([save_as])
    return text, is_windows


def _records(text: str) -> list[list[str]]:
    text, separator = without_separator_line(text)
    delimiter = separator or _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            if len(records) > 2 * MAX_ROWS:
                break  # mostly empty rows; the count of real ones is refused or not below
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
    return records


def _delimiter(text: str) -> str:
    """Choose the comma or the semicolon, whichever makes more known headings of the first line."""
    # A stray carriage return ends a line too, or the reader of the headings would refuse it.
    first_line = next(iter(text.splitlines()), "")

    def known_headings(delimiter: str) -> int:
        headings = next(csv.reader([first_line], delimiter=delimiter), [])
        return sum(heading.strip().lower() in columns.NAMES for heading in headings)

    return ";" if known_headings(";") > known_headings(",") else ","


def _check_headings(headings: list[str]) -> None:
    reasons = []
    if len(headings) == 1 and "\t" in headings[0]:
        reasons.append(_("The columns are separated by tabs. Use commas or semicolons."))
    if missing := [name for name in columns.REQUIRED if name not in headings]:
        reasons.append(_("Columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    known = set(columns.NAMES)
    if unknown := [heading or _("(no name)") for heading in headings if heading not in known]:
        reasons.append(
            _("Columns are not known: %(names)s. Rename or remove them.")
            % {"names": ", ".join(name[:40] for name in unknown[:20])}
        )
    if twice := sorted(
        {heading for heading in headings if heading and headings.count(heading) > 1}
    ):
        reasons.append(
            _("Columns appear more than once: %(names)s.")
            % {"names": ", ".join(name[:40] for name in twice[:20])}
        )
    if reasons:
        raise FileRefused(reasons)
