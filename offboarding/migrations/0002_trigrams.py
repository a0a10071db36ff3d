"""On PostgreSQL, search finds parts of words by an index of their trigrams."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_NAMES = "kind IN ('case', 'client', 'contact')"

# Rows wait for their place in the index in a list that every search reads too, so it is kept short.
_ON_POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX found_by_name ON offboarding_searchentry USING gin (words gin_trgm_ops)"
    f" WITH (gin_pending_list_limit = 512) WHERE {_NAMES}",
    "CREATE INDEX found_by_text ON offboarding_searchentry USING gin (words gin_trgm_ops)"
    f" WITH (gin_pending_list_limit = 512) WHERE NOT ({_NAMES})",
]


def index_trigrams(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in _ON_POSTGRESQL:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("offboarding", "0001_initial")]

    operations = [migrations.RunPython(index_trigrams, migrations.RunPython.noop)]
