"""Presets of deemed service, the rule on each case, and the step that tells the leads."""

from typing import Any

import django.core.validators
import django_countries.fields
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GENERAL = (
    "A careful default of the house, not a law. An agreement that says when a notice counts as"
    " received goes first."
)
# Source: Civil Procedure Rules 1998 (England and Wales), rule 6.26, table, row 1.
ENGLAND_AND_WALES = (
    "General guidance: rule 6.26 of the Civil Procedure Rules, first class post or a service with"
    " delivery on the next business day. The rule is about documents in proceedings; between"
    " businesses the agreement goes first."
)
# Source: Verwaltungsverfahrensgesetz section 41(2), as in force since 1 January 2025.
GERMANY = (
    "General guidance: the fourth day after posting, as section 41(2) of the Administrative"
    " Procedure Act (VwVfG) has it for letters of public authorities; moved on to a business day to"
    " be careful. Between businesses a letter is received when it reaches the addressee (section"
    " 130 of the Civil Code, BGB), so keep a proof."
)
# Source: Zustellgesetz section 26(2).
AUSTRIA = (
    "General guidance: the third working day after handing over, as section 26(2) of the Service of"
    " Documents Act (ZustG) has it for letters of public authorities. Saturdays are not counted"
    " here, to be careful."
)
# Source: Evidence Act 1995 (Commonwealth), section 160(1).
AUSTRALIA = (
    "General guidance: section 160 of the Evidence Act 1995 (Commonwealth) presumes that prepaid"
    " post is received on the seventh working day after posting, unless there is evidence against"
    " it or the contract says otherwise."
)

RULES: list[tuple[str, str, str, int, str, str]] = [
    ("", "", "email", 1, "business_days", GENERAL),
    ("", "", "post", 2, "business_days", GENERAL),
    ("", "", "registered_mail", 5, "business_days", GENERAL),
    ("GB", "ENG", "post", 2, "calendar_then_business", ENGLAND_AND_WALES),
    ("GB", "WLS", "post", 2, "calendar_then_business", ENGLAND_AND_WALES),
    ("DE", "", "post", 4, "calendar_then_business", GERMANY),
    ("AT", "", "post", 3, "business_days", AUSTRIA),
    ("AU", "", "post", 7, "business_days", AUSTRALIA),
    ("AU", "", "registered_mail", 7, "business_days", AUSTRALIA),
]


def fill_rules(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rule_model = apps.get_model("offboarding", "ServiceRule")
    for country, region, channel, days, counting, source in RULES:
        rule_model.objects.create(
            country=country,
            region=region,
            channel=channel,
            days=days,
            counting=counting,
            source=source,
        )


def tell_the_leads(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the ladders of the catalogue the step before deemed service, where there is room."""
    for ground in apps.get_model("offboarding", "TerminationGround").objects.all():
        ladder: dict[str, Any] = ground.chasing
        before = ladder.get("next_channel_after_business_days") or 0
        after = ladder.get("deemed_service_after_business_days") or 0
        if "escalation_after_business_days" not in ladder and after - before > 1:
            ladder["escalation_after_business_days"] = before + (after - before) // 2
            ground.save(update_fields=["chasing"])


class Migration(migrations.Migration):
    dependencies = [("offboarding", "0005_service_line_closes")]

    operations = [
        migrations.AddField(
            model_name="terminationcase",
            name="deemed_rule",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.CreateModel(
            name="ServiceRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "country",
                    django_countries.fields.CountryField(
                        blank=True,
                        help_text="Where the addressee is. Empty: everywhere else.",
                        max_length=2,
                        verbose_name="country",
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        help_text="Its short code, such as ENG. Empty: the whole country.",
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9]*\\Z", "Use the short code of the region, such as ENG."
                            )
                        ],
                        verbose_name="region",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("post", "Letter"),
                            ("registered_mail", "Registered mail"),
                        ],
                        max_length=16,
                        verbose_name="channel",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        help_text="Counted after the day on which the notice is handed over.",
                        validators=[django.core.validators.MaxValueValidator(60)],
                        verbose_name="days",
                    ),
                ),
                (
                    "counting",
                    models.CharField(
                        choices=[
                            ("business_days", "Business days"),
                            ("calendar_days", "Calendar days"),
                            (
                                "calendar_then_business",
                                "Calendar days, and on to the next business day",
                            ),
                        ],
                        default="business_days",
                        max_length=24,
                        verbose_name="counted in",
                    ),
                ),
                (
                    "source",
                    models.TextField(
                        help_text="What this goes by, and where it ends.",
                        max_length=500,
                        verbose_name="source",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "rule of deemed service",
                "verbose_name_plural": "rules of deemed service",
                "ordering": ["country", "region", "channel"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("country", "region", "channel"),
                        name="one_service_rule_a_place_and_channel",
                        violation_error_message=(
                            "There is a rule for this place and channel already."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("region", ""),
                            models.Q(("country", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="service_rule_region_has_its_country",
                        violation_error_message="Choose the country of this region first.",
                    ),
                ],
            },
        ),
        migrations.RunPython(fill_rules, migrations.RunPython.noop),
        migrations.RunPython(tell_the_leads, migrations.RunPython.noop),
    ]
