"""How many days a stage should take: one row a stage, to begin with as it always was."""

import django.core.validators
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

DAYS = {
    "evaluation": 14,
    "notice": 14,
    "acknowledged": 30,
    "obligations_fulfilled": 7,
    "transition": 30,
    "follow_up": 45,
}


def start_with_the_usual(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    target_model = apps.get_model("offboarding", "StageTarget")
    for state, days in DAYS.items():
        target_model.objects.create(state=state, days=days)


class Migration(migrations.Migration):
    dependencies = [
        ("offboarding", "0003_catalogue"),
    ]

    operations = [
        migrations.CreateModel(
            name="StageTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("evaluation", "Evaluate"),
                            ("notice", "Notice"),
                            ("acknowledged", "Acknowledged"),
                            ("obligations_fulfilled", "Obligations fulfilled"),
                            ("transition", "Transition"),
                            ("follow_up", "Follow-up"),
                        ],
                        editable=False,
                        max_length=32,
                        unique=True,
                        verbose_name="stage",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        help_text="A case that stands here for more days is marked on the board and counted.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(999),
                        ],
                        verbose_name="target, days",
                    ),
                ),
            ],
            options={
                "verbose_name": "target of a stage",
                "verbose_name_plural": "targets of stages",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1)), name="stage_target_is_a_day"
                    )
                ],
            },
        ),
        migrations.RunPython(start_with_the_usual, migrations.RunPython.noop),
    ]
