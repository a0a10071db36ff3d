"""From a row of cells to a client with its contact and engagement, or to what is wrong in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django_countries import countries

from accounts import selectors as people
from accounts.actor import Actor
from accounts.models import Team, User
from clients import currencies, languages
from clients.imports.columns import LINE_SEPARATOR, REQUIRED
from clients.imports.reading import Row
from clients.models import Client, Contact, Engagement, Office


class BadCell(NamedTuple):
    """One thing that is wrong in a file.

    Attributes:
        row: as a spreadsheet counts, the headings being row 1.
        column: the heading; empty when it is about the whole row.
        reason: a sentence.
    """

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class NewClient:
    """What one good row becomes; nothing of it is saved yet."""

    row: int
    client: Client
    contact: Contact | None
    engagement: Engagement | None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CheckedRows:
    """What came of checking every row against the present database."""

    good: list[NewClient] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)


_CONTACT = {
    "contact_name": "name",
    "contact_position": "position",
    "contact_email": "email",
    "contact_phone": "phone",
    "contact_language": "language",
}
_ENGAGEMENT = {
    "engagement_title": "title",
    "engagement_services": "services",
    "service_line": "service_line",
    "started_on": "started_on",
    "notice_period_count": "notice_period_count",
    "notice_period_unit": "notice_period_unit",
    "notice_period_in_business_days": "notice_period_in_business_days",
    "notice_to_end_of_month": "notice_to_end_of_month",
    "notice_method": "notice_method",
    "notice_email": "notice_email",
    "notice_address": "notice_address",
    "notice_form": "notice_form",
    "signatories_required": "signatories_required",
    "cure_days": "cure_days",
    "yearly_value": "yearly_value_cents",
    "yearly_value_currency": "yearly_value_currency",
}
_CLIENT = (
    "reference",
    "legal_name",
    "display_name",
    "language",
    "care_of",
    "street",
    "postal_code",
    "city",
    "region",
    "country",
)
_OF_SEVERAL_LINES = {"street", "engagement_services", "notice_address"}
_NUMBERS = {"notice_period_count", "signatories_required", "cure_days"}
_YES_OR_NO = {"notice_period_in_business_days", "notice_to_end_of_month"}
_YES = {"yes", "y", "true", "1", "ja"}
_NO = {"no", "n", "false", "0", "nein"}
_ROWS_NAMED_IN_A_WARNING = 10
_MOST_A_YEAR = 1_000_000_000


def check(
    rows: Iterable[Row], *, team: Team, by: Actor, first_rows: Mapping[str, int] | None = None
) -> CheckedRows:
    """Check every row as if it were saved now, in a number of queries that does not grow.

    Args:
        rows: as read from the file, or some of them.
        team: who will look after the clients.
        by: who imports them; account manager of those rows that name none.
        first_rows: by reference in small letters, the first row of the whole file that has it.
    """
    rows = list(rows)
    checker = _Checker(rows, team=team, by=by, first_rows=first_rows or {})
    checked = CheckedRows()
    named: Counter[tuple[str, str]] = Counter()
    for row in rows:
        new, problems = checker.check(row)
        checked.bad.extend(problems)
        if new is not None:
            named[_called(new)] += 1
            is_again = named[_called(new)] > 1
            new.notes.extend(_notes(new, checker.namesakes, is_again=is_again))
            checked.good.append(new)
    return checked


class _Checker:
    """Knows what rows are compared with: offices, members of the team, references in use."""

    def __init__(
        self, rows: list[Row], *, team: Team, by: Actor, first_rows: Mapping[str, int]
    ) -> None:
        self.team = team
        self.by = by
        self.offices = {office.name.lower(): office for office in Office.objects.all()}
        self.members = {member.email.lower(): member for member in people.members_of(team)}
        self.taken = _references_in_use(rows)
        self.namesakes = _namesakes(rows, team)
        self.first_rows = first_rows

    def check(self, row: Row) -> tuple[NewClient | None, list[BadCell]]:
        if row.surplus:
            return None, [BadCell(row.number, "", _cells_off(row.surplus))]
        problems = _Problems(row.number)
        cells = row.cells
        for name in REQUIRED:
            if not cells.get(name):
                problems.add(name, _("This cell is empty."))
        self._check_reference(cells.get("reference", ""), problems)
        client = self._client(cells, problems)
        contact = self._contact(cells, client, problems)
        engagement = self._engagement(cells, client, problems)
        if problems.found:
            return None, problems.found
        return NewClient(row.number, client, contact, engagement), []

    def _check_reference(self, reference: str, problems: _Problems) -> None:
        if not reference:
            return
        key = reference.lower()
        first = self.first_rows.get(key, problems.row)
        if first < problems.row:
            problems.add(
                "reference",
                _("“%(reference)s” stands in row %(row)d already.")
                % {"reference": reference[:30], "row": first},
            )
        if key in self.taken:
            problems.add(
                "reference",
                _("A client with the reference “%(reference)s” exists already.")
                % {"reference": reference[:30]},
            )

    def _client(self, cells: dict[str, str], problems: _Problems) -> Client:
        client = Client(team=self.team)
        for name in _CLIENT:
            value = _lines(cells.get(name, "")) if name == "street" else cells.get(name, "")
            if value:
                setattr(client, name, value.upper() if name == "country" else value)
        unknown_country = bool(cells.get("country")) and not countries.name(client.country.code)
        if unknown_country:
            problems.add("country", _("Use the two letters of ISO 3166, such as DE."))
        office = self._office(cells.get("office", ""), problems)
        owner = self._owner(cells.get("owner_email", ""), problems)
        if office:
            client.office = office
            if not cells.get("language"):
                client.language = office.language
        if owner:
            client.owner = owner
        # Countries and languages are looked up here: a field's own list is built anew for each row.
        _check_language(client.language, "language", problems)
        reported = {"country", "language", *(name for name in REQUIRED if not cells.get(name))}
        if office is None or unknown_country:
            # Without an office or a country the address as a whole cannot be judged.
            _check_fields(client, problems, {}, skip={"office", "owner", *reported})
        else:
            _check_record(client, problems, {}, skip={"owner", *reported})
        return client

    def _office(self, name: str, problems: _Problems) -> Office | None:
        if not name:
            if len(self.offices) == 1:
                return next(iter(self.offices.values()))
            problems.add("office", _("Name one of your offices: %(names)s.") % self._office_names())
            return None
        office = self.offices.get(name.lower())
        if office is None:
            problems.add(
                "office", _("No office is called so. Use one of: %(names)s.") % self._office_names()
            )
        return office

    def _office_names(self) -> dict[str, str]:
        return {"names": ", ".join(office.name for office in self.offices.values()) or "–"}

    def _owner(self, email: str, problems: _Problems) -> User | None:
        if not email:
            email = self.by.user.email if self.by.user else ""
            if email.lower() not in self.members:
                problems.add("owner_email", _("Name a member of the team who looks after them."))
                return None
        owner = self.members.get(email.lower())
        if owner is None:
            problems.add(
                "owner_email",
                _("Nobody in the team %(team)s signs in with this address.") % {"team": self.team},
            )
        return owner

    def _contact(
        self, cells: dict[str, str], client: Client, problems: _Problems
    ) -> Contact | None:
        if not any(cells.get(column) for column in _CONTACT):
            return None
        contact = Contact(client=client, receives_notices=True)
        for column, name in _CONTACT.items():
            setattr(contact, name, cells.get(column, ""))
        columns = {name: column for column, name in _CONTACT.items()}
        if not contact.name:
            problems.add("contact_name", _("Say who this is: the other contact cells are filled."))
        _check_language(contact.language, "contact_language", problems)
        skip = {"client", "language"} if contact.name else {"client", "language", "name"}
        _check_record(contact, problems, columns, skip=skip)
        return contact

    def _engagement(
        self, cells: dict[str, str], client: Client, problems: _Problems
    ) -> Engagement | None:
        if not any(cells.get(column) for column in _ENGAGEMENT):
            return None
        engagement = Engagement(client=client)
        skip = {"client"}
        for column, name in _ENGAGEMENT.items():
            text = cells.get(column, "")
            if not text or column == "yearly_value":
                continue
            try:
                setattr(engagement, name, _value(column, text))
            except ValueError as problem:
                problems.add(column, str(problem))
                skip.add(name)
        try:
            engagement.yearly_value_cents = _yearly_cents(cells, client)
        except ValueError as problem:
            problems.add("yearly_value", str(problem))
        for column in ("engagement_title", "started_on"):
            if not cells.get(column):
                problems.add(column, _("An agreement needs this cell."))
                skip.add(_ENGAGEMENT[column])
        columns = {name: column for column, name in _ENGAGEMENT.items()}
        _check_record(engagement, problems, columns, skip=skip)
        return engagement


@dataclass
class _Problems:
    """What was found in one row."""

    row: int
    found: list[BadCell] = field(default_factory=list)

    def add(self, column: str, reason: str) -> None:
        self.found.append(BadCell(self.row, column, reason))

    def add_all(
        self,
        problem: ValidationError,
        record: models.Model,
        columns: dict[str, str],
        skip: Iterable[str] = (),
    ) -> None:
        for name, errors in problem.error_dict.items():
            if name in skip:
                continue
            column = "" if name == NON_FIELD_ERRORS else columns.get(name, name)
            for error in errors:
                for reason in error.messages:
                    is_choice = error.code == "invalid_choice"
                    self.add(column, _choices_of(record, name) if is_choice else reason)


def _choices_of(record: models.Model, name: str) -> str:
    """Say what may stand in a cell; whoever fills in a file sees no list to choose from."""
    field_of_cell: models.Field[Any, Any] = record._meta.get_field(name)  # type: ignore[assignment]
    values = [str(value) for value, _label in field_of_cell.flatchoices]
    return _("Use one of: %(values)s.") % {"values": ", ".join(values)}


def _check_language(code: str, column: str, problems: _Problems) -> None:
    if code and code not in languages.correspondence_codes():
        problems.add(column, _("Use a language code such as en or de."))


def _check_fields(
    record: models.Model, problems: _Problems, columns: dict[str, str], *, skip: set[str]
) -> bool:
    # Relations are checked against what is in memory, so that no row costs a query.
    relations = {each.name for each in record._meta.concrete_fields if each.is_relation}
    try:
        record.clean_fields(exclude={*skip, *relations})
    except ValidationError as problem:
        problems.add_all(problem, record, columns)
        return False
    return True


def _check_record(
    record: models.Model, problems: _Problems, columns: dict[str, str], *, skip: set[str]
) -> None:
    if not _check_fields(record, problems, columns, skip=skip):
        return
    try:
        record.clean()
    except ValidationError as problem:
        problems.add_all(problem, record, columns, skip)


def _value(column: str, text: str) -> object:
    if column in _OF_SEVERAL_LINES:
        return _lines(text)
    if column in _NUMBERS:
        if not (text.isascii() and text.isdigit() and len(text) <= 5):
            raise ValueError(_("Write a whole number, such as 3."))
        return int(text)
    if column in _YES_OR_NO:
        if text.lower() in _YES | _NO:
            return text.lower() in _YES
        raise ValueError(_("Write yes or no."))
    if column == "started_on":
        return _date(text)
    return text


def _yearly_cents(cells: dict[str, str], client: Client) -> int | None:
    if not (text := cells.get("yearly_value", "")):
        return None
    currency = cells.get("yearly_value_currency", "") or (
        str(client.office.currency) if client.office_id else ""
    )
    try:
        # Some number systems have digits of their own, and an exponent is no way to write money.
        value = Decimal(text if text.isascii() and "e" not in text.lower() else "none")
        cents = currencies.smallest_units(value, currency)
        if cents is None or not 0 <= value <= _MOST_A_YEAR:
            raise InvalidOperation
    except InvalidOperation:
        raise ValueError(_("Write an amount with a point, for example 9600.00.")) from None
    return cents


def _date(text: str) -> date:
    try:
        if len(text) != len("2024-03-01"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("Write the date as year-month-day, for example 2024-03-01.")) from None


def _lines(text: str) -> str:
    return "\n".join(part.strip() for part in text.split(LINE_SEPARATOR))


def _cells_off(surplus: int) -> str:
    if surplus > 0:
        return ngettext(
            "The row has %(count)d cell more than there are columns. Put text with a comma or "
            "semicolon into quotation marks.",
            "The row has %(count)d cells more than there are columns. Put text with a comma or "
            "semicolon into quotation marks.",
            surplus,
        ) % {"count": surplus}
    return ngettext(
        "The row has %(count)d cell less than there are columns.",
        "The row has %(count)d cells less than there are columns.",
        -surplus,
    ) % {"count": -surplus}


def _references_in_use(rows: list[Row], at_a_time: int = 500) -> set[str]:
    wanted = sorted({row.cells.get("reference", "").lower() for row in rows} - {""})
    in_use: set[str] = set()
    clients = Client.objects.annotate(key=Lower("reference"))
    for start in range(0, len(wanted), at_a_time):
        part = wanted[start : start + at_a_time]
        in_use.update(clients.filter(key__in=part).values_list("key", flat=True))
    return in_use


def _namesakes(rows: list[Row], team: Team) -> set[tuple[str, str]]:
    names = {row.cells.get("legal_name", "").lower() for row in rows} - {""}
    clients = Client.objects.filter(team=team).annotate(key=Lower("legal_name"))
    found = clients.filter(key__in=names).values_list("legal_name", "city")
    return {(name.lower(), city.lower()) for name, city in found}


_WARNINGS: dict[str, str | Promise] = {
    "doubled": _lazy("A client of the same name and city exists already: %(rows)s."),
    "again": _lazy("The same name and city stand in a row above: %(rows)s."),
    "no_contact": _lazy("Nobody will receive notices: %(rows)s."),
    "no_email": _lazy("The contact has no e-mail address: %(rows)s."),
    "no_engagement": _lazy("No agreement is given: %(rows)s."),
    "no_letters": _lazy("There are no letters in the client's language yet: %(rows)s."),
}
"""What is allowed, but perhaps not meant."""


def _called(new: NewClient) -> tuple[str, str]:
    return new.client.legal_name.lower(), new.client.city.lower()


def _notes(new: NewClient, namesakes: set[tuple[str, str]], *, is_again: bool) -> list[str]:
    client, contact = new.client, new.contact
    found = {
        "doubled": _called(new) in namesakes,
        "again": is_again,
        "no_contact": contact is None,
        "no_email": contact is not None and not contact.email,
        "no_engagement": new.engagement is None,
        "no_letters": client.language not in languages.letter_codes(),
    }
    return [code for code, is_so in found.items() if is_so]


def warnings_about(notes: Iterable[tuple[int, Collection[str]]]) -> list[str]:
    """Say in sentences what stands in the notes of rows, each with the rows it is about."""
    of_code: dict[str, list[int]] = {code: [] for code in _WARNINGS}
    for row, codes in notes:
        for code in codes:
            of_code[code].append(row)
    return [
        str(_WARNINGS[code]) % {"rows": _rows_named(rows)} for code, rows in of_code.items() if rows
    ]


def _rows_named(rows: list[int]) -> str:
    named = ", ".join(str(row) for row in rows[:_ROWS_NAMED_IN_A_WARNING])
    more = len(rows) - _ROWS_NAMED_IN_A_WARNING
    text = ngettext("row %(rows)s", "rows %(rows)s", len(rows)) % {"rows": named}
    if more <= 0:
        return text
    return ngettext("%(rows)s and %(more)d more", "%(rows)s and %(more)d more", more) % {
        "rows": text,
        "more": more,
    }
