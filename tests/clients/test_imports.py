from __future__ import annotations

import csv
import hashlib
import io
import resource
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given
from hypothesis import settings as how_to_try
from hypothesis import strategies as st

from accounts.actor import Actor
from accounts.models import Team, User
from audit import clock
from audit.models import AuditEvent
from clients import imports, services
from clients.errors import FileRefused, ImportRefused
from clients.exports import clients_csv
from clients.imports import COLUMNS, BadCell, ImportReport, working
from clients.imports.reading import read
from clients.models import Client, Contact, Engagement, ImportBatch, Office
from clients.tasks import forget_rows_of_imports

GOOD = {
    "reference": "C-1042",
    "legal_name": "Nordlicht Café GmbH",
    "street": "Hafenstraße 12 | Hinterhaus",
    "postal_code": "20457",
    "city": "Hamburg",
    "country": "de",
    "contact_name": "Mara Voss",
    "contact_email": "mara.voss@example.com",
    "contact_phone": "+49 40 1234567",
    "engagement_title": "Bookkeeping",
    "engagement_services": "Bookkeeping | Payroll",
    "started_on": "2024-03-01",
    "notice_period_count": "3",
    "notice_period_unit": "months",
    "notice_to_end_of_month": "Yes",
    "notice_method": "registered_mail",
}


def a_file(
    *rows: dict[str, str], delimiter: str = ",", encoding: str = "utf-8", before: str = ""
) -> bytes:
    file = io.StringIO(newline="")
    headings = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(file, headings, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return (before + file.getvalue()).encode(encoding)


@pytest.fixture
def look(team: Team, manager: Actor, office: Office) -> Callable[..., ImportReport]:
    def dry_run(*rows: dict[str, str], **how: str) -> ImportReport:
        return imports.dry_run(a_file(*rows, **how), team, by=manager, file_name="clients.csv")

    return dry_run


Look = Callable[..., ImportReport]


# -- what a file becomes ---------------------------------------------------------------------------


def test_a_dry_run_changes_nothing_and_keeps_what_it_read(look: Look, manager: Actor) -> None:
    report = look(GOOD)

    assert (report.good_count, report.bad_rows, report.can_be_confirmed) == (1, [], True)
    assert "Nordlicht Café GmbH" in report.batch.rows.get().cells
    assert report.batch.sha256 == hashlib.sha256(a_file(GOOD)).hexdigest()
    assert (report.batch.created_by, report.batch.file_name) == (manager.user, "clients.csv")
    assert not Client.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_confirmed_row_becomes_a_client_with_contact_and_engagement(
    look: Look, manager: Actor, office: Office, team: Team
) -> None:
    imports.confirm(look(GOOD).batch, by=manager)

    client = Client.objects.get()
    assert (client.team, client.office, client.owner) == (team, office, manager.user)
    assert client.street == "Hafenstraße 12\nHinterhaus"
    assert (client.country.code, client.language) == ("DE", office.language)
    contact = client.contacts.get()
    assert (contact.name, contact.phone, contact.receives_notices) == (
        "Mara Voss",
        "+49401234567",
        True,
    )
    engagement = client.engagements.get()
    assert engagement.service_list == ["Bookkeeping", "Payroll"]
    assert engagement.started_on == date(2024, 3, 1)
    assert (engagement.notice_period_count, engagement.notice_period_unit) == (3, "months")
    assert engagement.notice_to_end_of_month
    assert not engagement.notice_period_in_business_days


def test_an_import_is_written_down_per_client_and_once_as_a_whole(
    look: Look, manager: Actor
) -> None:
    batch = imports.confirm(look(GOOD).batch, by=manager)

    client = Client.objects.get()
    event = AuditEvent.objects.get(stream=f"client:{client.pk}")
    assert (event.action, event.details) == ("client.imported", {"import_id": batch.pk, "row": 2})
    assert event.after["contact"]["name"] == "Mara Voss"
    ordered, done = AuditEvent.objects.filter(stream="settings").order_by("seq")
    assert (ordered.action, done.action) == ("import.confirmed", "import.finished")
    assert (done.details["client_count"], done.details["left_out_count"]) == (1, 0)
    assert done.details["sha256"] == batch.sha256


@pytest.mark.parametrize(
    "how",
    [
        {"delimiter": ";"},
        {"encoding": "utf-8-sig"},
        {"delimiter": ";", "encoding": "cp1252"},
        {"delimiter": "|", "before": "sep=|\r\n", "encoding": "utf-8-sig"},
    ],
)
def test_files_of_other_spreadsheets_are_read_too(
    look: Look, manager: Actor, how: dict[str, str]
) -> None:
    report = look(GOOD, **how)

    assert report.good_count == 1
    assert bool(report.warnings) == (how.get("encoding") == "cp1252")
    imports.confirm(report.batch, by=manager)
    assert Client.objects.get().legal_name == "Nordlicht Café GmbH"


@pytest.mark.parametrize(
    ("value", "currency", "cents"),
    [("9600.50", "EUR", 960_050), ("9600", "JPY", 9_600), ("0", "", 0), ("", "", None)],
)
def test_the_yearly_value_comes_in_and_goes_out_as_it_is_written(
    look: Look, manager: Actor, value: str, currency: str, cents: int | None
) -> None:
    row = GOOD | {"yearly_value": value, "yearly_value_currency": currency}

    done = imports.confirm(look(row).batch, by=manager)

    assert Engagement.objects.get().yearly_value_cents == cents
    [out] = csv.DictReader(io.StringIO("".join(clients_csv(done.clients.all())), newline=""))
    assert out["yearly_value"] == (
        f"{float(value):.{0 if currency == 'JPY' else 2}f}" if value else ""
    )
    assert out["yearly_value_currency"] == currency


def test_headings_may_be_in_capitals_and_in_any_order(team: Team, look: Look) -> None:
    report = look({name.upper() + " ": cell for name, cell in reversed(GOOD.items())})

    assert report.good_count == 1


def test_the_template_that_we_hand_out_is_itself_a_good_file(
    look: Look, team: Team, manager: Actor, office: Office
) -> None:
    services_office = Office.objects.get()
    services_office.name = "Hamburg"
    services_office.save()

    report = imports.dry_run(imports.template_csv().encode(), team, by=manager)

    assert (report.bad_rows, report.good_count) == ([], 1)


def test_every_column_is_explained() -> None:
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)
    assert all(str(column.meaning).endswith(".") for column in COLUMNS)
    assert all(column.example for column in COLUMNS if column.required)


