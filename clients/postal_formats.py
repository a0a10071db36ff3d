"""How addresses are written in the countries that clients live in, as data.

Source: the public addressing guides of the postal services and the Universal Postal Union's
country sheets (S42); checked with one real address for each pattern in the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class PostalFormat:
    """What follows the street on an envelope, and what must be filled in for it.

    Attributes:
        lines: patterns for the lines after the street; a line whose parts are empty is dropped.
        code: a regular expression for the postal code; empty when the country has none.
        code_example: shown when the code is wrong.
        region: a regular expression for the region when the address needs one.
    """

    lines: tuple[str, ...] = ("{postal_code} {city}",)
    code: str = ""
    code_example: str = ""
    region: str = ""


_CODE_FIRST = ("{postal_code} {city}",)
_CODE_LAST_LINE = ("{city}", "{postal_code}")
_CITY_THEN_CODE = ("{city} {postal_code}",)

OTHER = PostalFormat(lines=("{postal_code} {city}", "{region}"))

FORMATS: dict[str, PostalFormat] = {
    "AT": PostalFormat(_CODE_FIRST, r"\d{4}", "1010"),
    "AU": PostalFormat(
        ("{city} {region} {postal_code}",), r"\d{4}", "2000", r"(?i:ACT|NSW|NT|QLD|SA|TAS|VIC|WA)"
    ),
    "BE": PostalFormat(_CODE_FIRST, r"\d{4}", "1000"),
    "BG": PostalFormat(_CODE_FIRST, r"\d{4}", "1000"),
    "BR": PostalFormat(("{city} - {region}", "{postal_code}"), r"\d{5}-?\d{3}", "01310-100"),
    "CA": PostalFormat(
        ("{city} {region}  {postal_code}",),
        r"(?i:[A-Z]\d[A-Z] ?\d[A-Z]\d)",
        "K1A 0B1",
        r"(?i:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT)",
    ),
    "CH": PostalFormat(_CODE_FIRST, r"\d{4}", "8001"),
    "CN": PostalFormat(("{postal_code} {city}, {region}",), r"\d{6}", "100006"),
    "CZ": PostalFormat(_CODE_FIRST, r"\d{3} ?\d{2}", "110 00"),
    "DE": PostalFormat(_CODE_FIRST, r"\d{5}", "10115"),
    "DK": PostalFormat(_CODE_FIRST, r"\d{4}", "1050"),
    "EE": PostalFormat(_CODE_FIRST, r"\d{5}", "10111"),
    "ES": PostalFormat(("{postal_code} {city}", "{region}"), r"\d{5}", "28013"),
    "FI": PostalFormat(_CODE_FIRST, r"\d{5}", "00100"),
    "FR": PostalFormat(_CODE_FIRST, r"\d{5}", "75001"),
    "GB": PostalFormat(
        _CODE_LAST_LINE, r"(?i:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})", "SW1A 1AA"
    ),
    "GR": PostalFormat(_CODE_FIRST, r"\d{3} ?\d{2}", "105 57"),
    "HK": PostalFormat(("{city}",)),
    "HR": PostalFormat(_CODE_FIRST, r"\d{5}", "10000"),
    "HU": PostalFormat(_CODE_FIRST, r"\d{4}", "1051"),
    "IE": PostalFormat(
        ("{city}", "{region}", "{postal_code}"), r"(?i:[A-Z]\d[\dW] ?[A-Z\d]{4})", "D02 AF30"
    ),
    "IN": PostalFormat(("{city} {postal_code}", "{region}"), r"\d{3} ?\d{3}", "110001"),
    "IT": PostalFormat(("{postal_code} {city} {region}",), r"\d{5}", "00184"),
    "JP": PostalFormat(("{city}", "{region} {postal_code}"), r"\d{3}-?\d{4}", "100-0001"),
    "KR": PostalFormat(("{city}, {region}", "{postal_code}"), r"\d{5}", "03187"),
    "LI": PostalFormat(_CODE_FIRST, r"\d{4}", "9490"),
    "LT": PostalFormat(_CODE_FIRST, r"(?i:(?:LT-)?\d{5})", "01100"),
    "LU": PostalFormat(_CODE_FIRST, r"(?i:(?:L-)?\d{4})", "1009"),
    "LV": PostalFormat(("{city}, {postal_code}",), r"(?i:LV-\d{4})", "LV-1050"),
    "MX": PostalFormat(("{postal_code} {city}, {region}",), r"\d{5}", "06000"),
    "NL": PostalFormat(("{postal_code}  {city}",), r"(?i:\d{4} ?[A-Z]{2})", "1012 JS"),
    "NO": PostalFormat(_CODE_FIRST, r"\d{4}", "0150"),
    "NZ": PostalFormat(_CITY_THEN_CODE, r"\d{4}", "6011"),
    "PL": PostalFormat(_CODE_FIRST, r"\d{2}-\d{3}", "00-950"),
    "PT": PostalFormat(_CODE_FIRST, r"\d{4}-\d{3}", "1100-148"),
    "RO": PostalFormat(_CODE_FIRST, r"\d{6}", "010011"),
    "SE": PostalFormat(_CODE_FIRST, r"\d{3} ?\d{2}", "111 20"),
    "SG": PostalFormat(_CITY_THEN_CODE, r"\d{6}", "018956"),
    "SI": PostalFormat(_CODE_FIRST, r"\d{4}", "1000"),
    "SK": PostalFormat(_CODE_FIRST, r"\d{3} ?\d{2}", "811 02"),
    "TR": PostalFormat(("{postal_code} {city}", "{region}"), r"\d{5}", "34110"),
    "UA": PostalFormat(("{city}", "{region}", "{postal_code}"), r"\d{5}", "01001"),
    "US": PostalFormat(
        ("{city}, {region} {postal_code}",), r"\d{5}(?:-\d{4})?", "10001", r"(?i:[A-Z]{2})"
    ),
    "ZA": PostalFormat(_CODE_LAST_LINE, r"\d{4}", "8001"),
}


def of(country: str) -> PostalFormat:
    """Return the format of a country, or the general one."""
    return FORMATS.get(country, OTHER)


def check(*, country: str, postal_code: str, region: str) -> None:
    """Refuse an address that the post of its country could not sort.

    Raises:
        ValidationError: with a sentence for `postal_code` or `region`.
    """
    wanted = of(country)
    problems: dict[str, str] = {}
    if wanted.code and not re.fullmatch(wanted.code, postal_code):
        problems["postal_code"] = _("In this country a postal code looks like %(example)s.") % {
            "example": wanted.code_example
        }
    if wanted.region and not re.fullmatch(wanted.region, region):
        problems["region"] = _("An address in this country needs the state's short form.")
    if problems:
        raise ValidationError(problems)
