"""Wording patterns as data: each can be read, says why, and proposes nothing it would find."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices.checking import checks, wording
from notices.language import word_search
from notices.language.word_search import SearchedText
from notices.models import Notice, PatternLevel, WordingPattern
from notices.services import approval, drafting
from offboarding.errors import TransitionRefused
from tests.builders import House
from tests.notices import walks

pytestmark = pytest.mark.django_db

SEEDS_EXAMPLE = (
    "Dear Jane Adams, We regret to inform you that we must terminate our professional relationship"
    " effective 31 January 2027. This decision has been made due to a conflict of interest. Please"
    " ensure that any outstanding invoices are settled by 31 December 2026. Should you have any"
    " questions or need further clarification, feel free to contact us at berlin@example.com."
    " Sincerely, Leo Lead Team lead Harbour & Partners GmbH"
)


def written(house: House, part: str, text: str) -> Notice:
    """A draft in which a person wrote this text."""
    notice = walks.a_draft(house)
    drafting.edit_notice(
        notice, by=house.by_manager, expected_version=notice.version, parts={part: text}
    )
    return walks.again(notice)


def manner_of(notice: Notice) -> list[checks.Finding]:
    return [one for one in checks.findings(notice) if one.code.startswith("wording.")]


def test_every_pattern_can_be_read_and_says_why() -> None:
    patterns = WordingPattern.objects.all()

    for pattern in patterns:
        pattern.full_clean()
        assert pattern.why.endswith(".")
        assert word_search.read(pattern.phrases)
    kept = {(one.language, one.level) for one in patterns}
    assert kept == {(lang, level) for lang in ("en", "de") for level in PatternLevel.values}


def test_what_a_pattern_proposes_is_not_found_again_as_bad() -> None:
    proposed = [
        (pattern.language, phrase.rewrite or pattern.rewrite)
        for pattern in WordingPattern.objects.all()
        for phrase in word_search.read(pattern.phrases)
    ]
    worse = [
        (rewrite, hit.pattern.code)
        for language in ("en", "de")
        for rewrite in {text for code, text in proposed if code == language and text}
        for hit in wording.hits_in({"ours": rewrite}, wording.patterns_in(language))
    ]

    assert worse == []


@pytest.mark.parametrize(
    ("language", "said", "reads"),
    [
        (
            "de",
            "Wir sind von Ihrem unprofessionellen Verhalten überrascht.",
            "Wir sind von der unterschiedlichen Arbeitsweise überrascht.",
        ),
        (
            "en",
            "We end this because of your rude behaviour.",
            "We end this because of the different way of working.",
        ),
    ],
)
def test_a_grade_beside_its_noun_is_replaced_together_with_it(
    language: str, said: str, reads: str
) -> None:
    [one] = wording.hits_in({"reason": said}, wording.patterns_in(language))
    start, end = one.hit.start, one.hit.end

    assert f"{said[:start]}{one.hit.rewrite}{said[end:]}" == reads


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Ihre unhöflichen Briefe liegen uns vor."),
        ("de", "Das war lächerlich."),
        ("en", "Your rude letters have reached us."),
        ("en", "We saw a childish answer."),
    ],
)
def test_a_grade_alone_is_found_and_nothing_that_breaks_the_sentence_is_put_in_its_place(
    language: str, said: str
) -> None:
    [one] = wording.hits_in({"reason": said}, wording.patterns_in(language))

    assert not one.hit.rewrite and not one.pattern.rewrite


def test_a_phrase_finds_its_own_words() -> None:
    blind = []
    for pattern in WordingPattern.objects.exclude(phrases__contains="{CAPITALS}"):
        for phrase in word_search.read(pattern.phrases):
            plain = _said(phrase.line)
            if not word_search.find([phrase], SearchedText(plain)):
                blind.append((pattern.code, plain))

    assert blind == []


def _said(line: str) -> str:
    tokens = line.partition("=>")[0].split()
    words = [token.strip("()").split("/")[0] for token in tokens if token not in ("..", "...")]
    return " ".join(word.removeprefix("=").replace("*", "") for word in words)


def test_a_finding_shows_the_words_the_reason_and_neutral_words_in_their_place(
    house: House,
) -> None:
    notice = written(house, "theirs", "Thank you. You’ve failed to send the ledger.")

    (finding,) = manner_of(notice)

    assert (finding.level, finding.code, finding.part) == (
        "block", "wording.you-failed-to", "theirs",
    )  # fmt: skip
    assert finding.found == "You’ve failed to"
    assert finding.rewrite == "We still wait for you to"
    assert finding.why.startswith("Blame invites")
    replaced = notice.parts["theirs"].replace(finding.found, finding.rewrite, 1)
    assert replaced == "Thank you. We still wait for you to send the ledger."


def test_neutral_words_stay_small_inside_a_sentence(house: House) -> None:
    notice = written(house, "theirs", "It seems that you failed to send the ledger.")

    (finding,) = manner_of(notice)

    assert finding.rewrite == "we still wait for you to"


def test_a_german_letter_is_read_with_german_patterns(house: House) -> None:
    house.client.language = "de"
    house.client.save()
    text = "Trotz zahlreicher Mahnungen haben Sie unsere Schreiben ignoriert."

    notice = written(house, "theirs", text)

    assert [(one.level, one.found, one.rewrite) for one in manner_of(notice)] == [
        ("block", "haben Sie unsere Schreiben ignoriert", "haben wir noch keine Antwort"),
        ("warn", "Trotz zahlreicher Mahnungen", "Nach unseren Erinnerungen"),
    ]


def test_what_is_fine_once_is_found_the_second_time(house: House) -> None:
    once = written(house, "theirs", "Unfortunately the ledger is missing.")
    assert manner_of(once) == []

    twice = drafting.edit_notice(
        once,
        by=house.by_manager,
        expected_version=once.version,
        parts={"ours": "Unfortunately we need it."},
    )

    assert [one.code for one in manner_of(walks.again(twice))] == ["wording.unfortunately-twice"]


def test_names_of_the_case_are_not_judged(house: House) -> None:
    house.client.legal_name = "Failure & Breach Ltd"
    house.client.save()
    house.engagement.title = "FRAUD PREVENTION"
    house.engagement.save()

    notice = walks.a_draft(house)

    assert "Failure & Breach Ltd" in notice.parts["opening"]
    assert "FRAUD PREVENTION" in notice.parts["opening"]
    assert manner_of(notice) == []


def test_a_hostile_letter_is_blocked(house: House) -> None:
    notice = written(
        house,
        "reason",
        "You have wasted our time, you lied to us, and you never paid. This is YOUR FAULT!"
        " Hear from our lawyers.",
    )

    with pytest.raises(TransitionRefused) as refused:
        approval.request_approval(notice, by=house.by_manager)

    codes = {reason.code for reason in refused.value.reasons}
    assert {
        "wording.wasted-time", "wording.dishonest", "wording.your-fault", "wording.legal-threat",
    } <= codes  # fmt: skip


def test_the_usual_example_letter_is_advised_but_not_blocked_by_a_pattern(house: House) -> None:
    notice = written(house, "opening", SEEDS_EXAMPLE)

    assert {(one.level, one.found) for one in manner_of(notice)} == {
        ("hint", "We regret to inform you that"),
        ("hint", "terminate"),
        ("hint", "feel free to"),
        ("hint", "Should you have any questions"),
    }


def test_a_changed_pattern_counts_at_once(house: House) -> None:
    notice = written(house, "theirs", "Please bring a banana.")
    assert manner_of(notice) == []
    pattern = WordingPattern.objects.get(language="en", code="at-once")
    pattern.phrases += "\nbanana"
    pattern.save()

    assert [one.found for one in manner_of(notice)] == ["banana"]

    WordingPattern.objects.filter(pk=pattern.pk).update(is_active=False)
    assert manner_of(notice) == []


def test_a_pattern_that_came_in_unread_finds_nothing_and_stops_nobody(house: House) -> None:
    WordingPattern.objects.filter(language="en", code="at-once").update(phrases="([a-z]+)+")
    notice = written(house, "theirs", "Please pay immediately.")

    assert manner_of(notice) == []


def test_findings_take_one_query_for_all_patterns(house: House) -> None:
    notice = written(house, "reason", f"{SEEDS_EXAMPLE} You have failed us. " * 5)
    checks.findings(notice)

    with CaptureQueriesContext(connection) as queries:
        list(wording.findings_in(notice, wording.texts_of(notice), [house.engagement]))

    asked = [query for query in queries if "wordingpattern" in query["sql"]]
    assert len(asked) == 1
