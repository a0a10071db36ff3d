"""Model notices as data, with those of a new installation; a notice keeps what it was made from."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from notices.migrations._model_notices import MODELS


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


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0012_accompanying"),
        ("offboarding", "0006_deemed_service"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="model_texts",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="notice",
            name="written_from",
            field=models.CharField(blank=True, max_length=250, verbose_name="written from"),
        ),
        migrations.CreateModel(
            name="ModelNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "German")],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=150, verbose_name="subject")),
                (
                    "opening",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="what ends, and when"
                    ),
                ),
                (
                    "reason_neutral",
                    models.TextField(
                        blank=True,
                        help_text="The stated reason stands in the catalogue of grounds.",
                        max_length=1000,
                        verbose_name="neutral reason",
                    ),
                ),
                (
                    "ours",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="what we will still do"
                    ),
                ),
                (
                    "ours_none",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="… when nothing is open"
                    ),
                ),
                (
                    "theirs",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="what we ask from the client"
                    ),
                ),
                (
                    "theirs_none",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="… when nothing is asked"
                    ),
                ),
                (
                    "settlement",
                    models.TextField(blank=True, max_length=2000, verbose_name="settlement"),
                ),
                (
                    "settlement_none",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="… when no money is open"
                    ),
                ),
                (
                    "handover",
                    models.TextField(blank=True, max_length=2000, verbose_name="hand-over"),
                ),
                ("contact", models.TextField(blank=True, max_length=1000, verbose_name="contact")),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "ground",
                    models.ForeignKey(
                        blank=True,
                        help_text="Left empty, it serves every ground that has no text of its own.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="model_notices",
                        to="offboarding.terminationground",
                        verbose_name="ground",
                    ),
                ),
            ],
            options={
                "verbose_name": "model notice",
                "verbose_name_plural": "model notices",
                "ordering": ["language", "ground__position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("language", "ground"), name="model_notice_per_ground_and_language"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ground", None)),
                        fields=("language",),
                        name="model_notice_for_any_ground_per_language",
                    ),
                ],
            },
        ),
        migrations.RunPython(fill_models, migrations.RunPython.noop),
    ]
