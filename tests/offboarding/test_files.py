"""Files kept with a case: what they are is read from their content."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from django.core.files.base import ContentFile

from accounts.actor import Actor
from offboarding import content
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import CaseFile
from offboarding.services import files
from tests.builders import House, a_case, latest_event

pytestmark = pytest.mark.django_db


def an_archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


GOOD = {
    "letter.pdf": b"%PDF-1.4 x",
    "LETTER.PDF": b"%PDF-1.7 x",
    "photo.png": b"\x89PNG\r\n\x1a\n",
    "photo.jpeg": b"\xff\xd8\xff\xe0",
    "notes.txt": "Gespräch über Preise".encode(),
    "list.csv": b"a;b\n1;2\n",
    "mail.eml": b"From: a@example.com\n\nHello",
    "report.docx": an_archive("word/document.xml"),
    "sheet.xlsx": an_archive("xl/workbook.xml"),
    "all.zip": an_archive("a.txt"),
}
BAD = {
    "page.html": b"<p>x</p>",
    "run.exe": b"MZ",
    "drawing.svg": b"<svg/>",
    "noending": b"x",
    "letter.pdf": b"<script>alert(1)</script>",
    "photo.png": b"%PDF-1.4",
    "notes.txt": b"<!doctype html>",
    "list.csv": b"a\0b",
    "mail.eml": b"no header here",
    "report.docx": an_archive("a.txt"),
    "all.zip": b"PK but no archive",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_what_it_says_is_kept_with_its_hash(house: House, name: str) -> None:
    case = a_case(house)

    kept = files.keep_file(case, ContentFile(GOOD[name], name=name), by=house.by_manager)

    assert kept.sha256 == hashlib.sha256(GOOD[name]).hexdigest()
    assert kept.size_bytes == len(GOOD[name])
    assert kept.content_type in content.ALLOWED.values()
    with kept.content.open("rb") as stored:
        assert stored.read() == GOOD[name]
    assert name not in kept.content.name
    assert latest_event(case).action == "file.added"


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_what_it_says_is_refused_and_nothing_is_kept(house: House, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        files.keep_file(a_case(house), ContentFile(BAD[name], name=name), by=house.by_manager)

    assert refused.value.field == "file"
    assert not CaseFile.objects.exists()


def test_empty_and_large_files_are_refused_with_their_size(house: House, settings: object) -> None:
    case = a_case(house)
    settings.EVIDENCE_UPLOAD_LIMIT_BYTES = 1024 * 1024  # type: ignore[attr-defined]

    with pytest.raises(InvalidInput, match="is empty"):
        files.keep_file(case, ContentFile(b"", name="a.txt"), by=house.by_manager)
    large = ContentFile(b"x" * (2 * 1024 * 1024), name="a.txt")
    with pytest.raises(InvalidInput, match="has 2 MB; up to 1 MB"):
        files.keep_file(case, large, by=house.by_manager)


def test_an_archive_of_too_many_files_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "EVIDENCE", content.ArchiveLimits(entries=2))
    archive = ContentFile(an_archive("a", "b", "c"), name="all.zip")

    with pytest.raises(InvalidInput, match="too many files"):
        files.keep_file(a_case(house), archive, by=house.by_manager)


def test_an_archive_that_unpacks_to_too_much_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "EVIDENCE", content.ArchiveLimits(unpacked_bytes=2))
    archive = ContentFile(an_archive("a", "b", "c"), name="all.zip")

    with pytest.raises(InvalidInput, match="unpacks to more"):
        files.keep_file(a_case(house), archive, by=house.by_manager)


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "C:\\temp\\notes.txt", "a/b/notes.txt"])
def test_a_name_is_no_path(house: House, name: str) -> None:
    upload = ContentFile(b"x", name="x.txt")

    kept = files.keep_file(a_case(house), upload, by=house.by_manager, name=name)

    assert "/" not in kept.name and "\\" not in kept.name and ".." not in kept.name


def test_only_the_team_keeps_files_and_only_while_the_case_is_open(house: House) -> None:
    upload = ContentFile(b"x", name="x.txt")
    with pytest.raises(NotAllowed):
        files.keep_file(a_case(house), upload, by=Actor.person(house.outsider))
    with pytest.raises(NotAllowed):
        files.keep_file(a_case(house), upload, by=Actor.person(house.auditor))
    with pytest.raises(TransitionRefused, match="read-only"):
        files.keep_file(a_case(house, State.CLOSED), upload, by=house.by_manager)
