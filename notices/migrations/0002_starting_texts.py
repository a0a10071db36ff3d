"""What a new installation has to write with: wording patterns, model notices, calm words."""

import inspect

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from notices.migrations import _wording_de, _wording_en
from notices.migrations._calm_words import BLOCKS
from notices.migrations._model_notices import MODELS

LANGUAGES = {"en": _wording_en, "de": _wording_de}


def fill_patterns(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    pattern_model = apps.get_model("notices", "WordingPattern")
    rows = []
    for language, data in LANGUAGES.items():
        levels = (("block", data.BLOCKS), ("warn", data.WARNINGS), ("hint", data.HINTS))
        patterns = [(level, fields) for level, listed in levels for fields in listed]
        for position, (level, fields) in enumerate(patterns, start=1):
            texts = {name: inspect.cleandoc(fields.get(name, "")) for name in ("phrases", "unless")}
            rows.append(
                pattern_model(language=language, level=level, position=position, **(fields | texts))
            )
    pattern_model.objects.bulk_create(rows)


def fill_models(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    model = apps.get_model("notices", "ModelNotice")
    grounds = {
        ground.code: ground
        for ground in apps.get_model("offboarding", "TerminationGround").objects.all()
    }
    model.objects.bulk_create(
        model(language=language, ground=grounds.get(code), **texts)
        for language, by_ground in MODELS.items()
        for code, texts in by_ground.items()
        if code is None or code in grounds
    )


def fill_text_blocks(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    block_model = apps.get_model("notices", "TextBlock")
    version_model = apps.get_model("notices", "TextBlockVersion")
    for kind, language, title, text in BLOCKS:
        block = block_model.objects.create(kind=kind, language=language, title=title, text=text)
        version_model.objects.create(block=block, number=1, title=title, text=text)


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
        ("offboarding", "0003_catalogue"),
    ]

    operations = [
        migrations.RunPython(fill_patterns, migrations.RunPython.noop),
        migrations.RunPython(fill_models, migrations.RunPython.noop),
        migrations.RunPython(fill_text_blocks, migrations.RunPython.noop),
    ]
