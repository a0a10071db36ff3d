"""The columns of the file, as data: the page that explains them and the reader agree."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.csv_cells import safe_row


@dataclass(frozen=True)
class Column:
    """One column of the file.

    Attributes:
        name: the heading, exactly as it stands in the first row.
        required: whether the heading must be there and every row must fill it.
        example: a cell that is accepted.
        meaning: what belongs here, for the person who makes the file.
    """

    name: str
    required: bool
    example: str
    meaning: str | Promise


COLUMNS: tuple[Column, ...] = (
    Column("reference", True, "C-1042", _("The client's number in your books; each only once.")),
    Column("legal_name", True, "Nordlicht Café GmbH", _("The name that letters are addressed to.")),
    Column("display_name", False, "Nordlicht", _("A short name; the legal name if empty.")),
    Column("language", False, "de", _("Language of letters, as a code; the office's if empty.")),
    Column("care_of", False, "Kanzlei Brandt", _("Who takes the post in, without “c/o”.")),
    Column(
        "street",
        True,
        "Hafenstraße 12 | Hinterhaus",
        _("Up to three lines of 60 characters, with | between them."),
    ),
    Column("postal_code", False, "20457", _("Needed in most countries.")),
    Column("city", True, "Hamburg", _("Town of the postal address.")),
    Column("region", False, "", _("State or province where an address needs it, such as NY.")),
    Column("country", True, "DE", _("Two letters, ISO 3166.")),
    Column("office", False, "Hamburg", _("Name of your office; needed if you have several.")),
    Column(
        "owner_email",
        False,
        "manager@example.com",
        _("Account manager, a member of the team; you if empty."),
    ),
    Column("contact_name", False, "Mara Voss", _("The person who receives notices.")),
    Column("contact_position", False, "Managing director", _("Position of this person.")),
    Column("contact_email", False, "mara.voss@example.com", _("Exactly one address.")),
    Column("contact_phone", False, "+49 40 1234567", _("With + and country code.")),
    Column("contact_language", False, "de", _("Only if it differs from the client's.")),
    Column("engagement_title", False, "Bookkeeping agreement", _("What the agreement is called.")),
    Column(
        "engagement_services",
        False,
        "Monthly bookkeeping | Payroll",
        _("The services, with | between them."),
    ),
    Column("service_line", False, "Accounting", _("The part of the firm that does the work.")),
    Column("started_on", False, "2024-03-01", _("First day of the agreement, year-month-day.")),
    Column("notice_period_count", False, "3", _("Length of the notice period; 0 if empty.")),
    Column("notice_period_unit", False, "months", _("days, weeks or months; days if empty.")),
    Column("notice_period_in_business_days", False, "no", _("yes or no; no if empty.")),
    Column("notice_to_end_of_month", False, "yes", _("yes or no; no if empty.")),
    Column(
        "notice_method", False, "registered_mail", _("any, email or registered_mail; any if empty.")
    ),
    Column("notice_email", False, "", _("Only if the agreement names an address for notices.")),
    Column("notice_address", False, "", _("The same for post, with | between the lines.")),
    Column("notice_form", False, "text", _("text, or ink for a signature by hand.")),
    Column("signatories_required", False, "1", _("How many must sign a notice; 1 if empty.")),
    Column("cure_days", False, "14", _("Days the client has to put things right; 0 if empty.")),
    Column("yearly_value", False, "9600.00", _("What the client pays in a usual year.")),
    Column("yearly_value_currency", False, "EUR", _("Its currency; the office's if empty.")),
)

NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
REQUIRED: tuple[str, ...] = tuple(column.name for column in COLUMNS if column.required)
LINE_SEPARATOR = "|"

ROW = "row"
WRONG = "what_is_wrong"
PASSED_OVER = frozenset({ROW, WRONG})
"""Columns that our own file of bad rows has in front; they are no part of a client."""


def template_csv() -> str:
    """Write a file with the headings and one example, to start from."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(NAMES)
    writer.writerow(safe_row([column.example for column in COLUMNS]))
    return file.getvalue()