# -- files that are no list of clients -------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (a_file(GOOD).split(b"\r\n")[0], "no clients below"),
        ("reference,legal_name".encode("utf-16"), "not in UTF-8"),
        (b"\xef\xbb\xbfreference,legal_name\nC-1,Caf\xe9", "CSV UTF-8"),
        (b"reference,legal_name\nC-1,\x81", "CSV UTF-8"),
        ("reference;x".encode("utf-16-le"), "not in UTF-8"),
        (b"PK\x03\x04 a spreadsheet", "This is a spreadsheet"),
        (b"reference\tlegal_name\nC-1\tX", "separated by tabs"),
        (a_file({"reference": "C-1", "city": "Hamburg"}), "missing: legal_name, street, country"),
        (a_file(GOOD | {"Vat": "1", "": "2"}), "not known: vat, (no name)"),
        (a_file(GOOD).replace(b"contact_phone", b"contact_email"), "more than once: contact_email"),
        (a_file(GOOD) + b'"open', "Row 3 cannot be read"),
        (a_file(GOOD | {"care_of": "x" * 200_000}), "Row 2 cannot be read"),
        (a_file(GOOD) + b" " * (10 * 1024 * 1024), "larger than 10 MB"),
        (a_file(GOOD) + b"C-1,X\r\n" * 20_000, "holds 20001 rows; the most is 20000"),
        (a_file(GOOD) + b"C-1,X\r\n" * 50_000, "the most is 20000"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_list_of_clients_is_refused_in_a_sentence(
    look: Look, team: Team, manager: Actor, content: bytes, sentence: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        imports.dry_run(content, team, by=manager)

    assert sentence in str(refused.value)
    assert not ImportBatch.objects.exists()


@example(b"\r\x01")
@given(st.binary(max_size=400))
@how_to_try(deadline=None)
def test_no_bytes_at_all_do_anything_but_read_or_be_refused(content: bytes) -> None:
    try:
        assert read(content)
    except FileRefused as refused:
        assert refused.reasons


# -- rows that are wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "column", "sentence"),
    [
        ({"legal_name": ""}, "legal_name", "This cell is empty."),
        ({"reference": "a b"}, "reference", "letters without accents"),
        ({"street": "|".join("x" for _ in range(40))}, "street", "takes 40 lines"),
        ({"street": "x" * 61}, "street", "Line 1 has 61 characters"),
        ({"country": "Germany"}, "country", "ISO 3166"),
        ({"country": "XX"}, "country", "ISO 3166"),
        ({"postal_code": "1"}, "postal_code", "looks like 10115"),
        ({"country": "US", "postal_code": "10118"}, "region", "short form"),
        ({"language": "klingon"}, "language", "a language code such as en"),
        ({"legal_name": "two\nlines"}, "legal_name", "on one line"),
        ({"office": "Paris"}, "office", "Use one of: Berlin."),
        ({"owner_email": "manager2@example.com"}, "owner_email", "Nobody in the team Accounting"),
        ({"contact_email": "a@x.com, b@y.com"}, "contact_email", "exactly one e-mail address"),
        ({"contact_phone": "nine"}, "contact_phone", "not a telephone number"),
        ({"contact_name": ""}, "contact_name", "Say who this is"),
        ({"engagement_title": ""}, "engagement_title", "needs this cell"),
        ({"started_on": ""}, "started_on", "needs this cell"),
        ({"started_on": "01.03.2024"}, "started_on", "2024-03-01"),
        ({"started_on": "20240301"}, "started_on", "2024-03-01"),
        ({"started_on": "2024-02-30"}, "started_on", "2024-03-01"),
        ({"notice_period_count": "three"}, "notice_period_count", "whole number"),
        ({"notice_period_count": "-1"}, "notice_period_count", "whole number"),
        ({"notice_period_count": "1000"}, "notice_period_count", "less than or equal to 999"),
        ({"notice_period_unit": "years"}, "notice_period_unit", "Use one of: days, weeks, months."),
        ({"notice_to_end_of_month": "maybe"}, "notice_to_end_of_month", "yes or no"),
        (
            {"notice_period_in_business_days": "yes"},
            "notice_period_in_business_days",
            "Only a period in days",
        ),
        ({"notice_method": "email", "notice_form": "ink"}, "notice_form", "signed in ink"),
        ({"notice_email": "a@x.com b@y.com"}, "notice_email", "exactly one"),
        ({"signatories_required": "0"}, "signatories_required", "greater than or equal to 1"),
        ({"yearly_value": "9.600,00"}, "yearly_value", "with a point, for example 9600.00"),
        ({"yearly_value": "1e3"}, "yearly_value", "with a point"),
        ({"yearly_value": "-5"}, "yearly_value", "with a point"),
        ({"yearly_value": "1.005"}, "yearly_value", "with a point"),
        ({"yearly_value": "9.600"}, "yearly_value", "with a point"),
        ({"yearly_value_currency": "QQQ"}, "yearly_value_currency", ""),
    ],
)
def test_a_bad_cell_is_named_by_row_column_and_reason(
    look: Look, outsider: Actor, changes: dict[str, str], column: str, sentence: str
) -> None:
    report = look(GOOD | {"reference": "C-1"}, GOOD | changes)

    assert report.good_count == 1
    assert [cell[:2] for cell in report.bad_rows] == [(3, column)]
    assert sentence in report.bad_rows[0].reason


def test_every_bad_cell_of_every_row_is_listed(look: Look) -> None:
    report = look(
        GOOD | {"postal_code": "1", "contact_email": "x", "started_on": "soon"},
        GOOD | {"reference": "C-2"},
        GOOD | {"reference": "", "city": ""},
    )

    assert [cell[:2] for cell in report.bad_rows] == [
        (2, "postal_code"),
        (2, "contact_email"),
        (2, "started_on"),
        (4, "reference"),
        (4, "city"),
    ]


def test_rows_are_counted_as_a_spreadsheet_counts_them(
    look: Look, team: Team, manager: Actor
) -> None:
    lines = a_file(GOOD | {"street": "Haus 1\nWeg 2"}, GOOD | {"city": ""})
    head, rest = lines.split(b"\r\n", 1)
    with_empty_row = head + b"\r\n" + b"," * (len(GOOD) - 1) + b"\r\n\r\n" + rest

    report = imports.dry_run(with_empty_row, team, by=manager)

    assert [cell[:2] for cell in report.bad_rows] == [(5, "city"), (5, "reference")]


def test_rows_with_too_many_or_too_few_cells_are_bad(
    team: Team, look: Look, manager: Actor
) -> None:
    content = a_file(GOOD) + b"C-2,Short\r\n" + b",".join([b"x"] * (len(GOOD) + 1)) + b"\r\n"

    report = imports.dry_run(content, team, by=manager)

    assert report.bad_rows == [
        BadCell(3, "", f"The row has {len(GOOD) - 2} cells less than there are columns."),
        BadCell(
            4,
            "",
            "The row has 1 cell more than there are columns. Put text with a comma or semicolon "
            "into quotation marks.",
        ),
    ]


def test_a_reference_twice_in_the_file_or_in_the_house_is_bad(
    look: Look, client_of_team: Client
) -> None:
    report = look(GOOD, GOOD | {"reference": "c-1042"}, GOOD | {"reference": "c-1"})

    assert report.bad_rows == [
        BadCell(3, "reference", "“c-1042” stands in row 2 already."),
        BadCell(4, "reference", "A client with the reference “c-1” exists already."),
    ]


def test_rows_to_mend_come_back_as_the_file_they_were_and_run_no_formula(
    look: Look, team: Team, manager: Actor
) -> None:
    content = a_file(GOOD | {"legal_name": "=SUM(A1)", "city": ""}) + b"C-9,Short\r\n"
    report = imports.dry_run(content, team, by=manager)

    again = "".join(imports.bad_rows_csv(report.batch))

    assert "'=SUM(A1)" in again
    second = imports.dry_run(again.encode(), team, by=manager)
    assert [cell[1:] for cell in second.bad_rows] == [cell[1:] for cell in report.bad_rows]
    assert [row.cells for row in second.batch.rows.all()] == [
        row.cells for row in report.batch.rows.all()
    ]


def test_what_is_allowed_but_perhaps_not_meant_is_a_warning(
    look: Look, client_of_team: Client
) -> None:
    bare = {name: cell for name, cell in GOOD.items() if not name.startswith("contact")}
    no_engagement = {name: GOOD[name] for name in list(GOOD)[:6]}
    report = look(
        bare | {"reference": "A"},
        no_engagement | {"reference": "B", "legal_name": "Other", "language": "fr"},
        GOOD | {"reference": "C", "legal_name": "OTHER"},
    )

    assert report.can_be_confirmed
    assert report.warnings == [
        "A client of the same name and city exists already: row 2.",
        "The same name and city stand in a row above: row 4.",
        "Nobody will receive notices: rows 2, 3.",
        "No agreement is given: row 3.",
        "There are no letters in the client's language yet: row 3.",
    ]


def test_an_importer_from_outside_the_team_must_name_an_account_manager(
    look: Look, team: Team, admin: Actor
) -> None:
    report = imports.dry_run(a_file(GOOD), team, by=admin)

    assert [cell.column for cell in report.bad_rows] == ["owner_email"]


def test_several_offices_must_be_named(look: Look, office: Office) -> None:
    office.pk, office.name, office._state.adding = None, "Hamburg", True
    office.save()

    assert [cell.column for cell in look(GOOD).bad_rows] == ["office"]
    assert look(GOOD | {"office": "hamburg"}).good_count == 1


# -- confirm, discard, undo ------------------------------------------------------------------------


def test_a_second_confirm_returns_what_the_first_did(look: Look, manager: Actor) -> None:
    batch = look(GOOD).batch

    first = imports.confirm(batch, by=manager)
    second = imports.confirm(batch, by=manager)

    assert (second.pk, second.imported_count, second.decided_at) == (first.pk, 1, first.decided_at)
    assert Client.objects.count() == Contact.objects.count() == Engagement.objects.count() == 1
    assert AuditEvent.objects.filter(action="import.confirmed").count() == 1


def test_the_cells_of_what_came_in_or_was_thrown_away_are_not_kept(
    look: Look, manager: Actor
) -> None:
    imported = imports.confirm(look(GOOD, GOOD | {"reference": ""}).batch, by=manager)
    thrown = imports.discard(look(GOOD | {"reference": "C-2"}).batch, by=manager)

    assert [bool(row.cells) for row in imported.rows.all()] == [False, True]
    assert not thrown.rows.exists()


def test_what_nobody_mended_or_decided_on_is_forgotten_after_its_time(
    look: Look, manager: Actor
) -> None:
    imported = imports.confirm(look(GOOD, GOOD | {"reference": ""}).batch, by=manager)
    undecided = look(GOOD | {"reference": "C-2"}).batch
    forget_rows_of_imports()
    assert all(one.rows.exclude(cells=[]).exists() for one in (imported, undecided))
    long_ago = clock.now() - timedelta(days=31)
    ImportBatch.objects.update(created_at=long_ago, decided_at=long_ago)

    forget_rows_of_imports()

    assert not imported.rows.exclude(cells=[]).exists()
    undecided.refresh_from_db()
    assert (undecided.status, undecided.rows.count()) == ("discarded", 0)


def test_a_reference_taken_while_the_rows_are_checked_leaves_only_its_row_out(
    look: Look, manager: Actor, client_of_team: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = look(GOOD | {"reference": "C-2"}, GOOD | {"reference": "C-3"}).batch
    services.edit_client(client_of_team, by=manager, reference="C-3")
    monkeypatch.setattr("clients.imports.rows._references_in_use", lambda _rows: set())

    done = imports.confirm(batch, by=manager)

    assert (done.status, done.imported_count) == ("confirmed", 1)
    assert [cell[:2] for cell in imports.report_of(done).bad_rows] == [(3, "reference")]
    assert set(Client.objects.values_list("reference", flat=True)) == {"C-2", "C-3"}


def test_a_worker_that_stops_goes_on_where_it_was_and_no_row_comes_in_or_goes_out_twice(
    look: Look, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "CHUNK", 2)
    batch = look(*(GOOD | {"reference": f"R-{number}"} for number in range(5))).batch
    while working.work_on(batch.pk):
        pass
    imports.confirm(batch, by=manager)
    whole, made = working.record, Contact.objects.bulk_create

    def stops(*_args: Any, **_how: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("clients.imports.working.Contact.objects.bulk_create", stops)
    working.carry_on()
    assert Client.objects.count() == 2
    monkeypatch.setattr("clients.imports.working.Contact.objects.bulk_create", made)
    monkeypatch.setattr(working, "record", stops)
    working.carry_on()
    assert Client.objects.count() == 4
    monkeypatch.setattr(working, "record", whole)
    working.carry_on()
    working.carry_on()

    batch.refresh_from_db()
    assert (batch.status, batch.imported_count, batch.worked_on_count) == ("confirmed", 5, 5)
    assert Client.objects.count() == Contact.objects.count() == Engagement.objects.count() == 5
    assert AuditEvent.objects.filter(action="client.imported").count() == 5
    assert AuditEvent.objects.filter(action="import.finished").count() == 1

    imports.undo(batch, by=manager)
    assert Client.objects.count() == 3
    monkeypatch.setattr(working, "_reasons_to_keep", stops)
    working.carry_on()
    assert Client.objects.count() == 3
    monkeypatch.undo()
    working.carry_on()

    batch.refresh_from_db()
    assert (batch.status, batch.undone_count, batch.worked_on_count) == ("undone", 5, 5)
    assert not Client.objects.exists()
    assert AuditEvent.objects.filter(action="client.import_undone").count() == 5
    assert AuditEvent.objects.filter(action="import.undone").count() == 1


def test_whoever_left_the_team_imports_and_undoes_nothing_more(
    look: Look, manager: Actor, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "CHUNK", 1)
    batch = look(GOOD, GOOD | {"reference": "C-2"}).batch
    working.carry_on()
    imports.confirm(batch, by=manager)
    monkeypatch.setattr(working, "may_edit_clients", lambda _by, _team: False)

    working.carry_on()

    batch.refresh_from_db()
    assert (batch.status, batch.imported_count) == ("confirmed", 1)
    [bad] = imports.report_of(batch).bad_rows
    assert "does not work in the team any more" in bad.reason
    undone = imports.undo(batch, by=manager)
    working.carry_on()
    assert Client.objects.count() == 1
    assert undone.rows.filter(state="kept").exists()


def test_an_import_that_fails_half_way_leaves_nothing(
    look: Look, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = look(GOOD).batch

    def broken(*_args: Any, **_how: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("clients.imports.working.Engagement.objects.bulk_create", broken)
    with pytest.raises(RuntimeError):
        imports.confirm(batch, by=manager)

    assert not Client.objects.exists()
    assert not AuditEvent.objects.exists()
    batch.refresh_from_db()
    assert batch.status == "dry_run"


def test_a_discarded_import_cannot_be_confirmed(look: Look, manager: Actor) -> None:
    batch = look(GOOD).batch
    imports.discard(batch, by=manager)
    imports.discard(batch, by=manager)

    with pytest.raises(ImportRefused, match="decided already"):
        imports.confirm(batch, by=manager)


def test_an_import_is_undone_while_nothing_refers_to_its_clients(
    look: Look, manager: Actor
) -> None:
    batch = imports.confirm(look(GOOD).batch, by=manager)
    client = Client.objects.get()

    undone = imports.undo(batch, by=manager)
    imports.undo(batch, by=manager)

    assert undone.status == "undone"
    assert not Client.objects.exists()
    assert not Contact.objects.exists()
    events = AuditEvent.objects.filter(stream=f"client:{client.pk}").order_by("seq")
    assert [event.action for event in events] == ["client.imported", "client.import_undone"]
    assert look(GOOD).can_be_confirmed


def edited(client: Client, by: Actor) -> None:
    services.edit_client(client, by=by, city="Altona")


def engagement_edited(client: Client, by: Actor) -> None:
    services.edit_engagement(client.engagements.get(), by=by, cure_days=3)


def invoiced(client: Client, by: Actor) -> None:
    services.record_invoice(
        client, by=by, number="1", issued_on=date(2027, 1, 1), due_on=date(2027, 1, 2),
        amount_cents=1, engagement=client.engagements.get(),
    )  # fmt: skip


def second_contact(client: Client, by: Actor) -> None:
    services.add_contact(client, by=by, name="Jan")


def contact_edited(client: Client, by: Actor) -> None:
    services.edit_contact(client.contacts.get(), by=by, position="Owner")


def second_agreement(client: Client, by: Actor) -> None:
    services.add_engagement(client, by=by, title="Payroll", started_on=date(2025, 1, 1))


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (edited, "Changed since."),
        (engagement_edited, "Changed since."),
        (contact_edited, "Changed since."),
        (invoiced, "Built on since: 1 invoice."),
        (second_contact, "Built on since: 1 contact."),
        (second_agreement, "Built on since: 1 engagement."),
    ],
)
def test_a_client_that_was_built_on_is_kept_and_named_and_the_others_go(
    look: Look, manager: Actor, happens: Callable[[Client, Actor], None], sentence: str
) -> None:
    batch = imports.confirm(look(GOOD, GOOD | {"reference": "C-2"}).batch, by=manager)
    happens(Client.objects.get(reference="C-1042"), manager)

    undone = imports.undo(batch, by=manager)

    assert (undone.status, undone.undone_count) == ("undone", 1)
    kept = undone.rows.get(state="kept")
    assert (kept.client, kept.problems) == (Client.objects.get(), [["", sentence]])
    assert AuditEvent.objects.get(action="import.undone").details["kept_count"] == 1


def test_nobody_outside_the_team_imports_confirms_or_undoes(
    look: Look, team: Team, outsider: Actor, auditor: User
) -> None:
    batch = look(GOOD).batch

    for by in (outsider, Actor.person(auditor), Actor.machine("notices.mail")):
        for verb in (imports.confirm, imports.discard, imports.undo):
            with pytest.raises(PermissionDenied):
                verb(batch, by=by)
        with pytest.raises(PermissionDenied):
            imports.dry_run(a_file(GOOD), team, by=by)


def test_a_dry_run_needs_as_many_queries_for_many_rows_as_for_two(look: Look) -> None:
    def queries_for(count: int) -> int:
        rows = [GOOD | {"reference": f"R-{count}-{number}"} for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            assert look(*rows).good_count == count
        return len(queries)

    queries_for(1)
    assert queries_for(2) == queries_for(100)  # of two the second has the name of the first


@pytest.mark.scale
def test_ten_thousand_clients_come_in_but_for_three_and_go_out_again(
    look: Look, manager: Actor
) -> None:
    rows = [GOOD | {"reference": f"R-{number}"} for number in range(10_000)]
    for bad, cells in ((7, {"city": ""}), (5_000, {"reference": "R-1"}), (9_999, {"country": "X"})):
        rows[bad] = rows[bad] | cells
    figures: dict[str, tuple[float, int]] = {}

    def told(what: str, act: Callable[[], Any]) -> Any:
        began = time.monotonic()
        outcome = act()
        with CaptureQueriesContext(connection) as queries:
            working.work_on(batch.pk if what != "look" else outcome.batch.pk)
        while working.carry_on():
            pass
        figures[what] = (round(time.monotonic() - began, 1), len(queries))
        return outcome

    batch = told("look", lambda: look(*rows)).batch
    batch.refresh_from_db()
    assert (batch.status, batch.good_count) == ("dry_run", 9_997)
    assert [cell[:2] for cell in imports.report_of(batch).bad_rows] == [
        (9, "city"), (5_002, "reference"), (10_001, "country"),
    ]  # fmt: skip
    told("import", lambda: imports.confirm(batch, by=manager))
    assert Client.objects.count() == 9_997
    services.edit_client(Client.objects.get(reference="R-4"), by=manager, city="Altona")
    told("undo", lambda: imports.undo(batch, by=manager))
    batch.refresh_from_db()
    assert (batch.status, batch.undone_count) == ("undone", 9_996)
    assert Client.objects.get().city == "Altona"
    assert max(count for _seconds, count in figures.values()) < 120
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\n10,000 rows (seconds, queries in a chunk): {figures}, {memory} MB at most")


# -- export ----------------------------------------------------------------------------------------

_words = st.text(
    st.characters(categories=("L", "N", "P", "S"), exclude_characters="|"), min_size=1, max_size=20
)


@given(name=_words, position=_words, city=_words, prefix=st.sampled_from(["", "=", "+", "'", "@"]))
@how_to_try(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None
)
def test_what_is_exported_can_be_imported_again_and_runs_no_formula(
    look: Look, team: Team, manager: Actor, name: str, position: str, city: str, prefix: str
) -> None:
    row = GOOD | {
        "country": "FJ",
        "postal_code": "",
        "city": city,
        "contact_phone": "+49 40 123456",
    }
    cells = {"legal_name": prefix + name, "contact_position": prefix + position}
    first = imports.confirm(look(row | cells).batch, by=manager)

    exported = "".join(clients_csv(first.clients.all()))
    imports.undo(first, by=manager)
    again = imports.confirm(imports.dry_run(exported.encode(), team, by=manager).batch, by=manager)

    assert "".join(clients_csv(again.clients.all())) == exported
    for cells_of_row in csv.reader(io.StringIO(exported, newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells_of_row)
    imports.undo(again, by=manager)


def test_an_export_needs_as_many_queries_for_many_clients_as_for_one(
    look: Look, manager: Actor
) -> None:
    def queries_for(count: int) -> int:
        rows = [GOOD | {"reference": f"R-{count}-{number}"} for number in range(count)]
        batch = imports.confirm(look(*rows).batch, by=manager)
        with CaptureQueriesContext(connection) as queries:
            assert len(list(clients_csv(batch.clients.all()))) == count + 1
        return len(queries)

    assert queries_for(1) == queries_for(50)
