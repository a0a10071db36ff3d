"""The playbook; it starts with the catalogue's own measures, each still to be decided on."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import audit.clock


def propose_the_catalogues(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    measures = apps.get_model("offboarding", "PreventiveMeasure").objects
    grounds = apps.get_model("offboarding", "TerminationGround").objects.order_by("position", "pk")
    for ground in grounds.exclude(preventive_measure=""):
        measures.create(ground=ground, title=" ".join(ground.preventive_measure.split())[:300])


class Migration(migrations.Migration):
    dependencies = [
        ("offboarding", "0024_days_in_stages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PreventiveMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="what we do")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("adopted", "Adopted"),
                            ("dropped", "Dropped"),
                        ],
                        default="proposed",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "adopted_on",
                    models.DateField(editable=False, null=True, verbose_name="adopted on"),
                ),
                (
                    "dropped_reason",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="why it was dropped"
                    ),
                ),
                ("review_on", models.DateField(null=True, verbose_name="look at it again on")),
                ("changed_at", models.DateTimeField(default=audit.clock.now, editable=False)),
                (
                    "ground",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="offboarding.terminationground",
                        verbose_name="ground",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who sees to it",
                    ),
                ),
            ],
            options={
                "verbose_name": "preventive measure",
                "verbose_name_plural": "preventive measures",
                "ordering": ["ground__position", "ground__name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "adopted", "dropped"])),
                        name="measure_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "adopted"), _negated=True),
                            models.Q(("adopted_on__isnull", False), ("owner__isnull", False)),
                            _connector="OR",
                        ),
                        name="adopted_measure_has_day_and_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dropped"), _negated=True),
                            models.Q(("dropped_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dropped_measure_says_why",
                    ),
                ],
            },
        ),
        migrations.RunPython(propose_the_catalogues, migrations.RunPython.noop),
    ]
