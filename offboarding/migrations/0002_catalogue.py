"""The catalogue of grounds every installation starts with; admins edit it afterwards."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

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
]

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


def fill_catalogue(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    ground_model = apps.get_model("offboarding", "TerminationGround")
    item_model = apps.get_model("offboarding", "ChecklistItem")
    for position, fields in enumerate(GROUNDS, start=1):
        ground = ground_model.objects.create(position=position, **fields)
        rows = [("ours", *row) for row in OURS] + [("clients", *row) for row in THEIRS]
        rows += EXTRA.get(ground.code, [])
        for place, (party, english, german, days, needs_proof) in enumerate(rows, start=1):
            item_model.objects.create(
                ground=ground,
                party=party,
                title_en=english,
                title_de=german,
                days_before_effective_date=days,
                needs_proof=needs_proof,
                position=place,
            )


class Migration(migrations.Migration):
    dependencies = [("offboarding", "0001_initial")]

    operations = [migrations.RunPython(fill_catalogue, migrations.RunPython.noop)]
