"""Grounds with their checklists, remedies and measures, and the presets of deemed service."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from offboarding.migrations import _catalogue


def fill_catalogue(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    ground_model = apps.get_model("offboarding", "TerminationGround")
    item_model = apps.get_model("offboarding", "ChecklistItem")
    measure_model = apps.get_model("offboarding", "PreventiveMeasure")
    for position, fields in enumerate(_catalogue.GROUNDS, start=1):
        remedies = "\n".join(_catalogue.REMEDIES[fields["code"]])
        ground = ground_model.objects.create(position=position, remedies=remedies, **fields)
        rows = [("ours", *row) for row in _catalogue.OURS]
        rows += [("clients", *row) for row in _catalogue.THEIRS]
        rows += _catalogue.EXTRA.get(ground.code, [])
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
        # The playbook starts with the catalogue's own measures, each still to be decided on.
        measure_model.objects.create(ground=ground, title=ground.preventive_measure)


def fill_service_rules(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rule_model = apps.get_model("offboarding", "ServiceRule")
    for country, region, channel, days, counting, source in _catalogue.RULES:
        rule_model.objects.create(
            country=country,
            region=region,
            channel=channel,
            days=days,
            counting=counting,
            source=source,
        )


class Migration(migrations.Migration):
    dependencies = [("offboarding", "0002_trigrams")]

    operations = [
        migrations.RunPython(fill_catalogue, migrations.RunPython.noop),
        migrations.RunPython(fill_service_rules, migrations.RunPython.noop),
    ]
