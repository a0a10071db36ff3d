import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.fields
from audit import triggers


def lay_triggers(apps, schema_editor):
    triggers.create(schema_editor.connection)


def lift_triggers(apps, schema_editor):
    triggers.drop(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(unique=True, verbose_name="number")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("leaves", audit.fields.CanonicalJSONField(verbose_name="heads")),
                ("root", models.CharField(max_length=64, verbose_name="root")),
                ("prev_hash", models.CharField(max_length=64, verbose_name="previous hash")),
                ("hash", models.CharField(max_length=64, verbose_name="hash")),
                ("key_id", models.CharField(max_length=16, verbose_name="key")),
                ("signature", models.CharField(max_length=128, verbose_name="signature")),
            ],
            options={
                "verbose_name": "audit anchor",
                "verbose_name_plural": "audit anchors",
                "ordering": ["-number"],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stream", models.CharField(max_length=80, verbose_name="stream")),
                ("seq", models.PositiveBigIntegerField(verbose_name="number")),
                ("at", models.DateTimeField(db_index=True, verbose_name="at")),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("client", "Client"),
                            ("machine", "Machine"),
                        ],
                        max_length=10,
                        verbose_name="actor kind",
                    ),
                ),
                ("actor_ref", models.CharField(max_length=80, verbose_name="actor reference")),
                ("action", models.CharField(max_length=80, verbose_name="action")),
                ("object_type", models.CharField(max_length=80, verbose_name="object type")),
                ("object_id", models.CharField(max_length=40, verbose_name="object id")),
                ("details", audit.fields.CanonicalJSONField(verbose_name="details")),
                ("request_id", models.CharField(max_length=64, verbose_name="request")),
                ("commitment", models.CharField(max_length=64, verbose_name="commitment")),
                ("prev_hash", models.CharField(max_length=64, verbose_name="previous hash")),
                ("hash", models.CharField(max_length=64, verbose_name="hash")),
                (
                    "actor_user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit event",
                "verbose_name_plural": "audit events",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="AuditStream",
            fields=[
                (
                    "name",
                    models.CharField(
                        max_length=80, primary_key=True, serialize=False, verbose_name="name"
                    ),
                ),
                ("head_seq", models.PositiveBigIntegerField(default=0, verbose_name="events")),
                (
                    "head_hash",
                    models.CharField(
                        default="0000000000000000000000000000000000000000000000000000000000000000",
                        max_length=64,
                        verbose_name="head",
                    ),
                ),
                (
                    "anchored_seq",
                    models.PositiveBigIntegerField(default=0, verbose_name="anchored up to"),
                ),
            ],
            options={
                "verbose_name": "audit stream",
                "verbose_name_plural": "audit streams",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditDetail",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="detail",
                        serialize=False,
                        to="audit.auditevent",
                    ),
                ),
                ("salt", models.CharField(max_length=64)),
                ("before", audit.fields.CanonicalJSONField(null=True)),
                ("after", audit.fields.CanonicalJSONField(null=True)),
                ("actor_name", models.CharField(max_length=200)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "audit detail",
                "verbose_name_plural": "audit details",
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["action", "id"], name="audit_event_action"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["actor_user", "id"], name="audit_event_person"),
        ),
        migrations.AddConstraint(
            model_name="auditevent",
            constraint=models.UniqueConstraint(
                fields=("stream", "seq"), name="audit_one_event_per_place"
            ),
        ),
        migrations.RunPython(lay_triggers, lift_triggers),
    ]
