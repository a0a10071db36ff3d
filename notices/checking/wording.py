"""The manner of a notice: words that blame, threaten or hide, found by the patterns admins keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clients.models import Client, Engagement
from notices.checking.findings import LEVELS, OF_WORDS, Finding, Level
from notices.language import word_search
from notices.language.phrases import language_of
from notices.language.word_search import Hit, SearchedText
from notices.models import Notice, WordingPattern
from offboarding.errors import InvalidInput

_SENTENCE_BEFORE = re.compile(r"(?:^|[.!?:…][\"'”“’)]*\s+|\n\s*(?:-\s+)?)$")


@dataclass(frozen=True)
class PatternHit:
    """Words of one part that one pattern names."""

    pattern: WordingPattern
    part: str
    hit: Hit


def findings_in(
    notice: Notice, texts: Mapping[str, str], engagements: Iterable[Engagement]
) -> Iterator[Finding]:
    """Return what the patterns of the notice's language find in it, in reading order."""
    patterns = patterns_in(notice.language)
    for one in hits_in(texts, patterns, names=names_of(notice, engagements)):
        yield _finding(one, texts[one.part], notice.language)


def findings_in_text(text: str, language: str, *, names: Iterable[str] = ()) -> list[Finding]:
    """Return what the patterns of a language find in any text, the gravest first.

    Args:
        text: what is said.
        language: one that we write.
        names: words that are names and judge nobody.
    """
    texts = {"text": text}
    found = [
        _finding(one, text, language) for one in hits_in(texts, patterns_in(language), names=names)
    ]
    return sorted(found, key=lambda finding: LEVELS[finding.level])


def refuse_what_is_blocked(
    text: str, *, field: str, language: str, names: Iterable[str] = ()
) -> None:
    """Refuse a text that leaves by one person's act alone where its words would stop a notice.

    Args:
        text: what the client would read.
        field: where it was typed.
        language: the client's; English, where we have no patterns.
        names: words that are names and judge nobody.

    Raises:
        InvalidInput: naming the words and why.
    """
    spoken = language_of(language)
    found = [one for one in findings_in_text(text, spoken, names=names) if one.level == "block"]
    if found:
        raise InvalidInput(field, " ".join(f"{one.text}. {one.why}" for one in found[:3]))


def patterns_in(language: str) -> list[WordingPattern]:
    """Return the patterns that count for a language, in one query."""
    return list(WordingPattern.objects.filter(language=language, is_active=True))


def texts_of(notice: Notice) -> dict[str, str]:
    """Return what a person wrote in a notice, by part, subject first."""
    return {"subject": notice.subject} | {key: str(text) for key, text in notice.parts.items()}


def names_of(notice: Notice, engagements: Iterable[Engagement]) -> list[str]:
    """Return the names that a notice may hold, whatever words they are made of."""
    return [
        notice.recipient_name,
        notice.contact_person,
        notice.signatory.name if notice.signatory else "",
        notice.office.legal_name,
        *names_in(notice.case.client, engagements),
    ]


def names_in(client: Client, engagements: Iterable[Engagement]) -> list[str]:
    """Return the client's names and what its agreements and services are called."""
    names = [client.legal_name, client.display_name]
    for engagement in engagements:
        names += [engagement.title, engagement.service_line, *engagement.service_list]
    return [name for name in names if name]


def hits_in(
    texts: Mapping[str, str], patterns: Iterable[WordingPattern], *, names: Iterable[str] = ()
) -> list[PatternHit]:
    """Return where patterns stand in texts; a shorter hit inside a graver or equal one is left out.

    Args:
        texts: what to search, by part.
        patterns: all of one language.
        names: words that are names and judge nobody.
    """
    longest_first = sorted(set(names), key=len, reverse=True)
    prepared = {part: SearchedText(text, names=longest_first) for part, text in texts.items()}
    found = [hit for pattern in patterns for hit in _hits_of(pattern, prepared)]
    kept = [one for one in found if not any(_is_told_by(one, other) for other in found)]
    order = {part: place for place, part in enumerate(texts)}
    return sorted(kept, key=lambda one: (order[one.part], one.hit.start, one.hit.end))


def _hits_of(pattern: WordingPattern, prepared: Mapping[str, SearchedText]) -> list[PatternHit]:
    try:
        phrases, unless = word_search.read(pattern.phrases), word_search.read(pattern.unless)
    except word_search.CannotRead:
        # The admin refuses such lines; a row that came in past it finds nothing.
        return []
    hits = [
        PatternHit(pattern, part, hit)
        for part, text in prepared.items()
        for hit in word_search.find(phrases, text, unless=unless)
    ]
    return hits[pattern.counts_from - 1 :]


def _is_told_by(one: PatternHit, other: PatternHit) -> bool:
    if one.part != other.part or one is other:
        return False
    graver = LEVELS[_level(other)] - LEVELS[_level(one)]
    if (one.hit.start, one.hit.end) == (other.hit.start, other.hit.end):
        return graver < 0
    return one.hit.is_inside(other.hit) and graver <= 0


def _level(one: PatternHit) -> Level:
    return (
        "block"
        if one.pattern.level == "block"
        else "warn"
        if one.pattern.level == "warn"
        else "hint"
    )


def _finding(one: PatternHit, text: str, language: str) -> Finding:
    opens, closes = ("„", "“") if language == "de" else ("“", "”")
    return Finding(
        level=_level(one),
        code=f"{OF_WORDS}{one.pattern.code}",
        part=one.part,
        text=f"{one.pattern.title}: {opens}{one.hit.found}{closes}",
        why=one.pattern.why,
        found=one.hit.found,
        rewrite=_fitting(
            one.hit.rewrite or one.pattern.rewrite,
            text[: one.hit.start],
            # In a German letter the sentence after the greeting goes on in small letters.
            starts_small=language == "de" and one.part == "opening",
        ),
    )


def _fitting(rewrite: str, before: str, *, starts_small: bool) -> str:
    """Return the neutral words with a capital where a sentence begins with them."""
    begins = bool(_SENTENCE_BEFORE.search(before)) if before.strip() else not starts_small
    return rewrite[:1].upper() + rewrite[1:] if begins else rewrite
