"""Bringing clients in from a file, through the browser: look, confirm, discard, undo."""

from __future__ import annotations

import csv
import io
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from clients import imports, tasks
from clients.imports import working
from clients.models import Client, ImportBatch, ImportStatus
from clients.services import edit_client
from tests.builders import House, a_house

pytestmark = pytest.mark.django_db

HEADINGS = "reference,legal_name,street,postal_code,city,country,contact_name,contact_email"
GOOD = [
    "C-101,Nordlicht Café GmbH,Hafenstraße 12,20457,Hamburg,DE,Mara Voss,mara@example.com",
    "C-102,Étoile SARL,1 rue Neuve,69001,Lyon,FR,,",
]


def a_file(*rows: str, headings: str = HEADINGS, encoding: str = "utf-8") -> SimpleUploadedFile:
    content = "\r\n".join([headings, *rows]).encode(encoding)
    return SimpleUploadedFile("clients.csv", content, content_type="text/csv")


def upload(browser: Browser, house: House, file: Any, **fields: Any) -> Any:
    return browser.post("/clients/import/", {"team": house.team.pk, "file": file, **fields})


def at_the_batch(browser: Browser, house: House, *rows: str) -> str:
    """Upload a file and return the address of what was found in it."""
    answer = upload(browser, house, a_file(*(rows or GOOD)))
    assert answer.status_code == 303
    return str(answer["Location"])


def test_a_good_file_is_looked_at_then_confirmed_once(client: Browser) -> None:
    house = a_house()
    client.force_login(house.manager)

    address = at_the_batch(client, house)

    page = client.get(address).content.decode()
    assert "All 2 rows are good" in page
    assert "Nordlicht Café GmbH" in page
    assert not Client.objects.filter(reference="C-101").exists()

    key = re.search(r'confirm/">.*?name="key" value="([^"]+)"', page, re.DOTALL)
    assert key
    answers = [client.post(f"{address}confirm/", {"key": key[1]}) for _time in range(2)]
    answers.append(client.post(f"{address}confirm/"))
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert Client.objects.filter(reference__in=["C-101", "C-102"]).count() == 2
    assert "C-101" in client.get("/clients/?q=nordlicht").content.decode()


def test_every_bad_row_stands_there_by_number_column_and_reason(client: Browser) -> None:
    house = a_house()
    client.force_login(house.manager)

    address = at_the_batch(
        client,
        house,
        GOOD[0],
        "C-1,Taken Ltd,1 Way,M3 3JE,Manchester,GB,,",
        "C-103,,1 Way,M3 3JE,Manchester,GB,,",
        "C-104,Bad Mail Ltd,1 Way,M3 3JE,Manchester,GB,Tom,a@example.com b@example.com",
        "C-105,Nowhere Ltd,1 Way,M3 3JE,Manchester,Atlantis,,",
    )

    page = client.get(address).content.decode()
    found = re.findall(
        r'<tr><th scope="row" data-label="Row">(\d+)</th>.*?<code>(\w+)</code>', page
    )
    assert found == [
        ("3", "reference"),
        ("4", "legal_name"),
        ("5", "contact_email"),
        ("6", "country"),
    ]
    assert "4 rows cannot be imported as they stand" in page
    mended = client.get(f"{address}bad-rows.csv").getvalue()
    rows = list(csv.DictReader(io.StringIO(mended.decode("utf-8-sig"), newline="")))
    assert [(row["row"], row["reference"]) for row in rows] == [
        ("3", "C-1"), ("4", "C-103"), ("5", "C-104"), ("6", "C-105"),
    ]  # fmt: skip
    assert rows[1]["what_is_wrong"] == "legal_name: This cell is empty."

    assert client.post(f"{address}confirm/").status_code == 303
    told = client.get(address).content.decode()
    assert "One client is in." in told and "Not imported" in told and "C-1042" not in told
    assert Client.objects.filter(reference__startswith="C-10").count() == 1
    again = upload(client, house, SimpleUploadedFile("mended.csv", mended))
    assert ImportBatch.objects.get(pk=again["Location"].split("/")[-2]).row_count == 4


def test_a_file_without_a_good_row_offers_nothing_to_import(client: Browser) -> None:
    house = a_house()
    client.force_login(house.manager)
    address = at_the_batch(client, house, "C-1,Taken Ltd,1 Way,M3 3JE,Manchester,GB,,")

    assert "confirm/" not in client.get(address).content.decode()
    answer = client.post(f"{address}confirm/")
    assert answer.status_code == 409
    assert "no good row" in answer.content.decode()


