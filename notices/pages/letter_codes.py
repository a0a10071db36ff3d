"""The code on a cover sheet: names one letter to a scanner, and to nobody outside the house.

Letters and digits only, because a hand scanner types what it reads on a keyboard whose layout
nobody has checked. Unlike the code on the receipt slip it is no secret and opens nothing.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"LT(\d{8,12})(\d)")
_WEIGHTS = (2, 3, 4, 5, 6, 7)


def code_of(delivery_id: int) -> str:
    """Return the code of a letter, with its check digit."""
    digits = f"{delivery_id:08d}"
    return f"LT{digits}{_check_digit(digits)}"


def is_code(text: str) -> bool:
    """Tell whether a text has the form of a letter's code, right or wrong."""
    return _CODE.fullmatch(text) is not None


def delivery_id_of(text: str) -> int | None:
    """Return the letter that a code names; None when its check digit is wrong."""
    found = _CODE.fullmatch(text)
    if found is None or _check_digit(found[1]) != int(found[2]):
        return None
    return int(found[1])


def _check_digit(digits: str) -> int:
    total = sum(
        int(digit) * _WEIGHTS[place % len(_WEIGHTS)] for place, digit in enumerate(digits[::-1])
    )
    return total % 11 % 10
