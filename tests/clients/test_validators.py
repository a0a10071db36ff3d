from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from clients import currencies, phones, validators


@pytest.mark.parametrize(
    ("validator", "value"),
    [
        (validators.one_email, "mara@example.com"),
        (validators.one_line, "Nordlicht Café & Söhne GmbH – „Haus“"),
        (validators.street_lines, "Haus 1\nHafenstraße 12\nHinterhaus"),
        (validators.street_lines, "x" * 60),
        (validators.currency, "EUR"),
        (validators.time_zone, "America/New_York"),
        (validators.correspondence_language, "fr"),
        (validators.letter_language, "de"),
        (validators.reference, "C-1042/a.b_c"),
        (validators.phone, "+493012345678"),
        (validators.website, "https://example.com"),
    ],
)
def test_what_is_right_is_accepted(validator: Callable[[str], None], value: str) -> None:
    validator(value)


@pytest.mark.parametrize(
    ("validator", "value", "sentence"),
    [
        (validators.one_email, "a@example.com, b@example.com", "exactly one e-mail address"),
        (validators.one_email, "a@example.com;b@example.com", "exactly one e-mail address"),
        (validators.one_email, "a@example.com b@example.com", "exactly one e-mail address"),
        (validators.one_email, "a@example.com\r\nBcc: b@example.com", "exactly one"),
        (validators.one_email, "Mara <a@example.com>", "exactly one e-mail address"),
        (validators.one_email, "a@b@example.com", "exactly one e-mail address"),
        (validators.one_email, "mara", "one e-mail address"),
        (validators.one_line, "two\nlines", "on one line"),
        (validators.one_line, "nul\0", "on one line"),
        (validators.one_line, "turned \u202e round", "on one line"),
        (validators.plain_text, "nul\0", "hidden characters"),
        (validators.street_lines, "\n".join("abcd"), "takes 4 lines; there is room for 3 lines"),
        (
            validators.street_lines,
            "\n".join(f"Line {number}" for number in range(40)),
            "takes 40 lines; there is room for 3 lines",
        ),
        (validators.street_lines, "ok\n" + "x" * 61, "Line 2 has 61 characters; a line holds 60"),
        (validators.address_lines, "\n".join("abcdefgh"), "takes 8 lines"),
        (validators.currency, "eur", "not a currency code"),
        (validators.currency, "XXX", "not a currency code"),
        (validators.time_zone, "Berlin", "not a known time zone"),
        (validators.correspondence_language, "xx", "not a language code"),
        (validators.letter_language, "fr", "no letters"),
        (validators.reference, "../etc", "letters without accents"),
        (validators.reference, "a b", "letters without accents"),
        (validators.phone, "030 12345", "not a telephone number"),
        (validators.phone, "+49 30 12345678", "digits only"),
        (validators.phone, "+49999", "No telephone number"),
        (validators.website, "javascript:alert(1)", "starts with https"),
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(
    validator: Callable[[str], None], value: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        validator(value)

    assert sentence in " ".join(refused.value.messages)


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("030 1234 5678", "DE", "+493012345678"),
        ("+49 (0)30 1234-5678", "", "+493012345678"),
        ("(212) 555-2368", "US", "+12125552368"),
        ("   ", "DE", ""),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(typed: str, country: str, kept: str) -> None:
    assert phones.normalised(typed, country) == kept


def test_a_telephone_number_is_shown_as_one_dials_it_from_abroad() -> None:
    assert phones.international("+493012345678") == "+49 30 12345678"
    assert phones.international("+12125552368") == "+1 212-555-2368"
    assert phones.international("") == ""


def test_an_extension_is_refused_because_it_cannot_be_kept() -> None:
    with pytest.raises(ValidationError, match="extension"):
        phones.normalised("+49 30 12345678 ext. 9")


@pytest.mark.parametrize(
    ("country", "region", "field"),
    [("XX", "", "holiday_country"), ("DE", "ZZ", "holiday_region"), ("", "BE", "holiday_region")],
)
def test_a_holiday_calendar_that_nobody_knows_is_refused(
    country: str, region: str, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        validators.holiday_calendar(country, region)

    assert list(refused.value.message_dict) == [field]


def test_the_smallest_unit_of_a_currency_is_known() -> None:
    assert [currencies.minor_unit_digits(code) for code in ("EUR", "JPY", "KWD")] == [2, 0, 3]


@pytest.mark.parametrize(
    ("written", "currency", "units"),
    [
        ("1234.5", "EUR", 123_450), ("1E+3", "EUR", 100_000), ("1.234", "KWD", 1234),
        ("1.000", "EUR", None), ("1.000", "JPY", None), ("1.0", "JPY", None), ("NaN", "EUR", None),
    ],
)  # fmt: skip
def test_an_amount_that_may_be_one_or_a_thousand_is_neither(
    written: str, currency: str, units: int | None
) -> None:
    assert currencies.smallest_units(Decimal(written), currency) == units
    assert all(len(code) == 3 and code.isupper() for code in currencies.CODES)