def test_a_long_file_is_worked_on_while_the_page_says_how_far(
    client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = a_house()
    client.force_login(house.manager)
    monkeypatch.setattr(working, "CHUNK", 1)

    address = at_the_batch(client, house)
    page = client.get(address).content.decode()
    assert "1 of 2 rows are done" in page and 'hx-trigger="every 2s"' in page
    early = client.post(f"{address}confirm/")
    assert early.status_code == 409 and "still being checked" in early.content.decode()
    tasks.work_on_imports()

    client.post(f"{address}confirm/")
    assert "1 of 2 rows are done" in client.get(address).content.decode()
    assert client.post(f"{address}undo/").status_code == 409
    tasks.work_on_imports()
    assert "2 clients are in." in client.get(address).content.decode()
    client.post(f"{address}undo/")
    assert "1 of 2 rows are done" in client.get(address).content.decode()
    tasks.work_on_imports()
    assert "2 clients are gone again" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (a_file(*GOOD, encoding="utf-16"), "The file is not in UTF-8"),
        (a_file("C-1;x", headings="nummer;name"), "Columns are missing: reference"),
        (a_file(*GOOD, headings=HEADINGS + ",colour"), "Columns are not known: colour"),
        (a_file(), "no clients below them"),
        (SimpleUploadedFile("clients.csv", b""), "The file is empty"),
        (SimpleUploadedFile("clients.xlsx", b"PK\x03\x04rest"), "This is a spreadsheet"),
        (a_file('C-1,"never closed'), "cannot be read"),
    ],
    ids=["utf-16", "columns", "unknown", "no rows", "empty", "xlsx", "quote"],
)
def test_a_file_that_is_no_list_of_clients_is_refused_beside_the_field(
    client: Browser, file: SimpleUploadedFile, sentence: str
) -> None:
    house = a_house()
    client.force_login(house.manager)
    file.seek(0)

    answer = upload(client, house, file)

    page = answer.content.decode()
    assert answer.status_code == 422
    place = re.search(r'id="id_file_error".*?</ul>', page, re.DOTALL)
    assert place and sentence in place[0]
    assert not ImportBatch.objects.exists()


def test_a_file_too_large_is_refused_before_it_is_read(
    client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = a_house()
    client.force_login(house.manager)
    monkeypatch.setattr(imports, "MAX_BYTES", 100)
    answer = upload(client, house, a_file(*GOOD))
    assert answer.status_code == 422
    assert "larger than 10 MB" in answer.content.decode()
    assert client.post("/clients/import/", {"team": house.team.pk}).status_code == 422


def test_a_discarded_file_imports_nothing_any_more(client: Browser) -> None:
    house = a_house()
    client.force_login(house.manager)
    address = at_the_batch(client, house)

    assert client.post(f"{address}discard/").status_code == 303
    assert client.post(f"{address}discard/").status_code == 303
    answer = client.post(f"{address}confirm/")

    assert answer.status_code == 409
    assert "decided already" in answer.content.decode()
    assert Client.objects.count() == 1


def test_an_import_is_undone_but_for_what_was_changed_since(client: Browser) -> None:
    house = a_house()
    client.force_login(house.manager)
    address = at_the_batch(client, house)
    client.post(f"{address}confirm/")

    edit_client(
        Client.objects.get(reference="C-101"), by=house.by_manager, display_name="Nordlicht"
    )
    assert client.post(f"{address}undo/").status_code == 303
    assert client.post(f"{address}undo/").status_code == 303

    told = client.get(address).content.decode()
    assert "one client is gone again. One was kept." in told
    assert "Nordlicht Café GmbH" in told and "Changed since." in told
    assert list(Client.objects.filter(import_batch__isnull=False).values_list("reference")) == [
        ("C-101",)
    ]
    assert ImportBatch.objects.get().status == ImportStatus.UNDONE


def test_a_row_that_became_bad_meanwhile_is_left_out_and_named(client: Browser) -> None:
    house = a_house()
    client.force_login(house.manager)
    address = at_the_batch(client, house)
    edit_client(house.client, by=house.by_manager, reference="C-102")

    assert client.post(f"{address}confirm/").status_code == 303

    told = client.get(address).content.decode()
    assert "One client is in." in told
    assert "A client with the reference “C-102” exists already." in told


@pytest.mark.parametrize(
    ("who", "there", "here"),
    [("lead", 200, 303), ("outsider", 404, 404), ("auditor", 404, 404), ("admin", 404, 404)],
)
def test_an_import_belongs_to_its_team(client: Browser, who: str, there: int, here: int) -> None:
    house = a_house()
    client.force_login(house.manager)
    address = at_the_batch(client, house)
    client.force_login(getattr(house, who))

    assert client.get(address).status_code == there
    for verb in ("confirm", "undo", "discard"):
        assert client.get(f"{address}{verb}/").status_code == (405 if there == 200 else 404)
    assert client.post(f"{address}discard/").status_code == here


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("admin", 403), ("outsider", 200)])
def test_only_who_works_in_a_team_uploads(client: Browser, who: str, status: int) -> None:
    house = a_house()
    client.force_login(getattr(house, who))
    assert client.get("/clients/import/").status_code == status
    # Not for a team one does not work in either.
    refused = 403 if status == 403 else 422
    assert upload(client, house, a_file(*GOOD)).status_code == refused
    assert not ImportBatch.objects.exists()


def test_the_same_upload_sent_twice_is_one_dry_run(client: Browser) -> None:
    house = a_house()
    client.force_login(house.manager)
    key = str(uuid.uuid4())

    answers = [upload(client, house, a_file(*GOOD), key=key) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert ImportBatch.objects.count() == 1


def test_the_page_explains_every_column_and_its_example_is_a_good_file(client: Browser) -> None:
    house = a_house()
    client.force_login(house.manager)

    page = client.get("/clients/import/").content.decode()
    example = client.get("/clients/import/example.csv")

    for column in imports.COLUMNS:
        assert f"<code>{column.name}</code>" in page
    text = example.content.decode("utf-8-sig").replace("Hamburg,", "Berlin,")
    text = text.replace("manager@example.com", house.manager.email)
    file = SimpleUploadedFile("example.csv", text.encode("utf-8-sig"))
    answer = upload(client, house, file)
    assert answer.status_code == 303
    assert "The row is good" in client.get(answer["Location"]).content.decode()


def test_hostile_cells_are_shown_as_words(client: Browser) -> None:
    house = a_house()
    client.force_login(house.manager)
    address = at_the_batch(client, house, "C-9,<script>alert(1)</script>,1 Way,20457,Hamburg,DE,,")
    page = client.get(address).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
