import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django_countries.fields
import django_fsm
from django.conf import settings
from django.db import migrations, models

import audit.clock
import offboarding.models.case_file
import offboarding.models.ground
from audit.laying import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
        ("clients", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Batch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("assign", "Give to a colleague"),
                                    ("tag", "Add a tag"),
                                    ("untag", "Take a tag off"),
                                    ("snooze", "Put my tasks off"),
                                    ("watch", "Watch"),
                                    ("unwatch", "Stop watching"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="batches",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=audit.clock.now)),
                        ("argument", models.JSONField(default=dict)),
                        ("label", models.CharField(blank=True, max_length=200)),
                        ("undone_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "batch",
                        "verbose_name_plural": "batches",
                        "ordering": ["-made_at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="CaseCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("team_id", models.BigIntegerField()),
                        ("owner_id", models.BigIntegerField()),
                        ("state", models.CharField(max_length=32)),
                        ("is_restricted", models.BooleanField()),
                        ("number", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("team_id", "is_restricted", "owner_id", "state"),
                                name="one_count_a_place",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseCountChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("team_id", models.BigIntegerField()),
                        ("owner_id", models.BigIntegerField()),
                        ("state", models.CharField(max_length=32)),
                        ("is_restricted", models.BooleanField()),
                        ("change", models.BigIntegerField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CaseNumber",
                    fields=[
                        (
                            "year",
                            models.PositiveSmallIntegerField(primary_key=True, serialize=False),
                        ),
                        ("last", models.PositiveIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="Provider",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(max_length=200, unique=True, verbose_name="name"),
                        ),
                        (
                            "country",
                            models.CharField(blank=True, max_length=2, verbose_name="country"),
                        ),
                        ("website", models.URLField(blank=True, verbose_name="website")),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ],
                    options={
                        "verbose_name": "provider",
                        "verbose_name_plural": "providers",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="SearchEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("case", "Case"),
                                    ("client", "Client"),
                                    ("contact", "Contact"),
                                    ("obligation", "Obligation"),
                                    ("fact", "Fact"),
                                    ("note", "Note"),
                                    ("communication", "Communication"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("source", models.CharField(max_length=60)),
                        ("subject_id", models.BigIntegerField()),
                        ("case_id", models.BigIntegerField(null=True)),
                        ("client_id", models.BigIntegerField()),
                        ("team_id", models.BigIntegerField()),
                        ("at", models.DateTimeField()),
                        ("text", models.TextField()),
                        ("words", models.TextField()),
                    ],
                    options={
                        "default_permissions": (),
                        "indexes": [
                            models.Index(fields=["kind", "team_id", "-at"], name="newest_of_a_kind")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "subject_id"), name="found_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceChecklist",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("service"),
                                name="one_checklist_per_service",
                                violation_error_message="There is a checklist for this service already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceFit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="fits",
                                to="offboarding.provider",
                            ),
                        ),
                        (
                            "service",
                            models.CharField(
                                help_text="In the words of our agreements.",
                                max_length=120,
                                verbose_name="service",
                            ),
                        ),
                        (
                            "fit",
                            models.CharField(
                                choices=[
                                    ("strong", "Very well"),
                                    ("good", "Well"),
                                    ("partly", "In part"),
                                ],
                                default="good",
                                max_length=8,
                                verbose_name="does it",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "service",
                        "verbose_name_plural": "services",
                        "ordering": ["provider__name", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("service"),
                                models.F("provider"),
                                name="one_fit_per_provider_and_service",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                                        "^[A-Z0-9]*\\Z",
                                        "Use the short code of the region, such as ENG.",
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
                                violation_error_message="There is a rule for this place and channel already.",
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
                migrations.CreateModel(
                    name="Tag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tags",
                                to="accounts.team",
                                verbose_name="team",
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="tag")),
                        (
                            "tone",
                            models.CharField(
                                choices=[
                                    ("evaluate", "Grey"),
                                    ("notice", "Blue"),
                                    ("acknowledged", "Teal"),
                                    ("obligations", "Violet"),
                                    ("transition", "Amber"),
                                    ("follow-up", "Green"),
                                ],
                                default="evaluate",
                                max_length=12,
                                verbose_name="colour",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "tag",
                        "verbose_name_plural": "tags",
                        "ordering": ["name", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("team"),
                                django.db.models.functions.text.Lower("name"),
                                name="tag_once_a_team",
                                violation_error_message="Your team has this tag already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "tone__in",
                                        [
                                            "evaluate",
                                            "notice",
                                            "acknowledged",
                                            "obligations",
                                            "transition",
                                            "follow-up",
                                        ],
                                    )
                                ),
                                name="tag_tone_is_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TerminationGround",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("code", models.SlugField(unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "description",
                            models.TextField(
                                help_text="What happened, in one line.", verbose_name="description"
                            ),
                        ),
                        (
                            "preventive_measure",
                            models.TextField(
                                help_text="What avoids this ground the next time.",
                                verbose_name="preventive measure",
                            ),
                        ),
                        (
                            "disclosure",
                            models.CharField(
                                choices=[
                                    ("stated", "Stated"),
                                    ("neutral", "Neutral"),
                                    ("omitted", "Omitted"),
                                ],
                                default="stated",
                                max_length=10,
                                verbose_name="disclosure of the reason",
                            ),
                        ),
                        (
                            "stated_reason_en",
                            models.TextField(verbose_name="stated reason, English"),
                        ),
                        (
                            "stated_reason_de",
                            models.TextField(verbose_name="stated reason, German"),
                        ),
                        (
                            "is_sensitive",
                            models.BooleanField(
                                default=False,
                                help_text="Cases of this ground are opened as restricted.",
                                verbose_name="narrows who may read the file",
                            ),
                        ),
                        (
                            "cure_days",
                            models.PositiveSmallIntegerField(
                                default=0,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="cure period in days",
                            ),
                        ),
                        (
                            "remedies",
                            models.TextField(
                                blank=True,
                                help_text="What may keep the client, one on a line. Each case shows what became of it.",
                                max_length=2000,
                                verbose_name="remedies to try",
                            ),
                        ),
                        (
                            "settlement_days",
                            models.PositiveSmallIntegerField(
                                default=14,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                                verbose_name="days to settle invoices after the notice",
                            ),
                        ),
                        (
                            "chasing",
                            models.JSONField(
                                default=offboarding.models.ground.default_chasing,
                                verbose_name="chasing",
                            ),
                        ),
                        (
                            "look_backs",
                            models.JSONField(
                                default=offboarding.models.ground.default_look_backs,
                                verbose_name="looks back",
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ],
                    options={
                        "verbose_name": "termination ground",
                        "verbose_name_plural": "termination grounds",
                        "ordering": ["position", "name"],
                    },
                ),
                migrations.CreateModel(
                    name="Campaign",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaigns",
                                to="accounts.team",
                                verbose_name="team",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "service_line",
                            models.CharField(max_length=60, verbose_name="service line"),
                        ),
                        (
                            "ground",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.terminationground",
                                verbose_name="ground",
                            ),
                        ),
                        (
                            "summary",
                            models.TextField(max_length=4000, verbose_name="what this is about"),
                        ),
                        ("fact", models.TextField(max_length=2000, verbose_name="the fact")),
                        ("fact_on", models.DateField(verbose_name="the fact's day")),
                        (
                            "fact_source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        (
                            "no_remedies_reason",
                            models.TextField(
                                max_length=2000, verbose_name="why no remedy was tried"
                            ),
                        ),
                        ("leaves_on", models.DateField(verbose_name="the letters leave by")),
                        (
                            "effective_rule",
                            models.CharField(
                                choices=[
                                    (
                                        "earliest",
                                        "Each client's earliest date, but not before the date below",
                                    ),
                                    (
                                        "same_day",
                                        "The date below for all; who needs more time is left out",
                                    ),
                                ],
                                default="earliest",
                                max_length=10,
                                verbose_name="effective date",
                            ),
                        ),
                        ("effective_on", models.DateField(verbose_name="date")),
                        ("by_email", models.BooleanField(default=True, verbose_name="by e-mail")),
                        (
                            "by_registered_mail",
                            models.BooleanField(default=False, verbose_name="by registered mail"),
                        ),
                        (
                            "reason_en",
                            models.TextField(
                                blank=True,
                                max_length=2000,
                                verbose_name="reason in the letter, English",
                            ),
                        ),
                        (
                            "reason_de",
                            models.TextField(
                                blank=True,
                                max_length=2000,
                                verbose_name="reason in the letter, German",
                            ),
                        ),
                        (
                            "handover_en",
                            models.TextField(
                                blank=True,
                                max_length=2000,
                                verbose_name="hand-over in the letter, English",
                            ),
                        ),
                        (
                            "handover_de",
                            models.TextField(
                                blank=True,
                                max_length=2000,
                                verbose_name="hand-over in the letter, German",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("preparing", "Being prepared"),
                                    ("confirmed", "Under way"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="preparing",
                                editable=False,
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "changed_at",
                            models.DateTimeField(default=audit.clock.now, editable=False),
                        ),
                        (
                            "changed_by",
                            models.CharField(blank=True, editable=False, max_length=200),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(default=audit.clock.now, editable=False),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("confirmed_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "cancelled_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("cancelled_at", models.DateTimeField(editable=False, null=True)),
                        ("cancelled_reason", models.TextField(blank=True, editable=False)),
                    ],
                    options={
                        "verbose_name": "campaign",
                        "verbose_name_plural": "campaigns",
                        "ordering": ["-created_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["preparing", "confirmed", "cancelled"])
                                ),
                                name="campaign_state_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "confirmed"), _negated=True),
                                    models.Q(
                                        ("confirmed_at__isnull", False),
                                        ("confirmed_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="confirmed_campaign_has_its_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "cancelled"), _negated=True),
                                    models.Q(
                                        ("cancelled_by__isnull", False),
                                        models.Q(("cancelled_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="cancelled_campaign_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("by_email", True),
                                    ("by_registered_mail", True),
                                    _connector="OR",
                                ),
                                name="campaign_has_a_channel",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="offboarding.campaign",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("decisions", "Decisions"), ("letters", "Letters")],
                                max_length=10,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField(default=audit.clock.now)),
                        ("list_sha256", models.CharField(max_length=64)),
                        ("note", models.TextField(blank=True, max_length=2000)),
                    ],
                    options={
                        "verbose_name": "review of a campaign",
                        "verbose_name_plural": "reviews of campaigns",
                        "ordering": ["at", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="ChecklistItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "ground",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="checklist",
                                to="offboarding.terminationground",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="offboarding.servicechecklist",
                            ),
                        ),
                        (
                            "party",
                            models.CharField(
                                choices=[("ours", "We owe"), ("clients", "They owe")],
                                max_length=8,
                                verbose_name="party",
                            ),
                        ),
                        (
                            "title_en",
                            models.CharField(max_length=200, verbose_name="title, English"),
                        ),
                        (
                            "title_de",
                            models.CharField(max_length=200, verbose_name="title, German"),
                        ),
                        (
                            "days_before_effective_date",
                            models.SmallIntegerField(
                                default=0,
                                validators=[
                                    django.core.validators.MinValueValidator(-250),
                                    django.core.validators.MaxValueValidator(250),
                                ],
                                verbose_name="business days before the effective date",
                            ),
                        ),
                        (
                            "needs_proof",
                            models.BooleanField(default=False, verbose_name="needs proof"),
                        ),
                        (
                            "is_internal",
                            models.BooleanField(
                                default=False,
                                help_text="The client neither reads it in letters nor on their page.",
                                verbose_name="only for us",
                            ),
                        ),
                        (
                            "waits_for",
                            models.ForeignKey(
                                blank=True,
                                help_text="An item of the same list that has to be settled first.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="offboarding.checklistitem",
                                verbose_name="comes after",
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                    ],
                    options={
                        "verbose_name": "checklist item",
                        "verbose_name_plural": "checklist items",
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ground__isnull", False), ("service__isnull", True)),
                                    models.Q(("ground__isnull", True), ("service__isnull", False)),
                                    _connector="OR",
                                ),
                                name="checklist_item_has_one_list",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PreventiveMeasure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "ground",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="measures",
                                to="offboarding.terminationground",
                                verbose_name="ground",
                            ),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="what we do")),
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
                        (
                            "review_on",
                            models.DateField(null=True, verbose_name="look at it again on"),
                        ),
                        (
                            "changed_at",
                            models.DateTimeField(default=audit.clock.now, editable=False),
                        ),
                    ],
                    options={
                        "verbose_name": "preventive measure",
                        "verbose_name_plural": "preventive measures",
                        "ordering": ["ground__position", "ground__name", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["proposed", "adopted", "dropped"])
                                ),
                                name="measure_state_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "adopted"), _negated=True),
                                    models.Q(
                                        ("adopted_on__isnull", False), ("owner__isnull", False)
                                    ),
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
                migrations.CreateModel(
                    name="TerminationCase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "state",
                            django_fsm.FSMField(
                                choices=[
                                    ("evaluation", "Evaluate"),
                                    ("notice", "Notice"),
                                    ("acknowledged", "Acknowledged"),
                                    ("obligations_fulfilled", "Obligations fulfilled"),
                                    ("transition", "Transition"),
                                    ("follow_up", "Follow-up"),
                                    ("closed", "Closed"),
                                    ("retained", "Kept"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="evaluation",
                                editable=False,
                                max_length=50,
                                protected=True,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                editable=False, max_length=20, unique=True, verbose_name="reference"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="accounts.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="clients.client",
                                verbose_name="client",
                            ),
                        ),
                        (
                            "scope",
                            models.CharField(
                                blank=True,
                                help_text="Left empty, all services of the agreements end.",
                                max_length=200,
                                verbose_name="scope",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="owned_cases",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "opened_at",
                            models.DateTimeField(
                                default=audit.clock.now, editable=False, verbose_name="opened at"
                            ),
                        ),
                        (
                            "initiated_by",
                            models.CharField(
                                choices=[("us", "Us"), ("client", "The client"), ("both", "Both")],
                                default="us",
                                max_length=8,
                                verbose_name="initiated by",
                            ),
                        ),
                        (
                            "summary",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="what this is about"
                            ),
                        ),
                        (
                            "ground",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="offboarding.terminationground",
                                verbose_name="ground",
                            ),
                        ),
                        ("ground_copy", models.JSONField(default=dict, editable=False)),
                        ("version", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "state_changed_at",
                            models.DateTimeField(default=audit.clock.now, editable=False),
                        ),
                        (
                            "state_changed_by",
                            models.CharField(blank=True, editable=False, max_length=200),
                        ),
                        ("disputed_at", models.DateTimeField(editable=False, null=True)),
                        ("disputed_reason", models.TextField(blank=True, editable=False)),
                        ("first_disputed_at", models.DateTimeField(editable=False, null=True)),
                        ("on_hold_until", models.DateField(editable=False, null=True)),
                        ("on_hold_reason", models.TextField(blank=True, editable=False)),
                        ("sending_held_at", models.DateTimeField(editable=False, null=True)),
                        ("sending_held_reason", models.TextField(blank=True, editable=False)),
                        ("reminders_paused_until", models.DateField(editable=False, null=True)),
                        ("legal_hold_reason", models.TextField(blank=True, editable=False)),
                        (
                            "is_restricted",
                            models.BooleanField(
                                default=False, verbose_name="restricted to named people"
                            ),
                        ),
                        ("terms_read_on", models.DateField(editable=False, null=True)),
                        (
                            "terms_read_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("remedies_skipped_reason", models.TextField(blank=True)),
                        ("cure_waived_reason", models.TextField(blank=True, editable=False)),
                        ("decided_on", models.DateField(editable=False, null=True)),
                        ("notice_date", models.DateField(editable=False, null=True)),
                        ("served_on", models.DateField(editable=False, null=True)),
                        ("served_by", models.CharField(blank=True, editable=False, max_length=20)),
                        ("deemed_received_on", models.DateField(editable=False, null=True)),
                        ("deemed_rule", models.JSONField(default=dict, editable=False)),
                        ("is_being_corrected", models.BooleanField(default=False, editable=False)),
                        ("acknowledged_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "effective_on",
                            models.DateField(null=True, verbose_name="effective date"),
                        ),
                        (
                            "settlement_due_on",
                            models.DateField(null=True, verbose_name="settlement date"),
                        ),
                        (
                            "access_ends_on",
                            models.DateField(null=True, verbose_name="access ends on"),
                        ),
                        ("closed_at", models.DateTimeField(editable=False, null=True)),
                        ("ended_at", models.DateTimeField(editable=False, null=True)),
                        ("retain_until", models.DateField(editable=False, null=True)),
                        ("retained_reason", models.TextField(blank=True, editable=False)),
                        ("withdrawn_reason", models.TextField(blank=True, editable=False)),
                        ("withdrawal_agreement", models.TextField(blank=True, editable=False)),
                        ("reopened_reason", models.TextField(blank=True, editable=False)),
                        ("transition_waived_reason", models.TextField(blank=True, editable=False)),
                        (
                            "entered_from_elsewhere",
                            models.BooleanField(
                                default=False, verbose_name="was already in flight elsewhere"
                            ),
                        ),
                        (
                            "engagements",
                            models.ManyToManyField(
                                related_name="cases",
                                to="clients.engagement",
                                verbose_name="agreements that end",
                            ),
                        ),
                        (
                            "readers",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="named readers",
                            ),
                        ),
                        (
                            "tags",
                            models.ManyToManyField(
                                blank=True,
                                related_name="cases",
                                to="offboarding.tag",
                                verbose_name="tags",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "termination case",
                        "verbose_name_plural": "termination cases",
                        "ordering": ["-opened_at", "-pk"],
                        "permissions": [
                            ("decide_to_end", "Can decide that a relationship ends"),
                            ("reopen", "Can reopen an ended case"),
                        ],
                        "indexes": [
                            models.Index(
                                fields=["team", "state", "-opened_at", "-id"],
                                name="case_team_state",
                            ),
                            models.Index(
                                fields=["team", "-opened_at", "-id"], name="case_team_opened"
                            ),
                            models.Index(fields=["-opened_at", "-id"], name="case_opened"),
                            models.Index(fields=["owner", "state"], name="case_owner_state"),
                            models.Index(
                                condition=models.Q(("state", "notice")),
                                fields=["state", "served_on"],
                                name="case_awaiting_receipt",
                            ),
                            models.Index(
                                condition=models.Q(("disputed_at__isnull", False)),
                                fields=["team"],
                                name="case_disputed",
                            ),
                            models.Index(
                                condition=models.Q(("on_hold_until__isnull", False)),
                                fields=["team", "on_hold_until"],
                                name="case_on_hold",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "evaluation",
                                            "notice",
                                            "acknowledged",
                                            "obligations_fulfilled",
                                            "transition",
                                            "follow_up",
                                            "closed",
                                            "retained",
                                            "withdrawn",
                                        ],
                                    )
                                ),
                                name="case_state_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "retained"), _negated=True),
                                    models.Q(("retained_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="kept_case_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "withdrawn"), _negated=True),
                                    models.Q(("withdrawn_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="withdrawn_case_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccessItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="access_items",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("system", models.CharField(max_length=200, verbose_name="system")),
                        (
                            "held_by",
                            models.CharField(max_length=200, verbose_name="who has access"),
                        ),
                        ("revoked_on", models.DateField(null=True, verbose_name="revoked on")),
                        (
                            "checked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="checked by",
                            ),
                        ),
                        ("added_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "access",
                        "verbose_name_plural": "accesses",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="BatchRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="offboarding.batch",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("before", models.JSONField(default=dict)),
                        ("left_out", models.CharField(blank=True, max_length=200)),
                        ("kept", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("batch", "case"), name="case_once_in_a_batch"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignClient",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="members",
                                to="offboarding.campaign",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(max_length=30, verbose_name="client's reference"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("chosen", "Chosen"),
                                    ("left_out", "Left out"),
                                    ("waiting", "Case is being opened"),
                                    ("opened", "Case opened"),
                                ],
                                default="chosen",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("code", models.CharField(blank=True, max_length=40)),
                        ("reason", models.TextField(blank=True, verbose_name="why it is left out")),
                        (
                            "effective_on",
                            models.DateField(null=True, verbose_name="effective date"),
                        ),
                        (
                            "case",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaign_client",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "client of a campaign",
                        "verbose_name_plural": "clients of campaigns",
                        "ordering": ["pk"],
                        "indexes": [
                            models.Index(
                                fields=["campaign", "state", "id"], name="campaign_client_by_state"
                            ),
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["id"],
                                name="campaign_client_to_open",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("campaign", "reference"), name="client_once_per_campaign"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["chosen", "left_out", "waiting", "opened"])
                                ),
                                name="campaign_client_state_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("case__isnull", False), ("state", "opened")),
                                    models.Q(
                                        models.Q(("state", "opened"), _negated=True), ("case", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="opened_client_has_its_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "left_out"), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="left_out_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignReviewItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="offboarding.campaignreview",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("decisions", "Decisions"), ("letters", "Letters")],
                                max_length=10,
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="review_items",
                                to="offboarding.campaignclient",
                            ),
                        ),
                        ("seen_sha256", models.CharField(max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Being recorded"),
                                    ("done", "Recorded"),
                                    ("refused", "Not possible any more"),
                                ],
                                default="waiting",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        ("reason", models.TextField(blank=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "line of a review",
                        "verbose_name_plural": "lines of reviews",
                        "ordering": ["pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["id"],
                                name="review_item_to_record",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "waiting")),
                                fields=("member", "kind"),
                                name="one_open_answer_per_client",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["waiting", "done", "refused"])),
                                name="review_item_state_is_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseFile",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("content_type", models.CharField(max_length=100, verbose_name="type")),
                        ("size_bytes", models.PositiveBigIntegerField(verbose_name="size")),
                        ("sha256", models.CharField(max_length=64)),
                        ("crc32", models.BigIntegerField(editable=False, null=True)),
                        (
                            "content",
                            models.FileField(
                                max_length=200, upload_to=offboarding.models.case_file.stored_name
                            ),
                        ),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("uploaded_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "file",
                        "verbose_name_plural": "files",
                        "ordering": ["-uploaded_at"],
                    },
                ),
                migrations.CreateModel(
                    name="ClientDeadline",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="date")),
                        ("title", models.CharField(max_length=200, verbose_name="what is due")),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("added_at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "answer",
                            models.TextField(
                                blank=True,
                                max_length=2000,
                                verbose_name="why it may end all the same",
                            ),
                        ),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("struck_at", models.DateTimeField(null=True)),
                        ("struck_reason", models.TextField(blank=True, max_length=2000)),
                    ],
                    options={
                        "verbose_name": "client's deadline",
                        "verbose_name_plural": "client's deadlines",
                        "ordering": ["due_on", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="ClientLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "nonce",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("receipt", "Receipt page"),
                                    ("obligations", "Obligations page"),
                                    ("handover", "Hand-over page"),
                                    ("feedback", "Feedback page"),
                                ],
                                max_length=12,
                                verbose_name="purpose",
                            ),
                        ),
                        (
                            "recipient_name",
                            models.CharField(max_length=200, verbose_name="recipient"),
                        ),
                        ("notice_number", models.PositiveSmallIntegerField(null=True)),
                        ("delivery_id", models.PositiveBigIntegerField(null=True)),
                        ("token_sha256", models.CharField(max_length=64, unique=True)),
                        ("code_sha256", models.CharField(max_length=64, null=True, unique=True)),
                        ("created_at", models.DateTimeField(default=audit.clock.now)),
                        ("expires_at", models.DateTimeField()),
                        ("first_opened_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("revoked_reason", models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        "verbose_name": "client link",
                        "verbose_name_plural": "client links",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("delivery_id", "purpose"),
                                name="one_link_per_delivery_and_purpose",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Closing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="closing",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "final_invoice",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="final invoice"
                            ),
                        ),
                        (
                            "balance",
                            models.CharField(blank=True, max_length=300, verbose_name="balance"),
                        ),
                        (
                            "their_property",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("nothing_held", "We hold nothing of theirs"),
                                    ("returned", "It was returned, and they signed for it"),
                                ],
                                max_length=16,
                                verbose_name="what belongs to the client",
                            ),
                        ),
                        (
                            "property_returned_on",
                            models.DateField(blank=True, null=True, verbose_name="returned on"),
                        ),
                        (
                            "property_receipt",
                            models.CharField(blank=True, max_length=300, verbose_name="receipt"),
                        ),
                        (
                            "controls_now",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="who controls what now"
                            ),
                        ),
                        (
                            "retain_until",
                            models.DateField(blank=True, null=True, verbose_name="kept until"),
                        ),
                        (
                            "way_back",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("welcome_back", "Welcome back"),
                                    ("review_first", "Review first"),
                                    ("do_not_engage", "Do not engage"),
                                ],
                                max_length=16,
                                verbose_name="if they return",
                            ),
                        ),
                        (
                            "way_back_reason",
                            models.TextField(blank=True, max_length=1000, verbose_name="why"),
                        ),
                        (
                            "way_back_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("way_back_at", models.DateTimeField(null=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("changed_at", models.DateTimeField(default=audit.clock.now)),
                        ("changed_by", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "verbose_name": "closing checklist",
                        "verbose_name_plural": "closing checklists",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("their_property", "returned"), _negated=True),
                                    models.Q(
                                        ("property_returned_on__isnull", False),
                                        models.Q(("property_receipt", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="property_returned_with_a_receipt",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("way_back", ""),
                                    models.Q(
                                        ("way_back_at__isnull", False),
                                        ("way_back_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="way_back_has_its_author",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("way_back__in", ["review_first", "do_not_engage"]),
                                        _negated=True,
                                    ),
                                    models.Q(("way_back_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="way_back_that_warns_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Communication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="communications",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "direction",
                            models.CharField(
                                choices=[("in", "From the client"), ("out", "From us")],
                                max_length=3,
                                verbose_name="direction",
                            ),
                        ),
                        (
                            "medium",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("letter", "Letter"),
                                    ("call", "Call"),
                                    ("meeting", "Meeting"),
                                    ("page", "Client page"),
                                ],
                                max_length=8,
                                verbose_name="medium",
                            ),
                        ),
                        ("occurred_at", models.DateTimeField(verbose_name="when")),
                        (
                            "counterpart",
                            models.CharField(blank=True, max_length=200, verbose_name="with whom"),
                        ),
                        ("subject", models.CharField(max_length=200, verbose_name="subject")),
                        (
                            "body",
                            models.TextField(blank=True, max_length=100000, verbose_name="content"),
                        ),
                        (
                            "is_privileged",
                            models.BooleanField(
                                default=False,
                                help_text="Stays outside the evidence pack.",
                                verbose_name="privileged (with counsel)",
                            ),
                        ),
                        (
                            "is_automatic",
                            models.BooleanField(default=False, verbose_name="written by a machine"),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.casefile",
                            ),
                        ),
                        (
                            "logged_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("logged_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "communication",
                        "verbose_name_plural": "communications",
                        "ordering": ["-occurred_at", "-pk"],
                        "indexes": [
                            models.Index(
                                fields=["case", "-occurred_at"], name="communication_by_case"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DataCategory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="data_categories",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="data")),
                        ("held_in", models.CharField(max_length=200, verbose_name="where it is")),
                        (
                            "disposal",
                            models.CharField(
                                choices=[
                                    ("return", "Return it"),
                                    ("delete", "Delete it"),
                                    ("keep", "Keep it, then delete it"),
                                ],
                                max_length=8,
                                verbose_name="what becomes of it",
                            ),
                        ),
                        ("ground", models.CharField(max_length=500, verbose_name="ground")),
                        ("due_on", models.DateField(null=True, verbose_name="until")),
                        ("done_on", models.DateField(null=True, verbose_name="done on")),
                        (
                            "done_how",
                            models.CharField(blank=True, max_length=200, verbose_name="how"),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("added_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "kind of data",
                        "verbose_name_plural": "kinds of data",
                        "ordering": ["pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("disposal", "keep"), _negated=True),
                                    ("due_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="kept_data_has_its_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ground", ""), _negated=True),
                                name="disposal_has_its_ground",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("done_on", None),
                                    models.Q(("done_how", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="disposal_done_says_how",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("requested_at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "note",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="note to the team lead"
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("end", "End the relationship"),
                                    ("keep", "Keep the client"),
                                    ("more", "Ask for more"),
                                ],
                                max_length=8,
                                verbose_name="verdict",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "reason",
                            models.TextField(blank=True, max_length=2000, verbose_name="reason"),
                        ),
                        ("superseded_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "decision",
                        "verbose_name_plural": "decisions",
                        "ordering": ["requested_at", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(
                                        ("decided_by", models.F("requested_by")), _negated=True
                                    ),
                                    _connector="OR",
                                ),
                                name="decision_by_a_second_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at", None), ("decided_by", None), ("verdict", "")
                                    ),
                                    models.Q(
                                        models.Q(("verdict", ""), _negated=True),
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="verdict_has_its_person",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at", None)),
                                fields=("case",),
                                name="one_current_decision_per_case",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Download",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "link",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="downloads",
                                to="offboarding.clientlink",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("token_sha256", models.CharField(max_length=64, unique=True)),
                        ("opened_at", models.DateTimeField(default=audit.clock.now)),
                        ("expires_at", models.DateTimeField()),
                        ("address_hash", models.CharField(blank=True, max_length=64)),
                        ("user_agent", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "verbose_name": "download",
                        "verbose_name_plural": "downloads",
                        "ordering": ["opened_at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("link", "number"), name="download_numbered_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DownloadCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "link",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="download_codes",
                                to="offboarding.clientlink",
                            ),
                        ),
                        ("code_sha256", models.CharField(max_length=64)),
                        ("sent_at", models.DateTimeField(default=audit.clock.now)),
                        ("expires_at", models.DateTimeField()),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("used_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "ordering": ["-sent_at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Evidence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evidence",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("happened_on", models.DateField(verbose_name="date")),
                        ("fact", models.TextField(max_length=4000, verbose_name="fact")),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        (
                            "bearing",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("ending", "For ending the relationship"),
                                    ("keeping", "For keeping the client"),
                                ],
                                max_length=8,
                                verbose_name="what it speaks for",
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.casefile",
                            ),
                        ),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("added_at", models.DateTimeField(default=audit.clock.now)),
                        ("struck_at", models.DateTimeField(null=True)),
                        ("struck_reason", models.TextField(blank=True)),
                    ],
                    options={
                        "verbose_name": "evidence",
                        "verbose_name_plural": "evidence",
                        "ordering": ["happened_on", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Feedback",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "link",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback",
                                to="offboarding.clientlink",
                            ),
                        ),
                        (
                            "has_everything",
                            models.CharField(
                                blank=True,
                                choices=[("yes", "Yes"), ("no", "Not yet")],
                                max_length=4,
                                verbose_name="has everything",
                            ),
                        ),
                        (
                            "still_open",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="still open"
                            ),
                        ),
                        (
                            "differently",
                            models.TextField(
                                blank=True,
                                max_length=4000,
                                verbose_name="what we should do differently",
                            ),
                        ),
                        ("given_at", models.DateTimeField(default=audit.clock.now)),
                        ("changed_at", models.DateTimeField(default=audit.clock.now)),
                        ("times_changed", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "feedback",
                        "verbose_name_plural": "feedback",
                        "ordering": ["given_at", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="what to check")),
                        ("due_on", models.DateField(verbose_name="due on")),
                        (
                            "writes_to_client",
                            models.BooleanField(default=False, verbose_name="writes to the client"),
                        ),
                        ("raised_at", models.DateTimeField(editable=False, null=True)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("done_by", models.CharField(blank=True, max_length=200)),
                        (
                            "outcome",
                            models.TextField(blank=True, max_length=2000, verbose_name="outcome"),
                        ),
                        (
                            "cancelled_reason",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="why it is not needed"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "follow-up",
                        "verbose_name_plural": "follow-ups",
                        "ordering": ["due_on", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None), ("raised_at", None)),
                                fields=["due_on"],
                                name="follow_up_to_raise",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandoverItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handover_items",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="item")),
                        (
                            "format",
                            models.CharField(blank=True, max_length=100, verbose_name="format"),
                        ),
                        (
                            "held_by",
                            models.CharField(blank=True, max_length=200, verbose_name="held by"),
                        ),
                        (
                            "goes_to",
                            models.CharField(
                                choices=[("client", "The client"), ("successor", "The successor")],
                                default="client",
                                max_length=10,
                                verbose_name="goes to",
                            ),
                        ),
                        (
                            "exceptions",
                            models.TextField(
                                blank=True, max_length=1000, verbose_name="exceptions"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "To hand over"),
                                    ("delivered", "Delivered"),
                                    ("not_applicable", "Not applicable"),
                                ],
                                default="waiting",
                                editable=False,
                                max_length=16,
                            ),
                        ),
                        ("delivered_on", models.DateField(null=True, verbose_name="delivered on")),
                        (
                            "delivered_how",
                            models.CharField(blank=True, max_length=200, verbose_name="how"),
                        ),
                        (
                            "accepted_by",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="accepted by"
                            ),
                        ),
                        (
                            "reason",
                            models.TextField(blank=True, max_length=2000, verbose_name="reason"),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.casefile",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("added_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "hand-over item",
                        "verbose_name_plural": "hand-over items",
                        "ordering": ["pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "not_applicable"), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="handover_not_applicable_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "delivered"), _negated=True),
                                    ("delivered_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="handover_delivered_has_its_date",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandoverRelease",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="releases",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "goes_to",
                            models.CharField(
                                choices=[("client", "The client"), ("successor", "The successor")],
                                max_length=10,
                                verbose_name="goes to",
                            ),
                        ),
                        (
                            "recipient_name",
                            models.CharField(max_length=200, verbose_name="recipient"),
                        ),
                        (
                            "recipient_email",
                            models.CharField(max_length=254, verbose_name="e-mail address"),
                        ),
                        (
                            "prepared_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("prepared_at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "link",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="release",
                                to="offboarding.clientlink",
                            ),
                        ),
                        ("link_count", models.PositiveSmallIntegerField(default=0)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        ("withdrawn_reason", models.CharField(blank=True, max_length=500)),
                        ("accepted_at", models.DateTimeField(null=True)),
                        (
                            "accepted_by",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="accepted by"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "release of files",
                        "verbose_name_plural": "releases of files",
                        "ordering": ["number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "number"), name="release_numbered_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Lesson",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lessons",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "avoidable",
                            models.CharField(
                                choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")],
                                max_length=8,
                                verbose_name="was it avoidable",
                            ),
                        ),
                        (
                            "first_sign",
                            models.CharField(blank=True, max_length=300, verbose_name="first sign"),
                        ),
                        (
                            "first_sign_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="date of the first sign"
                            ),
                        ),
                        (
                            "next_time",
                            models.TextField(max_length=2000, verbose_name="what we do next time"),
                        ),
                        (
                            "measure",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="measure to adopt"
                            ),
                        ),
                        (
                            "measure_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lessons",
                                to="offboarding.terminationground",
                                verbose_name="measure of the catalogue",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "lesson",
                        "verbose_name_plural": "lessons",
                        "ordering": ["recorded_at", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Obligation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="obligations",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "party",
                            models.CharField(
                                choices=[("ours", "We owe"), ("clients", "They owe")],
                                max_length=8,
                                verbose_name="who owes it",
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="what is owed")),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="obligations",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="looked after by",
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="due on")),
                        ("original_due_on", models.DateField(editable=False, null=True)),
                        (
                            "days_before_effective_date",
                            models.SmallIntegerField(
                                null=True, verbose_name="business days before the effective date"
                            ),
                        ),
                        (
                            "amount_cents",
                            models.PositiveBigIntegerField(null=True, verbose_name="amount"),
                        ),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        (
                            "money_kind",
                            models.CharField(
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
                        (
                            "invoice",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.invoice",
                            ),
                        ),
                        (
                            "needs_proof",
                            models.BooleanField(default=False, verbose_name="needs proof"),
                        ),
                        (
                            "is_internal",
                            models.BooleanField(default=False, verbose_name="only for us"),
                        ),
                        (
                            "service",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="from the checklist of"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("fulfilled", "Fulfilled"),
                                    ("waived", "Waived"),
                                    ("not_applicable", "Not applicable"),
                                    ("escalated", "Escalated"),
                                ],
                                default="open",
                                editable=False,
                                max_length=16,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "proof",
                            models.TextField(blank=True, max_length=2000, verbose_name="proof"),
                        ),
                        (
                            "proof_file",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.casefile",
                            ),
                        ),
                        (
                            "reason",
                            models.TextField(blank=True, max_length=2000, verbose_name="reason"),
                        ),
                        (
                            "escalated_to",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="now looked after by"
                            ),
                        ),
                        ("escalated_until", models.DateField(null=True, verbose_name="until")),
                        (
                            "settled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("settled_at", models.DateTimeField(null=True)),
                        (
                            "waiver_requested_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("client_says_done_at", models.DateTimeField(null=True)),
                        ("client_says_done_by", models.CharField(blank=True, max_length=200)),
                        ("client_note", models.TextField(blank=True)),
                        ("tick_answer", models.TextField(blank=True, max_length=1000)),
                        ("next_reminder_on", models.DateField(editable=False, null=True)),
                        (
                            "reminder_step",
                            models.PositiveSmallIntegerField(default=0, editable=False),
                        ),
                        ("mails_sent", models.PositiveSmallIntegerField(default=0, editable=False)),
                        ("last_mail_on", models.DateField(editable=False, null=True)),
                        (
                            "added_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("added_at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "waits_for",
                            models.ManyToManyField(
                                blank=True,
                                related_name="holds_up",
                                to="offboarding.obligation",
                                verbose_name="comes after",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "obligation",
                        "verbose_name_plural": "obligations",
                        "ordering": ["due_on", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["owner", "due_on"],
                                name="open_obligation_by_owner",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("next_reminder_on__isnull", False), ("state", "open")
                                ),
                                fields=["next_reminder_on"],
                                name="obligation_to_remind_of",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "open",
                                            "fulfilled",
                                            "waived",
                                            "not_applicable",
                                            "escalated",
                                        ],
                                    )
                                ),
                                name="obligation_state_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "waived"), _negated=True),
                                    models.Q(
                                        models.Q(("reason", ""), _negated=True),
                                        ("settled_by__isnull", False),
                                        ("waiver_requested_by__isnull", False),
                                        models.Q(
                                            ("settled_by", models.F("waiver_requested_by")),
                                            _negated=True,
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="waiver_by_a_second_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "not_applicable"), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="not_applicable_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "escalated"), _negated=True),
                                    models.Q(
                                        models.Q(("escalated_to", ""), _negated=True),
                                        ("escalated_until__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalation_has_owner_and_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_internal", False), ("party", "ours"), _connector="OR"
                                ),
                                name="only_ours_are_internal",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("money_kind", ""),
                                    ("money_kind", "other"),
                                    models.Q(("money_kind", "unbilled"), ("party", "clients")),
                                    models.Q(("money_kind", "refund"), ("party", "ours")),
                                    _connector="OR",
                                ),
                                name="money_is_owed_by_who_owes_it",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProofOfReceipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proofs",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("confirmation", "Confirmed on the receipt page"),
                                    ("paper_code", "Confirmed with the code from the letter"),
                                    ("signed_slip", "Signed receipt slip"),
                                    ("carrier_record", "Carrier's delivery record"),
                                    ("accepted_reply", "Reply of the client"),
                                    ("phone", "Telephone call"),
                                    ("deemed", "Deemed service"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "grade",
                            models.CharField(
                                choices=[
                                    ("A", "A: from the paper or the carrier"),
                                    ("B", "B: confirmed, nothing odd"),
                                    ("C", "C: confirmed, something odd"),
                                    ("D", "D: entered by a colleague"),
                                    ("E", "E: deemed service"),
                                ],
                                max_length=1,
                                verbose_name="grade",
                            ),
                        ),
                        (
                            "grade_reason",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="why this grade"
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="received at")),
                        (
                            "received_by",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="received by"
                            ),
                        ),
                        (
                            "notice_number",
                            models.PositiveSmallIntegerField(
                                null=True, verbose_name="notice number"
                            ),
                        ),
                        ("delivery_id", models.PositiveBigIntegerField(null=True)),
                        ("source", models.JSONField(default=dict)),
                        (
                            "note",
                            models.TextField(blank=True, max_length=2000, verbose_name="note"),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.casefile",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "accepted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("accepted_at", models.DateTimeField(null=True)),
                        ("voided_at", models.DateTimeField(null=True)),
                        ("voided_reason", models.TextField(blank=True)),
                    ],
                    options={
                        "verbose_name": "receipt",
                        "verbose_name_plural": "receipts",
                        "ordering": ["recorded_at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("delivery_id__isnull", False), ("voided_at", None)
                                ),
                                fields=("delivery_id", "kind"),
                                name="one_proof_per_delivery_and_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("accepted_at", None), ("accepted_by", None)),
                                    models.Q(
                                        ("accepted_at__isnull", False),
                                        ("accepted_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="acceptance_has_its_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Question",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="questions",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(default=audit.clock.now)),
                        ("asked_by", models.CharField(max_length=200, verbose_name="asked by")),
                        ("text", models.TextField(max_length=4000, verbose_name="question")),
                        (
                            "link",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.clientlink",
                            ),
                        ),
                        (
                            "communication",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.communication",
                            ),
                        ),
                        (
                            "answer",
                            models.TextField(blank=True, max_length=4000, verbose_name="answer"),
                        ),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "question",
                        "verbose_name_plural": "questions",
                        "ordering": ["asked_at", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Reaction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reactions",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("acceptance", "Acceptance"),
                                    ("disappointment", "Disappointment"),
                                    ("anger", "Anger"),
                                    ("negotiation", "Negotiation"),
                                    ("threat_of_claim", "Threat of claim"),
                                    ("silence", "Silence"),
                                ],
                                max_length=16,
                                verbose_name="reaction",
                            ),
                        ),
                        ("noticed_on", models.DateField(verbose_name="date")),
                        (
                            "note",
                            models.TextField(blank=True, max_length=2000, verbose_name="note"),
                        ),
                        (
                            "logged_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("logged_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "reaction",
                        "verbose_name_plural": "reactions",
                        "ordering": ["noticed_on", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="RecommendedProvider",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recommendations",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.provider",
                            ),
                        ),
                        ("recommended_on", models.DateField(verbose_name="recommended on")),
                        (
                            "services",
                            models.TextField(blank=True, verbose_name="for which services"),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="why they fit"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "provider"), name="recommended_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleasedFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="offboarding.handoverrelease",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="releases",
                                to="offboarding.handoveritem",
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.casefile",
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("title", models.CharField(max_length=200)),
                        ("exceptions", models.TextField(blank=True)),
                        ("crc32", models.BigIntegerField()),
                    ],
                    options={
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "position"), name="released_file_placed"
                            ),
                            models.UniqueConstraint(
                                fields=("release", "name"), name="released_file_named_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FetchedFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "download",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="fetched",
                                to="offboarding.download",
                            ),
                        ),
                        (
                            "released",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="offboarding.releasedfile",
                            ),
                        ),
                        ("size_bytes", models.PositiveBigIntegerField()),
                        ("first_at", models.DateTimeField(default=audit.clock.now)),
                        ("last_at", models.DateTimeField(default=audit.clock.now)),
                        ("requests", models.PositiveIntegerField(default=0)),
                        ("sent", models.JSONField(default=list)),
                    ],
                    options={
                        "ordering": ["first_at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("released__isnull", False)),
                                fields=("download", "released"),
                                name="one_file_per_download",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("released", None)),
                                fields=("download",),
                                name="one_archive_per_download",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Remedy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="remedies",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "measure",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="remedy of the ground"
                            ),
                        ),
                        ("tried_on", models.DateField(verbose_name="date")),
                        (
                            "description",
                            models.TextField(max_length=2000, verbose_name="what was tried"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("tried", "Tried"),
                                    ("running", "Under way"),
                                    ("helped", "It helped"),
                                    ("failed", "It did not help"),
                                    ("left_out", "Left out"),
                                ],
                                default="tried",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "outcome",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="what came of it"
                            ),
                        ),
                        (
                            "is_cure_warning",
                            models.BooleanField(default=False, verbose_name="cure warning"),
                        ),
                        (
                            "channel",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("email", "E-mail"),
                                    ("post", "Letter"),
                                    ("registered_mail", "Registered mail"),
                                ],
                                max_length=16,
                                verbose_name="sent by",
                            ),
                        ),
                        ("received_on", models.DateField(null=True, verbose_name="received on")),
                        (
                            "cure_days",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="days to put it right"
                            ),
                        ),
                        (
                            "cure_ends_on",
                            models.DateField(null=True, verbose_name="to be put right by"),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.casefile",
                            ),
                        ),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("added_at", models.DateTimeField(default=audit.clock.now)),
                        ("struck_at", models.DateTimeField(null=True)),
                        ("struck_reason", models.TextField(blank=True)),
                    ],
                    options={
                        "verbose_name": "remedy",
                        "verbose_name_plural": "remedies",
                        "ordering": ["tried_on", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["tried", "running", "helped", "failed", "left_out"],
                                    )
                                ),
                                name="remedy_state_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_cure_warning", False),
                                    models.Q(
                                        ("cure_ends_on__isnull", False),
                                        ("received_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="cure_warning_has_its_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SettlementStatement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statements",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                        ("as_of_on", models.DateField(verbose_name="as of")),
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("lines", models.JSONField(default=list)),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=audit.clock.now)),
                        ("shared_at", models.DateTimeField(null=True)),
                        (
                            "shared_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("problems", models.JSONField(default=list)),
                        (
                            "case_file",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statement",
                                to="offboarding.casefile",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "settlement statement",
                        "verbose_name_plural": "settlement statements",
                        "ordering": ["case", "-number"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at__isnull", True)),
                                fields=["made_at"],
                                name="statement_to_be_set",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "number"), name="one_statement_per_number"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StageStay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stays",
                                to="offboarding.terminationcase",
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
                                    ("closed", "Closed"),
                                    ("retained", "Kept"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                max_length=32,
                                verbose_name="stage",
                            ),
                        ),
                        ("days", models.PositiveIntegerField(verbose_name="days")),
                        ("left_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "stay in a stage",
                        "verbose_name_plural": "stays in stages",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "state"), name="one_stay_a_stage"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Successor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="successor",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="offboarding.provider",
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "contact",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="contact person"
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                        ),
                        (
                            "consented_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="client consented on"
                            ),
                        ),
                        (
                            "consent_scope",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="what may be handed over"
                            ),
                        ),
                        (
                            "consent_how",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="how the consent was given"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "successor",
                        "verbose_name_plural": "successors",
                    },
                ),
                migrations.CreateModel(
                    name="Task",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("decide", "Decide"),
                                    ("approve", "Approve"),
                                    ("call", "Call"),
                                    ("post", "Post"),
                                    ("look_at", "Look at"),
                                    ("follow_up", "Follow up"),
                                    ("other", "To do"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="task")),
                        (
                            "details",
                            models.TextField(blank=True, max_length=4000, verbose_name="details"),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_tasks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due on")),
                        ("snoozed_until", models.DateField(null=True)),
                        ("origin", models.CharField(blank=True, max_length=100)),
                        ("created_at", models.DateTimeField(default=audit.clock.now)),
                        ("created_by", models.CharField(blank=True, max_length=200)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("done_by", models.CharField(blank=True, max_length=200)),
                        (
                            "outcome",
                            models.TextField(blank=True, max_length=2000, verbose_name="outcome"),
                        ),
                    ],
                    options={
                        "verbose_name": "task",
                        "verbose_name_plural": "tasks",
                        "ordering": ["due_on", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["assignee", "due_on"],
                                name="open_task_by_person",
                            ),
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["due_on"],
                                name="open_task_by_day",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("origin", ""), _negated=True),
                                fields=("case", "origin"),
                                name="task_raised_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Watcher",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="watchers",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="watched_cases",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("since", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "watcher",
                        "verbose_name_plural": "watchers",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "case"), name="watched_once_by_a_person"
                            )
                        ],
                    },
                ),
            ]
        )
    ]
