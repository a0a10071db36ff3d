"""Telephone numbers: kept as E.164, shown as people abroad would dial them."""

from __future__ import annotations

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def normalised(raw: str, country: str = "") -> str:
    """Turn a number as people type it into E.164, for example "+49301234567".

    Args:
        raw: the number as typed; an empty text stays empty.
        country: ISO 3166 code that a number without "+" belongs to.

    Raises:
        ValidationError: no such number can exist.
    """
    if not raw.strip():
        return ""
    try:
        number = phonenumbers.parse(raw.strip(), country or None)
    except phonenumbers.NumberParseException as problem:
        raise ValidationError(
            _("“%(raw)s” is not a telephone number. Start with + and the country code.")
            % {"raw": raw.strip()[:40]},
            code="phone",
        ) from problem
    if number.extension:
        raise ValidationError(_("Leave out the extension of the telephone number."), code="phone")
    if not phonenumbers.is_valid_number(number):
        raise ValidationError(
            _("No telephone number looks like “%(raw)s”. Check its digits and its country code.")
            % {"raw": raw.strip()[:40]},
            code="phone",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def international(e164: str) -> str:
    """Write a kept number with its country code and groups, for example "+49 30 1234567"."""
    if not e164:
        return ""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
