"""The small language of wording patterns: what it finds, what it leaves, what it refuses."""

from __future__ import annotations

import pytest

from notices.language import word_search
from notices.language.word_search import CannotRead, SearchedText
from tests.hanging import it_comes_back


def found(phrases: str, text: str, *, unless: str = "", names: tuple[str, ...] = ()) -> list[str]:
    hits = word_search.find(
        word_search.read(phrases), SearchedText(text, names=names), unless=word_search.read(unless)
    )
    assert all(text[hit.start : hit.end] == hit.found for hit in hits)
    return [hit.found for hit in hits]


@pytest.mark.parametrize(
    ("phrases", "text", "words"),
    [
        ("you have failed", "Sadly You Have Failed us.", "You Have Failed"),
        ("you have failed", "You’ve failed.", "You’ve failed"),
        ("you have failed", "you've failed.", "you've failed"),
        ("do not hesitate", "Please don't hesitate.", "don't hesitate"),
        ("you have failed", "and you\nhave\n  failed", "you\nhave\n  failed"),
        ("you have failed", "you\u00a0have failed", "you\u00a0have failed"),
        ("failed/failing to", "failing to see", "failing to"),
        ("you (really) failed", "you failed", "you failed"),
        ("you (really) failed", "you really failed", "you really failed"),
        ("(a) bad client", "such a bad client", "a bad client"),
        ("(a) bad client", "bad client", "bad client"),
        ("disappoint*", "a disappointing year", "disappointing"),
        ("as you know", "As, you know", "As, you know"),
        ("non-compliance", "noncompliance", "noncompliance"),
        ("non-compliance", "non‑compliance", "non‑compliance"),
        ("short sighted", "short-sighted", "short-sighted"),
        ("Sie hätten ... müssen", "Sie hätten uns das früher sagen müssen", None),
        ("unmöglich", "UNMÖGLICH", "UNMÖGLICH"),
        ("unmöglich", "unmo\u0308glich", "unmo\u0308glich"),
        ("unmöglich", "unmoeglich", "unmoeglich"),
        ("Verstoß gegen", "Verstoss gegen", "Verstoss gegen"),
        ("=Betrug", "Das ist Betrug.", "Betrug"),
        ("{CAPITALS}", "Pay NOW or NEVER.", "NEVER"),
        ("!", "Pay!!", "!!"),
        ("??", "Why??", "??"),
        ("un­acceptable", "un\u00adacceptable", "un\u00adacceptable"),
    ],
)
def test_words_are_found_as_people_write_them(phrases: str, text: str, words: str | None) -> None:
    assert found(phrases, text) == [words or text]


@pytest.mark.parametrize(
    ("phrases", "text"),
    [
        ("because of you", "because of your letter"),
        ("you failed", "you. Failed"),
        ("you failed", "you\n\nfailed"),
        ("you always", "- you\n- always"),
        ("Sie ... immer", "Sie rufen an. Wir sind immer da."),
        (
            "Sie hätten ... müssen",
            "Sie hätten eins zwei drei vier fünf sechs sieben acht neun müssen",
        ),
        ("=Betrug", "Der Saldo betrug drei Euro."),
        ("{CAPITALS}", "the VAT return of a GmbH"),
        ("just", "a justified adjustment"),
        ("??", "Why?"),
    ],
)
def test_what_only_looks_alike_is_left_alone(phrases: str, text: str) -> None:
    assert found(phrases, text) == []


def test_the_longest_phrase_counts_where_several_stand() -> None:
    assert found("you refused\nyou refused to", "you refused to sign") == ["you refused to"]


def test_words_are_harmless_inside_a_phrase_that_says_so() -> None:
    text = "Please act immediately. Immediately after the end we return the files."

    assert found("immediately", text, unless="immediately after") == ["immediately"]


def test_a_name_is_no_reproach() -> None:
    names = ("Failure Analysis GmbH",)

    assert found("failure", "Failure Analysis GmbH", names=names) == []
    assert found("failure", "a failure of Failure Analysis GmbH", names=names) == ["failure"]


def test_neutral_words_stand_beside_the_phrase_they_replace() -> None:
    hits = word_search.find(
        word_search.read("terminate => end\nterminated => ended"),
        SearchedText("We terminate what they terminated."),
    )

    assert [hit.rewrite for hit in hits] == ["end", "ended"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("=> end", "no words to look for"),
        ("you ( failed", "is not a word"),
        ("a+b", "is not a word"),
        (r"\w+", "is not a word"),
        ("[a-z]", "is not a word"),
        ("(?:a+)+", "is not a word"),
        ("*", "is not a word"),
        ("a*", "nearly every word"),
        ("a*b*", "more than one"),
        ("(a) (b) (c) (d) (e) (f) (g) h", "more than 6 words"),
        ("(only) (maybe)", "no word that must be there"),
        ("... failed", "begins or ends with dots"),
        ("failed ..", "begins or ends with dots"),
        ("one ... two ... three ... four", "more than 2 places"),
        ("x" * 401, "longer than 400"),
        (" ".join(["word"] * 15), "more than 14 words"),
        ("\n".join(["word"] * 41), "At most 40"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_by_name(line: str, sentence: str) -> None:
    with pytest.raises(CannotRead, match=sentence):
        word_search.read(line)


@pytest.mark.parametrize(
    "worst",
    [
        "aa*/aaa*/aaaa* ... aa*/aaa* ... aa*/aaa* aa*/aaa* bb",
        "(aa*) (aa*) (aa*) (aa*) (aa*) (aa*) aa* ... aa* ... bb",
        "*aa *aa *aa *aa *aa *aa *aa *aa *aa *aa *aa *aa *aa bb",
    ],
)
def test_no_phrase_that_may_be_written_searches_without_end(worst: str) -> None:
    text = SearchedText(" ".join(["aaaaaaaaaaaaaaaaa"] * 330) + " bb")
    phrases = word_search.read(worst)

    with it_comes_back():
        word_search.find(phrases, text)


@pytest.mark.parametrize(
    "said", ["You h\u0430ve f\u0430iled", "\uff39\uff4f\uff55 have failed", "Y\u03bfu have failed"]
)
def test_letters_of_another_alphabet_that_look_alike_hide_nothing(said: str) -> None:
    (hit,) = word_search.find(word_search.read("you have failed"), SearchedText(f"So. {said}."))

    assert hit.found == said
