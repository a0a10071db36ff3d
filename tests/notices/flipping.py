"""Somebody with the database's password changes one byte of what was sealed."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model

from notices import triggers


def flip(row: Model, column: str = "pdf") -> None:
    """Change one byte in the middle of a stored file, past every protection."""
    table = row._meta.db_table
    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [row.pk])
        content = bytearray(cursor.fetchone()[0])
        content[len(content) // 2] ^= 1
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [bytes(content), row.pk])
    triggers.create(connection)
