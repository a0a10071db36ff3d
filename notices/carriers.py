"""Numbers that carriers give to registered letters, and their check digits."""

from __future__ import annotations

import re

_S10 = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_USPS = re.compile(r"\d{22}")


def tidy(number: str) -> str:
    """Return a number as carriers print it, without the spaces and hyphens of people."""
    return re.sub(r"[\s\-.]", "", number).upper()


def is_valid(number: str) -> bool:
    """Tell whether a tidied number has a known format and its right check digit.

    UPU S10 (two letters, eight digits, check digit, country) and USPS with 22 digits are checked;
    other formats of six to forty letters and digits are taken as they are.

    Source: UPU S10-12, modulus 11 with weights 8 6 4 2 3 5 9 7; USPS Publication 199, modulus 10.
    """
    if _S10.fullmatch(number):
        return _s10_check_digit(number[2:10]) == int(number[10])
    if _USPS.fullmatch(number):
        return _usps_check_digit(number[:21]) == int(number[21])
    return 6 <= len(number) <= 40 and number.isalnum() and any(sign.isdigit() for sign in number)


def _s10_check_digit(serial: str) -> int:
    total = sum(int(digit) * weight for digit, weight in zip(serial, _S10_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return {10: 0, 11: 5}.get(rest, rest)


def _usps_check_digit(digits: str) -> int:
    total = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))
    )
    return -total % 10
