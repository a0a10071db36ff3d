import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import accounts.models.fields
import accounts.models.invitation
import accounts.models.user
import audit.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "email",
                    accounts.models.fields.LowerCaseEmailField(
                        error_messages={"unique": "Somebody already signs in with this address."},
                        max_length=254,
                        unique=True,
                        verbose_name="e-mail address",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "German")],
                        default="en",
                        help_text="The language of this person's pages and mails.",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                (
                    "global_role",
                    models.CharField(
                        blank=True,
                        choices=[("", "None"), ("admin", "Admin"), ("auditor", "Auditor")],
                        default="",
                        help_text="Empty for everyone who works in a team.",
                        max_length=10,
                        verbose_name="role over all teams",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="People are never deleted, because the record names them.",
                        verbose_name="may sign in",
                    ),
                ),
                ("session_version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "uses_shortcuts",
                    models.BooleanField(
                        default=True,
                        help_text="Single keys open, select and tick on this person's pages.",
                        verbose_name="keyboard shortcuts",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=audit.clock.now, editable=False, verbose_name="joined at"
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["name", "email"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="user_email_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("global_role__in", ["", "admin", "auditor"])),
                        name="user_global_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_superuser", False)), name="nobody_is_a_superuser"
                    ),
                ],
            },
            managers=[
                ("objects", accounts.models.user.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calendar_feed",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "made_at",
                    models.DateTimeField(
                        default=audit.clock.now, editable=False, verbose_name="made at"
                    ),
                ),
            ],
            options={
                "verbose_name": "calendar feed",
                "verbose_name_plural": "calendar feeds",
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "email",
                    accounts.models.fields.LowerCaseEmailField(
                        max_length=254, verbose_name="e-mail address"
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "German")],
                        default="en",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("account_manager", "Account manager"),
                            ("team_lead", "Team lead"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "global_role",
                    models.CharField(
                        blank=True,
                        choices=[("", "None"), ("admin", "Admin"), ("auditor", "Auditor")],
                        max_length=10,
                        verbose_name="role over all teams",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations_made",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=audit.clock.now, editable=False, verbose_name="invited at"
                    ),
                ),
                (
                    "expires_at",
                    models.DateTimeField(
                        default=accounts.models.invitation.a_week_from_now,
                        editable=False,
                        verbose_name="runs out at",
                    ),
                ),
                (
                    "mailed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="mailed at"),
                ),
                (
                    "accepted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="accepted at"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="withdrawn at"),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("slug", models.SlugField(unique=True, verbose_name="short name")),
                (
                    "deputy",
                    models.ForeignKey(
                        blank=True,
                        help_text="Decides like a team lead, so that two people can always look at a step.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deputised_teams",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deputy",
                    ),
                ),
                (
                    "mail_sender_name",
                    models.CharField(
                        blank=True,
                        help_text="What clients read as the sender; the team's name if empty.",
                        max_length=100,
                        verbose_name="sender name of mails",
                    ),
                ),
            ],
            options={
                "verbose_name": "team",
                "verbose_name_plural": "teams",
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="Invitation",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="accounts.team",
                verbose_name="team",
            ),
        ),
        migrations.AddConstraint(
            model_name="Invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("global_role", ""),
                        ("role__in", ["account_manager", "team_lead"]),
                        ("team__isnull", False),
                    ),
                    models.Q(
                        ("global_role__in", ["admin", "auditor"]),
                        ("role", ""),
                        ("team__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="invitation_names_a_team_role_or_a_global_one",
                violation_error_message="Choose either a team and a role in it, or a role over all teams.",
            ),
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("account_manager", "Account manager"),
                            ("team_lead", "Team lead"),
                        ],
                        default="account_manager",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "ordering": ["team", "user"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "team"),
                        name="one_membership_per_person_and_team",
                        violation_error_message="This person already is a member of the team.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["account_manager", "team_lead"])),
                        name="membership_role_is_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="Team",
            name="members",
            field=models.ManyToManyField(
                related_name="teams", through="accounts.Membership", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
