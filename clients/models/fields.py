"""Fields that tidy what people type before it is checked and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models

from clients import phones, validators

if TYPE_CHECKING:
    # Django's fields take their types in the stubs only.
    _CharField = models.CharField[str, str]
    _TextField = models.TextField[str, str]
else:
    _CharField = models.CharField
    _TextField = models.TextField


class LineField(_CharField):
    """A text of one line; spaces around it are dropped."""

    default_validators = [validators.one_line]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.strip() if isinstance(text, str) else text


class LinesField(_TextField):
    """A text of several lines; empty lines and spaces around each line are dropped."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not isinstance(text, str):
            return text
        return "\n".join(line.strip() for line in text.splitlines() if line.strip())


class OneEmailField(LineField):
    """Exactly one e-mail address."""

    default_validators = [validators.one_email]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        # Not forms.EmailField: its own sentence would come before ours.
        kwargs.setdefault("widget", forms.EmailInput)
        return super().formfield(**kwargs)


class PhoneField(LineField):
    """A telephone number in E.164, however people type it.

    A number without "+" belongs to the country that its record names as `phone_country`.
    """

    default_validators = [validators.phone]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 16)
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        country = getattr(model_instance, "phone_country", "")
        return super().clean(phones.normalised(value or "", country), model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        # Room for spaces, brackets and dashes; what is kept is shorter.
        kwargs["max_length"] = 40
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel"}))
        return super().formfield(**kwargs)
