"""Postal addresses as they stand on paper: each country's order, seen from where we post."""

from __future__ import annotations

import re

from django.utils.translation import override
from django_countries import countries

from clients import postal_formats
from clients.errors import AddressTooLong

MAX_LINES = 7

# The post of the sending country reads the last line, so it is written in a language that is
# understood there; English where none of these applies.
_LANGUAGE_OF_POST = {
    "AT": "de",
    "CH": "de",
    "DE": "de",
    "ES": "es",
    "FR": "fr",
    "IT": "it",
    "LI": "de",
    "LU": "fr",
    "MC": "fr",
    "MX": "es",
    "NL": "nl",
    "PL": "pl",
    "PT": "pt",
}
_PERSON_FIRST = {"GB", "IE"}
_PERSON_MARKED = {"AU", "CA", "NZ", "US"}


def paper_lines(
    recipient_name: str,
    care_of: str,
    street: str,
    postal_code: str,
    city: str,
    region: str,
    country: str,
    *,
    from_country: str,
    attention: str = "",
    max_lines: int = MAX_LINES,
) -> list[str]:
    """Write an address line by line, in the order of the country it goes to.

    Args:
        recipient_name: the organisation or person the letter is for.
        care_of: who takes the post in; "c/o" is put before it.
        street: one to three lines.
        postal_code: as the destination writes it.
        city: the town the post is sorted to.
        region: the state or province; left out where an address does not name it.
        country: ISO 3166 code of the destination.
        from_country: ISO 3166 code of the sending office; the country line stands only when they
            differ.
        attention: a person at the organisation.
        max_lines: how many lines the stationery has room for.

    Raises:
        AddressTooLong: there is no room for so many lines.
    """
    lines = [
        *_addressee(recipient_name, attention, country),
        _care_of(care_of),
        *street.splitlines(),
        *_locality(postal_code, city, region, country),
    ]
    if country != from_country:
        lines.append(country_line(country, from_country=from_country))
    printed = [tidy for line in lines if (tidy := line.strip())]
    if len(printed) > max_lines:
        raise AddressTooLong(printed, max_lines)
    return printed


def country_line(country: str, *, from_country: str) -> str:
    """Name a country in capitals, for the post of the country the letter leaves from."""
    with override(_LANGUAGE_OF_POST.get(from_country, "en")):
        return str(countries.name(country) or country).upper()


def _addressee(recipient_name: str, attention: str, country: str) -> list[str]:
    if not attention.strip() or attention.strip() == recipient_name.strip():
        return [recipient_name]
    if country in _PERSON_FIRST:
        return [attention, recipient_name]
    return [recipient_name, f"Attn: {attention}" if country in _PERSON_MARKED else attention]


def _care_of(care_of: str) -> str:
    name = re.sub(r"^\s*(?:c/o|c\.o\.|care of)\s*:?\s+", "", care_of, flags=re.IGNORECASE)
    return f"c/o {name.strip()}" if name.strip() else ""


def _locality(postal_code: str, city: str, region: str, country: str) -> list[str]:
    parts = {
        "postal_code": postal_code.strip().upper(),
        "city": city.strip(),
        "region": region.strip(),
    }
    if postal_formats.of(country).region:
        parts["region"] = parts["region"].upper()
    return [_filled(pattern, parts) for pattern in postal_formats.of(country).lines]


def _filled(pattern: str, parts: dict[str, str]) -> str:
    """Fill a line in; what separated a missing part goes with it."""
    line = ""
    for separator, part in re.findall(r"([^{}]*)\{(\w+)\}", pattern):
        value = parts[part]
        if value:
            line += (separator if line else "") + value
    return line
