"""Numbers that carriers give to registered letters, and their check digits."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

_S10 = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}", re.ASCII)
# A digit was left out, or typed twice.
_NEARLY_S10 = re.compile(r"[A-Z]{2}(?:\d{8}|\d{10})[A-Z]{2}", re.ASCII)
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
# IMpb: 20 or 22 digits, which a barcode carries behind the postcode of the addressee.
_USPS = re.compile(r"\d{20}|\d{22}", re.ASCII)
_NEARLY_USPS = re.compile(r"9\d{20}|9\d{22}", re.ASCII)
_USPS_BARCODE = re.compile(r"420(?:\d{5}|\d{9})(9\d{21}|9\d{19})", re.ASCII)

_OTHER = re.compile(r"[A-Z0-9]{6,40}")


def tidy(number: str) -> str:
    """Return a number as carriers print it, without the spaces and hyphens of people.

    A scanned USPS barcode begins with 420 and the postcode; these are left away, and so is the
    sign of a field (FNC1) that some scanners type.
    """
    plain = unicodedata.normalize("NFKC", number)
    found = re.sub(r"[\s\-\u2010-\u2015\u2212\u200b\ufeff.\x1d]", "", plain).upper()
    barcode = _USPS_BARCODE.fullmatch(found)
    return barcode[1] if barcode else found


def is_valid(number: str) -> bool:
    """Tell whether a tidied number has a known format and its right check digit."""
    return not fault_of(number)


def fault_of(number: str) -> str:
    """Say in a sentence what is wrong with a tidied number; nothing when it is right.

    UPU S10 (two letters, eight digits, check digit, country) and USPS with 20 or 22 digits are
    checked; other formats of six to forty letters and digits are taken as they are.

    Source: UPU S10-12, modulus 11 with weights 8 6 4 2 3 5 9 7; USPS Publications 97 and 199,
    modulus 10 with weights 3 and 1 from the right.
    """
    if _S10.fullmatch(number):
        if _s10_check_digit(number[2:10]) == int(number[10]):
            return ""
        return _(
            "The check digit does not fit: one of the digits in %(number)s is wrong. Please look "
            "at the label again."
        ) % {"number": f"{number[:2]} {number[2:11]} {number[11:]}"}
    if _USPS.fullmatch(number):
        if _usps_check_digit(number[:-1]) == int(number[-1]):
            return ""
        return _(
            "The check digit does not fit: one of the %(count)d digits is wrong. Please look at "
            "the label again."
        ) % {"count": len(number)}
    if _NEARLY_S10.fullmatch(number) or _NEARLY_USPS.fullmatch(number):
        return _(
            "This number has %(count)d digits: one is missing or stands there twice. Please look "
            "at the label again."
        ) % {"count": sum(sign.isdigit() for sign in number)}
    if _OTHER.fullmatch(number) and any(sign.isdigit() for sign in number):
        return ""
    return _(
        "This number has a wrong format, so its check digit cannot be read: it has letters and "
        "digits only, 6 to 40 of them."
    )


def carrier_of(number: str) -> str:
    """Name the carrier that a tidied number tells of itself; nothing when it tells none."""
    if _S10.fullmatch(number):
        return _BY_COUNTRY.get(number[-2:], "")
    return "USPS" if _USPS.fullmatch(number) else ""


_BY_COUNTRY = {
    "AT": "Österreichische Post",
    "CH": "Die Schweizerische Post",
    "DE": "Deutsche Post",
    "FR": "La Poste",
    "GB": "Royal Mail",
    "NL": "PostNL",
    "US": "USPS",
}


def _s10_check_digit(serial: str) -> int:
    total = sum(int(digit) * weight for digit, weight in zip(serial, _S10_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return {10: 0, 11: 5}.get(rest, rest)


def _usps_check_digit(digits: str) -> int:
    total = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))
    )
    return -total % 10
