"""Honest ways of saying that our work may end, and sentences that only sound like it."""

from __future__ import annotations

import pytest

from notices.checking import consequence
from notices.letters import cure_words


@pytest.mark.parametrize(
    "words",
    [
        "We may end our work together.",
        "If you do not stop this misuse, we may terminate the agreement.",
        "Otherwise our agreement ends on 1 May 2027.",
        "Our services could then come to an end.",
        "This may lead to the end of our contract.",
        "We reserve the right to terminate.",
        "We will stop working for you.",
        "We might not be able to continue our work for you.",
        "We would then have to cease acting for you.",
        "We may have to part ways.",
        "If nothing happens by then we may end our engagement.",
        "We shall then give notice.",
        "At the end of the month we may end our work for you.",
        "We could have to discontinue our services.",
        "We cannot rule out ending our work for you.",
        "We would then have to bring our working relationship to a close.",
    ],
)
def test_a_letter_says_in_english_that_our_work_may_end(words: str) -> None:
    assert consequence.is_said(words, "en")


@pytest.mark.parametrize(
    "words",
    [
        "We will talk with you again at the end of the month.",
        "We can speak about our work at the end of May.",
        "Nothing ends by this letter.",
        "Nothing of our work will end by this letter.",
        "We will not end our work together.",
        "We will not terminate the agreement.",
        "Otherwise we are sad.",
        "We may have a call about our services at the weekend.",
        "You can end this by paying the invoice for our work.",
        "In the end we would like to go on with our work.",
        "We will call you about our work by the end of next week.",
        "We will give you notice of our next call.",
        "We might send you a reminder.",
        "We do not want to end our work together.",
        "To that end we would like to meet and talk about our services.",
        "This letter is not a termination of our agreement.",
    ],
)
def test_a_letter_does_not_say_it_in_english(words: str) -> None:
    assert not consequence.is_said(words, "en")


@pytest.mark.parametrize(
    "words",
    [
        "Dann können wir unsere Zusammenarbeit beenden.",
        "Sonst kündigen wir den Vertrag.",
        "Andernfalls müssen wir die Kündigung aussprechen.",
        "Dann endet unsere Zusammenarbeit.",
        "Unsere Leistungen können dann zum 1. Mai 2027 enden.",
        "Wir behalten uns vor, die Geschäftsbeziehung zu beenden.",
        "Das kann das Ende unserer Zusammenarbeit bedeuten.",
        "Dann stellen wir unsere Arbeit für Sie ein.",
        "Wir müssten dann das Mandat niederlegen.",
        "Dann können wir unsere Zusammenarbeit nicht fortsetzen.",
        "Sind die Punkte nicht erledigt, kündigen wir Ihnen.",
        "Der Vertrag kann dann gekündigt werden.",
        "Am Ende des Monats können wir den Vertrag beenden.",
        "Eine Kündigung können wir dann nicht ausschließen.",
        "Sonst können wir nicht weiter für Sie arbeiten.",
    ],
)
def test_a_letter_says_in_german_that_our_work_may_end(words: str) -> None:
    assert consequence.is_said(words, "de")


@pytest.mark.parametrize(
    "words",
    [
        "Am Ende des Monats sprechen wir noch einmal mit Ihnen.",
        "Am Ende des Monats sprechen wir über unsere Zusammenarbeit.",
        "Durch diesen Brief endet nichts.",
        "Eine Kündigung ist damit nicht verbunden.",
        "Unsere Zusammenarbeit endet nicht.",
        "Wir beenden unsere Zusammenarbeit nicht.",
        "Wir werden nicht kündigen.",
        "Sonst sind wir traurig.",
        "Wir kündigen Ihnen unseren nächsten Besuch rechtzeitig an.",
        "Wir haben unseren Anruf angekündigt.",
        "Bitte beenden Sie den Verzug.",
        "Bis Ende Mai warten wir mit unserer Arbeit.",
        "Das Gespräch endet um zehn Uhr.",
        "Unsere Arbeit geht am Wochenende weiter.",
    ],
)
def test_a_letter_does_not_say_it_in_german(words: str) -> None:
    assert not consequence.is_said(words, "de")


@pytest.mark.parametrize("language", ["en", "de"])
def test_our_own_words_say_it_without_the_sentence_that_nothing_ends(language: str) -> None:
    said = cure_words._WORDS[language].otherwise

    assert consequence.is_said(said, language)
    assert not consequence.is_said(said.rpartition(". ")[2], language)
