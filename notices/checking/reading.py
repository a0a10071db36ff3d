"""Whether a letter reads easily, by the measures of `readability`."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from notices.checking.findings import OF_READING, Finding, Level
from notices.language import readability
from notices.models import Notice


def findings_in(notice: Notice) -> Iterator[Finding]:
    """Return what makes a letter long or hard to read."""
    texts = {key: str(text) for key, text in notice.parts.items()}
    read = readability.read(texts.values(), notice.language)
    if not read.words:
        return
    if not readability.FEWEST_WORDS <= read.words <= readability.MOST_WORDS:
        yield _of_the_whole(
            "warn",
            "words",
            _("The letter has %(words)d words; between %(least)d and %(most)d read best.")
            % {
                "words": read.words,
                "least": readability.FEWEST_WORDS,
                "most": readability.MOST_WORDS,
            },
            _("A short notice leaves questions, a long one is not read."),
        )
    if read.longest_words > readability.MOST_WORDS_IN_A_SENTENCE:
        part = next((key for key, text in texts.items() if read.longest in text), "opening")
        yield Finding(
            "warn",
            f"{OF_READING}long_sentence",
            part,
            _("A sentence has %(words)d words; %(most)d are the most that reads well.")
            % {"words": read.longest_words, "most": readability.MOST_WORDS_IN_A_SENTENCE},
            why=_("Two short sentences are understood at once, one long one at the second try."),
            found=read.longest,
        )
    if read.sentences < readability.LEAST_SENTENCES:
        return
    if read.mean_words > readability.MOST_WORDS_ON_AVERAGE:
        yield _of_the_whole(
            "warn",
            "mean_sentence",
            _("The sentences have %(words).1f words on average; up to %(most)d read well.")
            % {"words": read.mean_words, "most": readability.MOST_WORDS_ON_AVERAGE},
            _("People read bad news fast and in fear; short sentences carry them."),
        )
    yield from _difficulty(read, notice.language)


def _difficulty(read: readability.Reading, language: str) -> Iterator[Finding]:
    why = _("Long words in long sentences hide what ends and when.")
    if language == "de":
        if read.flesch_in_german < readability.LEAST_FLESCH_IN_GERMAN:
            yield _of_the_whole(
                "warn",
                "difficulty",
                _("The reading ease is %(score).0f; from %(least).0f up a letter reads well.")
                % {
                    "score": read.flesch_in_german,
                    "least": readability.LEAST_FLESCH_IN_GERMAN,
                },
                why,
            )
    elif read.grade > readability.GRADE_TO_WARN:
        level: Level = "block" if read.grade > readability.GRADE_TO_BLOCK else "warn"
        yield _of_the_whole(
            level,
            "difficulty",
            _("The reading grade is %(grade).1f; up to %(most).0f a letter reads well.")
            % {"grade": read.grade, "most": readability.GRADE_TO_WARN},
            why,
        )


def _of_the_whole(level: Level, code: str, text: str, why: str) -> Finding:
    return Finding(level, f"{OF_READING}{code}", "opening", text, why=why)
