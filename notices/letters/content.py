"""What a letter says, before anything is known of paper or PDF.

Everything here is plain text, printed as it stands: a `<` is a `<`. The same content always gives
the same bytes, so whatever could change between two renderings (the date, the audit chain's head)
is part of the content and fixed when approval is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["en", "de"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a line break in it is kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A short line over the paragraphs that follow; it never ends a page."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of points."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column titles, the titles repeated on every page.

    Args:
        numeric: indices of the columns that hold amounts, set flush right.
        shares: relative widths, one per column; equal when empty.
        total: whether the last row is a sum and stands apart.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    shares: tuple[int, ...] = ()
    total: bool = False


Block = Paragraph | Heading | Bullets | Table


@dataclass(frozen=True, slots=True)
class Sender:
    """The company that writes.

    Args:
        legal_name: as registered; the largest words on the sheet.
        return_line: one short line for the window of the envelope.
        letterhead_lines: address, telephone, e-mail, website.
        registration_lines: court, number, directors, tax number: what the law wants at the foot.
    """

    legal_name: str
    return_line: str = ""
    letterhead_lines: tuple[str, ...] = ()
    registration_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs by hand, below the closing."""

    name: str
    position: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContent:
    """One letter, complete: the renderer adds nothing but page numbers.

    Args:
        profile: key of the stationery, see `notices.profiles`.
        nudge: how far the window's content moves right and down, in mm.
        address_lines: the addressee, postal order, one entry a line.
        registered_line: what the post office must see, for example "Einschreiben Rückschein".
        reference_rows: label and value: our reference, your reference, date, contact, notice.
        footer_reference: left at the foot of every page, "Reference · Notice n".
        audit_head: first 16 hex digits of the audit chain's head, or empty.
        created_on: the date the PDF carries as its own.
        draft: whether "Draft" is printed across every page.
        copy_mark: for example "Second copy"; None on the original.
    """

    profile: str
    language: Language
    sender: Sender
    address_lines: tuple[str, ...]
    subject: str
    body: tuple[Block, ...]
    closing: str
    signers: tuple[Signer, ...]
    footer_reference: str
    title: str
    author: str
    created_on: date
    nudge: tuple[float, float] = (0.0, 0.0)
    registered_line: str = ""
    reference_rows: tuple[tuple[str, str], ...] = ()
    place_and_date: str = ""
    enclosures: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    audit_head: str = ""
    draft: bool = False
    copy_mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSlip:
    """The sheet that goes with a registered letter and comes back signed.

    Args:
        return_address_lines: the firm's own address, placed for the same window.
        code: what a reader types when there is no camera.
        url: where the QR code leads; also printed.
        facts: label and value: client, reference, notice, date of the letter.
    """

    profile: str
    language: Language
    sender: Sender
    return_address_lines: tuple[str, ...]
    client_name: str
    case_reference: str
    code: str
    url: str
    footer_reference: str
    title: str
    author: str
    created_on: date
    nudge: tuple[float, float] = (0.0, 0.0)
    facts: tuple[tuple[str, str], ...] = ()
    audit_head: str = ""


@dataclass(frozen=True, slots=True)
class LetterWords:
    """The few words of the renderer's own, in the language of the letter.

    They stand here and not in a translation catalogue: a sealed letter's bytes must not depend on
    whether somebody compiled the catalogues of the interface.
    """

    page: str
    of: str
    draft: str
    record: str
    enclosures: str
    copies: str
    slip_heading: str
    slip_request: str
    slip_meaning: str
    slip_online: str
    slip_code: str
    slip_client: str
    slip_case: str
    slip_name: str
    slip_date: str
    slip_signature: str
    slip_return: str
    slip_qr: str


WORDS: dict[str, LetterWords] = {
    "en": LetterWords(
        page="Page",
        of="of",
        draft="Draft",
        record="Record",
        enclosures="Enclosures",
        copies="Copies",
        slip_heading="Receipt for our letter",
        slip_request="Please confirm that our letter has reached you. Either sign below and send"
        " this sheet back, or confirm online.",
        slip_meaning="Signing confirms receipt only. It does not mean that you agree with the"
        " letter.",
        slip_online="Scan the square with your phone, or open this address and type the code.",
        slip_code="Code",
        slip_client="Client",
        slip_case="Our reference",
        slip_name="Name in block letters",
        slip_date="Received on",
        slip_signature="Signature",
        slip_return="To send it back, fold the sheet at the marks: our address fits the window.",
        slip_qr="QR code that opens the page where receipt is confirmed",
    ),
    "de": LetterWords(
        page="Seite",
        of="von",
        draft="Entwurf",
        record="Protokoll",
        enclosures="Anlagen",
        copies="Verteiler",
        slip_heading="Empfangsbestätigung zu unserem Schreiben",
        slip_request="Bitte bestätigen Sie, dass unser Schreiben bei Ihnen angekommen ist:"
        " entweder unten mit Ihrer Unterschrift und per Post zurück, oder online.",
        slip_meaning="Die Unterschrift bestätigt nur den Empfang. Sie bedeutet nicht, dass Sie"
        " dem Inhalt zustimmen.",
        slip_online="Scannen Sie das Quadrat mit Ihrem Telefon, oder öffnen Sie diese Adresse"
        " und tippen Sie den Code ein.",
        slip_code="Code",
        slip_client="Kunde",
        slip_case="Unser Zeichen",
        slip_name="Name in Druckbuchstaben",
        slip_date="Erhalten am",
        slip_signature="Unterschrift",
        slip_return="Für die Rücksendung an den Marken falten: Unsere Anschrift steht dann im"
        " Fenster.",
        slip_qr="QR-Code, der die Seite zur Empfangsbestätigung öffnet",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that must change before the letter can be printed.

    Args:
        field: name of the content's field, with an index where one entry is meant.
        sentence: what is wrong, for the person who can change it.
    """

    field: str
    sentence: str


class LetterProblems(Exception):
    """The letter cannot be printed as it stands; every reason at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems
