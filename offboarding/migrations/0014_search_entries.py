"""One row for everything that can be found; on PostgreSQL with an index of its trigrams."""

from django.db import migrations, models

_NAMES = "kind IN ('case', 'client', 'contact')"

# Rows wait for their place in the index in a list that every search reads too, so it is kept short.
_ON_POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX found_by_name ON offboarding_searchentry USING gin (words gin_trgm_ops)"
    f" WITH (gin_pending_list_limit = 512) WHERE {_NAMES}",
    "CREATE INDEX found_by_text ON offboarding_searchentry USING gin (words gin_trgm_ops)"
    f" WITH (gin_pending_list_limit = 512) WHERE NOT ({_NAMES})",
]


def index_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in _ON_POSTGRESQL:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("offboarding", "0013_feedback_and_look_backs")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.UniqueConstraint(fields=("source", "subject_id"), name="found_once")
                ],
            },
        ),
        migrations.RunPython(index_trigrams, migrations.RunPython.noop),
    ]
