"""Readability, against values counted by hand."""

from __future__ import annotations

import pytest

from notices.language import readability
from notices.language.readability import read, sentences_of, syllables_of, words_of


def test_the_english_grade_is_the_one_counted_by_hand() -> None:
    # "The cat sat on the mat. It was a hot day." 11 words, 2 sentences, 11 syllables:
    # 0.39 * 5.5 + 11.8 * 1.0 - 15.59 = -1.645
    easy = read(["The cat sat on the mat. It was a hot day."], "en")
    assert (easy.words, easy.sentences, easy.mean_words) == (11, 2, 5.5)
    assert easy.grade == pytest.approx(-1.645)

    # "Our obligations terminate immediately." 4 words, 1 + 4 + 3 + 5 = 13 syllables:
    # 0.39 * 4 + 11.8 * 3.25 - 15.59 = 24.32
    assert read(["Our obligations terminate immediately."], "en").grade == pytest.approx(24.32)


def test_the_german_reading_ease_is_the_one_counted_by_hand() -> None:
    # „Wir danken Ihnen.“ 3 Wörter, 1 + 2 + 2 = 5 Silben: 180 - 3 - 58.5 * 5 / 3 = 79.5
    assert read(["Wir danken Ihnen."], "de").flesch_in_german == pytest.approx(79.5)
    # „Die Zusammenarbeit endet. Bitte bestätigen Sie das.“ 7 Wörter, 2 Sätze,
    # 1 + 5 + 2 + 2 + 4 + 1 + 1 = 16 Silben: 180 - 3.5 - 58.5 * 16 / 7 = 42.7857
    two = read(["Die Zusammenarbeit endet. Bitte bestätigen Sie das."], "de")
    assert two.flesch_in_german == pytest.approx(42.7857, abs=0.001)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "agree-ment set-tled in-voice state-ment rea-sons clo-sed* going*"),
        ("en", "pro-fes-sion-al re-la-tion-ship ob-li-ga-tion cli-ent pre-vi-ous a-vail-a-ble"),
        ("en", "com-plete-ly there-fore Feb-ru-ar-y man-age-ment so-cial me-di-a ta-ble"),
        ("de", "Kün-di-gung be-en-den Un-ter-la-gen Fei-er ge-ehr-te Fa-mi-li-en Quel-le neu-e"),
        ("de", "Zu-sam-men-ar-beit Steu-er-er-klä-rung An-bie-ter Da-ten Frist Grü-ße"),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(language: str, said: str) -> None:
    by_hand = {"agree-ment": 3, "clo-sed*": 1, "going*": 2, "in-voice": 2, "rea-sons": 2}
    for word in said.split():
        expected = by_hand.get(word, word.count("-") + 1)
        assert syllables_of(word.replace("-", "").strip("*"), language) == expected, word


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "We met Mr. Adams at 3 p.m. on Monday. He agreed.", 2),
        ("en", "It ends on 31. We thank you.", 2),
        ("en", "Our fee is EUR 1,234.56. Please pay.", 2),
        ("en", "Is it open? Yes. “It is.” Good.", 4),
        ("en", "see e.g. the list of No. 5 and so on", 1),
        ("de", "Am 31. Januar endet der Vertrag. Wir danken Ihnen.", 2),
        ("de", "Das gilt z. B. für die Akten, d. h. für alle. Bitte.", 2),
        ("de", "Frau Dr. Weber und Hr. Klein sind da.", 1),
    ],
)
def test_sentences_end_where_people_end_them(language: str, text: str, count: int) -> None:
    assert len(sentences_of(text, language)) == count, sentences_of(text, language)


def test_a_number_and_an_address_are_one_word_each() -> None:
    assert words_of("Call +49 30 12345678, write to a.b@example.com: EUR 1,234.56.") == [
        "Call", "49", "30", "12345678", "write", "to", "a.b@example.com", "EUR", "1,234.56",
    ]  # fmt: skip


def test_items_of_a_list_count_as_words_but_make_no_letter_look_simple() -> None:
    text = "This is a sentence of seven words.\nWe will:\n- send it\n- close it\n- end it"

    counted = read([text], "en")

    assert counted.words == 15
    assert (counted.sentences, counted.mean_words) == (2, 4.5)


def test_an_item_that_is_too_long_is_a_sentence_that_is_too_long() -> None:
    item = " ".join(["word"] * 30)

    counted = read([f"We will:\n- {item}"], "en")

    assert counted.longest == item
    assert counted.longest_words == 30


@pytest.mark.parametrize("text", ["", "   \n", "- \n- ", "…", "123"])
def test_a_text_without_sentences_divides_by_nothing(text: str) -> None:
    for language in ("en", "de"):
        counted = read([text], language)
        assert counted.mean_words == counted.words
        assert counted.grade < readability.GRADE_TO_BLOCK
