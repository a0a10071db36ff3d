"""Every sentence of the client's page of what both sides owe, in the languages we write."""

from __future__ import annotations

from dataclasses import dataclass

from notices.language.phrases import language_of


@dataclass(frozen=True)
class OwedPhrases:
    """Sentences with their gaps; every gap is named."""

    title: str
    ends: str
    ended: str
    lead: str
    theirs_title: str
    theirs_text: str
    theirs_none: str
    ours_title: str
    ours_text: str
    ours_none: str
    until: str
    late: str
    no_day: str
    comes_after: str
    ticked: str
    sent_back: str
    elsewhere: str
    done: str
    not_needed: str
    tick_legend: str
    name: str
    note: str
    note_hint: str
    send: str
    what_it_means: str
    nothing_ticked: str
    sent_tick: str
    sent_question: str
    open_sum: str
    receipt_card_title: str
    receipt_card_text: str
    receipt_card_link: str
    statement_title: str
    statement_text: str
    statement_pdf: str


PHRASES = {
    "en": OwedPhrases(
        title="What is still to do",
        ends="Our services for {client} end on {date}.",
        ended="Our services for {client} ended on {date}.",
        lead="So that nothing is forgotten on either side: this is what we ask from you, and what"
        " we still do for you.",
        theirs_title="What we ask from you",
        theirs_text="Tick what is done. {name} looks at it and settles it; a tick changes nothing"
        " else.",
        theirs_none="Nothing is open on your side. Thank you.",
        ours_title="What we still do for you",
        ours_text="You need not do anything about these.",
        ours_none="Nothing is open on our side.",
        until="by {date}",
        late="was due on {date}",
        no_day="no date is set",
        comes_after="comes after “{title}”",
        ticked="You told us on {date} that this is done. {name} looks at it.",
        sent_back="Not quite yet: {reason}",
        elsewhere="{who} looks after this now.",
        done="Done on {date}",
        not_needed="Not needed any more",
        tick_legend="What is done?",
        name="Your name",
        note="Is there something we should know? (optional)",
        note_hint="Such as the day of a payment, or what stands in the way.",
        send="Tell us",
        what_it_means="We keep your name, what you ticked and the time.",
        nothing_ticked="Tick what is done, or write a few words.",
        sent_tick="Thank you. {name} will look at what you ticked.",
        sent_question="Thank you. Your words have arrived, and {name} will answer.",
        open_sum="Open in total: {sums}",
        receipt_card_title="What is still to do",
        receipt_card_text="On one page: what we ask from you, and what we still do for you.",
        receipt_card_link="Open the list",
        statement_title="Settlement statement",
        statement_text="What is open in money between us, as of {date}.",
        statement_pdf="The statement as PDF",
    ),
    "de": OwedPhrases(
        title="Was noch zu tun ist",
        ends="Unsere Leistungen für {client} enden am {date}.",
        ended="Unsere Leistungen für {client} haben am {date} geendet.",
        lead="Damit auf keiner Seite etwas vergessen wird: Hier steht, worum wir Sie bitten und"
        " was wir noch für Sie tun.",
        theirs_title="Worum wir Sie bitten",
        theirs_text="Haken Sie ab, was erledigt ist. {name} sieht es sich an und trägt es ein; ein"
        " Haken ändert sonst nichts.",
        theirs_none="Bei Ihnen ist nichts offen. Vielen Dank.",
        ours_title="Was wir noch für Sie tun",
        ours_text="Hierfür müssen Sie nichts tun.",
        ours_none="Bei uns ist nichts offen.",
        until="bis zum {date}",
        late="war am {date} fällig",
        no_day="ohne festen Tag",
        comes_after="kommt nach „{title}“",
        ticked="Sie haben uns am {date} gesagt, dass das erledigt ist. {name} sieht es sich an.",
        sent_back="Noch nicht ganz: {reason}",
        elsewhere="Darum kümmert sich jetzt: {who}.",
        done="Erledigt am {date}",
        not_needed="Nicht mehr nötig",
        tick_legend="Was ist erledigt?",
        name="Ihr Name",
        note="Sollten wir noch etwas wissen? (freiwillig)",
        note_hint="Zum Beispiel der Tag einer Zahlung, oder was im Weg steht.",
        send="Mitteilen",
        what_it_means="Wir speichern Ihren Namen, was Sie abgehakt haben, und die Uhrzeit.",
        nothing_ticked="Haken Sie ab, was erledigt ist, oder schreiben Sie ein paar Worte.",
        sent_tick="Vielen Dank. {name} sieht sich an, was Sie abgehakt haben.",
        sent_question="Vielen Dank. Ihre Worte sind angekommen. {name} antwortet Ihnen.",
        open_sum="Insgesamt offen: {sums}",
        receipt_card_title="Was noch zu tun ist",
        receipt_card_text="Auf einer Seite: worum wir Sie bitten und was wir noch für Sie tun.",
        receipt_card_link="Die Liste öffnen",
        statement_title="Abrechnungsübersicht",
        statement_text="Was zwischen uns an Geld offen ist, Stand {date}.",
        statement_pdf="Die Übersicht als PDF",
    ),
}


def owed_phrases_in(language: str) -> OwedPhrases:
    """Return the sentences in a language, in English when we cannot write it."""
    return PHRASES[language_of(language)]
