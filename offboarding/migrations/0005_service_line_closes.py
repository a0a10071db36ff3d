"""The ground of campaigns: a service line that closes; admins edit it afterwards."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GROUND = {
    "code": "service-line-closes",
    "name": "Service line closes",
    "description": "We no longer offer a service that the client has with us",
    "preventive_measure": "Tell clients early which services are kept under review",
    "stated_reason_en": "We no longer offer {service}.",
    "stated_reason_de": "Wir bieten die Leistung „{service}“ nicht mehr an.",
    "position": 6,
}
CHECKLIST = [
    ("ours", "Finish the work that is in progress", "Die laufenden Arbeiten abschließen", 5, False),
    ("ours", "Send the final invoice or statement", "Die Schlussrechnung senden", 3, True),
    (
        "ours",
        "Return your documents and data",
        "Ihre Unterlagen und Daten zurückgeben",
        0,
        True,
    ),
    ("clients", "Name who takes over from us", "Mitteilen, wer unsere Arbeit übernimmt", 10, False),
    ("clients", "Return what belongs to us", "Zurückgeben, was uns gehört", 0, False),
]


def add_ground(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    ground_model = apps.get_model("offboarding", "TerminationGround")
    item_model = apps.get_model("offboarding", "ChecklistItem")
    ground, is_new = ground_model.objects.get_or_create(code=GROUND["code"], defaults=GROUND)
    if not is_new:
        return
    for place, (party, english, german, days, needs_proof) in enumerate(CHECKLIST, start=1):
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
    dependencies = [("offboarding", "0004_campaigns")]

    operations = [migrations.RunPython(add_ground, migrations.RunPython.noop)]
