from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from datetime import date
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
from audit.models import AuditEvent
from clients import imports, services
from clients.errors import FileRefused, ImportRefused
from clients.exports import clients_csv
from clients.imports import COLUMNS, BadCell, ImportReport
from clients.imports.reading import Row, read
from clients.imports.rows import check
from clients.models import Client, Contact, Engagement, ImportBatch, Office

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


def a_file(*rows: dict[str, str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    file = io.StringIO(newline="")
    headings = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(file, headings, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode(encoding)


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
    assert report.rows[0]["legal_name"] == "Nordlicht Café GmbH"
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
    whole = AuditEvent.objects.get(stream="settings")
    assert (whole.action, whole.details["client_count"]) == ("import.confirmed", 1)
    assert whole.details["sha256"] == batch.sha256


@pytest.mark.parametrize("how", [{"delimiter": ";"}, {"encoding": "utf-8-sig"}])
def test_semicolons_and_a_byte_order_mark_are_read_too(look: Look, how: dict[str, str]) -> None:
    assert look(GOOD, **how).good_count == 1


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
        ("reference,legal_name\nC-1,Café".encode("latin-1"), "CSV UTF-8"),
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
    ],
)
def test_a_bad_cell_is_named_by_row_column_and_reason(
    look: Look, outsider: Actor, changes: dict[str, str], column: str, sentence: str
) -> None:
    report = look(GOOD | {"reference": "C-1"}, GOOD | changes)

    assert (report.good_count, report.can_be_confirmed) == (1, False)
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


def test_what_is_allowed_but_perhaps_not_meant_is_a_warning(
    look: Look, client_of_team: Client
) -> None:
    bare = {name: cell for name, cell in GOOD.items() if not name.startswith("contact")}
    no_engagement = {name: GOOD[name] for name in list(GOOD)[:6]}
    report = look(
        bare | {"reference": "A"},
        no_engagement | {"reference": "B", "legal_name": "Other", "language": "fr"},
    )

    assert report.can_be_confirmed
    assert report.warnings == [
        "A client of the same name and city exists already: row 2.",
        "Nobody will receive notices: rows 2, 3.",
        "No engagement is given: row 3.",
        "There are no letters in the client's language yet: row 3.",
    ]


def test_a_file_with_a_bad_row_is_not_kept_and_cannot_be_confirmed(
    look: Look, manager: Actor
) -> None:
    report = look(GOOD, GOOD | {"reference": "C-2", "city": ""})

    assert report.batch.rows == []
    with pytest.raises(ImportRefused, match="bad rows"):
        imports.confirm(report.batch, by=manager)
    assert not Client.objects.exists()


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


def test_the_cells_are_not_kept_twice_once_the_import_is_decided(
    look: Look, manager: Actor
) -> None:
    assert imports.confirm(look(GOOD).batch, by=manager).rows == []
    assert imports.discard(look(GOOD | {"reference": "C-2"}).batch, by=manager).rows == []


def test_a_row_that_went_bad_since_the_dry_run_stops_the_whole_import(
    look: Look, manager: Actor, client_of_team: Client
) -> None:
    batch = look(GOOD | {"reference": "C-2"}, GOOD | {"reference": "C-3"}).batch
    services.edit_client(client_of_team, by=manager, reference="C-3")

    with pytest.raises(ImportRefused, match="Row 3, reference: A client with the reference “C-3”"):
        imports.confirm(batch, by=manager)

    assert Client.objects.get() == client_of_team
    assert ImportBatch.objects.get().status == "dry_run"


def test_a_reference_taken_while_the_rows_are_checked_stops_the_whole_import(
    look: Look, manager: Actor, client_of_team: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = look(GOOD | {"reference": "C-2"}, GOOD | {"reference": "C-3"}).batch
    checked = check([Row(entry["row"], entry["cells"]) for entry in batch.rows],
                    team=batch.team, by=manager)  # fmt: skip
    services.edit_client(client_of_team, by=manager, reference="C-3")
    monkeypatch.setattr("clients.imports.batches.check", lambda *_rows, **_how: checked)

    with pytest.raises(ImportRefused, match="Somebody added one of these clients just now"):
        imports.confirm(batch, by=manager)

    assert Client.objects.get() == client_of_team


def test_an_import_that_fails_half_way_leaves_nothing(
    look: Look, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = look(GOOD).batch

    def broken(*_args: Any, **_how: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("clients.imports.batches.Engagement.objects.bulk_create", broken)
    with pytest.raises(RuntimeError):
        imports.confirm(batch, by=manager)

    assert not Client.objects.exists()
    assert not AuditEvent.objects.exists()


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


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (edited, "1 client was changed since."),
        (engagement_edited, "1 client was changed since."),
        (invoiced, "There are 1 invoices that belong to these clients."),
        (second_contact, "There are 1 contacts that belong to these clients."),
    ],
)
def test_an_import_that_was_built_on_is_not_undone(
    look: Look, manager: Actor, happens: Callable[[Client, Actor], None], sentence: str
) -> None:
    batch = imports.confirm(look(GOOD).batch, by=manager)
    happens(Client.objects.get(), manager)

    with pytest.raises(ImportRefused) as refused:
        imports.undo(batch, by=manager)

    assert refused.value.reasons == [sentence]
    assert Client.objects.exists()


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


def test_a_dry_run_needs_as_many_queries_for_many_rows_as_for_one(look: Look) -> None:
    def queries_for(count: int) -> int:
        rows = [GOOD | {"reference": f"R-{count}-{number}"} for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            assert look(*rows).good_count == count
        return len(queries)

    queries_for(1)
    assert queries_for(1) == queries_for(200)


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
