"""Is the name somebody typed the name we wrote to? Tolerant, but never of another person."""

from __future__ import annotations

import unicodedata

_TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lord", "lady")
    + ("rev", "herr", "herrn", "frau", "fr", "hr", "dipl", "ing", "mag", "msc", "bsc", "ba", "ma")
    + ("mba", "phd", "md", "llm", "jr", "sr", "esq", "ii", "iii")
)
"""Words around a name that people write or leave out."""

_PARTICLES = frozenset(
    ("von", "van", "vom", "zu", "zur", "der", "den", "de", "del", "della", "di", "da", "do")
    + ("dos", "du", "la", "le", "el", "y")
)
"""Words inside a name that people write in several ways."""

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})


def are_the_same_person(typed: str, expected: str) -> bool:
    """Tell whether a typed name fits the addressee's.

    Case, accents, order, titles, initials and further given names may differ. A surname alone is
    enough, a given name alone or initials alone are not.
    """
    said, known = _words(typed), _words(expected)
    if not said or not known:
        return False
    fewer, more = sorted((said, known), key=len)
    if not _each_finds_its_own(fewer, more):
        return False
    if len(fewer) > 1:
        return True
    # One word on one side: it has to be the surname, or the whole name.
    return len(more) == 1 or (len(fewer[0]) > 1 and fewer[0] == more[-1])


def _each_finds_its_own(fewer: list[str], more: list[str]) -> bool:
    left = list(more)
    whole_words = 0
    # Whole words first, so that an initial does not take the place of a word.
    for word in sorted(fewer, key=len, reverse=True):
        partner = word if word in left else next((w for w in left if _abbreviates(word, w)), "")
        if not partner:
            return False
        whole_words += len(word) > 1 and len(partner) > 1
        left.remove(partner)
    return whole_words > 0 or fewer == more


def _abbreviates(one: str, other: str) -> bool:
    return 1 in (len(one), len(other)) and one[:1] == other[:1]


def _words(name: str) -> list[str]:
    surname, comma, given = name.partition(",")
    spoken = f"{given} {surname}" if comma and given.strip() else name
    parts = "".join(sign if sign.isalnum() else " " for sign in _plain(spoken)).split()
    words = [part for part in parts if part not in _TITLES] or parts
    return [word for word in words if word not in _PARTICLES] or words


def _plain(text: str) -> str:
    # Apostrophes join ("O'Neill" is one word); every other sign parts.
    joined = unicodedata.normalize("NFC", text).casefold().replace("'", "").replace("’", "")
    bare = unicodedata.normalize("NFKD", joined.translate(_SPELLED_OUT))
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    # "Müller", "Mueller" and "Muller" are one name to whoever types it.
    for pair, letter in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a")):
        letters = letters.replace(pair, letter)
    return letters
