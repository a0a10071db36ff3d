"""How easily a letter reads: counted here, in plain functions, for English and German.

Only running text is measured for length of sentences and grade: the items of a list are read one by
one and would make any letter look simple. They count as words of the body, and an item that is too
long is a sentence that is too long.

Source: Flesch-Kincaid grade (Kincaid and others, 1975); Flesch for German (Amstad, 1978).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST_WORDS_ON_AVERAGE = 15
MOST_WORDS_IN_A_SENTENCE = 25
GRADE_TO_WARN, GRADE_TO_BLOCK = 8.0, 12.0
LEAST_FLESCH_IN_GERMAN = 55.0
FEWEST_WORDS, MOST_WORDS = 120, 250
LEAST_SENTENCES = 3
"""Fewer say nothing about a letter's manner."""

_WORD = re.compile(r"[^\W_](?:(?:[\w'’@.&/+:%-]|,(?=\d))*[^\W_])?")
_BREAK = re.compile(r"([.!?…][\"'”“’)]*)(\s+)(?=[\"'“„(]?[^\W_])")
_NO_END = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|no|nos|st|inc|ltd|co|e\.g|i\.e|etc|vs|approx|p|pp|art"
    r"|z\.\s?b|d\.\s?h|u\.\s?a|bzw|ca|nr|abs|str|usw|evtl|inkl|zzgl|gem|vgl|sog|fa|hr|fr|tel"
    r"|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez)|\b[a-zäöü]|\b\d{1,2})\.$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\b\d{1,2}\.$")


@dataclass(frozen=True)
class Reading:
    """What was counted in a text.

    Attributes:
        words: of everything, lists included.
        sentences: of the running text.
        mean_words: words in a sentence of the running text; 0.0 when there is none.
        longest: the longest sentence or item, as it stands.
        longest_words: how many words it has.
        syllables_per_word: of the running text; 0.0 when there is none.
    """

    words: int
    sentences: int
    mean_words: float
    longest: str
    longest_words: int
    syllables_per_word: float

    @property
    def grade(self) -> float:
        """The Flesch-Kincaid grade, for English."""
        return 0.39 * self.mean_words + 11.8 * self.syllables_per_word - 15.59

    @property
    def flesch_in_german(self) -> float:
        """Amstad's reading ease, for German; the higher, the easier."""
        return 180 - self.mean_words - 58.5 * self.syllables_per_word


def read(texts: Iterable[str], language: str) -> Reading:
    """Count a letter's paragraphs.

    Args:
        texts: paragraphs in which a line that starts with "- " is an item of a list.
        language: "en" or "de".
    """
    prose: list[str] = []
    items: list[str] = []
    for text in texts:
        for is_item, passage in _passages(text):
            (items if is_item else prose).extend(sentences_of(passage, language))
    counted = [words_of(sentence) for sentence in prose]
    counted = [words for words in counted if words]
    flat = [word for words in counted for word in words]
    syllables = sum(syllables_of(word, language) for word in flat)
    longest = max([*prose, *items], key=lambda one: len(words_of(one)), default="")
    return Reading(
        words=len(flat) + sum(len(words_of(item)) for item in items),
        sentences=len(counted),
        mean_words=len(flat) / len(counted) if counted else 0.0,
        longest=longest,
        longest_words=len(words_of(longest)),
        syllables_per_word=syllables / len(flat) if flat else 0.0,
    )


def _passages(text: str) -> Iterable[tuple[bool, str]]:
    """Return running text and items of lists, each as it stands, in order."""
    running: list[str] = []
    for line in [*text.splitlines(), ""]:
        is_item = line.lstrip().startswith("- ")
        if running and (is_item or not line.strip()):
            yield False, "\n".join(running)
            running = []
        if is_item:
            yield True, line.lstrip()[2:].strip()
        elif line.strip():
            running.append(line)


def sentences_of(text: str, language: str) -> list[str]:
    """Return the sentences of running text, each as it stands."""
    sentences = []
    start = 0
    for stop in _BREAK.finditer(text):
        end = stop.end(1)
        said = text[start:end]
        follows = text[stop.end() :]
        if _NO_END.search(said) and not _ends_all_the_same(said, follows, language):
            continue
        sentences.append(said.strip())
        start = stop.end()
    rest = text[start:].strip()
    return [*sentences, rest] if rest else sentences


def _ends_all_the_same(said: str, follows: str, language: str) -> bool:
    # "It ends in 2027." has four digits and ends; "31. Januar" goes on, "by the 31. We" does not.
    return bool(_ORDINAL.search(said)) and language == "en" and follows[:1].isupper()


def words_of(text: str) -> list[str]:
    """Return the words of a text; a number, an address or a telephone number's group is one."""
    return [match[0] for match in _WORD.finditer(text)]


