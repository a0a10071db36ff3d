"""Short lists that ride along with a row, so that a page asks the database once.

PostgreSQL and SQLite both make one JSON list of many rows; this is the part that Django lacks.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Aggregate, JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject


class JSONList(Aggregate):
    """All values of a group as one list, in no certain order."""

    function = "JSON_GROUP_ARRAY"
    name = "JSONList"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Name the function as PostgreSQL does."""
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


def rows_of(rows: QuerySet[Any], group: str, **fields: Any) -> Subquery:
    """Return rows as one list of objects; None where there is no row.

    Args:
        rows: of one owner, named by an OuterRef.
        group: the column that the owner is told by.
        fields: names of the objects' entries, and what stands in them.
    """
    grouped = rows.order_by().values(group).annotate(_list=JSONList(JSONObject(**fields)))
    return Subquery(grouped.values("_list")[:1], output_field=JSONField())


def instant(text: str) -> datetime:
    """Read an instant from an entry of a list; SQLite writes them without their zone, in UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
