"""The tags of a case as they ride along with it."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet

from desk.frame.json_rows import rows_of
from offboarding.models import Tag, TerminationCase


def with_tags(cases: QuerySet[TerminationCase]) -> QuerySet[TerminationCase]:
    """Let each case bring the names and colours of its tags, without a query of their own."""
    tags = Tag.objects.filter(cases=OuterRef("pk"))
    return cases.annotate(tag_rows=rows_of(tags, "cases", name="name", tone="tone"))


def tags_of(case: TerminationCase) -> list[Tag]:
    """List the tags that a case brought with it, by name."""
    rows = getattr(case, "tag_rows", None) or []
    return [Tag(**row) for row in sorted(rows, key=lambda row: row["name"].casefold())]
