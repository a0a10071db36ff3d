"""The catalogue that every installation starts with; admins edit it afterwards."""

from __future__ import annotations

from typing import Any

GROUNDS: list[dict[str, Any]] = [
    {
        "code": "unfulfilled-expectations",
        "name": "Unfulfilled expectations",
        "description": "Client’s needs were not met",
        "preventive_measure": "Clarify expectations before starting work",
        "stated_reason_en": (
            "We could not deliver {service} in the way we both expected when we agreed it on"
            " {date}."
        ),
        "stated_reason_de": (
            "Wir konnten die Leistung „{service}“ nicht so erbringen, wie wir beide es bei der"
            " Vereinbarung am {date} erwartet haben."
        ),
        "cure_days": 0,
    },
    {
        "code": "unpaid-invoices",
        "name": "Unpaid invoices",
        "description": "Non-payment despite reminders",
        "preventive_measure": "Implement stricter payment terms",
        "stated_reason_en": (
            "What we invoiced is still open after the dates we agreed; it is listed below."
        ),
        "stated_reason_de": (
            "Was wir berechnet haben, ist nach den vereinbarten Terminen noch offen; es steht unten."
        ),
        "cure_days": 14,
    },
    {
        "code": "conflict-of-interest",
        "name": "Conflict of interest",
        "description": "Business ethics or goals compromised",
        "preventive_measure": "Set clear boundaries and agreements",
        "stated_reason_en": (
            "A conflict of interest means that we can no longer act for you in {area}."
        ),
        "stated_reason_de": (
            "Wegen eines Interessenkonflikts können wir Sie im Bereich {area} nicht weiter"
            " vertreten."
        ),
        "is_sensitive": True,
    },
    {
        "code": "misalignment-of-values",
        "name": "Misalignment of values",
        "description": "Client’s values conflict with business values",
        "preventive_measure": "Assess alignment before onboarding clients",
        "stated_reason_en": (
            "We work in different ways on {topic}, and we do not expect this to change."
        ),
        "stated_reason_de": (
            "Wir arbeiten bei {topic} auf unterschiedliche Weise und erwarten nicht, dass sich das"
            " ändert."
        ),
    },
    {
        "code": "other",
        "name": "Other",
        "description": "A ground that the catalogue does not name",
        "preventive_measure": "Write down what would have avoided it when the case closes",
        "disclosure": "neutral",
        "stated_reason_en": "We have decided to end our work together.",
        "stated_reason_de": "Wir haben entschieden, unsere Zusammenarbeit zu beenden.",
    },
    {
        "code": "service-line-closes",
        "name": "Service line closes",
        "description": "We no longer offer a service that the client has with us",
        "preventive_measure": "Tell clients early which services are kept under review",
        "stated_reason_en": "We no longer offer {service}.",
        "stated_reason_de": "Wir bieten die Leistung „{service}“ nicht mehr an.",
    },
]

REMEDIES: dict[str, list[str]] = {
    "unfulfilled-expectations": [
        "A meeting about what was expected and what was delivered",
        "Scope and next steps agreed in writing",
        "Another contact person or another team",
    ],
    "unpaid-invoices": [
        "A call about the open invoices",
        "A payment plan in writing",
        "Payment in advance for further work",
    ],
    "conflict-of-interest": [
        "Separate teams with separate files",
        "The informed consent of everyone concerned",
    ],
    "misalignment-of-values": [
        "A talk about what we do and do not take part in",
        "An agreement on how both sides work",
    ],
    "other": ["A talk about what would have to change"],
    "service-line-closes": [
        "Another service of ours that meets the need",
        "A partner who takes the service on",
    ],
}
"""What may keep a client, by ground."""

OURS = [
    ("Finish the work that is in progress", "Die laufenden Arbeiten abschließen", 5, False),
    ("Send the final invoice or statement", "Die Schlussrechnung senden", 3, True),
    ("Return your documents and data", "Ihre Unterlagen und Daten zurückgeben", 0, True),
]
# Open invoices are not listed: each becomes an obligation of the client by itself.
THEIRS = [
    ("Name who takes over from us", "Mitteilen, wer unsere Arbeit übernimmt", 10, False),
    ("Return what belongs to us", "Zurückgeben, was uns gehört", 0, False),
]
EXTRA = {
    "conflict-of-interest": [
        (
            "ours",
            "Separate the files and tell who may read them",
            "Die Akten trennen und mitteilen, wer sie lesen darf",
            10,
            True,
        )
    ],
}

GENERAL = (
    "A careful default of the house, not a law. An agreement that says when a notice counts as"
    " received goes first."
)
# Source: Civil Procedure Rules 1998 (England and Wales), rule 6.26, table, row 1.
ENGLAND_AND_WALES = (
    "General guidance: rule 6.26 of the Civil Procedure Rules, first class post or a service with"
    " delivery on the next business day. The rule is about documents in proceedings; between"
    " businesses the agreement goes first."
)
# Source: Verwaltungsverfahrensgesetz section 41(2), as in force since 1 January 2025.
GERMANY = (
    "General guidance: the fourth day after posting, as section 41(2) of the Administrative"
    " Procedure Act (VwVfG) has it for letters of public authorities; moved on to a business day to"
    " be careful. Between businesses a letter is received when it reaches the addressee (section"
    " 130 of the Civil Code, BGB), so keep a proof."
)
# Source: Zustellgesetz section 26(2).
AUSTRIA = (
    "General guidance: the third working day after handing over, as section 26(2) of the Service of"
    " Documents Act (ZustG) has it for letters of public authorities. Saturdays are not counted"
    " here, to be careful."
)
# Source: Evidence Act 1995 (Commonwealth), section 160(1).
AUSTRALIA = (
    "General guidance: section 160 of the Evidence Act 1995 (Commonwealth) presumes that prepaid"
    " post is received on the seventh working day after posting, unless there is evidence against"
    " it or the contract says otherwise."
)

RULES: list[tuple[str, str, str, int, str, str]] = [
    ("", "", "email", 1, "business_days", GENERAL),
    ("", "", "post", 2, "business_days", GENERAL),
    ("", "", "registered_mail", 5, "business_days", GENERAL),
    ("GB", "ENG", "post", 2, "calendar_then_business", ENGLAND_AND_WALES),
    ("GB", "WLS", "post", 2, "calendar_then_business", ENGLAND_AND_WALES),
    ("DE", "", "post", 4, "calendar_then_business", GERMANY),
    ("AT", "", "post", 3, "business_days", AUSTRIA),
    ("AU", "", "post", 7, "business_days", AUSTRALIA),
    ("AU", "", "registered_mail", 7, "business_days", AUSTRALIA),
]
