"""Comparing a file with what was sealed: a yes or a no, and nobody's name."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from notices import rendering
from notices.models import Rendering, RenderingPurpose
from portal import limits
from tests.builders import House
from tests.notices import walks
from tests.portal import letters
from tests.portal.letters import text_of


def a_file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("letter.pdf", content, content_type="application/pdf")


@pytest.mark.parametrize("spelled", ["{}", "  {}\n", "SHA256:{}", "upper", "grouped"])
def test_a_checksum_is_recognised_however_it_was_copied(house: House, spelled: str) -> None:
    held = letters.by_email(house)
    letter = held.notice.letter
    assert letter is not None
    groups = " ".join(letter.sha256[start : start + 8] for start in range(0, 64, 8))
    typed = {"upper": letter.sha256.upper(), "grouped": groups}.get(
        spelled, spelled.format(letter.sha256)
    )

    page = Client().post("/check/", {"sha256": typed})

    said = text_of(page)
    assert "byte for byte, the letter that we sealed" in said
    assert held.case.reference in said
    assert "Adams" not in said


def test_the_letter_itself_is_recognised(house: House) -> None:
    held = letters.by_email(house)
    pdf = Client().get(f"{held.url}letter.pdf").content

    page = Client().post("/check/", {"file": a_file(pdf)})

    assert "byte for byte, the letter" in text_of(page)


def test_one_changed_byte_is_not_our_letter(house: House) -> None:
    held = letters.by_email(house)
    pdf = Client().get(f"{held.url}letter.pdf").content

    page = Client().post("/check/", {"file": a_file(pdf + b" ")})

    said = text_of(page)
    assert "We do not know this file" in said
    assert hashlib.sha256(pdf + b" ").hexdigest() in said


def test_the_clients_receipt_is_recognised(house: House) -> None:
    held = letters.by_email(house)
    letters.confirm(held)
    rendering.set_pages_due()
    receipt = Rendering.objects.get(purpose=RenderingPurpose.RECEIPT)

    page = Client().post("/check/", {"sha256": receipt.sha256})

    assert "byte for byte, the receipt that we made" in text_of(page)


def test_a_draft_is_nothing_that_we_sealed(house: House) -> None:
    notice = walks.asked(house)
    rows = notice.renderings.exclude(sha256="")
    assert rows

    for row in rows:
        assert "We do not know" in text_of(Client().post("/check/", {"sha256": row.sha256}))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Please type a checksum or choose a file."),
        ({"sha256": "abc"}, "A checksum has 64 signs"),
        ({"sha256": "g" * 64}, "A checksum has 64 signs"),
        ({"sha256": "x" * 400}, "A checksum has 64 signs"),
        ({"sha256": "0" * 64, "file": b"%PDF-"}, "Please use one of the two"),
        ({"file": b""}, "This file is empty."),
    ],
)
def test_what_cannot_be_compared_is_said(
    db: None, fields: dict[str, str | bytes], sentence: str
) -> None:
    sent = {
        name: a_file(value) if isinstance(value, bytes) else value for name, value in fields.items()
    }

    page = Client().post("/check/", sent)

    assert page.status_code == 422
    assert sentence in text_of(page)


def test_a_file_above_the_limit_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.forms.MOST_FILE_BYTES", 1000)

    page = Client().post("/check/", {"file": a_file(b"x" * 1001)})

    assert page.status_code == 422
    assert "larger than 25 MB" in text_of(page)


def test_a_body_far_above_the_limit_is_not_even_read(db: None) -> None:
    page = Client().generic(
        "POST", "/check/", CONTENT_LENGTH=str(limits.MOST_FILE_BYTES * 2), data=b""
    )

    assert page.status_code == 413


def test_checks_are_limited(db: None) -> None:
    for _ in range(30):
        Client().post("/check/", {"sha256": "0" * 64})

    assert Client().post("/check/", {"sha256": "0" * 64}).status_code == 429
