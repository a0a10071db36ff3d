"""Wording patterns as data, with those of a new installation, and what was let stand."""

import inspect

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import audit.clock
from notices.migrations import _wording_de, _wording_en

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


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0006_campaigns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WordingPattern",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(verbose_name="code")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "German")],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("block", "Stops the approval"),
                            ("warn", "Warns"),
                            ("hint", "Advises"),
                        ],
                        max_length=5,
                        verbose_name="level",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="What is wrong, for the person who writes.",
                        max_length=120,
                        verbose_name="title",
                    ),
                ),
                ("phrases", models.TextField(max_length=6000, verbose_name="words to look for")),
                (
                    "unless",
                    models.TextField(
                        blank=True,
                        help_text="Phrases in which the same words are fine; one on each line.",
                        max_length=4000,
                        verbose_name="harmless in",
                    ),
                ),
                ("why", models.TextField(max_length=400, verbose_name="why")),
                (
                    "rewrite",
                    models.CharField(
                        blank=True,
                        help_text="In place of what was found, for lines that have no words of their own.",
                        max_length=200,
                        verbose_name="neutral words",
                    ),
                ),
                (
                    "counts_from",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="2 means: the first time in a letter is fine, the second is not.",
                        verbose_name="counts from",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "wording pattern",
                "verbose_name_plural": "wording patterns",
                "ordering": ["language", "position", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("language", "code"), name="wording_pattern_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["block", "warn", "hint"])),
                        name="wording_pattern_level_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("counts_from__gte", 1)),
                        name="wording_pattern_counts_from_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=80, verbose_name="check")),
                ("found", models.TextField(blank=True, verbose_name="words")),
                ("basis", models.CharField(blank=True, max_length=64)),
                ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                ("overridden_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_overrides",
                        to="notices.notice",
                    ),
                ),
                (
                    "overridden_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "overridden check",
                "verbose_name_plural": "overridden checks",
                "ordering": ["overridden_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="override_says_why"
                    )
                ],
            },
        ),
        migrations.RunPython(fill_patterns, migrations.RunPython.noop),
    ]
