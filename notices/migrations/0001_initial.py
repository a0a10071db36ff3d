import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.clock
import clients.languages
import notices.models.slip_scan
from audit.laying import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
        ("clients", "0001_initial"),
        ("offboarding", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="AttachedMail",
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
                                related_name="attached_mails",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "communication",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attached_mail",
                                to="offboarding.communication",
                            ),
                        ),
                        ("sha256", models.CharField(max_length=64)),
                        ("message_id", models.CharField(blank=True, max_length=500)),
                        (
                            "sender_name",
                            models.CharField(blank=True, max_length=200, verbose_name="sender"),
                        ),
                        (
                            "sender_email",
                            models.CharField(
                                blank=True, max_length=254, verbose_name="sender's address"
                            ),
                        ),
                        ("recipients", models.JSONField(default=list, verbose_name="recipients")),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("files_left_out", models.JSONField(default=list)),
                        (
                            "files",
                            models.ManyToManyField(related_name="+", to="offboarding.casefile"),
                        ),
                    ],
                    options={
                        "verbose_name": "attached mail",
                        "verbose_name_plural": "attached mails",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "sha256"), name="mail_attached_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignEnclosure",
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
                                related_name="enclosures",
                                to="offboarding.campaign",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("title", models.CharField(max_length=100, verbose_name="title")),
                        ("pdf", models.BinaryField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("size_bytes", models.PositiveIntegerField()),
                        ("page_count", models.PositiveSmallIntegerField()),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("added_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "enclosure of a campaign",
                        "verbose_name_plural": "enclosures of campaigns",
                        "ordering": ["campaign", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("campaign", "position"),
                                name="campaign_enclosure_in_its_place",
                            ),
                            models.UniqueConstraint(
                                fields=("campaign", "sha256"), name="campaign_encloses_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignSending",
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sending",
                                to="offboarding.campaign",
                            ),
                        ),
                        (
                            "rate_per_minute",
                            models.PositiveIntegerField(
                                default=60,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1200),
                                ],
                                verbose_name="letters a minute",
                            ),
                        ),
                        (
                            "started_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("started_at", models.DateTimeField(default=audit.clock.now)),
                        ("next_departure_at", models.DateTimeField(default=audit.clock.now)),
                        ("next_reminder_at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "paused_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("paused_at", models.DateTimeField(null=True)),
                        ("cancelled_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "departure of a campaign",
                        "verbose_name_plural": "departures of campaigns",
                    },
                ),
                migrations.CreateModel(
                    name="CarrierReport",
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
                            "uploaded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("uploaded_at", models.DateTimeField(default=audit.clock.now)),
                        ("file_name", models.CharField(blank=True, max_length=200)),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("dry_run", "Checked, nothing recorded yet"),
                                    ("confirmed", "Recorded"),
                                    ("discarded", "Discarded"),
                                ],
                                default="dry_run",
                                max_length=10,
                            ),
                        ),
                        ("rows", models.JSONField(default=list)),
                        ("bad_rows", models.JSONField(default=list)),
                        ("unknown", models.JSONField(default=list)),
                        ("passed_over", models.JSONField(default=list)),
                        ("row_count", models.PositiveIntegerField(default=0)),
                        ("recorded_count", models.PositiveIntegerField(default=0)),
                        ("decided_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "carrier's file",
                        "verbose_name_plural": "carriers' files",
                        "ordering": ["-uploaded_at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="CaseMailAddress",
                    fields=[
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="mail_address",
                                serialize=False,
                                to="offboarding.terminationcase",
                            ),
                        ),
                        ("generation", models.PositiveSmallIntegerField(default=0)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("changed_at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "changed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mail address of a case",
                        "verbose_name_plural": "mail addresses of cases",
                    },
                ),
                migrations.CreateModel(
                    name="Confirmation",
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
                                related_name="confirmations",
                                to="offboarding.clientlink",
                            ),
                        ),
                        (
                            "proof",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="confirmation",
                                to="offboarding.proofofreceipt",
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("confirmed_at", models.DateTimeField(default=audit.clock.now)),
                        ("by_code", models.BooleanField(default=False)),
                        ("signs", models.JSONField(default=list)),
                        ("address_hash", models.CharField(blank=True, max_length=64)),
                        ("user_agent", models.CharField(blank=True, max_length=300)),
                        ("audit_head", models.CharField(blank=True, max_length=16)),
                    ],
                    options={
                        "verbose_name": "confirmation",
                        "verbose_name_plural": "confirmations",
                        "ordering": ["confirmed_at", "pk"],
                        "indexes": [
                            models.Index(
                                fields=["address_hash", "confirmed_at"],
                                name="confirmation_by_address",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DecisionPaper",
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
                                related_name="decision_papers",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="papers",
                                to="offboarding.decision",
                            ),
                        ),
                        ("content", models.JSONField()),
                        ("language", models.CharField(max_length=10)),
                        ("audit_head", models.CharField(max_length=16)),
                        (
                            "ordered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ordered_at", models.DateTimeField(default=audit.clock.now)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("problems", models.JSONField(default=list)),
                        ("pdf", models.BinaryField(null=True)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        "verbose_name": "decision paper",
                        "verbose_name_plural": "decision papers",
                        "ordering": ["-ordered_at", "-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["ordered_at"],
                                name="decision_paper_to_set",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailboxMark",
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
                        ("name", models.CharField(max_length=300, unique=True)),
                        ("uid_validity", models.PositiveBigIntegerField(default=0)),
                        ("last_uid", models.PositiveBigIntegerField(default=0)),
                        ("read_at", models.DateTimeField(null=True)),
                        ("problem", models.CharField(blank=True, max_length=300)),
                        ("failing_since", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "mailbox mark",
                        "verbose_name_plural": "mailbox marks",
                    },
                ),
                migrations.CreateModel(
                    name="Message",
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
                                related_name="messages",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("reminder", "Reminder"),
                                    ("follow_up", "Follow-up"),
                                    ("receipt_confirmed", "Receipt confirmed"),
                                    ("answer", "Answer to a question"),
                                    ("handover", "Files of the hand-over"),
                                    ("handover_code", "One-time code for files"),
                                    ("owed", "What is still to do"),
                                    ("owed_reminder", "Reminder of what is due"),
                                    ("reply", "Reply"),
                                ],
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        ("origin", models.CharField(blank=True, max_length=100)),
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("subject", models.CharField(max_length=200, verbose_name="subject")),
                        ("text", models.TextField()),
                        ("html", models.TextField()),
                        ("created_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "message",
                        "verbose_name_plural": "messages",
                        "ordering": ["created_at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("origin", ""), _negated=True),
                                fields=("case", "origin"),
                                name="message_written_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ModelNotice",
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
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("de", "German")],
                                max_length=2,
                                verbose_name="language",
                            ),
                        ),
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
                        (
                            "subject",
                            models.CharField(blank=True, max_length=150, verbose_name="subject"),
                        ),
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
                                blank=True,
                                max_length=2000,
                                verbose_name="what we ask from the client",
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
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="settlement"
                            ),
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
                        (
                            "contact",
                            models.TextField(blank=True, max_length=1000, verbose_name="contact"),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=1, editable=False, verbose_name="version"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ],
                    options={
                        "verbose_name": "model notice",
                        "verbose_name_plural": "model notices",
                        "ordering": ["language", "ground__position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("language", "ground"),
                                name="model_notice_per_ground_and_language",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ground", None)),
                                fields=("language",),
                                name="model_notice_for_any_ground_per_language",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
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
                                related_name="notices",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("termination", "Notice of termination"),
                                    ("correction", "Correction"),
                                    ("cure_warning", "Cure warning"),
                                    ("withdrawal", "Withdrawal"),
                                    ("closing", "Closing letter"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="notice number")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("awaiting_approval", "Waits for approval"),
                                    ("approved", "Approved"),
                                    ("sent", "Sent"),
                                    ("superseded", "Replaced by a correction"),
                                    ("withdrawn", "Withdrawn"),
                                    ("discarded", "Discarded before it was sent"),
                                ],
                                default="draft",
                                editable=False,
                                max_length=20,
                                verbose_name="state",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "corrects",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="notices.notice",
                            ),
                        ),
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.office",
                            ),
                        ),
                        (
                            "signatory",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.signatory",
                            ),
                        ),
                        (
                            "contact_person",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="contact person"
                            ),
                        ),
                        (
                            "contact_email",
                            models.EmailField(
                                blank=True, max_length=254, verbose_name="contact e-mail"
                            ),
                        ),
                        (
                            "contact_phone",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="contact phone"
                            ),
                        ),
                        ("notice_date", models.DateField(verbose_name="date of the letter")),
                        (
                            "effective_on",
                            models.DateField(null=True, verbose_name="effective date"),
                        ),
                        (
                            "settlement_due_on",
                            models.DateField(null=True, verbose_name="settlement date"),
                        ),
                        ("subject", models.CharField(max_length=150, verbose_name="subject")),
                        ("parts", models.JSONField(default=dict)),
                        ("model_texts", models.JSONField(default=dict)),
                        (
                            "written_from",
                            models.CharField(
                                blank=True, max_length=250, verbose_name="written from"
                            ),
                        ),
                        ("parts_from_case", models.JSONField(default=dict)),
                        (
                            "disclosure",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("stated", "Stated"),
                                    ("neutral", "Neutral"),
                                    ("omitted", "Omitted"),
                                ],
                                max_length=8,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "disclosure_reason",
                            models.CharField(
                                blank=True,
                                max_length=300,
                                verbose_name="why this notice says more than the policy",
                            ),
                        ),
                        ("decided_engagements", models.JSONField(editable=False, null=True)),
                        (
                            "ended_engagements",
                            models.JSONField(null=True, verbose_name="agreements that end"),
                        ),
                        (
                            "scope",
                            models.CharField(
                                blank=True, max_length=200, null=True, verbose_name="scope"
                            ),
                        ),
                        (
                            "named_obligations",
                            models.JSONField(null=True, verbose_name="obligations named"),
                        ),
                        (
                            "named_deadlines",
                            models.JSONField(null=True, verbose_name="deadlines named"),
                        ),
                        (
                            "sends_email",
                            models.BooleanField(default=True, verbose_name="by e-mail"),
                        ),
                        (
                            "sends_registered_mail",
                            models.BooleanField(default=True, verbose_name="by registered mail"),
                        ),
                        (
                            "recipient_name",
                            models.CharField(max_length=120, verbose_name="addressee"),
                        ),
                        (
                            "recipient_email",
                            models.EmailField(
                                blank=True, max_length=254, verbose_name="e-mail address"
                            ),
                        ),
                        (
                            "recipient_lines",
                            models.JSONField(default=list, verbose_name="postal address"),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=audit.clock.now)),
                        ("changed_at", models.DateTimeField(default=audit.clock.now)),
                        ("changed_by", models.CharField(blank=True, max_length=200)),
                        (
                            "approval_requested_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("approval_requested_at", models.DateTimeField(null=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("sent_back_reason", models.TextField(blank=True)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("audit_head", models.CharField(blank=True, max_length=16)),
                    ],
                    options={
                        "verbose_name": "notice",
                        "verbose_name_plural": "notices",
                        "ordering": ["case", "number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "number"), name="notice_number_per_case"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("approved_by", None),
                                    models.Q(
                                        models.Q(
                                            ("approved_by", models.F("author")), _negated=True
                                        ),
                                        models.Q(
                                            ("approved_by", models.F("approval_requested_by")),
                                            _negated=True,
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="approval_by_a_second_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "state__in",
                                            ["approved", "sent", "superseded", "withdrawn"],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("approved_at__isnull", False),
                                        ("approved_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="sealed_notice_is_approved",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "draft",
                                            "awaiting_approval",
                                            "approved",
                                            "sent",
                                            "superseded",
                                            "withdrawn",
                                            "discarded",
                                        ],
                                    )
                                ),
                                name="notice_state_is_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApprovalRequest",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="approval_requests",
                                to="notices.notice",
                            ),
                        ),
                        ("notice_version", models.PositiveIntegerField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked_at", models.DateTimeField(default=audit.clock.now)),
                        ("said", models.JSONField(default=dict)),
                        ("findings", models.JSONField(default=list)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Waiting"),
                                    ("approved", "Approved"),
                                    ("sent_back", "Sent back"),
                                    ("voided", "Void, because the notice was changed"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "verbose_name": "request for approval",
                        "verbose_name_plural": "requests for approval",
                        "ordering": ["asked_at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "notice_version"),
                                name="approval_asked_once_per_version",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApproverLook",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="looks",
                                to="notices.notice",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("notice_version", models.PositiveIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("said", models.JSONField(default=dict)),
                        ("looked_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "look of an approver",
                        "verbose_name_plural": "looks of approvers",
                        "ordering": ["looked_at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "person", "notice_version"),
                                name="one_look_per_version",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignLetter",
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
                            "member",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letter",
                                to="offboarding.campaignclient",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("to_write", "Being written"),
                                    ("written", "Written"),
                                    ("queued", "Handed to the outbox"),
                                    ("stuck", "Needs a person"),
                                ],
                                default="to_write",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        ("problem", models.TextField(blank=True)),
                        (
                            "notice",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaign_letter",
                                to="notices.notice",
                            ),
                        ),
                        ("written_version", models.PositiveIntegerField(default=0)),
                        ("text_key", models.CharField(blank=True, max_length=64)),
                        ("findings", models.JSONField(default=list)),
                        ("warning_count", models.PositiveSmallIntegerField(default=0)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("departure_attempts", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "letter of a campaign",
                        "verbose_name_plural": "letters of campaigns",
                        "ordering": ["pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "to_write")),
                                fields=["id"],
                                name="campaign_letter_to_write",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["to_write", "written", "queued", "stuck"])
                                ),
                                name="campaign_letter_state_is_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Chase",
                    fields=[
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="chase",
                                serialize=False,
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "notice",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="notices.notice",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(default=1)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("due_on", models.DateField(null=True, verbose_name="next step due on")),
                        ("history", models.JSONField(default=list)),
                    ],
                    options={
                        "verbose_name": "chase",
                        "verbose_name_plural": "chases",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_on__isnull", False)),
                                fields=["due_on"],
                                name="chase_due",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckOverride",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="check_overrides",
                                to="notices.notice",
                            ),
                        ),
                        ("code", models.CharField(max_length=80, verbose_name="check")),
                        ("found", models.TextField(blank=True, verbose_name="words")),
                        ("basis", models.CharField(blank=True, max_length=64)),
                        ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                        (
                            "overridden_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("overridden_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "overridden check",
                        "verbose_name_plural": "overridden checks",
                        "ordering": ["overridden_at", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="override_says_why",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Correction",
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
                            "notice",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="correction",
                                to="notices.notice",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("address", "The address or the addressee"),
                                    ("date", "A date"),
                                    ("amount", "An amount"),
                                    ("words", "Something else in the text"),
                                    ("negotiated", "Terms changed after negotiation"),
                                ],
                                max_length=12,
                                verbose_name="what is corrected",
                            ),
                        ),
                        ("note", models.TextField(max_length=2000, verbose_name="why")),
                        ("begun_at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "negotiated_in",
                            models.ManyToManyField(
                                related_name="+", to="offboarding.communication"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "correction",
                        "verbose_name_plural": "corrections",
                    },
                ),
                migrations.CreateModel(
                    name="Letter",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="notices.notice",
                            ),
                        ),
                        ("notice_version", models.PositiveIntegerField()),
                        ("pdf", models.BinaryField()),
                        ("sha256", models.CharField(db_index=True, max_length=64)),
                        ("size_bytes", models.PositiveIntegerField()),
                        ("page_count", models.PositiveSmallIntegerField()),
                        ("profile", models.CharField(max_length=20, verbose_name="stationery")),
                        ("text", models.TextField()),
                        ("template_version", models.CharField(max_length=64)),
                        ("renderer", models.CharField(max_length=100)),
                        ("font_versions", models.TextField()),
                        ("sealed_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "letter",
                        "verbose_name_plural": "letters",
                        "ordering": ["sealed_at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "notice_version"), name="one_letter_per_version"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeCopy",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="copies",
                                to="notices.notice",
                            ),
                        ),
                        (
                            "reader",
                            models.CharField(
                                choices=[
                                    ("contact", "Another contact of the client"),
                                    ("counsel", "Counsel"),
                                ],
                                max_length=10,
                                verbose_name="who",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                        (
                            "is_privileged",
                            models.BooleanField(default=False, verbose_name="privileged"),
                        ),
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
                    ],
                    options={
                        "verbose_name": "copy of a letter",
                        "verbose_name_plural": "copies of letters",
                        "ordering": ["notice", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "email"), name="one_copy_per_address"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
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
                                related_name="deliveries",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "notice",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="notices.notice",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="notices.message",
                            ),
                        ),
                        (
                            "copy_for",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="notices.noticecopy",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("registered_mail", "Registered mail"),
                                ],
                                max_length=16,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "recipient_name",
                            models.CharField(max_length=200, verbose_name="recipient"),
                        ),
                        (
                            "recipient_email",
                            models.CharField(
                                blank=True, max_length=254, verbose_name="e-mail address"
                            ),
                        ),
                        (
                            "recipient_lines",
                            models.JSONField(default=list, verbose_name="postal address"),
                        ),
                        ("copy_number", models.PositiveSmallIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Waiting to leave"),
                                    ("claimed", "Being prepared"),
                                    ("handing_over", "Being handed over"),
                                    ("accepted", "Accepted by the mail server"),
                                    ("refused", "Refused"),
                                    ("uncertain", "Uncertain"),
                                    ("delivered", "Delivered"),
                                    ("bounced", "Came back"),
                                    ("taken_back", "Taken back before it left"),
                                    ("printed", "Printed"),
                                    ("posted", "Posted"),
                                    ("unclaimed", "Not collected"),
                                    ("moved", "Addressee has moved"),
                                    ("lost", "Lost"),
                                ],
                                default="queued",
                                editable=False,
                                max_length=16,
                                verbose_name="state",
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "departs_at",
                            models.DateTimeField(
                                default=audit.clock.now, verbose_name="departs at"
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("fence", models.PositiveIntegerField(default=0)),
                        ("leased_until", models.DateTimeField(null=True)),
                        (
                            "is_paused",
                            models.BooleanField(
                                default=False, editable=False, verbose_name="paused"
                            ),
                        ),
                        ("is_bulk", models.BooleanField(default=False, editable=False)),
                        ("state_changed_at", models.DateTimeField(default=audit.clock.now)),
                        ("last_reply", models.TextField(blank=True, verbose_name="last answer")),
                        ("internet_message_id", models.CharField(blank=True, max_length=200)),
                        ("mime", models.BinaryField(null=True)),
                        ("mime_sha256", models.CharField(blank=True, max_length=64)),
                        ("print_count", models.PositiveSmallIntegerField(default=0)),
                        ("printed_at", models.DateTimeField(null=True)),
                        (
                            "carrier",
                            models.CharField(blank=True, max_length=60, verbose_name="carrier"),
                        ),
                        (
                            "carrier_number",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="carrier's number"
                            ),
                        ),
                        ("posted_on", models.DateField(null=True, verbose_name="posted on")),
                        ("outcome_on", models.DateField(null=True, verbose_name="outcome on")),
                        ("outcome_note", models.TextField(blank=True, verbose_name="note")),
                        (
                            "received_by",
                            models.CharField(blank=True, max_length=200, verbose_name="handed to"),
                        ),
                        (
                            "resolved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("resolved_at", models.DateTimeField(null=True)),
                        ("resolution_reason", models.TextField(blank=True)),
                    ],
                    options={
                        "verbose_name": "delivery",
                        "verbose_name_plural": "deliveries",
                        "ordering": ["created_at", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("channel", "email"), ("is_paused", False), ("state", "queued")
                                ),
                                fields=["is_bulk", "departs_at", "id"],
                                name="delivery_to_send",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["claimed", "handing_over"])),
                                fields=["leased_until"],
                                name="delivery_leased",
                            ),
                            models.Index(
                                fields=["state", "state_changed_at"], name="delivery_by_state"
                            ),
                            models.Index(fields=["case", "created_at"], name="delivery_by_case"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("channel", "email"), ("notice__isnull", False)),
                                fields=("notice", "channel", "recipient_email", "copy_number"),
                                name="notice_leaves_once_by_email",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("channel", "registered_mail"), ("notice__isnull", False)
                                ),
                                fields=("notice", "channel", "copy_number"),
                                name="notice_leaves_once_by_registered_mail",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("message__isnull", False)),
                                fields=("message", "recipient_email", "copy_number"),
                                name="message_leaves_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("carrier_number", ""), _negated=True),
                                fields=("carrier_number",),
                                name="carrier_number_used_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("internet_message_id", ""), _negated=True),
                                fields=("internet_message_id",),
                                name="message_id_used_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("message", None), ("notice__isnull", False)),
                                    models.Q(("message__isnull", False), ("notice", None)),
                                    _connector="OR",
                                ),
                                name="delivery_of_one_thing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "queued",
                                            "claimed",
                                            "handing_over",
                                            "accepted",
                                            "refused",
                                            "uncertain",
                                            "delivered",
                                            "bounced",
                                            "taken_back",
                                            "printed",
                                            "posted",
                                            "unclaimed",
                                            "moved",
                                            "lost",
                                        ],
                                    )
                                ),
                                name="delivery_state_is_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryEvent",
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
                            "delivery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="notices.delivery",
                            ),
                        ),
                        ("at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Waiting to leave"),
                                    ("claimed", "Being prepared"),
                                    ("handing_over", "Being handed over"),
                                    ("accepted", "Accepted by the mail server"),
                                    ("refused", "Refused"),
                                    ("uncertain", "Uncertain"),
                                    ("delivered", "Delivered"),
                                    ("bounced", "Came back"),
                                    ("taken_back", "Taken back before it left"),
                                    ("printed", "Printed"),
                                    ("posted", "Posted"),
                                    ("unclaimed", "Not collected"),
                                    ("moved", "Addressee has moved"),
                                    ("lost", "Lost"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("note", models.TextField(blank=True)),
                        ("by", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "verbose_name": "delivery event",
                        "verbose_name_plural": "delivery events",
                        "ordering": ["at", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="InboundMail",
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
                        ("sha256", models.CharField(max_length=64, unique=True)),
                        ("fingerprint", models.CharField(max_length=64, unique=True)),
                        ("message_id", models.CharField(blank=True, max_length=500)),
                        ("raw", models.BinaryField()),
                        ("size_bytes", models.PositiveBigIntegerField(verbose_name="size")),
                        ("road", models.CharField(max_length=40)),
                        ("times_received", models.PositiveIntegerField(default=1)),
                        (
                            "received_at",
                            models.DateTimeField(default=audit.clock.now, verbose_name="received"),
                        ),
                        (
                            "sender_name",
                            models.CharField(blank=True, max_length=200, verbose_name="sender"),
                        ),
                        (
                            "sender_email",
                            models.CharField(
                                blank=True, max_length=254, verbose_name="sender's address"
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(blank=True, max_length=200, verbose_name="subject"),
                        ),
                        ("words", models.TextField(blank=True, verbose_name="text")),
                        ("full_text", models.TextField(blank=True, verbose_name="full text")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("reply", "Reply"),
                                    ("colleague", "From a colleague"),
                                    ("automatic", "Automatic answer"),
                                    ("bounced", "Came back"),
                                    ("delayed", "Delayed"),
                                    ("delivered", "Delivery status"),
                                    ("read_receipt", "Read receipt"),
                                    ("too_large", "Too large"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("signs", models.JSONField(default=list)),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inbound_mails",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inbound_mails",
                                to="notices.delivery",
                            ),
                        ),
                        (
                            "matched_by",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("case_address", "By the case's own address"),
                                    ("delivery_address", "By the delivery's own return address"),
                                    ("message_id", "By the Message-ID of our mail"),
                                    ("person", "By a colleague"),
                                ],
                                max_length=16,
                                verbose_name="matched",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="accounts.team",
                            ),
                        ),
                        (
                            "old_address_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "communication",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inbound",
                                to="offboarding.communication",
                            ),
                        ),
                        ("files_left_out", models.JSONField(default=list)),
                        ("erased_at", models.DateTimeField(null=True)),
                        ("filed_at", models.DateTimeField(null=True)),
                        ("filed_by", models.CharField(blank=True, max_length=200)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("read", "Read"),
                                    ("receipt", "Shows that they have the notice"),
                                    ("dispute", "Disputes the notice"),
                                    ("question", "Asks something"),
                                    ("not_ours", "Not ours"),
                                ],
                                max_length=10,
                                verbose_name="outcome",
                            ),
                        ),
                        ("handled_at", models.DateTimeField(null=True)),
                        (
                            "handled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "files",
                            models.ManyToManyField(related_name="+", to="offboarding.casefile"),
                        ),
                    ],
                    options={
                        "verbose_name": "inbound mail",
                        "verbose_name_plural": "inbound mails",
                        "ordering": ["-received_at", "-pk"],
                        "indexes": [
                            models.Index(fields=["case", "-received_at"], name="inbound_by_case"),
                            models.Index(
                                condition=models.Q(("case", None)),
                                fields=["-received_at"],
                                name="inbound_unmatched",
                            ),
                            models.Index(
                                condition=models.Q(("handled_at", None)),
                                fields=["kind", "-received_at"],
                                name="inbound_to_handle",
                            ),
                            models.Index(fields=["message_id"], name="inbound_by_message_id"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("case", None), ("matched_by", "")),
                                    models.Q(
                                        ("case__isnull", False),
                                        models.Q(("matched_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="inbound_mail_was_matched",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "reply",
                                            "colleague",
                                            "automatic",
                                            "bounced",
                                            "delayed",
                                            "delivered",
                                            "read_receipt",
                                            "too_large",
                                        ],
                                    )
                                ),
                                name="inbound_kind_is_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeEditor",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="editors",
                                to="notices.notice",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("since", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "editor of a notice",
                        "verbose_name_plural": "editors of notices",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "person"), name="editor_noted_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeEnclosure",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enclosures",
                                to="notices.notice",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("title", models.CharField(max_length=100, verbose_name="title")),
                        (
                            "case_file",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.casefile",
                            ),
                        ),
                        ("pdf", models.BinaryField()),
                        ("sha256", models.CharField(db_index=True, max_length=64)),
                        ("size_bytes", models.PositiveIntegerField()),
                        ("page_count", models.PositiveSmallIntegerField()),
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
                    ],
                    options={
                        "verbose_name": "enclosure",
                        "verbose_name_plural": "enclosures",
                        "ordering": ["notice", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "position"), name="enclosure_in_its_place"
                            ),
                            models.UniqueConstraint(
                                fields=("notice", "sha256"), name="enclosed_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeVersion",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="notices.notice",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        ("notice_version", models.PositiveIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("drafted", "Drafted from the case"),
                                    ("typed", "Saved while writing"),
                                    ("saved", "Saved"),
                                    ("restored", "An earlier version restored"),
                                    ("found", "As it was found"),
                                ],
                                max_length=8,
                                verbose_name="how",
                            ),
                        ),
                        ("fields", models.JSONField(default=dict)),
                        ("parts", models.JSONField(default=dict)),
                        (
                            "written_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("writer_name", models.CharField(blank=True, max_length=200)),
                        ("begun_at", models.DateTimeField(default=audit.clock.now)),
                        ("saved_at", models.DateTimeField(default=audit.clock.now)),
                        ("closed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "ordering": ["notice", "-number"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at", None)),
                                fields=["saved_at"],
                                name="version_still_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "number"), name="notice_version_numbered_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaperOrder",
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
                                related_name="papers",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("manifest", "Hand-over list"),
                                    ("deletion", "Certificate of deletion"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("content", models.JSONField()),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("audit_head", models.CharField(blank=True, max_length=16)),
                        (
                            "ordered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ordered_at", models.DateTimeField(default=audit.clock.now)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("problems", models.JSONField(default=list)),
                    ],
                    options={
                        "verbose_name": "paper of the hand-over",
                        "verbose_name_plural": "papers of the hand-over",
                        "ordering": ["-ordered_at", "-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["ordered_at"],
                                name="paper_to_set",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "kind", "fingerprint"), name="paper_ordered_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PrintRun",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.office",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="run")),
                        ("profile", models.CharField(max_length=20, verbose_name="stationery")),
                        (
                            "ordered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ordered_at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "repeats",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="repetitions",
                                to="notices.printrun",
                            ),
                        ),
                        ("reason", models.TextField(blank=True, verbose_name="reason")),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("problems", models.JSONField(default=list)),
                        ("pdf", models.BinaryField(null=True)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("page_count", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "print run",
                        "verbose_name_plural": "print runs",
                        "ordering": ["-ordered_at", "-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["ordered_at"],
                                name="run_to_set",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("office", "number"), name="run_number_per_office"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PostingList",
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posting_lists",
                                to="notices.printrun",
                            ),
                        ),
                        ("fingerprint", models.CharField(max_length=64)),
                        (
                            "ordered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ordered_at", models.DateTimeField(default=audit.clock.now)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("problems", models.JSONField(default=list)),
                        ("pdf", models.BinaryField(null=True)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        "verbose_name": "posting list",
                        "verbose_name_plural": "posting lists",
                        "ordering": ["-ordered_at", "-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["ordered_at"],
                                name="posting_list_to_set",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "fingerprint"), name="posting_list_set_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PrintRunLetter",
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="notices.printrun",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "delivery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="print_run_letters",
                                to="notices.delivery",
                            ),
                        ),
                        (
                            "letter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="notices.letter",
                            ),
                        ),
                        ("copy_number", models.PositiveSmallIntegerField(default=1)),
                        ("letter_sha256", models.CharField(max_length=64)),
                        ("slip_sha256", models.CharField(blank=True, max_length=64)),
                        ("letter_pages", models.PositiveSmallIntegerField()),
                        ("slip_pages", models.PositiveSmallIntegerField(default=0)),
                        ("sheet_count", models.PositiveSmallIntegerField()),
                        ("weight_grams", models.PositiveIntegerField()),
                        ("first_page", models.PositiveIntegerField(null=True)),
                        (
                            "left_out",
                            models.CharField(
                                blank=True,
                                choices=[
                                    (
                                        "bytes_differ",
                                        "Its stored pages differ from the approved ones",
                                    ),
                                    ("taken_back", "It was taken back"),
                                ],
                                max_length=16,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "letter of a print run",
                        "verbose_name_plural": "letters of a print run",
                        "ordering": ["run", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "position"), name="one_letter_per_position"
                            ),
                            models.UniqueConstraint(
                                fields=("run", "delivery"), name="letter_once_in_a_run"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReceiptSlip",
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
                            "delivery",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="slip",
                                to="notices.delivery",
                            ),
                        ),
                        ("pdf", models.BinaryField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("created_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "receipt slip",
                        "verbose_name_plural": "receipt slips",
                    },
                ),
                migrations.CreateModel(
                    name="Rendering",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="renderings",
                                to="notices.notice",
                            ),
                        ),
                        ("notice_version", models.PositiveIntegerField()),
                        (
                            "delivery",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="notices.delivery",
                            ),
                        ),
                        (
                            "confirmation",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="receipt",
                                to="notices.confirmation",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("preview", "Preview"),
                                    ("approval", "For approval"),
                                    ("slip", "Receipt slip"),
                                    ("receipt", "Client's receipt"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("ordered_at", models.DateTimeField(default=audit.clock.now)),
                        ("is_bulk", models.BooleanField(default=False)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("problems", models.JSONField(default=list)),
                        ("pdf", models.BinaryField(null=True)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("page_count", models.PositiveSmallIntegerField(default=0)),
                        ("renderer", models.CharField(blank=True, max_length=100)),
                        ("font_versions", models.TextField(blank=True)),
                        ("template_version", models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        "ordering": ["ordered_at", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["is_bulk", "ordered_at", "id"],
                                name="rendering_to_do",
                            ),
                            models.Index(
                                condition=models.Q(("purpose", "receipt")),
                                fields=["sha256"],
                                name="receipt_by_hash",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("confirmation", None), ("delivery", None)),
                                fields=("notice", "notice_version", "purpose"),
                                name="pages_are_set_once_per_version",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("delivery__isnull", False)),
                                fields=("delivery", "purpose"),
                                name="pages_are_set_once_per_delivery",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RenderedPage",
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
                            "rendering",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pages",
                                to="notices.rendering",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("png", models.BinaryField()),
                    ],
                    options={
                        "ordering": ["number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rendering", "number"), name="page_drawn_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reply",
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
                                related_name="replies",
                                to="offboarding.terminationcase",
                            ),
                        ),
                        (
                            "reaction",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reply",
                                to="offboarding.reaction",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        (
                            "recipient_name",
                            models.CharField(blank=True, max_length=200, verbose_name="reader"),
                        ),
                        (
                            "recipient_email",
                            models.EmailField(
                                blank=True, max_length=254, verbose_name="e-mail address"
                            ),
                        ),
                        ("subject", models.CharField(max_length=150, verbose_name="subject")),
                        ("text", models.TextField(max_length=6000, verbose_name="text")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=audit.clock.now)),
                        ("changed_at", models.DateTimeField(default=audit.clock.now)),
                        ("changed_by", models.CharField(blank=True, max_length=200)),
                        (
                            "delivery",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="notices.delivery",
                            ),
                        ),
                        ("times_queued", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "reply",
                        "verbose_name_plural": "replies",
                        "ordering": ["-created_at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="SealedPaper",
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
                            "order",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="paper",
                                to="notices.paperorder",
                            ),
                        ),
                        ("pdf", models.BinaryField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("page_count", models.PositiveSmallIntegerField()),
                        ("sealed_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "verbose_name": "sealed paper",
                        "verbose_name_plural": "sealed papers",
                    },
                ),
                migrations.CreateModel(
                    name="ServiceOrder",
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
                            "delivery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="service_orders",
                                to="notices.delivery",
                            ),
                        ),
                        ("provider", models.CharField(max_length=40)),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Waits to be handed over"),
                                    ("submitting", "Being handed over"),
                                    ("submitted", "Taken by the print service"),
                                    ("refused", "Refused by the print service"),
                                    ("uncertain", "Uncertain"),
                                    ("cancelled", "Taken back"),
                                    ("ended", "Posted and reported"),
                                ],
                                default="queued",
                                editable=False,
                                max_length=12,
                            ),
                        ),
                        (
                            "ordered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ordered_at", models.DateTimeField(default=audit.clock.now)),
                        ("departs_at", models.DateTimeField(default=audit.clock.now)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("leased_until", models.DateTimeField(null=True)),
                        ("submitted_at", models.DateTimeField(null=True)),
                        ("asked_at", models.DateTimeField(null=True)),
                        ("reference", models.CharField(blank=True, max_length=100)),
                        ("reply", models.TextField(blank=True)),
                    ],
                    options={
                        "verbose_name": "order to a print service",
                        "verbose_name_plural": "orders to a print service",
                        "ordering": ["ordered_at", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["queued", "submitting", "submitted"])
                                ),
                                fields=["departs_at"],
                                name="service_order_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state__in", ["refused", "cancelled"]), _negated=True
                                ),
                                fields=("delivery",),
                                name="letter_at_one_print_service",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "queued",
                                            "submitting",
                                            "submitted",
                                            "refused",
                                            "uncertain",
                                            "cancelled",
                                            "ended",
                                        ],
                                    )
                                ),
                                name="service_state_is_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SlipScan",
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
                            "uploaded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("uploaded_at", models.DateTimeField(default=audit.clock.now)),
                        (
                            "part_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="notices.slipscan",
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("content_type", models.CharField(max_length=100)),
                        ("size_bytes", models.PositiveBigIntegerField()),
                        ("sha256", models.CharField(db_index=True, max_length=64)),
                        (
                            "content",
                            models.FileField(
                                max_length=200, upload_to=notices.models.slip_scan.stored_name
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Being read"),
                                    ("matched", "Matched to its letter"),
                                    ("unmatched", "Without a letter"),
                                    ("refused", "Cannot be used"),
                                    ("split", "Taken apart into its slips"),
                                    ("accepted", "Accepted as proof"),
                                    ("discarded", "Discarded"),
                                ],
                                default="waiting",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("leased_until", models.DateTimeField(null=True)),
                        ("read_at", models.DateTimeField(null=True)),
                        (
                            "named_delivery",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="notices.delivery",
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scans",
                                to="notices.delivery",
                            ),
                        ),
                        ("problem", models.TextField(blank=True)),
                        ("picture", models.BinaryField(null=True)),
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
                            "case_file",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offboarding.casefile",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "scanned slip",
                        "verbose_name_plural": "scanned slips",
                        "ordering": ["uploaded_at", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["uploaded_at"],
                                name="scan_to_read",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "waiting",
                                            "matched",
                                            "unmatched",
                                            "refused",
                                            "split",
                                            "accepted",
                                            "discarded",
                                        ],
                                    )
                                ),
                                name="scan_state_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["matched", "accepted"]), _negated=True),
                                    ("delivery__isnull", False),
                                    _connector="OR",
                                ),
                                name="matched_scan_has_its_letter",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TextBlock",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="text_blocks",
                                to="accounts.team",
                            ),
                        ),
                        (
                            "taken_from",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="notices.textblock",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=clients.languages.letter_languages,
                                max_length=10,
                                verbose_name="language",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("acceptance", "Answer to acceptance"),
                                    ("disappointment", "Answer to disappointment"),
                                    ("anger", "Answer to anger"),
                                    ("negotiation", "Answer to negotiation"),
                                    ("threat_of_claim", "Answer to a threat of claim"),
                                    ("silence", "Answer to silence"),
                                    ("general", "Other words"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=80, verbose_name="title")),
                        ("text", models.TextField(max_length=4000, verbose_name="text")),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("changed_at", models.DateTimeField(default=audit.clock.now)),
                        ("changed_by", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "verbose_name": "text block",
                        "verbose_name_plural": "text blocks",
                        "ordering": ["kind", "language", "title", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("taken_from__isnull", False)),
                                fields=("team", "taken_from"),
                                name="text_block_taken_over_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TextBlockVersion",
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
                            "block",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="notices.textblock",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("title", models.CharField(max_length=80)),
                        ("text", models.TextField()),
                        ("saved_at", models.DateTimeField(default=audit.clock.now)),
                        ("saved_by", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "verbose_name": "version of a text block",
                        "verbose_name_plural": "versions of text blocks",
                        "ordering": ["-number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("block", "number"), name="text_block_version_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WordingPattern",
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
                        (
                            "phrases",
                            models.TextField(max_length=6000, verbose_name="words to look for"),
                        ),
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
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
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
                    name="Writer",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="writers",
                                to="notices.notice",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("since", models.DateTimeField(default=audit.clock.now)),
                        ("seen_at", models.DateTimeField(default=audit.clock.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "user"), name="writer_once_per_notice"
                            )
                        ],
                    },
                ),
            ]
        )
    ]
