"""The sentences of the client pages, and what no log may show."""

from __future__ import annotations

import logging
import string
from dataclasses import asdict

import pytest

from notices.mailing.link_masking import mask
from portal import log_masking
from portal.handover_phrases import phrases_for
from portal.phrases import PHRASES, phrases_in

TOKEN = "m0cKtOkEn_abcdefghijklmnopqrstuvwxyz-0123456"


def gaps(sentence: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", list(asdict(PHRASES["en"])))
def test_each_sentence_exists_in_german_with_the_same_gaps(key: str) -> None:
    english, german = getattr(PHRASES["en"], key), getattr(PHRASES["de"], key)

    assert german.strip()
    assert gaps(english) == gaps(german)
    assert english != german or key in {"code", "check_send"}


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_pages_neither_shout_nor_blame(language: str) -> None:
    for sentence in asdict(PHRASES[language]).values():
        assert "!" not in sentence
        for word in ("must", "failed", "invalid", "ungültig", "falsche Eingabe", "illegal"):
            assert word not in sentence


def test_a_language_that_we_do_not_write_is_answered_in_english() -> None:
    assert phrases_in("fr") is PHRASES["en"]
    assert phrases_in("de-CH") is PHRASES["de"]


@pytest.mark.parametrize("door", ["r", "o", "h", "f"])
def test_a_record_shows_no_token(door: str) -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", f"/{door}/{TOKEN}/"), None
    )

    assert log_masking.MaskTokens().filter(record)

    assert record.getMessage() == f"Not Found: /{door}/…/"


def test_a_record_shows_no_address_of_a_calendar() -> None:
    assert mask(f"Not Found: /calendar/{TOKEN}.ics") == "Not Found: /calendar/…"
    assert mask("GET /calendar/end/") == "GET /calendar/end/"


def test_a_record_with_named_values_and_objects_shows_no_token() -> None:
    class Request:
        def __str__(self) -> str:
            return f"<WSGIRequest: GET '/r/{TOKEN}/letter.pdf'>"

    record = logging.LogRecord("x", logging.INFO, "", 0, "%(what)s", None, None)
    record.args = {"what": Request()}

    log_masking.MaskTokens().filter(record)

    assert record.getMessage() == "<WSGIRequest: GET '/r/…/letter.pdf'>"


def test_a_structured_event_shows_no_token() -> None:
    event = {"event": f"GET /r/{TOKEN}/", "status": 200, "path": f"/r/{TOKEN}/not-me/"}

    assert log_masking.mask_event(None, "info", event) == {
        "event": "GET /r/…/",
        "status": 200,
        "path": "/r/…/not-me/",
    }


def test_other_addresses_stay_readable() -> None:
    assert log_masking.mask("/cases/OFB-2027-00042/record/") == "/cases/OFB-2027-00042/record/"


@pytest.mark.parametrize("key", list(asdict(phrases_for("en"))))
def test_each_sentence_about_files_exists_in_german_with_the_same_gaps(key: str) -> None:
    english, german = getattr(phrases_for("en"), key), getattr(phrases_for("de"), key)

    assert german.strip() and english != german
    assert gaps(english) == gaps(german)
    assert "!" not in english + german


def test_the_second_secret_of_files_is_masked_too() -> None:
    assert mask(f"GET /h/{TOKEN}/{TOKEN}/all.zip") == "GET /h/…/all.zip"
