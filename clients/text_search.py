"""Finding words in names, in whatever case and script they are written."""

from __future__ import annotations

import re
import unicodedata

from django.db import connection
from django.db.models import Q

_MOST_WORDS = 8
_MARKS = re.compile("[\u0300-\u036f]")
_SPACES = re.compile(r"[ \t\n\r\f\v]+")
_UMLAUT_IN_TWO_LETTERS = re.compile("([aou])e")
_WORD_WITH_ONE = re.compile("[^ ]*[aou]e[^ ]*")
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ς": "σ", "þ": "th", "ß": "ss"}
    | {"æ": "ae", "œ": "oe", "’": "", "'": ""}
)


def words_of(text: str) -> list[str]:
    """Split what a person typed into the words that must all be found.

    Typed and kept letters agree: “ö” is one character here, not an “o” and two dots.
    """
    return unicodedata.normalize("NFC", text).split()[:_MOST_WORDS]


def holds(field: str, word: str) -> Q:
    """Ask for the rows whose text holds a word, no matter in which case.

    Args:
        field: the text's path from the row, such as `client__legal_name`.
        word: one of `words_of`.
    """
    if connection.vendor == "sqlite":
        # Its LIKE folds the case of ASCII letters only: “ÉTOILE” would not find “Étoile”. Django
        # brings the regular expressions of Python there, which know every letter.
        return Q(**{f"{field}__iregex": re.escape(word)})
    return Q(**{f"{field}__icontains": word})


# -- the same words however they are written -------------------------------------------------------


def fold(text: str) -> str:
    """Write a text as search compares it: “Łódź  O’Brien” as “lodz obrien”.

    The database's `search_fold` does the same; a test holds them together.
    """
    if text.isascii():
        plain = text.lower().replace("'", "")
    else:
        # Letter by letter, as databases do; Python has its own way with a Greek word's last one.
        letters = _MARKS.sub("", unicodedata.normalize("NFKD", text))
        plain = "".join(map(str.lower, letters)).translate(_PLAIN)
    return _SPACES.sub(" ", plain).strip(" ")


def spelled_shorter(folded: str) -> str:
    """Write “mueller” as “muller”, which is what is left of “Müller”."""
    return _UMLAUT_IN_TWO_LETTERS.sub(r"\1", folded)


def words_to_find(own: str | None, head: str | None) -> str:
    """Write down what search looks through: a row's own words, and below them whose row it is.

    Every word begins after a space. Words with “ae”, “oe” or “ue” come a second time, shorter, so
    that they are found by whoever types “ö” as well.
    """
    text = _with_shorter(fold(own or ""))
    return f"{text}\n{_with_shorter(fold(head))}" if head else text


def _with_shorter(folded: str) -> str:
    words = [folded, *map(spelled_shorter, _WORD_WITH_ONE.findall(folded))]
    return "".join(f" {word}" for word in words)
