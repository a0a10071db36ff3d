"""The house's own sentences in letters and mails, in the languages it writes.

They stand here and not in the interface's catalogues: what a client reads must not depend on
whether somebody compiled a catalogue, and lawyers read this page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clients import currencies

LANGUAGES = ("en", "de")

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
}


def language_of(code: str) -> str:
    """Return the language we can write for a language code, English when we cannot."""
    base = code.lower().partition("-")[0]
    return base if base in LANGUAGES else "en"


def say_date(day: date, language: str) -> str:
    """Return a date as people write it: “31 January 2027”, „31. Januar 2027“."""
    month = MONTHS[language].split()[day.month - 1]
    return f"{day.day}. {month} {day.year}" if language == "de" else f"{day.day} {month} {day.year}"


def say_weekday(day: date, language: str) -> str:
    """Return the day of the week."""
    return WEEKDAYS[language].split()[day.weekday()]


def say_money(cents: int, currency: str, language: str) -> str:
    """Return an amount with its currency: “EUR 1,234.56”, „1.234,56 EUR“."""
    decimals = currencies.minor_unit_digits(currency)
    whole, rest = divmod(cents, 10**decimals)
    digits = f"{whole:,}"
    coins = f"{rest:0{decimals}d}" if decimals else ""
    if language == "de":
        digits = digits.replace(",", ".")
        return f"{digits},{coins} {currency}" if coins else f"{digits} {currency}"
    return f"{currency} {digits}.{coins}" if coins else f"{currency} {digits}"


def say_size(size_bytes: int, language: str) -> str:
    """Return a file's size as people say it: “1.4 GB”, „1,4 GB“."""
    size, unit = float(size_bytes), "bytes"
    for larger in ("KB", "MB", "GB", "TB"):
        if size < 1000:
            break
        size, unit = size / 1024, larger
    digits = f"{size:.0f}" if unit == "bytes" or size >= 100 else f"{size:.1f}"
    if language == "de":
        return f"{digits.replace('.', ',')} {'Bytes' if unit == 'bytes' else unit}"
    return f"{digits} {unit}"


def say_files(count: int, language: str) -> str:
    """Return a number of files: “1 file”, „3 Dateien“."""
    if language == "de":
        return f"{count} Datei" if count == 1 else f"{count} Dateien"
    return f"{count} file" if count == 1 else f"{count} files"


@dataclass(frozen=True)
class Phrases:
    """Sentences with their gaps; every gap is named."""

    salutation: str
    item_until: str
    item_was_due: str
    deadlines: str
    contact: str
    receipt_link: str
    receipt_slip: str
    receipt_both: str
    receipt_meaning: str
    closing: str
    our_reference: str
    your_reference: str
    date: str
    contact_label: str
    phone: str
    email: str
    notice: str
    letter: str
    registered_line: str
    footer: str
    slip_enclosure: str
    withdrawal_subject: str
    withdrawal_opening: str
    withdrawal_reason: str
    withdrawal_links: str
    correction_subject: str
    correction_replaces: str
    correction_agreed: str
    correction_changed: str
    changed_end: str
    changed_settlement: str
    changed_settlement_first: str
    changed_amount: str
    changed_amount_first: str
    changed_address: str
    changed_contact: str
    changed_part: str
    changed_dates: str
    part_names: dict[str, str]


