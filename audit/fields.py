"""JSON that is stored exactly as it is hashed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.utils.functional import Promise

from audit import chain

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField


class CanonicalJSONField(_TextField):
    """A JSON value kept as text in its canonical spelling.

    A database's own JSON type respells numbers and refuses some characters; what is hashed must
    come back as it was written.
    """

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else chain.canonical(value)

    def value_to_string(self, obj: models.Model) -> str:
        return chain.canonical(self.value_from_object(obj))


def plain(value: Any) -> Any:
    """Turn what services pass along into values that JSON knows.

    Dates become ISO text, choices their value, decimals and floats their digits, sets sorted lists
    and model instances their primary key.

    Raises:
        TypeError: a value has no plain form.
    """
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int() | str():
            # Subclasses (safe strings, integer choices) lose what JSON cannot carry.
            return value if value is None or isinstance(value, bool) else _bare(value)
        case datetime():
            return chain.instant(value) if value.tzinfo else value.isoformat()
        case date() | time():
            return value.isoformat()
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted((plain(item) for item in value), key=chain.canonical)
        case float():
            return repr(value)
        case Decimal() | UUID() | Promise() | timedelta():
            return str(value)
        case bytes():
            return value.hex()
        case models.Model():
            return plain(value.pk)
        case models.QuerySet():
            return [plain(item.pk) for item in value]
    raise TypeError(f"The audit trail cannot hold a {type(value).__name__}.")


def _bare(value: int | str) -> int | str:
    return int(value) if isinstance(value, int) else str(value)
