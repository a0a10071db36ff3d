"""The field that keeps an e-mail address in one spelling."""

from __future__ import annotations

from typing import Any

from django.db import models


class LowerCaseEmailField(models.EmailField):  # type: ignore[type-arg]
    """An e-mail address that is one and the same in whatever case it is typed.

    It lower-cases on the way into the database, so saving, `update()` and every lookup agree, and
    in Python as soon as a form or `save()` has touched it.
    """

    def to_python(self, value: Any) -> Any:
        return lower_cased(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        return lower_cased(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        address = lower_cased(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, address)
        return address


def lower_cased(address: Any) -> Any:
    """Give an address its one spelling; anything that is no text passes as it is."""
    return address.strip().lower() if isinstance(address, str) else address
