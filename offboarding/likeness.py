"""How alike two words sound and look: for names that somebody half remembers. Knows no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from clients.resemblance import LEGAL_FORMS

COMPANY_FORMS = LEGAL_FORMS | {"et", "of", "der", "die", "das", "&"}
"""Words of a name that people leave out or mix up; they say nothing about whose name it is."""

CLOSE_ENOUGH = 0.5
"""How much of what was typed has to be found in a name, from 0 to 1."""

_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("sch", "s"), ("ph", "f"), ("th", "t"), ("dt", "t"), ("tz", "z"), ("ck", "k"), ("qu", "k"),
        ("ch", "k"), ("c", "k"), ("[ae][iy]", "ei"), ("y", "i"), ("ie", "i"), ("w", "v"),
        (r"([a-z])\1", r"\1"), (r"(?<=[aeiou])h(?![aeiou])", ""),
    )
]  # fmt: skip


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """Write a folded word roughly as it sounds: “schmidt” and “schmitt” alike."""
    for pattern, written in _SOUNDS:
        word = pattern.sub(written, word)
    return word


def meant_words(words: Iterable[str]) -> list[str]:
    """Leave out company forms and what is too short to be misspelled."""
    return [word for word in words if word not in COMPANY_FORMS and len(word) >= 3]


def alike(typed: Sequence[str], name: Sequence[str]) -> float:
    """Say how much of what was typed is found in a name, from 0 to 1.

    Args:
        typed: folded words, as `meant_words` gives them.
        name: the folded words of a name; also looked at in twos, as if written in one.
    """
    if not typed:
        return 0.0
    parts = [*name, *(one + other for one, other in pairwise(name))]
    in_one = max((closeness("".join(typed), part) for part in parts), default=0.0)
    each = sum(max((closeness(word, part) for part in parts), default=0.0) for word in typed)
    return max(each / len(typed), in_one if len(typed) > 1 else 0.0)


@lru_cache(maxsize=50_000)
def closeness(typed: str, word: str) -> float:
    """Say how close a typed word is to a written one: 1 the same, 0 another word."""
    if typed == word:
        return 1.0
    if min(len(typed), len(word)) >= 3 and (word.startswith(typed) or typed.startswith(word)):
        return 0.95
    typed, word = sound(typed), sound(word)
    if typed == word:
        return 0.95
    whole = _close_in_letters(typed, word)
    # The beginning of a longer name, with a slip in it.
    begun = _close_in_letters(typed, word[: len(typed)]) if len(typed) >= 5 else 0.0
    return max(whole, begun * 0.9)


def _close_in_letters(typed: str, word: str) -> float:
    longest = max(len(typed), len(word))
    allowed = 0 if longest <= 3 else 1 if longest <= 5 else 2 if longest <= 9 else 3
    if abs(len(typed) - len(word)) > allowed or not _shares_enough(typed, word):
        return 0.0
    slips = _slips(typed, word)
    return 1 - slips / longest if slips <= allowed else 0.0


def _shares_enough(one: str, other: str) -> bool:
    # Cheap, and spares the counting for nearly all words.
    return 2 * len(set(one) & set(other)) >= len(set(one))


def _slips(one: str, other: str) -> int:
    """Count letters to add, drop, change or swap with their neighbour."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