PHRASES = {
    "en": Phrases(
        salutation="Dear {name},",
        item_until="{title}, by {date}",
        item_was_due="{title}, was due on {date}",
        deadlines="These are deadlines of your own that we know of:\n{deadlines}\n\nWhat is due"
        " after {end} is no longer with us.",
        contact="If you have questions, please call or write to {name}: {phone}, {email}.",
        receipt_link="Please confirm that this letter has reached you, with the link in our"
        " e-mail.",
        receipt_slip="Please confirm that this letter has reached you, with the slip that comes"
        " with it.",
        receipt_both="Please confirm that this letter has reached you. The link in our e-mail and"
        " the slip with the posted letter both serve for that.",
        receipt_meaning="Your confirmation does not mean that you agree.",
        closing="Yours sincerely",
        our_reference="Our reference",
        your_reference="Your reference",
        date="Date",
        contact_label="Contact",
        phone="Telephone",
        email="E-mail",
        notice="Notice",
        letter="Letter",
        registered_line="REGISTERED MAIL, RETURN RECEIPT",
        footer="{reference} · {kind} {number}",
        slip_enclosure="Receipt slip",
        withdrawal_subject="We withdraw our notice of {date}",
        withdrawal_opening="We withdraw our notice of {date}. Our work for {client} goes on as"
        " agreed before. The end date of {effective} no longer applies.",
        withdrawal_reason="The reason: {reason}",
        withdrawal_links="The links in our earlier mails no longer work. You need not do anything.",
        correction_subject="Correction: end of our services on {date}",
        correction_replaces="This letter replaces our notice of {date}.",
        correction_agreed="This letter replaces our notice of {date}, as we agreed with you.",
        correction_changed="What changed: {changed} The rest stays the same.",
        changed_end="The end date is now {date} instead of {before}.",
        changed_settlement="The settlement date is now {date} instead of {before}.",
        changed_settlement_first="The settlement date is {date}.",
        changed_amount="The open amount is now {amount} instead of {before}.",
        changed_amount_first="The open amount is {amount}.",
        changed_address="The address of our letter is corrected.",
        changed_contact="For questions, please turn to {name}: {phone}, {email}.",
        changed_dates="The dates of what is still to do follow the new end.",
        changed_part="We wrote anew {part}.",
        part_names={
            "opening": "what ends and when",
            "reason": "the reason",
            "ours": "what we will still do",
            "theirs": "what we ask from you",
            "deadlines": "your own deadlines",
            "settlement": "what is open to pay",
            "handover": "how we hand over",
        },
    ),
    "de": Phrases(
        salutation="Guten Tag {name},",
        item_until="{title}, bis {date}",
        item_was_due="{title}, war am {date} fällig",
        deadlines="Diese eigenen Fristen von Ihnen sind uns bekannt:\n{deadlines}\n\nWas nach dem"
        " {end} fällig ist, liegt nicht mehr bei uns.",
        contact="Bei Fragen erreichen Sie {name}: {phone}, {email}.",
        receipt_link="Bitte bestätigen Sie den Empfang mit dem Link in unserer E-Mail.",
        receipt_slip="Bitte bestätigen Sie den Empfang mit dem beiliegenden Abschnitt.",
        receipt_both="Bitte bestätigen Sie den Empfang: mit dem Link in unserer E-Mail oder mit dem"
        " Abschnitt, der dem Brief beiliegt.",
        receipt_meaning="Ihre Bestätigung bedeutet nicht, dass Sie zustimmen.",
        closing="Mit freundlichen Grüßen",
        our_reference="Unser Zeichen",
        your_reference="Ihr Zeichen",
        date="Datum",
        contact_label="Kontakt",
        phone="Telefon",
        email="E-Mail",
        notice="Schreiben",
        letter="Schreiben",
        registered_line="EINSCHREIBEN RÜCKSCHEIN",
        footer="{reference} · {kind} {number}",
        slip_enclosure="Empfangsbestätigung",
        withdrawal_subject="Wir nehmen unsere Kündigung vom {date} zurück",
        withdrawal_opening="wir nehmen unsere Kündigung vom {date} zurück. Unsere Arbeit für"
        " {client} geht weiter wie vorher vereinbart. Das Enddatum {effective} gilt nicht mehr.",
        withdrawal_reason="Der Grund: {reason}",
        withdrawal_links="Die Links in unseren früheren E-Mails sind nicht mehr gültig. Sie müssen"
        " nichts tun.",
        correction_subject="Berichtigung: Ende unserer Leistungen am {date}",
        correction_replaces="dieser Brief ersetzt unsere Kündigung vom {date}.",
        correction_agreed="dieser Brief ersetzt unsere Kündigung vom {date}, wie mit Ihnen"
        " vereinbart.",
        correction_changed="Was sich ändert: {changed} Alles andere bleibt gleich.",
        changed_end="Das Enddatum ist jetzt der {date} (bisher {before}).",
        changed_settlement="Das Zahlungsdatum ist jetzt der {date} (bisher {before}).",
        changed_settlement_first="Das Zahlungsdatum ist der {date}.",
        changed_amount="Offen sind jetzt {amount} statt {before}.",
        changed_amount_first="Offen sind {amount}.",
        changed_address="Die Anschrift unseres Briefs ist berichtigt.",
        changed_contact="Bei Fragen erreichen Sie {name}: {phone}, {email}.",
        changed_dates="Die Termine der offenen Punkte folgen dem neuen Ende.",
        changed_part="Neu gefasst ist, {part}.",
        part_names={
            "opening": "was endet und wann",
            "reason": "welchen Grund wir nennen",
            "ours": "was wir noch erledigen",
            "theirs": "worum wir Sie bitten",
            "deadlines": "Ihre eigenen Fristen",
            "settlement": "was zu zahlen ist",
            "handover": "wie wir übergeben",
        },
    ),
}
