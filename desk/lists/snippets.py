"""Why something was found: the piece of a text around the words, with the words marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clients.text_search import fold

_LONGEST = 180
_BEFORE = 60


@dataclass(frozen=True)
class Piece:
    """Some of a text; marked where it is what was looked for."""

    text: str
    is_hit: bool = False


def marked(text: str, words: Sequence[str], *, longest: int = _LONGEST) -> list[Piece]:
    """Cut a text down to what surrounds the first hit, and mark every hit in it.

    Args:
        text: as it was written, in one or more lines.
        words: folded, as `offboarding.search.wanted_words` gives them.
        longest: how many letters are shown.
    """
    text = " · ".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
    spans = _spans(text, words)
    begin = _start(text, spans[0][0] if spans else 0, longest)
    end = min(len(text), begin + longest)
    pieces = [Piece("… ")] if begin else []
    at = begin
    for first, last in spans:
        if last <= at or first >= end:
            continue
        first, last = max(first, at), min(last, end)
        pieces += [Piece(text[at:first]), Piece(text[first:last], is_hit=True)]
        at = last
    pieces += [Piece(text[at:end])]
    if end < len(text):
        pieces += [Piece(" …")]
    return [piece for piece in pieces if piece.text]


def _start(text: str, hit: int, longest: int) -> int:
    if len(text) <= longest or hit <= _BEFORE:
        return 0
    begin = min(hit - _BEFORE, len(text) - longest)
    # Not in the midst of a word.
    space = text.find(" ", begin, hit)
    return space + 1 if space >= 0 else begin


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Find where the words stand in the text as it is written; what overlaps is one."""
    folded, places = _letter_by_letter(text)
    found = sorted(
        (places[match.start()], places[match.end() - 1] + 1)
        for word in words
        for match in re.finditer(_pattern(word), folded)
    )
    spans: list[tuple[int, int]] = []
    for first, last in found:
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans


def _letter_by_letter(text: str) -> tuple[str, list[int]]:
    letters, places = [], []
    for place, letter in enumerate(text):
        folded = " " if letter.isspace() else fold(letter)
        letters.append(folded)
        places += [place] * len(folded)
    return "".join(letters), places


def _pattern(word: str) -> str:
    # “muller” is found in “Mueller” too.
    pattern = "".join(f"{letter}e?" if letter in "aou" else re.escape(letter) for letter in word)
    return rf"(?<!\S){pattern}" if len(word) < 3 else pattern
