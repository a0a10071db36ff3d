"""Calm words to start from after each reaction, and two courtesies, in English and German."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from notices.migrations._calm_words import BLOCKS


def fill_in(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    block_model = apps.get_model("notices", "TextBlock")
    version_model = apps.get_model("notices", "TextBlockVersion")
    for kind, language, title, text in BLOCKS:
        block = block_model.objects.create(kind=kind, language=language, title=title, text=text)
        version_model.objects.create(block=block, number=1, title=title, text=text)


class Migration(migrations.Migration):
    dependencies = [("notices", "0022_replies_and_text_blocks")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
