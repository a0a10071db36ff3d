"""Rows by the hundred thousand, made inside PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction

from offboarding import search_index


def multiply(row: models.Model, count: int, **columns: str) -> None:
    """Copy a row many times inside the database.

    Args:
        row: what is copied.
        count: how many copies.
        columns: SQL for columns that differ; `n` counts from 1. The key is given by the table.
    """
    fields = [field for field in row._meta.concrete_fields if field.column != "id"]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(columns.get(field.column, f'r."{field.column}"') for field in fields)
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values}"
            f" FROM {table} r, generate_series(1, {int(count)}) AS n"
            f" WHERE r.{row._meta.pk.column} = %s".replace("%s", str(int(row.pk)))
        )


@contextmanager
def unguarded() -> Iterator[None]:
    """Let rows be made in bulk: triggers and foreign keys sleep for this transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        # A test may go on in the same transaction.
        cursor.execute("SET LOCAL session_replication_role = origin")


def index_anew() -> None:
    """Write the entries as `rebuild_search` does, with the indexes laid once they are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'found_by_%'"
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        search_index.rebuild(connection)
        for _name, definition in indexes:
            cursor.execute(definition)
