"""Before and after as rows that people can compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from audit import chain


@dataclass(frozen=True, slots=True)
class Row:
    """One value before and after."""

    name: str
    before: str
    after: str

    @property
    def has_changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


def rows(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[Row]:
    """Set values before and after side by side, in the order in which they were noted."""
    old, new = dict(_flat(before or {})), dict(_flat(after or {}))
    return [Row(name, old.get(name, ""), new.get(name, "")) for name in old | new]


def summary(before: dict[str, Any] | None, after: dict[str, Any] | None, *, most: int = 3) -> str:
    """Tell the changes in one short line."""
    changed = [row for row in rows(before, after) if row.has_changed]
    parts = [f"{r.name}: {_short(r.before)} → {_short(r.after)}" for r in changed[:most]]
    if len(changed) > most:
        parts.append(_("and %(count)d more") % {"count": len(changed) - most})
    return ", ".join(parts)


def _flat(values: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", _words(value)


def _words(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case True:
            return _("yes")
        case False:
            return _("no")
        case list() if all(isinstance(item, str | int) for item in value):
            return ", ".join(str(item) for item in value)
    return chain.canonical(value)


def _short(text: str) -> str:
    if not text:
        return _("nothing")
    return text if len(text) <= 40 else f"{text[:39]}…"
