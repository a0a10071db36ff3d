"""Whether two names may be the same client's: misspelt, or with another legal form."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from clients.shared_hosts import is_public_mail

LEGAL_FORMS = frozenset([
    "ab", "ag", "and", "aps", "as", "bv", "co", "company", "corp", "corporation", "eg", "ek", "eu",
    "ev", "gbr", "gesellschaft", "gmbh", "inc", "incorporated", "kg", "kgaa", "lda", "limited",
    "llc", "llp", "lp", "ltd", "mbb", "mbh", "nv", "ohg", "oy", "partg", "plc", "pte", "pty", "sa",
    "sarl", "sas", "se", "sl", "spa", "srl", "the", "ug", "und",
])  # fmt: skip
"""Words that tell two names apart only in law."""

ALIKE = 0.85
"""From which likeness on two names are shown to a person, who decides."""

_MARKS = {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d"}


def significant_words(name: str) -> list[str]:
    """Return the words of a name that tell it apart: no accents, no case, no legal form."""
    folded = "".join(_MARKS.get(sign, sign) for sign in name.casefold())
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign)
    )
    # “G.m.b.H.” is one word, “Adams-Print” two.
    words = re.findall(r"\w+", plain.replace(".", ""))
    return [word for word in words if word not in LEGAL_FORMS] or words


def key_of(name: str) -> str:
    """Return what a name is compared by."""
    return " ".join(significant_words(name))


def are_alike(one: str, other: str) -> bool:
    """Tell whether two names may be the same client's."""
    a, b = key_of(one), key_of(other)
    if not a or not b:
        return False
    if a == b or sorted(a.split()) == sorted(b.split()):
        return True
    return SequenceMatcher(None, a, b).ratio() >= ALIKE


def same_mail(one: str, other: str) -> bool:
    """Tell whether two e-mail addresses are the same, or of the same house."""
    a, b = one.strip().casefold(), other.strip().casefold()
    if not a or not b:
        return False
    host_a, host_b = a.rpartition("@")[2], b.rpartition("@")[2]
    return a == b or (host_a == host_b and not is_public_mail(host_a))
