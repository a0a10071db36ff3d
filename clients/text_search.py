"""Finding words in names, in whatever case and script they are written."""

from __future__ import annotations

import re
import unicodedata

from django.db import connection
from django.db.models import Q

_MOST_WORDS = 8


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
