"""Files of a case: what is kept, what is refused, and how they are handed out."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from offboarding.models import CaseFile, TerminationCase
from offboarding.services import cases, files
from tests.builders import House, a_case, a_house
from tests.desk.pages import page, send

pytestmark = pytest.mark.django_db

MB = 1024 * 1024
PDF = b"%PDF-1.7 minutes"


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house)


@pytest.fixture(autouse=True)
def _an_empty_store(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _signed_in(client: Client, house: House) -> None:
    client.force_login(house.manager)


def kept(house: House, case: TerminationCase, name: str = "minutes.pdf") -> CaseFile:
    return files.keep_file(case, SimpleUploadedFile(name, PDF), by=house.by_manager)


def stored(settings) -> list[Path]:
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_file_is_kept_and_listed(client: Client, case: TerminationCase) -> None:
    answer = send(client, case, "files/", {"file": SimpleUploadedFile("minutes.pdf", PDF)})

    assert answer.status_code == 303
    file = CaseFile.objects.get()
    assert f'href="/files/{file.pk}/"' in page(client, case)
    assert "minutes.pdf" in page(client, case, "files/")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("big.pdf", b"%PDF-" + bytes(50 * MB), "The file has 50 MB; up to 25 MB are kept."),
        ("empty.pdf", b"", "The file is empty."),
        ("letter.pdf", b"MZ this is a program", "is not"),
        ("page.html", b"<script>alert(1)</script>", "Files of this kind are not kept here."),
        ("picture.svg", b"<svg onload='alert(1)'/>", "Files of this kind are not kept here."),
        ("noending", PDF, "Files of this kind are not kept here."),
        ("picture.png", PDF, "is not"),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused_in_words(
    client: Client, case: TerminationCase, settings, name: str, content: bytes, said: str
) -> None:
    answer = send(client, case, "files/", {"file": SimpleUploadedFile(name, content)})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not CaseFile.objects.exists()
    assert not stored(settings)


def test_no_file_at_all_is_said_beside_the_field(client: Client, case: TerminationCase) -> None:
    answer = send(client, case, "files/")

    assert answer.status_code == 422
    assert b"id_file_error" in answer.content


def test_a_file_is_handed_out_as_a_download_that_cannot_run(
    client: Client, house: House, case: TerminationCase
) -> None:
    file = kept(house, case)

    answer = client.get(f"/files/{file.pk}/")

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="minutes.pdf"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_file_with_one_changed_byte_is_refused_and_the_leads_are_told(
    client: Client, house: House, case: TerminationCase
) -> None:
    file = kept(house, case)
    content = bytearray(PDF)
    content[5] ^= 1
    Path(file.content.path).write_bytes(bytes(content))

    answer = client.get(f"/files/{file.pk}/")

    assert answer.status_code == 409
    assert "differs from what was kept" in answer.content.decode()
    assert case.tasks.filter(title="A stored file was changed").count() == 2


@pytest.mark.parametrize(
    "name",
    ['a"; filename="b.exe.pdf', "Zusätze – Größe.pdf", "a\r\nSet-Cookie: x=1.pdf", "a;b.pdf"],
)
def test_no_name_breaks_out_of_its_header(
    client: Client, house: House, case: TerminationCase, name: str
) -> None:
    file = kept(house, case)
    CaseFile.objects.filter(pk=file.pk).update(name=name)

    answer = client.get(f"/files/{file.pk}/")

    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert "\n" not in disposition
    assert "\r" not in disposition
    assert 'filename="b.exe' not in disposition.replace('\\"', "")
    assert "Set-Cookie" not in answer


def test_a_file_belongs_to_those_who_may_read_its_case(
    client: Client, house: House, case: TerminationCase
) -> None:
    file = kept(house, case)
    address = f"/files/{file.pk}/"
    for person in (house.outsider, house.other_lead, house.admin):
        client.force_login(person)
        assert client.get(address).status_code == 404
    for person in (house.manager, house.lead, house.auditor):
        client.force_login(person)
        assert client.get(address).status_code == 200
    cases.assign(case, house.lead, by=house.by_lead)
    cases.restrict(case, [], by=house.by_lead)
    for person in (house.manager, house.auditor):
        client.force_login(person)
        assert client.get(address).status_code == 404


def test_an_unknown_file_and_a_missing_one_are_not_found(
    client: Client, house: House, case: TerminationCase
) -> None:
    file = kept(house, case)
    file.content.storage.delete(file.content.name)

    assert client.get(f"/files/{file.pk}/").status_code == 404
    assert client.get("/files/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert client.post(f"/files/{file.pk}/").status_code == 405
