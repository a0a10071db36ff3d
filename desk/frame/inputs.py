"""The inputs that forms of the desk share: days, moments, prose, files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from offboarding import content, secret_words


def _within_living_memory(day: date) -> None:
    """Refuse a year that is a slip of the finger, and that no period could be counted from.

    Raises:
        ValidationError: before 1900 or after 2199.
    """
    if not 1900 <= day.year <= 2199:
        raise ValidationError(_("Please look at the year again: it is between 1900 and 2199."))


class DayField(forms.DateField):
    """A day, by the browser's own calendar."""

    default_validators = [_within_living_memory]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        super().__init__(**kwargs)


class MomentField(forms.DateTimeField):
    """A day and a time, in the zone of the page."""

    default_validators = [_within_living_memory]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        )
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime | None:
        """Read the moment; one that comes twice or never when clocks are changed is none."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            raise ValidationError(
                _("Clocks are changed in this hour. Choose a time before or after it.")
            ) from error


def _holds_no_secret(text: str) -> None:
    """Refuse a password, a key, a token or a card number in what many will read.

    Raises:
        ValidationError: it seems to hold one.
    """
    found = secret_words.find(text)
    if found is not None:
        raise ValidationError(secret_words.WHY[found])


class ProseField(forms.CharField):
    """Several lines of text, shown as they were typed; secrets are refused."""

    default_validators = [_holds_no_secret]

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        kwargs.setdefault("max_length", 2000)
        super().__init__(**kwargs)


class UploadField(forms.FileField):
    """A file that is kept with the case; `offboarding.content` says which kinds are."""

    def __init__(self, **kwargs: Any) -> None:
        accepted = ",".join(f".{ending}" for ending in sorted(content.ALLOWED))
        kwargs.setdefault("label", _("File"))
        kwargs.setdefault("help_text", _("PDF, picture, text, mail or office file, up to 25 MB."))
        kwargs.setdefault("widget", forms.ClearableFileInput(attrs={"accept": accepted}))
        # A name longer than the column is cut by the service, not refused.
        kwargs.setdefault("max_length", None)
        kwargs.setdefault("allow_empty_file", True)
        super().__init__(**kwargs)


class LargeUploadField(UploadField):
    """A file of the hand-over, which may be as large as a client's records are."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text", _("PDF, picture, text, mail, office file or ZIP archive, up to 5 GB.")
        )
        super().__init__(**kwargs)
