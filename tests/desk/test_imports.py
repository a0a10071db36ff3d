"""Bringing clients in from a file, through the browser: look, confirm, discard, undo."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from clients import imports
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
    found = re.findall(r'<tr><th scope="row">(\d+)</th>.*?<code>(\w+)</code>', page)
    assert found == [
        ("3", "reference"),
        ("4", "legal_name"),
        ("5", "contact_email"),
        ("6", "country"),
    ]
    assert "confirm/" not in page
    answer = client.post(f"{address}confirm/")
    assert answer.status_code == 409
    assert "Correct them and upload it again" in answer.content.decode()
    assert not Client.objects.filter(reference="C-101").exists()
    assert ImportBatch.objects.get().rows == []


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (a_file(*GOOD, encoding="utf-16"), "The file is not in UTF-8"),
        (a_file(*GOOD, encoding="cp1252"), "The file is not in UTF-8"),
        (a_file("C-1;x", headings="nummer;name"), "Columns are missing: reference"),
        (a_file(*GOOD, headings=HEADINGS + ",colour"), "Columns are not known: colour"),
        (a_file(), "no clients below them"),
        (SimpleUploadedFile("clients.csv", b""), "The file is empty"),
        (SimpleUploadedFile("clients.xlsx", b"PK\x03\x04rest"), "This is a spreadsheet"),
        (a_file('C-1,"never closed'), "cannot be read"),
    ],
    ids=["utf-16", "cp1252", "columns", "unknown", "no rows", "empty", "xlsx", "quote"],
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


def test_an_import_is_undone_while_nothing_is_built_on_it(client: Browser) -> None:
    house = a_house()
    client.force_login(house.manager)
    address = at_the_batch(client, house)
    client.post(f"{address}confirm/")

    edited = edit_client(
        Client.objects.get(reference="C-101"), by=house.by_manager, display_name="Nordlicht"
    )
    refused = client.post(f"{address}undo/")
    assert refused.status_code == 409
    assert "1 client was changed since." in refused.content.decode()
    assert Client.objects.filter(pk=edited.pk).exists()

    Client.objects.filter(pk=edited.pk).update(version=1)
    assert client.post(f"{address}undo/").status_code == 303
    assert not Client.objects.filter(reference__in=["C-101", "C-102"]).exists()
    assert ImportBatch.objects.get().status == ImportStatus.UNDONE


def test_a_file_confirmed_too_late_changes_nothing(client: Browser) -> None:
    house = a_house()
    client.force_login(house.manager)
    address = at_the_batch(client, house)
    edit_client(house.client, by=house.by_manager, reference="C-102")

    answer = client.post(f"{address}confirm/")

    assert answer.status_code == 409
    assert "Row 3, reference" in answer.content.decode()
    assert Client.objects.count() == 1


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
