"""What stands on cover sheets and posting lists, in the languages that offices write.

Like the sentences of letters it stands here and not in the interface's catalogues: the carrier
stamps a posting list and the house keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass

from notices.language.phrases import language_of
from notices.models import NoticeKind


@dataclass(frozen=True)
class PostWords:
    """The words of one language; those with a number have a form for one and one for several."""

    run: str
    letter_of_run: str
    copy: str
    was_printed: str
    addressee: str
    client: str
    service: str
    into_the_envelope: str
    letter_pages: tuple[str, str]
    enclosure_pages: tuple[str, str]
    slip_pages: tuple[str, str]
    sheets: tuple[str, str]
    stays_in_the_house: str
    weight: str
    weight_computed: str
    envelope: str
    envelopes: dict[str, str]
    checksum: str
    after_posting: str
    number: str
    posted_on: str
    initials: str
    kinds: dict[str, str]
    list_title: str
    sender: str
    printed_on: str
    letters: str
    headings: tuple[str, ...]
    printed_headings: tuple[str, ...]
    handed_over: tuple[str, str]
    handed_over_by: str
    taken_by: str
    date_and_stamp: str


def words_of(language: str) -> PostWords:
    """Return the words for a language code, English where we have none."""
    return WORDS[language_of(language)]


def said(forms: tuple[str, str], count: int, **gaps: object) -> str:
    """Say a number of things in the right form."""
    return forms[count != 1].format(n=count, **gaps)


WORDS = {
    "en": PostWords(
        run="Run {number}, {office}",
        letter_of_run="{run}, letter {position}",
        copy="Copy {number}",
        was_printed="this letter was printed before",
        addressee="Addressee",
        client="Client",
        service="Service",
        into_the_envelope="Into the envelope",
        letter_pages=("Letter, {n} page", "Letter, {n} pages"),
        enclosure_pages=("{title}, {n} page", "{title}, {n} pages"),
        slip_pages=("Receipt slip, {n} page", "Receipt slip, {n} pages"),
        sheets=("{n} sheet in all", "{n} sheets in all"),
        stays_in_the_house="this cover sheet stays in the house",
        weight="Weight",
        weight_computed="{grams} g with its envelope, computed",
        envelope="Envelope",
        # As the stationery names its own.
        envelopes={},
        checksum="Letter's checksum (SHA-256), first digits",
        after_posting="After posting",
        number="Carrier's number",
        posted_on="Posted on",
        initials="Initials",
        kinds={
            NoticeKind.TERMINATION: "Notice of termination",
            NoticeKind.CORRECTION: "Correction",
            NoticeKind.CURE_WARNING: "Cure warning",
            NoticeKind.WITHDRAWAL: "Withdrawal",
            NoticeKind.CLOSING: "Closing letter",
        },
        list_title="Posting list {number}",
        sender="Sender",
        printed_on="Printed on",
        letters="Letters",
        headings=(
            "No.", "Date", "Reference", "Addressee", "Town", "Country", "Service", "Weight (g)",
            "Carrier's number", "Remarks", "Postage",
        ),
        printed_headings=(
            "No.", "Date", "Reference", "Addressee", "Town, country", "Service", "g",
            "Carrier's number", "Remarks, postage",
        ),
        handed_over=("{n} registered letter handed over.", "{n} registered letters handed over."),
        handed_over_by="Handed over by",
        taken_by="Taken by, for the carrier",
        date_and_stamp="Date and stamp",
    ),
    "de": PostWords(
        run="Lauf {number}, {office}",
        letter_of_run="{run}, Brief {position}",
        copy="Kopie {number}",
        was_printed="dieser Brief wurde schon einmal gedruckt",
        addressee="Empfänger",
        client="Mandant",
        service="Versandart",
        into_the_envelope="In den Umschlag",
        letter_pages=("Brief, {n} Seite", "Brief, {n} Seiten"),
        enclosure_pages=("{title}, {n} Seite", "{title}, {n} Seiten"),
        slip_pages=("Empfangsbestätigung, {n} Seite", "Empfangsbestätigung, {n} Seiten"),
        sheets=("insgesamt {n} Blatt", "insgesamt {n} Blatt"),
        stays_in_the_house="dieses Deckblatt bleibt im Haus",
        weight="Gewicht",
        weight_computed="{grams} g mit Umschlag, berechnet",
        envelope="Umschlag",
        envelopes={
            "din5008a": "DIN lang oder C6/5, Fenster 90 × 45",
            "din5008b": "DIN lang oder C6/5, Fenster 90 × 45",
            "us10": "#10, Fenster 4½ × 1⅛ Zoll",
            "ukdl": "DL, Fenster 90 × 35",
        },
        checksum="Prüfsumme des Briefs (SHA-256), erste Stellen",
        after_posting="Nach der Einlieferung",
        number="Sendungsnummer",
        posted_on="Eingeliefert am",
        initials="Kürzel",
        kinds={
            NoticeKind.TERMINATION: "Kündigung",
            NoticeKind.CORRECTION: "Berichtigung",
            NoticeKind.CURE_WARNING: "Abmahnung",
            NoticeKind.WITHDRAWAL: "Rücknahme der Kündigung",
            NoticeKind.CLOSING: "Abschlussbrief",
        },
        list_title="Einlieferungsliste {number}",
        sender="Absender",
        printed_on="Gedruckt am",
        letters="Briefe",
        headings=(
            "Nr.", "Datum", "Zeichen", "Empfänger", "Ort", "Land", "Versandart", "Gewicht (g)",
            "Sendungsnummer", "Vermerk", "Entgelt",
        ),
        printed_headings=(
            "Nr.", "Datum", "Zeichen", "Empfänger", "Ort, Land", "Versandart", "g",
            "Sendungsnummer", "Vermerk, Entgelt",
        ),
        handed_over=("{n} Einschreiben eingeliefert.", "{n} Einschreiben eingeliefert."),
        handed_over_by="Eingeliefert von",
        taken_by="Angenommen für die Post",
        date_and_stamp="Datum und Stempel",
    ),
}  # fmt: skip
