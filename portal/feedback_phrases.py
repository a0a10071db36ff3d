"""Every sentence that only the feedback page says, in the languages we write."""

from __future__ import annotations

from dataclasses import dataclass

from notices.language.phrases import language_of


@dataclass(frozen=True)
class FeedbackPhrases:
    """Sentences with their gaps; every gap is named."""

    title: str
    intro: str
    intro_undated: str
    optional: str
    questions_title: str
    has_everything: str
    yes: str
    not_yet: str
    no_answer: str
    still_open: str
    differently: str
    send: str
    change: str
    changeable: str
    thanks: str
    who_reads: str
    asked_title: str
    you_asked: str
    our_answer: str
    answer_to_come: str


PHRASES = {
    "en": FeedbackPhrases(
        title="Is anything still open between us?",
        intro="Our services ended on {date}. We want to be sure that nothing was left undone, and"
        " we would like to learn.",
        intro_undated="Our services have ended. We want to be sure that nothing was left undone,"
        " and we would like to learn.",
        optional="Three questions. You need not answer any of them.",
        questions_title="Three optional questions",
        has_everything="Do you and your new provider have everything you need from us?",
        yes="Yes",
        not_yet="Not yet",
        no_answer="I would rather not say",
        still_open="Is anything still open, from your side or from ours?",
        differently="What should we have done differently?",
        send="Send",
        change="Save the changes",
        changeable="You can change your answers here until {date}.",
        thanks="Thank you. Your answers have arrived. {name} reads them, and if something is still"
        " open, we will see to it.",
        who_reads="Your account manager and the team read what you write. It is kept with our"
        " records of the ending, and shown to nobody else.",
        asked_title="What you asked",
        you_asked="You asked",
        our_answer="Our answer",
        answer_to_come="The answer is still to come.",
    ),
    "de": FeedbackPhrases(
        title="Ist zwischen uns noch etwas offen?",
        intro="Unsere Leistungen endeten am {date}. Wir möchten sicher sein, dass nichts liegen"
        " geblieben ist, und daraus lernen.",
        intro_undated="Unsere Leistungen sind beendet. Wir möchten sicher sein, dass nichts liegen"
        " geblieben ist, und daraus lernen.",
        optional="Drei Fragen. Sie müssen keine davon beantworten.",
        questions_title="Drei freiwillige Fragen",
        has_everything="Haben Sie und Ihr neuer Anbieter alles, was Sie von uns brauchen?",
        yes="Ja",
        not_yet="Noch nicht",
        no_answer="Dazu möchte ich nichts sagen",
        still_open="Ist von Ihrer oder von unserer Seite noch etwas offen?",
        differently="Was hätten wir anders machen sollen?",
        send="Senden",
        change="Änderungen speichern",
        changeable="Sie können Ihre Antworten hier bis zum {date} ändern.",
        thanks="Vielen Dank. Ihre Antworten sind angekommen. {name} liest sie, und wenn noch etwas"
        " offen ist, kümmern wir uns darum.",
        who_reads="Ihr Ansprechpartner und das Team lesen, was Sie schreiben. Es bleibt bei unseren"
        " Unterlagen zum Ende der Zusammenarbeit und wird sonst niemandem gezeigt.",
        asked_title="Was Sie gefragt haben",
        you_asked="Ihre Frage",
        our_answer="Unsere Antwort",
        answer_to_come="Die Antwort kommt noch.",
    ),
}


def feedback_phrases_in(language: str) -> FeedbackPhrases:
    """Return the sentences in a client's language, English where we have no other."""
    return PHRASES[language_of(language)]
