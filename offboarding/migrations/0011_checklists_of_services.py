"""Checklists of services, what comes first, and due dates that follow the effective date."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_office_paper"),
        ("offboarding", "0010_tags_watchers_batches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceChecklist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "service",
                    models.CharField(
                        help_text="As agreements name it, for example “Payroll”. Capitals do not matter.",
                        max_length=120,
                        verbose_name="service",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "checklist of a service",
                "verbose_name_plural": "checklists of services",
                "ordering": ["service"],
            },
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="is_internal",
            field=models.BooleanField(
                default=False,
                help_text="The client neither reads it in letters nor on their page.",
                verbose_name="only for us",
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="waits_for",
            field=models.ForeignKey(
                blank=True,
                help_text="An item of the same list that has to be settled first.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="offboarding.checklistitem",
                verbose_name="comes after",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="days_before_effective_date",
            field=models.SmallIntegerField(
                null=True, verbose_name="business days before the effective date"
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="is_internal",
            field=models.BooleanField(default=False, verbose_name="only for us"),
        ),
        migrations.AddField(
            model_name="obligation",
            name="service",
            field=models.CharField(
                blank=True, max_length=120, verbose_name="from the checklist of"
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="waits_for",
            field=models.ManyToManyField(
                blank=True,
                related_name="holds_up",
                to="offboarding.obligation",
                verbose_name="comes after",
            ),
        ),
        migrations.AlterField(
            model_name="checklistitem",
            name="ground",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="checklist",
                to="offboarding.terminationground",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_internal", False), ("party", "ours"), _connector="OR"),
                name="only_ours_are_internal",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicechecklist",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("service"),
                name="one_checklist_per_service",
                violation_error_message="There is a checklist for this service already.",
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="service",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="offboarding.servicechecklist",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ground__isnull", False), ("service__isnull", True)),
                    models.Q(("ground__isnull", True), ("service__isnull", False)),
                    _connector="OR",
                ),
                name="checklist_item_has_one_list",
            ),
        ),
    ]
