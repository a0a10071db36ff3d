"""Words to look for in a letter, written in a small language that needs no programmer.

One phrase a line, in plain words. Capitals do not matter, nor does a line break, a hyphen, a dash
or a comma between two words, nor the kind of apostrophe or quotation mark. Beyond plain words:

- `failed/failing` either word
- `(repeatedly)` a word that may be missing
- `disappoint*` or `*fault` the rest of a word, whatever it is; one in a word
- `..` up to two words in between, `...` up to eight, never across the end of a sentence
- `=Betrug` this word only with just these capitals
- `{CAPITALS}` a word of four letters or more in capitals
- `!` and `??` the mark itself, once or more often
- `words => other words` what may stand in place of the words

A word such as have, are or not also stands for its short form: `you have` finds “you've”. Every
repetition is bounded, so no phrase takes longer than its length and the text's allow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

MOST_PHRASES = 40
MOST_CHARACTERS = 400
MOST_WORDS = 14
MOST_GAPS = 2
MOST_LEFT_OUT = 6
MOST_TEXT_CHARACTERS = 20_000
"""Of a longer text only so much is searched; no letter comes near."""

CAPITALS = "{CAPITALS}"
REWRITE = "=>"

# Atomic groups throughout: from one place a word ends in one place, so nothing is tried twice.
_BETWEEN = r"(?>,? {1,4}(?:- {1,4}|\n {0,4})?|,?\n {0,4}|-)"
_WORD_BETWEEN = r"(?>[\w'&]{1,40})(?!\w)"
_GAPS = {"..": 2, "...": 8}
_SHORT_FORMS = {
    "have": "'ve", "has": "'s", "had": "'d", "are": "'re", "is": "'s", "am": "'m",
    "will": "'ll", "would": "'d", "not": "n't",
}  # fmt: skip
_SPELLED = {"ä": "(?:ä|ae)", "ö": "(?:ö|oe)", "ü": "(?:ü|ue)", "ß": "(?:ß|ss)"}
# Cyrillic and Greek letters that nobody tells from ours, and the letters that they look like.
_LOOK_ALIKE = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u0410"
    "\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406"
    "\u0408\u0405\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f"
    "\u03a1\u03a4\u03a5\u03a7\u03bf"
)
_LOOKED_LIKE = "aeopcyxijsdABEKMHOPCTYXIJSABEZHIKMNOPTYXo"
_PLAIN_SIGNS = {
    **dict(zip(_LOOK_ALIKE, _LOOKED_LIKE, strict=True)),
    **{chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},
    **dict.fromkeys("’‘‛`´ʼ", "'"),
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2009\u202f\x0b\x0c", " "),
    **dict.fromkeys("\u2028\u2029\x85", "\n"),
}
_UNSEEN = frozenset("\r\u00ad\u200b\u200c\u200d\u2060\ufeff")
_WORD = re.compile(r"[\w*'’-]+")
_MARKS = re.compile(r"[!?]+")
_ITEM, _NAME = "\x00", "\x01"


class CannotRead(ValueError):
    """A phrase is not written in this language; the sentence says what to change."""


@dataclass(frozen=True)
class Phrase:
    """One line, ready to search with.

    Attributes:
        line: as it was written.
        rewrite: what may stand in place of the words; empty when the line has none.
        stems: folded letters of which a text must hold one before the expression is tried.
        expression: the compiled search.
    """

    line: str
    rewrite: str
    stems: tuple[str, ...]
    expression: re.Pattern[str]


@dataclass(frozen=True)
class Hit:
    """Where a phrase stands in a text.

    Attributes:
        start, end: positions in the text as it was given.
        found: the words as they stand there.
        rewrite: what may stand in their place.
    """

    start: int
    end: int
    found: str
    rewrite: str = ""

    def overlaps(self, other: Hit) -> bool:
        """Tell whether the two share a letter."""
        return self.start < other.end and other.start < self.end

    def is_inside(self, other: Hit) -> bool:
        """Tell whether the other one holds all of this one, and more."""
        return (
            other.start <= self.start
            and self.end <= other.end
            and (other.end - other.start) > (self.end - self.start)
        )


class SearchedText:
    """A text made plain for searching, each letter with its place in the text as it was given."""

    def __init__(self, original: str, *, names: Iterable[str] = ()) -> None:
        self.original = original[:MOST_TEXT_CHARACTERS]
        signs: list[str] = []
        places: list[int] = []
        for place, sign in enumerate(self.original):
            if sign in _UNSEEN:
                continue
            if signs and unicodedata.combining(sign):
                joined = unicodedata.normalize("NFC", signs[-1] + sign)
                if len(joined) == 1:
                    signs[-1] = joined
                    continue
            signs.append(_PLAIN_SIGNS.get(sign, sign))
            places.append(place)
        self._places = [*places, len(self.original)]
        plain = re.sub(r"(?m)^ *-(?= )", lambda found: found[0][:-1] + _ITEM, "".join(signs))
        for name in names:
            plain = _hide(plain, _plain(name))
        self.plain = plain
        self.folded = folded(plain)

    def hit(self, start: int, end: int, rewrite: str = "") -> Hit:
        """Return a place in the plain text as a place in the text that was given."""
        first = self._places[start]
        # Up to where the next letter begins, but without signs that nobody sees.
        last = self._places[end - 1] + 1
        while last < self._places[end] and unicodedata.combining(self.original[last]):
            last += 1
        return Hit(first, last, self.original[first:last], rewrite)


def find(
    phrases: Iterable[Phrase], text: SearchedText, *, unless: Iterable[Phrase] = ()
) -> list[Hit]:
    """Return where any of the phrases stands, the longest where several do, in reading order.

    Args:
        phrases: what to look for.
        text: where.
        unless: phrases whose words are harmless; a hit that shares a letter with one is left out.
    """
    hits = _all_hits(phrases, text)
    if not hits:
        return []
    harmless = _all_hits(unless, text)
    kept = [hit for hit in hits if not any(hit.overlaps(other) for other in harmless)]
    kept = [hit for hit in kept if not any(hit.is_inside(other) for other in kept)]
    return sorted({(hit.start, hit.end): hit for hit in reversed(kept)}.values(), key=_order)


def _order(hit: Hit) -> tuple[int, int]:
    return hit.start, hit.end


def _all_hits(phrases: Iterable[Phrase], text: SearchedText) -> list[Hit]:
    return [
        text.hit(match.start(), match.end(), phrase.rewrite)
        for phrase in phrases
        if not phrase.stems or any(stem in text.folded for stem in phrase.stems)
        for match in phrase.expression.finditer(text.plain)
    ]


def folded(text: str) -> str:
    """Return a text without capitals, its umlauts spelled out."""
    small = text.casefold()
    return small.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


@lru_cache(maxsize=4096)
def read(lines: str) -> tuple[Phrase, ...]:
    """Return the phrases of a field with one on each line; kept by their text.

    Because the text itself is the key, a phrase that an admin changes is new to every process the
    moment it is read.

    Raises:
        CannotRead: naming the line and what is wrong with it.
    """
    written = [line.strip() for line in lines.splitlines() if line.strip()]
    if len(written) > MOST_PHRASES:
        raise CannotRead(
            _("At most %(most)d phrases; make a second entry.") % {"most": MOST_PHRASES}
        )
    return tuple(_read_line(line) for line in written)


def _read_line(line: str) -> Phrase:
    if len(line) > MOST_CHARACTERS:
        raise CannotRead(
            _("“%(line)s…” is longer than %(most)d characters.")
            % {"line": line[:30], "most": MOST_CHARACTERS}
        )
    words, _arrow, rewrite = line.partition(REWRITE)
    tokens = _plain(words).split()
    if not tokens:
        raise CannotRead(_("A line has no words to look for: “%(line)s”.") % {"line": line})
    if len(tokens) > MOST_WORDS:
        raise CannotRead(
            _("“%(line)s” has more than %(most)d words.") % {"line": line, "most": MOST_WORDS}
        )
    if sum(token in _GAPS for token in tokens) > MOST_GAPS:
        raise CannotRead(
            _("“%(line)s” leaves out words in more than %(most)d places.")
            % {"line": line, "most": MOST_GAPS}
        )
    if sum(token.startswith("(") for token in tokens) > MOST_LEFT_OUT:
        raise CannotRead(
            _("“%(line)s” has more than %(most)d words that may be missing.")
            % {"line": line, "most": MOST_LEFT_OUT}
        )
    if tokens[0] in _GAPS or tokens[-1] in _GAPS:
        raise CannotRead(_("“%(line)s” begins or ends with dots.") % {"line": line})
    needed = [index for index, token in enumerate(tokens) if not _may_be_missing(token)]
    if not needed:
        raise CannotRead(_("“%(line)s” has no word that must be there.") % {"line": line})
    pieces = []
    for index, token in enumerate(tokens):
        if token in _GAPS:
            pieces.append(f"(?:{_BETWEEN}{_WORD_BETWEEN}){{0,{_GAPS[token]}}}?")
            continue
        piece = _piece(token, line, is_first=index <= needed[0])
        if index < needed[0]:
            pieces.append(f"(?:{piece}{_BETWEEN})?")
        elif index == needed[0]:
            pieces.append(piece)
        else:
            pieces.append(f"(?:{piece})?" if _may_be_missing(token) else piece)
    expression = "".join(pieces)
    is_mark = all(_MARKS.fullmatch(token) for token in tokens)
    if not is_mark:
        expression = rf"(?<!\w){expression}(?!\w)"
    stems = _stems([tokens[index] for index in needed if tokens[index] not in _GAPS], line)
    return Phrase(line, rewrite.strip(), stems, re.compile(expression, re.IGNORECASE))


def _may_be_missing(token: str) -> bool:
    return token in _GAPS or (token.startswith("(") and token.endswith(")"))


def _piece(token: str, line: str, *, is_first: bool) -> str:
    between = "" if is_first else _BETWEEN
    if token == CAPITALS:
        return rf"{between}(?-i:[A-ZÄÖÜ]{{4,40}})"
    if _MARKS.fullmatch(token):
        several = f"{{{len(token)},10}}" if len(set(token)) == 1 else ""
        mark = f"{re.escape(token[0])}{several}" if several else re.escape(token)
        return mark if is_first else f" ?{mark}"
    inner = token[1:-1] if _may_be_missing(token) else token
    alternatives = inner.split("/")
    longest_first = sorted(alternatives, key=len, reverse=True)
    said = "|".join(_word(alternative, line) for alternative in longest_first)
    said = rf"(?>(?:{said})(?:(?!\w)|(?=n't)))"
    if is_first:
        return said
    short = "|".join(
        _SHORT_FORMS[alternative.lower()]
        for alternative in alternatives
        if alternative.lower() in _SHORT_FORMS
    )
    return rf"(?:{between}{said}|(?:{short})(?!\w))" if short else f"{between}{said}"


def _word(word: str, line: str) -> str:
    keeps_capitals = word.startswith("=")
    letters = word.removeprefix("=")
    if not _WORD.fullmatch(letters) or not any(sign.isalnum() for sign in letters):
        raise CannotRead(
            _("“%(word)s” in “%(line)s” is not a word; see the notes below the field.")
            % {"word": word, "line": line}
        )
    if letters.count("*") > 1:
        raise CannotRead(
            _("“%(word)s” in “%(line)s” has more than one *; one is enough.")
            % {"word": word, "line": line}
        )
    if len(letters.replace("*", "")) < 2 and "*" in letters:
        raise CannotRead(
            _("“%(word)s” in “%(line)s” would find nearly every word.")
            % {"word": word, "line": line}
        )
    said = "".join(_sign(sign) for sign in letters)
    return f"(?-i:{said})" if keeps_capitals else said


def _sign(sign: str) -> str:
    if sign == "*":
        return r"\w{0,30}"
    if sign == "-":
        return r"(?:[- ]|\n)?"
    return _SPELLED.get(sign.lower(), re.escape(sign))


def _stems(needed: list[str], line: str) -> tuple[str, ...]:
    best: tuple[str, ...] = ()
    for token in needed:
        if token == CAPITALS:
            continue
        stems = []
        for alternative in token.split("/"):
            if alternative.lower() in _SHORT_FORMS:
                break
            runs = re.split(r"[*-]", folded(alternative.removeprefix("=")))
            stems.append(max(runs, key=len))
        else:
            if not best or min(map(len, stems)) > min(map(len, best)):
                best = tuple(stems)
    return best


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return "".join(_PLAIN_SIGNS.get(sign, sign) for sign in composed if sign not in _UNSEEN)


def _hide(plain: str, name: str) -> str:
    if len(name.strip()) < 3:
        return plain
    expression = rf"(?<!\w){re.escape(name.strip())}(?!\w)"
    return re.sub(expression, lambda found: _NAME * len(found[0]), plain)
