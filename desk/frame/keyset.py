"""Pages of long lists: the next rows after the last one seen, never "page 4,000 of 9,000".

A page costs the same wherever it is, and rows that arrive meanwhile shift nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

PAGE_SIZE = 25
MOST_COUNTED = 10_000
_LARGEST_KEY = 2**63 - 1

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, and the addresses of those before and after them."""

    rows: list[Row]
    previous_url: str
    next_url: str


def page_of(
    request: HttpRequest,
    rows: QuerySet[Row],
    *,
    order: Sequence[str],
    among: QuerySet[Row],
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """Return the page that the address asks for with `after` or `before` a row.

    Args:
        request: its query string is kept in the addresses of the other pages.
        rows: everything the list holds.
        order: field names, the last of them the primary key; all ascending or all descending.
        among: the rows a person may see at all. The row named in the address is looked up here,
            because it may have left the list since.
        size: how many rows a page holds.
    """
    backwards = "before" in request.GET
    anchor = _anchor(request.GET.get("before" if backwards else "after", ""), order, among)
    direction = [_reversed(name) for name in order] if backwards else list(order)
    if anchor is None:
        backwards, direction = False, list(order)
    else:
        rows = rows.filter(_beyond(direction, anchor))
    found = list(rows.order_by(*direction)[: size + 1])
    has_more, has_passed = len(found) > size, anchor is not None
    found = found[:size]
    if backwards:
        found.reverse()
        has_more, has_passed = has_passed, has_more
    return Page(
        rows=found,
        previous_url=_address(request, "before", found[0]) if has_passed and found else "",
        next_url=_address(request, "after", found[-1]) if has_more and found else "",
    )


def rows_after(rows: QuerySet[Row], last: Row | None, *, order: Sequence[str]) -> QuerySet[Row]:
    """Return what follows a row that was read already, for reading a whole list in parts."""
    if last is not None:
        rows = rows.filter(_beyond(order, tuple(getattr(last, _field(name)) for name in order)))
    return rows.order_by(*order)


def count_in_words(rows: QuerySet[Any]) -> str:
    """Count up to ten thousand rows; beyond that an exact number costs more than it tells."""
    counted = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED:,}+" if counted > MOST_COUNTED else f"{counted:,}"


def _anchor(key: str, order: Sequence[str], among: QuerySet[Row]) -> tuple[Any, ...] | None:
    if not (key.isascii() and key.isdigit()) or int(key) > _LARGEST_KEY:
        return None
    fields = [_field(name) for name in order]
    return among.order_by().filter(pk=int(key)).values_list(*fields).first()


def _beyond(order: Sequence[str], anchor: tuple[Any, ...]) -> Q:
    first, *rest = zip(order, anchor, strict=True)
    if not rest:
        return _is_further(*first)
    tie = Q(**{_field(first[0]): first[1]}) & _beyond(
        [name for name, _value in rest], tuple(value for _name, value in rest)
    )
    # Said twice on purpose: the first half lets an index begin at the right place.
    return _is_further(*first, or_equal=True) & (_is_further(*first) | tie)


def _is_further(name: str, value: Any, *, or_equal: bool = False) -> Q:
    operator = ("lt" if name.startswith("-") else "gt") + ("e" if or_equal else "")
    return Q(**{f"{_field(name)}__{operator}": value})


def _field(name: str) -> str:
    return name.removeprefix("-")


def _reversed(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _address(request: HttpRequest, direction: str, row: Model) -> str:
    query = request.GET.copy()
    query.pop("before", None)
    query.pop("after", None)
    query[direction] = str(row.pk)
    return f"{request.path}?{query.urlencode()}"
