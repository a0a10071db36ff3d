"""A corpus of letters, courteous, clumsy and hostile: what is found in them, and how surely.

Precision says how many of the findings a careful reader expects too; recall, how many of those that
the reader expects are found. Both are printed: `pytest tests/notices/test_corpus.py -s`.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from notices.checking import wording
from notices.models import WordingPattern

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).with_name("corpus")
LANGUAGES = {"english": "en", "german": "de"}


@dataclass(frozen=True)
class Letter:
    """One letter with what a careful reader would say of its words."""

    language: str
    name: str
    text: str
    codes: frozenset[str]


def the_letters() -> list[Letter]:
    return [
        Letter(language, one["name"], one["text"].strip(), frozenset(one["codes"]))
        for file, language in LANGUAGES.items()
        for one in tomllib.loads((FOLDER / f"{file}.toml").read_text("utf-8"))["letter"]
    ]


@dataclass
class Tally:
    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / ((self.right + self.wrong) or 1)

    @property
    def recall(self) -> float:
        return self.right / ((self.right + self.missed) or 1)

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.2f}, recall {self.recall:.2f}"
            f" ({self.right} right, {self.wrong} wrong, {self.missed} missed)"
        )


def test_what_is_found_is_what_a_careful_reader_finds() -> None:
    letters = the_letters()
    patterns = {language: wording.patterns_in(language) for language in LANGUAGES.values()}
    levels = {(one.language, one.code): one.level for one in WordingPattern.objects.all()}
    tallies = {name: Tally() for name in ("overall", "en", "de", "block", "warn", "hint")}
    told: list[str] = []
    for letter in letters:
        hits = wording.hits_in({"opening": letter.text}, patterns[letter.language])
        found = {one.pattern.code for one in hits}
        for kind, codes in (
            ("right", found & letter.codes),
            ("wrong", found - letter.codes),
            ("missed", letter.codes - found),
        ):
            for code in codes:
                for name in ("overall", letter.language, levels[letter.language, code]):
                    setattr(tallies[name], kind, getattr(tallies[name], kind) + 1)
                if kind != "right":
                    told.append(f"  {kind}: {letter.language} {code} in “{letter.name}”")

    print(f"\n{len(letters)} letters")
    for name, tally in tallies.items():
        print(f"{name}: {tally}")
    print("\n".join(told))
    assert tallies["overall"].precision >= 0.95
    assert tallies["overall"].recall >= 0.90
    assert tallies["block"].precision >= 0.95
    assert tallies["block"].recall >= 0.85


def test_the_corpus_is_large_and_mixed() -> None:
    letters = the_letters()
    kinds = Counter(letter.name.partition(":")[0] for letter in letters)

    assert len(letters) >= 60
    assert len({letter.text for letter in letters}) == len(letters)
    assert min(Counter(letter.language for letter in letters).values()) >= 30
    for kind in ("courteous", "clumsy", "hostile", "höflich", "holprig", "feindselig"):
        assert kinds[kind] >= 5


def test_no_hostile_letter_passes_and_no_courteous_one_is_blocked() -> None:
    passed, blocked = [], []
    for letter in the_letters():
        hits = wording.hits_in({"opening": letter.text}, wording.patterns_in(letter.language))
        is_blocked = any(one.pattern.level == "block" for one in hits)
        kind = letter.name.partition(":")[0]
        if kind in ("hostile", "feindselig") and not is_blocked:
            passed.append(letter.name)
        if kind in ("courteous", "near miss", "höflich", "knapp daneben") and hits:
            blocked.append(letter.name)

    assert blocked == []
    assert len(passed) <= 2, passed
