"""What is open in money, and statements of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.clock


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_office_paper"),
        ("offboarding", "0017_ticks_of_the_client"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SettlementStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                ("as_of_on", models.DateField(verbose_name="as of")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("lines", models.JSONField(default=list)),
                ("made_at", models.DateTimeField(default=audit.clock.now)),
                ("shared_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
                ("problems", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "settlement statement",
                "verbose_name_plural": "settlement statements",
                "ordering": ["case", "-number"],
            },
        ),
        migrations.AddField(
            model_name="obligation",
            name="money_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unbilled", "Work done and not billed yet (they owe)"),
                    ("refund", "Refund or credit (we owe)"),
                    ("other", "Another amount"),
                ],
                max_length=10,
                verbose_name="what the amount is",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("money_kind", ""),
                    ("money_kind", "other"),
                    models.Q(("money_kind", "unbilled"), ("party", "clients")),
                    models.Q(("money_kind", "refund"), ("party", "ours")),
                    _connector="OR",
                ),
                name="money_is_owed_by_who_owes_it",
            ),
        ),
        migrations.AddField(
            model_name="settlementstatement",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statements",
                to="offboarding.terminationcase",
            ),
        ),
        migrations.AddField(
            model_name="settlementstatement",
            name="case_file",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statement",
                to="offboarding.casefile",
            ),
        ),
        migrations.AddField(
            model_name="settlementstatement",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="settlementstatement",
            name="shared_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="settlementstatement",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)),
                fields=["made_at"],
                name="statement_to_be_set",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementstatement",
            constraint=models.UniqueConstraint(
                fields=("case", "number"), name="one_statement_per_number"
            ),
        ),
    ]
