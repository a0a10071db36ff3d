"""Every sentence of the page on which a reader fetches files, in the languages we write."""

from __future__ import annotations

from dataclasses import dataclass

from notices.language.phrases import language_of


@dataclass(frozen=True)
class HandoverPhrases:
    """Sentences with their gaps; every gap is named."""

    title: str
    lead: str
    until: str
    reference: str
    contents: str
    # the code
    code_title: str
    code_text: str
    send_code: str
    code_sent: str
    code: str
    code_hint: str
    code_missing: str
    open: str
    what_we_keep: str
    downloads_left: str
    downloads_last: str
    wrong_code: str
    code_over: str
    too_many_codes: str
    too_many_downloads: str
    # the files
    open_title: str
    open_text: str
    all: str
    all_text: str
    file: str
    download: str
    checksum: str
    exceptions: str
    resume_title: str
    resume_text: str
    # having everything
    accept_title: str
    accept_text: str
    accept_name: str
    name_missing: str
    accept: str
    accepted: str
    nothing_fetched: str
    missing_text: str
    # ended
    ended_title: str
    ended_text: str
    closed_title: str
    closed_text: str
    again: str
    broken_title: str
    broken_text: str
    contact: str


_PHRASES = {
    "en": HandoverPhrases(
        title="Your files from {firm}",
        lead="{files}, {size}, for {recipient}.",
        until="Ready to download until {date}. You need no account.",
        reference="Reference",
        contents="What is in it",
        code_title="Open the files",
        code_text="We send a code to {address}. It is valid for 15 minutes.",
        send_code="Send me the code",
        code_sent="The code is on its way to {address}. It can take a minute.",
        code="Code from the e-mail",
        code_hint="Six digits",
        code_missing="Please type the code from the e-mail.",
        open="Open the files",
        what_we_keep="We note when the files were opened and what was downloaded.",
        downloads_left="Opened {done} of {most} times. Each time the files stay open for 24 hours.",
        downloads_last="This is the last time that these files can be opened with this link.",
        wrong_code="This is not the code that we sent last. Please look again.",
        code_over="This code is used or its time is over. Please ask for a new one.",
        too_many_codes="We have sent several codes within the hour. Please use the latest, or wait"
        " an hour.",
        too_many_downloads="These files have been opened {most} times. {name} can send you a new"
        " link.",
        open_title="Your files are open",
        open_text="Until {until} you can download them as often as you need; that counts as one"
        " time.",
        all="Everything in one file",
        all_text="A ZIP archive with all files and their list, {size}.",
        file="File",
        download="Download",
        checksum="Checksum (SHA-256)",
        exceptions="Exceptions",
        resume_title="If a download breaks off",
        resume_text="Choose “resume” in your browser's list of downloads, or download the file"
        " again: nothing is lost, and it does not count twice.",
        accept_title="Do you have everything?",
        accept_text="With your name you tell us that the files have arrived. It says nothing about"
        " what is in them.",
        accept_name="Your name",
        name_missing="Please type your name.",
        accept="I have the files",
        accepted="{name} told us on {date} that the files have arrived. Thank you.",
        nothing_fetched="Nothing was downloaded yet. Please download a file first.",
        missing_text="Is something missing or unreadable? {name} helps: {ways}.",
        ended_title="These files were taken back",
        ended_text="They can no longer be downloaded with this link. Please ask {name} for a new"
        " one: {ways}.",
        closed_title="The files are closed again",
        closed_text="They were open for 24 hours. With a new code you can open them again.",
        again="Back to your files",
        broken_title="This file cannot be downloaded right now",
        broken_text="We could not read it as it was kept. {name} helps: {ways}.",
        contact="Questions? {name}, {ways}",
    ),
    "de": HandoverPhrases(
        title="Ihre Dateien von {firm}",
        lead="{files}, {size}, für {recipient}.",
        until="Zum Herunterladen bereit bis {date}. Sie brauchen kein Benutzerkonto.",
        reference="Zeichen",
        contents="Was darin ist",
        code_title="Die Dateien öffnen",
        code_text="Wir schicken einen Code an {address}. Er gilt 15 Minuten.",
        send_code="Code schicken",
        code_sent="Der Code ist unterwegs an {address}. Das kann eine Minute dauern.",
        code="Code aus der E-Mail",
        code_hint="Sechs Ziffern",
        code_missing="Bitte geben Sie den Code aus der E-Mail ein.",
        open="Dateien öffnen",
        what_we_keep="Wir vermerken, wann die Dateien geöffnet wurden und was heruntergeladen"
        " wurde.",
        downloads_left="{done} von {most} Malen geöffnet. Jedes Mal bleiben die Dateien 24 Stunden"
        " offen.",
        downloads_last="Mit diesem Link lassen sich die Dateien jetzt zum letzten Mal öffnen.",
        wrong_code="Das ist nicht der Code, den wir zuletzt geschickt haben. Bitte sehen Sie noch"
        " einmal nach.",
        code_over="Dieser Code ist verbraucht oder abgelaufen. Bitte fordern Sie einen neuen an.",
        too_many_codes="Wir haben in dieser Stunde mehrere Codes geschickt. Bitte benutzen Sie den"
        " letzten, oder warten Sie eine Stunde.",
        too_many_downloads="Diese Dateien wurden {most} Mal geöffnet. {name} kann Ihnen einen neuen"
        " Link schicken.",
        open_title="Ihre Dateien sind offen",
        open_text="Bis {until} können Sie sie so oft herunterladen, wie Sie möchten; das zählt als"
        " ein Mal.",
        all="Alles in einer Datei",
        all_text="Ein ZIP-Archiv mit allen Dateien und ihrer Liste, {size}.",
        file="Datei",
        download="Herunterladen",
        checksum="Prüfsumme (SHA-256)",
        exceptions="Ausnahmen",
        resume_title="Wenn ein Download abbricht",
        resume_text="Wählen Sie in der Downloadliste Ihres Browsers „Fortsetzen“, oder laden Sie"
        " die Datei noch einmal: Nichts geht verloren, und es zählt nicht doppelt.",
        accept_title="Haben Sie alles?",
        accept_text="Mit Ihrem Namen sagen Sie uns, dass die Dateien angekommen sind. Über ihren"
        " Inhalt sagt das nichts.",
        accept_name="Ihr Name",
        name_missing="Bitte geben Sie Ihren Namen ein.",
        accept="Ich habe die Dateien",
        accepted="{name} hat uns am {date} gesagt, dass die Dateien angekommen sind. Vielen Dank.",
        nothing_fetched="Es wurde noch nichts heruntergeladen. Bitte laden Sie zuerst eine Datei.",
        missing_text="Fehlt etwas, oder lässt sich etwas nicht lesen? {name} hilft: {ways}.",
        ended_title="Diese Dateien wurden zurückgenommen",
        ended_text="Mit diesem Link lassen sie sich nicht mehr herunterladen. Bitte fragen Sie"
        " {name} nach einem neuen: {ways}.",
        closed_title="Die Dateien sind wieder geschlossen",
        closed_text="Sie waren 24 Stunden offen. Mit einem neuen Code öffnen Sie sie wieder.",
        again="Zurück zu Ihren Dateien",
        broken_title="Diese Datei lässt sich gerade nicht herunterladen",
        broken_text="Wir konnten sie nicht so lesen, wie sie abgelegt wurde. {name} hilft: {ways}.",
        contact="Fragen? {name}, {ways}",
    ),
}


def phrases_for(language: str) -> HandoverPhrases:
    """Return the sentences in a language, in English where we do not write it."""
    return _PHRASES[language_of(language)]