def syllables_of(word: str, language: str) -> int:
    """Return how many syllables a word has; a number or an address counts as one."""
    if any(sign.isdigit() for sign in word) or "@" in word or "/" in word:
        return 1
    parts = [part for part in re.split(r"[^\w'’]+", word) if part]
    if len(parts) > 1:
        return sum(syllables_of(part, language) for part in parts)
    letters = "".join(sign for sign in word.lower() if sign.isalpha())
    count = _in_german(letters) if language == "de" else _in_english(letters)
    return max(count, 1)


# -- English ---------------------------------------------------------------------------------------

_ENGLISH = {
    "area": 3, "areas": 3, "business": 2, "businesses": 3, "every": 2, "everything": 3,
    "everyone": 3, "idea": 3, "ideas": 3, "client": 2, "clients": 2, "quiet": 2, "diary": 3,
    "science": 2, "trial": 2, "create": 2, "created": 3, "creates": 2, "evaluate": 4, "people": 2,
    "period": 3, "periods": 3, "material": 4, "serious": 3, "appreciate": 4, "associate": 4,
    "immediately": 5, "immediate": 4, "actual": 3, "actually": 4, "usual": 3, "usually": 4,
    "annual": 3, "annually": 4, "manual": 3, "mutual": 3, "individual": 5, "continue": 3,
    "continues": 3, "continued": 3, "value": 2, "values": 2, "argue": 2, "queue": 1, "due": 1,
    "being": 2, "poem": 2, "fuel": 2, "various": 3, "previous": 3, "previously": 4, "audio": 3,
    "video": 3, "radio": 3, "ratio": 3, "co": 1, "the": 1, "we": 1, "variety": 4, "society": 4,
    "anxiety": 4, "experience": 4, "convenience": 4, "convenient": 4, "obedient": 4, "via": 2,
    "reliable": 4, "liable": 3, "diet": 2, "giant": 2, "compliance": 3, "alliance": 3, "lion": 2,
    "reopen": 3, "cooperate": 4, "cooperation": 5, "coordinate": 4, "really": 2, "ideal": 3,
    "real": 1, "theatre": 3, "payroll": 2, "safety": 2, "somewhere": 2, "hereby": 2, "naive": 2,
    "wednesday": 2, "wednesdays": 2, "gmbh": 1, "ltd": 1, "mr": 2, "mrs": 2, "dr": 2,
}  # fmt: skip
_SILENT_WITHIN = re.compile(
    r"^(there|where|here|some|home|more|time|note|one|before|life)(?=[^aeiouy].*[aeiouy])"
)


def _in_english(word: str) -> int:
    if word in _ENGLISH:
        return _ENGLISH[word]
    rest = word
    silent_within = _SILENT_WITHIN.match(word)
    # The e in front of -ment, -ful, -less, -ly and -ness is silent, but in "settlement".
    rest = re.sub(r"(?<=[^aeiouyl])e(?=(?:ment|ments|ful|less|ly|ness)$)", "", rest)
    if re.search(r"[^aeiourly]led$", rest):
        rest = rest[:-1]
    elif rest.endswith("ed") and not rest.endswith(("ted", "ded", "eed", "ied")):
        rest = rest[:-2] if len(rest) > 3 else rest
    elif rest.endswith("es") and not rest.endswith(
        ("ses", "xes", "zes", "ches", "shes", "ces", "ges", "ies", "ees", "oes", "les")
    ):
        rest = rest[:-2]
    elif rest.endswith("e") and not re.search(r"[^aeiouy]le$", rest):
        rest = rest[:-1] if re.search(r"[aeiouy].*e$", rest) else rest
    elif re.search(r"[aeiouy]les$", rest):
        rest = rest[:-2]
    count = len(re.findall(r"[aeiouy]+", rest))
    # Two vowels that part: going, obvious, area of "-ia", "-io" but not in "-tion" and its like.
    count += len(re.findall(r"[aeou](?=ing(?:s|ly)?$)", rest))
    count += len(re.findall(r"(?<![cgstx])i(?=a|ous|o(?!us))", rest))
    count += len(re.findall(r"eo(?=[^u])|(?<=[^gq])ua(?=[ltr])|uou", rest))
    if silent_within:
        count -= 1
    return count


# -- German ----------------------------------------------------------------------------------------

_VOWELS = re.compile(r"äu|au|ai|ei|eu|ie|aa|ee|oo|ey|ay|[aeiouyäöü]")


def _in_german(word: str) -> int:
    plain = word.replace("qu", "q")
    count = len(_VOWELS.findall(plain))
    # "beenden", "geehrt": the prefix keeps its own e.
    if re.match(r"(?:\w{0,3})(?:be|ge)e[nhi]", plain):
        count += 1
    # "Familien", "Linie", "Ferien": the i stands alone after these.
    if re.search(r"(?:il|in|er|an|ed)ien?$", plain) and len(plain) > 4:
        count += 1
    return count
