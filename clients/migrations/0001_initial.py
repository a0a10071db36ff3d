import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django_countries.fields
from django.conf import settings
from django.db import migrations, models

import audit.clock
import clients.languages
import clients.models.fields
import clients.validators
from audit.laying import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Firm",
                    fields=[
                        (
                            "id",
                            models.PositiveSmallIntegerField(
                                default=1, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "name",
                            clients.models.fields.LineField(max_length=100, verbose_name="name"),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=clients.languages.letter_languages,
                                default="en",
                                help_text="Letters use it when there is none in the client's own language.",
                                max_length=10,
                                validators=[clients.validators.letter_language],
                                verbose_name="language",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "firm",
                        "verbose_name_plural": "firm",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="firm_is_one_row"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportBatch",
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
                                related_name="+",
                                to="accounts.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="uploaded by",
                            ),
                        ),
                        (
                            "file_name",
                            clients.models.fields.LineField(
                                blank=True, max_length=200, verbose_name="file name"
                            ),
                        ),
                        (
                            "sha256",
                            models.CharField(max_length=64, verbose_name="SHA-256 of the file"),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("dry_run", "Checked, nothing imported yet"),
                                    ("confirmed", "Imported"),
                                    ("discarded", "Discarded"),
                                    ("undone", "Undone"),
                                ],
                                default="dry_run",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("rows", models.JSONField(blank=True, default=list, verbose_name="rows")),
                        (
                            "bad_rows",
                            models.JSONField(blank=True, default=list, verbose_name="bad rows"),
                        ),
                        (
                            "warnings",
                            models.JSONField(blank=True, default=list, verbose_name="warnings"),
                        ),
                        (
                            "row_count",
                            models.PositiveIntegerField(default=0, verbose_name="rows in the file"),
                        ),
                        (
                            "good_count",
                            models.PositiveIntegerField(default=0, verbose_name="good rows"),
                        ),
                        (
                            "imported_count",
                            models.PositiveIntegerField(default=0, verbose_name="clients imported"),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                default=audit.clock.now, verbose_name="uploaded at"
                            ),
                        ),
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
                        ),
                    ],
                    options={
                        "verbose_name": "import",
                        "verbose_name_plural": "imports",
                        "ordering": ["-created_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["dry_run", "confirmed", "discarded", "undone"])
                                ),
                                name="import_status_is_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Office",
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
                            "firm",
                            models.ForeignKey(
                                default=1,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="offices",
                                to="clients.firm",
                                verbose_name="firm",
                            ),
                        ),
                        (
                            "name",
                            clients.models.fields.LineField(
                                help_text="As colleagues call it: “Berlin”.",
                                max_length=60,
                                unique=True,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "legal_name",
                            clients.models.fields.LineField(
                                help_text="The company as it stands on the letterhead.",
                                max_length=120,
                                verbose_name="legal name",
                            ),
                        ),
                        (
                            "street",
                            clients.models.fields.LinesField(
                                validators=[clients.validators.street_lines], verbose_name="street"
                            ),
                        ),
                        (
                            "postal_code",
                            clients.models.fields.LineField(
                                blank=True, max_length=12, verbose_name="postal code"
                            ),
                        ),
                        (
                            "city",
                            clients.models.fields.LineField(max_length=60, verbose_name="city"),
                        ),
                        (
                            "region",
                            clients.models.fields.LineField(
                                blank=True, max_length=40, verbose_name="state or region"
                            ),
                        ),
                        (
                            "country",
                            django_countries.fields.CountryField(
                                max_length=2, verbose_name="country"
                            ),
                        ),
                        (
                            "phone",
                            clients.models.fields.PhoneField(
                                help_text="With country code, for example +493012345678.",
                                max_length=16,
                                verbose_name="telephone",
                            ),
                        ),
                        (
                            "email",
                            clients.models.fields.OneEmailField(
                                max_length=254, verbose_name="e-mail"
                            ),
                        ),
                        (
                            "website",
                            clients.models.fields.LineField(
                                blank=True,
                                max_length=200,
                                validators=[clients.validators.website],
                                verbose_name="website",
                            ),
                        ),
                        (
                            "registration_lines",
                            clients.models.fields.LinesField(
                                blank=True,
                                help_text="Small print of the letterhead: register, tax number, directors, bank.",
                                validators=[clients.validators.registration_lines],
                                verbose_name="registration lines",
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="UTC",
                                help_text="Its name in the tz database, such as Europe/Berlin.",
                                max_length=60,
                                validators=[clients.validators.time_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="EUR",
                                help_text="Three letters, such as EUR.",
                                max_length=3,
                                validators=[clients.validators.currency],
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=clients.languages.letter_languages,
                                default="en",
                                max_length=10,
                                validators=[clients.validators.letter_language],
                                verbose_name="language",
                            ),
                        ),
                        (
                            "stationery",
                            models.CharField(
                                choices=[
                                    ("din5008b", "DIN 5008 form B, A4, window envelope DL"),
                                    ("din5008a", "DIN 5008 form A, A4, window envelope DL"),
                                    ("us10", "US Letter, #10 single window envelope"),
                                    ("ukdl", "UK A4, DL window envelope"),
                                ],
                                default="din5008b",
                                max_length=20,
                                verbose_name="stationery",
                            ),
                        ),
                        (
                            "nudge_x_mm",
                            models.DecimalField(
                                decimal_places=1,
                                default=0,
                                help_text="Between −5 and 5, when the printer sits a little off.",
                                max_digits=3,
                                validators=[
                                    django.core.validators.MinValueValidator(-5),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                                verbose_name="move the address right, mm",
                            ),
                        ),
                        (
                            "nudge_y_mm",
                            models.DecimalField(
                                decimal_places=1,
                                default=0,
                                help_text="Between −5 and 5, when the printer sits a little off.",
                                max_digits=3,
                                validators=[
                                    django.core.validators.MinValueValidator(-5),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                                verbose_name="move the address down, mm",
                            ),
                        ),
                        (
                            "paper_grams_per_m2",
                            models.PositiveSmallIntegerField(
                                default=80,
                                help_text="As it stands on the ream; the desk weighs letters by it.",
                                validators=[
                                    django.core.validators.MinValueValidator(40),
                                    django.core.validators.MaxValueValidator(300),
                                ],
                                verbose_name="paper, grams per m²",
                            ),
                        ),
                        (
                            "envelope_grams",
                            models.PositiveSmallIntegerField(
                                default=6,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(200),
                                ],
                                verbose_name="empty envelope, grams",
                            ),
                        ),
                        (
                            "prints_both_sides",
                            models.BooleanField(
                                default=False,
                                help_text="Then each letter still begins on a sheet of its own.",
                                verbose_name="the printer prints both sides",
                            ),
                        ),
                        (
                            "holiday_country",
                            models.CharField(
                                blank=True,
                                help_text="Two letters such as DE; empty when the office lists its own holidays only.",
                                max_length=2,
                                verbose_name="country of public holidays",
                            ),
                        ),
                        (
                            "holiday_region",
                            clients.models.fields.LineField(
                                blank=True,
                                help_text="A state or province with holidays of its own, such as BE for Berlin.",
                                max_length=20,
                                verbose_name="region of public holidays",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "office",
                        "verbose_name_plural": "offices",
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("nudge_x_mm__gte", -5),
                                    ("nudge_x_mm__lte", 5),
                                    ("nudge_y_mm__gte", -5),
                                    ("nudge_y_mm__lte", 5),
                                ),
                                name="office_nudge_within_5_mm",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("envelope_grams__gte", 1),
                                    ("envelope_grams__lte", 200),
                                    ("paper_grams_per_m2__gte", 40),
                                    ("paper_grams_per_m2__lte", 300),
                                ),
                                name="office_paper_has_a_weight",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("stationery__in", ["din5008b", "din5008a", "us10", "ukdl"])
                                ),
                                name="office_stationery_is_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Client",
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
                            "version",
                            models.PositiveIntegerField(
                                default=1, editable=False, verbose_name="version"
                            ),
                        ),
                        (
                            "changed_at",
                            models.DateTimeField(
                                default=audit.clock.now, editable=False, verbose_name="changed at"
                            ),
                        ),
                        (
                            "changed_by",
                            models.CharField(
                                blank=True,
                                editable=False,
                                max_length=150,
                                verbose_name="changed by",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clients",
                                to="accounts.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clients",
                                to="clients.office",
                                verbose_name="office",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="owned_clients",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="account manager",
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                help_text="The client's number in your books.",
                                max_length=30,
                                validators=[clients.validators.reference],
                                verbose_name="reference",
                            ),
                        ),
                        (
                            "legal_name",
                            clients.models.fields.LineField(
                                max_length=120, verbose_name="legal name"
                            ),
                        ),
                        (
                            "display_name",
                            clients.models.fields.LineField(
                                blank=True,
                                help_text="What colleagues say; the legal name if empty.",
                                max_length=60,
                                verbose_name="short name",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=clients.languages.correspondence_languages,
                                default="en",
                                max_length=10,
                                validators=[clients.validators.correspondence_language],
                                verbose_name="language of letters",
                            ),
                        ),
                        (
                            "care_of",
                            clients.models.fields.LineField(
                                blank=True,
                                help_text="Who takes the client's post in, without “c/o”.",
                                max_length=60,
                                verbose_name="care of",
                            ),
                        ),
                        (
                            "street",
                            clients.models.fields.LinesField(
                                help_text="Up to three lines: building, street and number, or post box.",
                                validators=[clients.validators.street_lines],
                                verbose_name="street",
                            ),
                        ),
                        (
                            "postal_code",
                            clients.models.fields.LineField(
                                blank=True, max_length=12, verbose_name="postal code"
                            ),
                        ),
                        (
                            "city",
                            clients.models.fields.LineField(max_length=60, verbose_name="city"),
                        ),
                        (
                            "region",
                            clients.models.fields.LineField(
                                blank=True,
                                help_text="Where an address needs it, such as NY in the United States.",
                                max_length=40,
                                verbose_name="state or region",
                            ),
                        ),
                        (
                            "country",
                            django_countries.fields.CountryField(
                                max_length=2, verbose_name="country"
                            ),
                        ),
                        (
                            "import_batch",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clients",
                                to="clients.importbatch",
                                verbose_name="import",
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                default=audit.clock.now, editable=False, verbose_name="created at"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "client",
                        "verbose_name_plural": "clients",
                        "ordering": ["legal_name", "pk"],
                        "indexes": [
                            models.Index(fields=["team", "legal_name"], name="client_team_and_name")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("reference"),
                                name="client_reference_is_unique",
                                violation_error_message="Another client already has this reference.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reference", ""), _negated=True),
                                name="client_reference_is_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("legal_name", ""), _negated=True),
                                name="client_legal_name_is_given",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
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
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contacts",
                                to="clients.client",
                                verbose_name="client",
                            ),
                        ),
                        (
                            "name",
                            clients.models.fields.LineField(max_length=60, verbose_name="name"),
                        ),
                        (
                            "position",
                            clients.models.fields.LineField(
                                blank=True, max_length=60, verbose_name="position"
                            ),
                        ),
                        (
                            "email",
                            clients.models.fields.OneEmailField(
                                blank=True, max_length=254, verbose_name="e-mail"
                            ),
                        ),
                        (
                            "phone",
                            clients.models.fields.PhoneField(
                                blank=True,
                                help_text="With country code, for example +493012345678.",
                                max_length=16,
                                verbose_name="telephone",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                choices=clients.languages.correspondence_languages,
                                help_text="Only if it differs from the client's.",
                                max_length=10,
                                validators=[clients.validators.correspondence_language],
                                verbose_name="language",
                            ),
                        ),
                        (
                            "receives_notices",
                            models.BooleanField(default=False, verbose_name="receives notices"),
                        ),
                    ],
                    options={
                        "verbose_name": "contact",
                        "verbose_name_plural": "contacts",
                        "ordering": ["-receives_notices", "name", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("receives_notices", True)),
                                fields=("client",),
                                name="one_notice_recipient_per_client",
                                violation_error_message="Another contact of this client receives the notices.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Engagement",
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
                            "version",
                            models.PositiveIntegerField(
                                default=1, editable=False, verbose_name="version"
                            ),
                        ),
                        (
                            "changed_at",
                            models.DateTimeField(
                                default=audit.clock.now, editable=False, verbose_name="changed at"
                            ),
                        ),
                        (
                            "changed_by",
                            models.CharField(
                                blank=True,
                                editable=False,
                                max_length=150,
                                verbose_name="changed by",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="engagements",
                                to="clients.client",
                                verbose_name="client",
                            ),
                        ),
                        (
                            "title",
                            clients.models.fields.LineField(
                                help_text="For example “Bookkeeping agreement 2024”.",
                                max_length=120,
                                verbose_name="title",
                            ),
                        ),
                        (
                            "services",
                            clients.models.fields.LinesField(
                                blank=True,
                                help_text="One on each line, in the words of the agreement.",
                                validators=[clients.validators.service_lines],
                                verbose_name="services",
                            ),
                        ),
                        (
                            "service_line",
                            clients.models.fields.LineField(
                                blank=True,
                                help_text="For example “Accounting”.",
                                max_length=60,
                                verbose_name="service line",
                            ),
                        ),
                        ("started_on", models.DateField(verbose_name="started on")),
                        (
                            "ended_on",
                            models.DateField(blank=True, null=True, verbose_name="ended on"),
                        ),
                        (
                            "notice_period_count",
                            models.PositiveSmallIntegerField(
                                default=0,
                                validators=[django.core.validators.MaxValueValidator(999)],
                                verbose_name="notice period",
                            ),
                        ),
                        (
                            "notice_period_unit",
                            models.CharField(
                                choices=[
                                    ("days", "Days"),
                                    ("weeks", "Weeks"),
                                    ("months", "Months"),
                                ],
                                default="days",
                                max_length=10,
                                verbose_name="counted in",
                            ),
                        ),
                        (
                            "notice_period_in_business_days",
                            models.BooleanField(default=False, verbose_name="only business days"),
                        ),
                        (
                            "notice_to_end_of_month",
                            models.BooleanField(
                                default=False, verbose_name="to the end of a month"
                            ),
                        ),
                        (
                            "notice_method",
                            models.CharField(
                                choices=[
                                    ("any", "No method named"),
                                    ("email", "E-mail"),
                                    ("registered_mail", "Registered mail"),
                                ],
                                default="any",
                                max_length=20,
                                verbose_name="notice is sent by",
                            ),
                        ),
                        (
                            "notice_email",
                            clients.models.fields.OneEmailField(
                                blank=True,
                                help_text="Only if the agreement names one.",
                                max_length=254,
                                verbose_name="e-mail address for notices",
                            ),
                        ),
                        (
                            "notice_address",
                            clients.models.fields.LinesField(
                                blank=True,
                                help_text="Only if the agreement names one; as it is printed, up to seven lines.",
                                validators=[clients.validators.address_lines],
                                verbose_name="postal address for notices",
                            ),
                        ),
                        (
                            "notice_form",
                            models.CharField(
                                choices=[
                                    ("text", "Text is enough"),
                                    ("ink", "Written, signed in ink"),
                                ],
                                default="text",
                                max_length=10,
                                verbose_name="form of the notice",
                            ),
                        ),
                        (
                            "signatories_required",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(4),
                                ],
                                verbose_name="signatures needed",
                            ),
                        ),
                        (
                            "cure_days",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="How long the client may put things right before a notice for cause.",
                                validators=[django.core.validators.MaxValueValidator(999)],
                                verbose_name="cure period, days",
                            ),
                        ),
                        (
                            "yearly_value_cents",
                            models.PositiveBigIntegerField(
                                blank=True,
                                help_text="What the client pays in a usual year, in the smallest unit of the currency.",
                                null=True,
                                verbose_name="yearly value in cents",
                            ),
                        ),
                        (
                            "yearly_value_currency",
                            models.CharField(
                                blank=True,
                                help_text="Left empty, the office's currency.",
                                max_length=3,
                                validators=[clients.validators.currency],
                                verbose_name="currency of the yearly value",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "engagement",
                        "verbose_name_plural": "engagements",
                        "ordering": ["started_on", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_on__isnull", True),
                                    ("ended_on__gte", models.F("started_on")),
                                    _connector="OR",
                                ),
                                name="engagement_ends_after_it_starts",
                                violation_error_message="An engagement cannot end before it starts.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("notice_period_count__gte", 0)),
                                name="engagement_notice_period_is_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("notice_period_in_business_days", False),
                                    ("notice_period_unit", "days"),
                                    _connector="OR",
                                ),
                                name="engagement_business_days_are_days",
                                violation_error_message="Only a period in days can count business days.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("signatories_required__gte", 1)),
                                name="engagement_needs_a_signature",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("notice_period_unit__in", ["days", "weeks", "months"]),
                                    ("notice_method__in", ["any", "email", "registered_mail"]),
                                    ("notice_form__in", ["text", "ink"]),
                                ),
                                name="engagement_notice_clause_is_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Holiday",
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
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="holidays",
                                to="clients.office",
                                verbose_name="office",
                            ),
                        ),
                        ("on", models.DateField(verbose_name="day")),
                        (
                            "name",
                            clients.models.fields.LineField(max_length=60, verbose_name="name"),
                        ),
                    ],
                    options={
                        "verbose_name": "holiday",
                        "verbose_name_plural": "holidays",
                        "ordering": ["on"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("office", "on"),
                                name="one_holiday_per_office_and_day",
                                violation_error_message="The office already is closed on this day.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invoice",
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
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="invoices",
                                to="clients.client",
                                verbose_name="client",
                            ),
                        ),
                        (
                            "engagement",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invoices",
                                to="clients.engagement",
                                verbose_name="engagement",
                            ),
                        ),
                        (
                            "number",
                            clients.models.fields.LineField(max_length=40, verbose_name="number"),
                        ),
                        ("issued_on", models.DateField(verbose_name="issued on")),
                        ("due_on", models.DateField(verbose_name="due on")),
                        (
                            "amount_cents",
                            models.BigIntegerField(
                                help_text="In the smallest unit of the currency: 12345 for EUR 123.45.",
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="amount in cents",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="EUR",
                                max_length=3,
                                validators=[clients.validators.currency],
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "paid_on",
                            models.DateField(blank=True, null=True, verbose_name="paid on"),
                        ),
                    ],
                    options={
                        "verbose_name": "invoice",
                        "verbose_name_plural": "invoices",
                        "ordering": ["due_on", "number", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("paid_on__isnull", True)),
                                fields=["client", "due_on"],
                                name="invoice_open_by_client",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("client", "number"),
                                name="one_invoice_per_client_and_number",
                                violation_error_message="This client already has an invoice of this number.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_cents__gte", 0)),
                                name="invoice_amount_is_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("due_on__gte", models.F("issued_on"))),
                                name="invoice_is_due_after_it_is_issued",
                                violation_error_message="An invoice cannot be due before it is issued.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paid_on__isnull", True),
                                    ("paid_on__gte", models.F("issued_on")),
                                    _connector="OR",
                                ),
                                name="invoice_is_paid_after_it_is_issued",
                                violation_error_message="An invoice cannot be paid before it is issued.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Signatory",
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
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="signatories",
                                to="clients.office",
                                verbose_name="office",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty for somebody who signs on paper only.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatory_places",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person who signs in",
                            ),
                        ),
                        (
                            "name",
                            clients.models.fields.LineField(max_length=60, verbose_name="name"),
                        ),
                        (
                            "position",
                            clients.models.fields.LineField(max_length=60, verbose_name="position"),
                        ),
                    ],
                    options={
                        "verbose_name": "signatory",
                        "verbose_name_plural": "signatories",
                        "ordering": ["office", "name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("office", "name"),
                                name="one_signatory_per_office_and_name",
                                violation_error_message="This person already signs for the office.",
                            )
                        ],
                    },
                ),
            ]
        )
    ]
