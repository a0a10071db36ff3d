"""The model notices of a new installation; admins edit them afterwards.

The key is a ground's code, or None for any ground. A ground's own row says only what differs.
"""

from __future__ import annotations

MODELS: dict[str, dict[str | None, dict[str, str]]] = {
    "en": {
        None: {
            "subject": "End of our services on {effective_date}",
            "opening": "Our services for {client} end on {weekday}, {effective_date}. This letter is our notice.\n\nIt covers:\n{covered}\n\nThank you for the work that we have done together.",
            "reason_neutral": "We have decided to end our work together.",
            "ours": "Until then we will:\n{obligations}",
            "ours_none": "From our side nothing is outstanding.",
            "theirs": "We ask you to:\n{obligations}",
            "theirs_none": "From your side nothing is outstanding.",
            "settlement": "Our books show {amount} as open. Please pay this amount by {settlement_date}.\n{invoices}",
            "settlement_none": "On our books no payment is open.",
            "handover": "We will hand over your records, and we will help your new provider to start. Please tell us whom we may contact.",
            "contact": "If you have questions, please call or write to {contact_name}: {contact_phone}, {contact_email}.",
        },
        "unfulfilled-expectations": {
            "opening": "Our services for {client} end on {weekday}, {effective_date}. This letter is our notice.\n\nIt covers:\n{covered}\n\nThank you for telling us openly what you needed.",
            "handover": "We want the next start to go well. We will hand over your records and explain them to your new provider. Please tell us whom we may contact.",
        },
        "unpaid-invoices": {
            "settlement": "Our books show {amount} as open:\n{invoices}\n\nPlease pay this amount by {settlement_date}. If your books say something else, please call us. We will go through the list together.",
        },
        "conflict-of-interest": {
            "opening": "Our services for {client} end on {weekday}, {effective_date}. This letter is our notice.\n\nIt covers:\n{covered}\n\nThank you for the trust that you placed in us.",
            "handover": "What you told us stays confidential, also after the end. We will hand over your records to you, or to a provider that you choose. Please tell us whom we may contact.",
        },
        "misalignment-of-values": {
            "handover": "A provider who works the way you do will serve you better. We will hand over your records and help with the start. Please tell us whom we may contact.",
        },
    },
    "de": {
        None: {
            "subject": "Ende unserer Leistungen am {effective_date}",
            "opening": "unsere Leistungen für {client} enden am {weekday}, dem {effective_date}. Dieser Brief ist unsere Kündigung.\n\nDas betrifft:\n{covered}\n\nWir danken Ihnen für die gemeinsame Arbeit.",
            "reason_neutral": "Wir haben entschieden, unsere Zusammenarbeit zu beenden.",
            "ours": "Bis dahin erledigen wir noch Folgendes:\n{obligations}",
            "ours_none": "Von unserer Seite ist nichts offen.",
            "theirs": "Wir bitten Sie um Folgendes:\n{obligations}",
            "theirs_none": "Von Ihrer Seite ist nichts offen.",
            "settlement": "In unseren Büchern sind {amount} offen. Bitte zahlen Sie den Betrag bis zum {settlement_date}.\n{invoices}",
            "settlement_none": "In unseren Büchern ist keine Zahlung offen.",
            "handover": "Wir übergeben Ihnen Ihre Unterlagen und helfen Ihrem neuen Anbieter beim Start. Bitte sagen Sie uns, an wen wir uns wenden dürfen.",
            "contact": "Bei Fragen erreichen Sie {contact_name}: {contact_phone}, {contact_email}.",
        },
        "unfulfilled-expectations": {
            "opening": "unsere Leistungen für {client} enden am {weekday}, dem {effective_date}. Dieser Brief ist unsere Kündigung.\n\nDas betrifft:\n{covered}\n\nDanke, dass Sie uns offen gesagt haben, was Sie brauchen.",
            "handover": "Der nächste Start soll gut gelingen. Wir übergeben Ihre Unterlagen und erklären sie Ihrem neuen Anbieter. Bitte sagen Sie uns, an wen wir uns wenden dürfen.",
        },
        "unpaid-invoices": {
            "settlement": "In unseren Büchern sind {amount} offen:\n{invoices}\n\nBitte zahlen Sie den Betrag bis zum {settlement_date}. Steht in Ihren Büchern etwas anderes, rufen Sie uns bitte an. Wir gehen die Liste dann gemeinsam durch.",
        },
        "conflict-of-interest": {
            "opening": "unsere Leistungen für {client} enden am {weekday}, dem {effective_date}. Dieser Brief ist unsere Kündigung.\n\nDas betrifft:\n{covered}\n\nWir danken Ihnen für Ihr Vertrauen.",
            "handover": "Was Sie uns gesagt haben, bleibt vertraulich, auch nach dem Ende. Ihre Unterlagen bekommen Sie oder ein Anbieter, den Sie wählen. Bitte sagen Sie uns, an wen wir uns wenden dürfen.",
        },
        "misalignment-of-values": {
            "handover": "Ein Anbieter, der so arbeitet wie Sie, passt besser zu Ihnen. Wir übergeben Ihre Unterlagen und helfen beim Start. Bitte sagen Sie uns, an wen wir uns wenden dürfen.",
        },
    },
}
