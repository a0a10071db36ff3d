"""Letters as the sample firm would write them, for the tests of paper and type."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from notices.letters.content import (
    Bullets,
    Heading,
    LetterContent,
    Paragraph,
    ReceiptSlip,
    Sender,
    Signer,
    Table,
)

SENDER = Sender(
    legal_name="Hartmann & Vale GmbH",
    return_line="Hartmann & Vale GmbH · Speicherstraße 14 · 20457 Hamburg",
    letterhead_lines=(
        "Speicherstraße 14, 20457 Hamburg",
        "Telephone +49 40 5550 1420",
        "office@hartmann-vale.example",
    ),
    registration_lines=(
        "Hartmann & Vale GmbH, registered office Hamburg",
        "Amtsgericht Hamburg HRB 155204",
        "Managing directors: Dr. Jana Hartmann, Oliver Vale",
        "VAT number DE 300 551 204",
        "Bank: Hanseatische Beispielbank",
        "IBAN DE02 1203 0000 0000 2020 51",
    ),
)

OPEN_INVOICES = Table(
    columns=("Invoice", "Issued", "Due", "Amount"),
    rows=(
        ("2026-1187", "30 September 2026", "30 October 2026", "€\u00a02,380.00"),
        ("2026-1264", "31 October 2026", "30 November 2026", "€\u00a02,380.00"),
        ("2026-1301", "30 November 2026", "30 December 2026", "€\u00a01,190.00"),
        ("Total", "", "", "€\u00a05,950.00"),
    ),
    numeric=(3,),
    shares=(3, 4, 4, 3),
    total=True,
)

ENGLISH = LetterContent(
    profile="din5008b",
    language="en",
    sender=SENDER,
    address_lines=(
        "Nordlicht Möbelwerkstätten GmbH",
        "Frau Katharina Brandt",
        "Werftstraße 8",
        "24143 Kiel",
    ),
    registered_line="Einschreiben Rückschein",
    reference_rows=(
        ("Our reference", "OFB-2027-00042"),
        ("Your reference", "KB/2026-118"),
        ("Date", "4 January 2027"),
        ("Contact", "Miriam Okafor"),
        ("Telephone", "+49 40 5550 1427"),
        ("E-mail", "m.okafor@hartmann-vale.example"),
        ("Notice", "1"),
    ),
    subject="Our bookkeeping services for you end on 31 March 2027",
    body=(
        Paragraph("Dear Ms Brandt,"),
        Paragraph(
            "We are ending our work together. Bookkeeping and payroll, which we agreed on"
            " 1 May 2023, end on Wednesday, 31 March 2027. This follows the notice period of"
            " three months in section\u00a09 of our agreement."
        ),
        Paragraph(
            "Three invoices are still open after the dates we agreed. We spoke about them in"
            " October and again in December, and we did not find a plan that works for both of"
            " us."
        ),
        OPEN_INVOICES,
        Heading("What we will finish"),
        Bullets(
            (
                "The monthly accounts up to and including March 2027, by 15 April 2027.",
                "The payroll for March 2027, by 26 March 2027.",
                "The hand-over of your ledgers and documents, ready from 1 April 2027.",
            )
        ),
        Heading("What we ask from you"),
        Bullets(
            (
                "Please pay the open amount of € 5,950.00 by 29 January 2027.",
                "Please tell us by 26 February 2027 who takes over, so that we can hand over"
                " directly.",
            )
        ),
        Paragraph(
            "Please confirm that this letter has reached you. The enclosed sheet is enough. It"
            " does not mean that you agree."
        ),
        Paragraph(
            "If you have questions, please call Miriam Okafor on +49 40 5550 1427 or write to"
            " m.okafor@hartmann-vale.example. She knows your account and has time for you."
        ),
        Paragraph("Thank you for four years of work together."),
    ),
    closing="Yours sincerely,",
    signers=(Signer("Dr. Jana Hartmann", "Managing director", "Hartmann & Vale GmbH"),),
    enclosures=("Statement of open invoices", "Receipt slip"),
    copies=("Miriam Okafor, client services",),
    footer_reference="OFB-2027-00042 · Notice 1",
    audit_head="3f9a27c4d01be865",
    title="Notice 1 to Nordlicht Möbelwerkstätten GmbH, OFB-2027-00042",
    author="Hartmann & Vale GmbH",
    created_on=date(2027, 1, 4),
)

GERMAN = replace(
    ENGLISH,
    language="de",
    sender=replace(
        SENDER,
        letterhead_lines=(
            "Speicherstraße 14, 20457 Hamburg",
            "Telefon +49 40 5550 1420",
            "office@hartmann-vale.example",
        ),
        registration_lines=(
            "Hartmann & Vale GmbH, Sitz Hamburg",
            "Amtsgericht Hamburg, HRB 155204",
            "Geschäftsführung: Dr. Jana Hartmann, Oliver Vale",
            "USt-IdNr. DE 300 551 204",
            "Hanseatische Beispielbank",
            "IBAN DE02 1203 0000 0000 2020 51",
        ),
    ),
    reference_rows=(
        ("Unser Zeichen", "OFB-2027-00042"),
        ("Ihr Zeichen", "KB/2026-118"),
        ("Datum", "4. Januar 2027"),
        ("Kontakt", "Miriam Okafor"),
        ("Telefon", "+49 40 5550 1427"),
        ("E-Mail", "m.okafor@hartmann-vale.example"),
        ("Mitteilung", "1"),
    ),
    subject="Unsere Buchhaltung für Sie endet am 31. März 2027",
    body=(
        Paragraph("Sehr geehrte Frau Brandt,"),
        Paragraph(
            "wir beenden unsere Zusammenarbeit. Die Finanz- und Lohnbuchhaltung, die wir am"
            " 1. Mai 2023 vereinbart haben, endet am Mittwoch, dem 31. März 2027. Das entspricht"
            " der Frist von drei Monaten nach §\u00a09 unseres Vertrags."
        ),
        Paragraph(
            "Wir arbeiten bei den monatlichen Auswertungen auf verschiedene Weise, und wir"
            " erwarten nicht, dass sich das ändert."
        ),
        Heading("Was wir noch erledigen"),
        Bullets(
            (
                "Die Monatsabschlüsse bis einschließlich März 2027, bis zum 15. April 2027.",
                "Die Lohnabrechnung für März 2027, bis zum 26. März 2027.",
                "Die Übergabe Ihrer Konten und Belege, bereit ab dem 1. April 2027.",
            )
        ),
        Heading("Worum wir Sie bitten"),
        Bullets(
            (
                "Bitte nennen Sie uns bis zum 26. Februar 2027, wer die Buchhaltung übernimmt.",
                "Bitte bestätigen Sie, dass dieses Schreiben angekommen ist. Das beiliegende"
                " Blatt genügt. Es bedeutet nicht, dass Sie zustimmen.",
            )
        ),
        Paragraph(
            "Fragen beantwortet Ihnen Miriam Okafor unter +49 40 5550 1427 oder"
            " m.okafor@hartmann-vale.example."
        ),
    ),
    closing="Mit freundlichen Grüßen",
    signers=(
        Signer("Dr. Jana Hartmann", "Geschäftsführerin", "Hartmann & Vale GmbH"),
        Signer("Oliver Vale", "Geschäftsführer", "Hartmann & Vale GmbH"),
    ),
    enclosures=("Empfangsbestätigung",),
    copies=(),
    footer_reference="OFB-2027-00042 · Mitteilung 1",
)

SLIP = ReceiptSlip(
    profile="din5008b",
    language="en",
    sender=SENDER,
    return_address_lines=("Hartmann & Vale GmbH", "Speicherstraße 14", "20457 Hamburg"),
    client_name="Nordlicht Möbelwerkstätten GmbH",
    case_reference="OFB-2027-00042",
    code="K7QX-MR4T-9HVE",
    url="https://offboarding.hartmann-vale.example/r/code/",
    facts=(("Letter of", "4 January 2027"), ("Notice", "1")),
    footer_reference="OFB-2027-00042 · Notice 1",
    audit_head="3f9a27c4d01be865",
    title="Receipt slip, OFB-2027-00042",
    author="Hartmann & Vale GmbH",
    created_on=date(2027, 1, 4),
)


def a_letter(**changes: Any) -> LetterContent:
    """The English letter with some of it changed."""
    return replace(ENGLISH, **changes)


def a_slip(**changes: Any) -> ReceiptSlip:
    """The receipt slip with some of it changed."""
    return replace(SLIP, **changes)
