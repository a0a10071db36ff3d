"""What one field of a client, an engagement or an office may hold, each rule with its sentence."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from functools import cache

import holidays
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients import currencies, languages, phones

STREET_LINES = 3
ADDRESS_LINES = 7
LINE_LENGTH = 60
SERVICE_LINES = 40
SERVICE_LENGTH = 200

_REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?")
_is_email = EmailValidator(message=gettext_lazy("Enter one e-mail address, like name@example.com."))
_is_website = URLValidator(
    schemes=["http", "https"],
    message=gettext_lazy("Enter a web address that starts with https:// or http://."),
)


def _control_characters(text: str, allowed: str = "") -> bool:
    # Cc holds NUL, which PostgreSQL refuses; Zl and Zp break lines where nobody sees it; the
    # directional overrides of Cf can make an address read differently from what it is.
    return any(
        unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} or "\u202a" <= char <= "\u202e"
        for char in text
        if char not in allowed
    )


def one_line(value: str) -> None:
    """Accept a text of a single line without hidden characters."""
    if _control_characters(value):
        raise ValidationError(
            _("Write this on one line, without line breaks or hidden characters."), code="one_line"
        )


def plain_text(value: str) -> None:
    """Accept a text of several lines without hidden characters."""
    if _control_characters(value, allowed="\n\r\t"):
        raise ValidationError(_("This text holds hidden characters."), code="plain_text")


def _lines(value: str) -> list[str]:
    return [line.strip() for line in value.splitlines() if line.strip()]


def _within_lines(value: str, *, most: int, length: int) -> None:
    plain_text(value)
    lines = _lines(value)
    if len(lines) > most:
        raise ValidationError(
            ngettext(
                "This takes %(count)d lines; there is room for %(most)d line.",
                "This takes %(count)d lines; there is room for %(most)d lines.",
                most,
            )
            % {"count": len(lines), "most": most},
            code="too_many_lines",
        )
    for number, line in enumerate(lines, start=1):
        if len(line) > length:
            raise ValidationError(
                _("Line %(number)d has %(length)d characters; a line holds %(most)d.")
                % {"number": number, "length": len(line), "most": length},
                code="line_too_long",
            )


def street_lines(value: str) -> None:
    """Accept up to three lines of street, building or post box, each as long as a window is."""
    _within_lines(value, most=STREET_LINES, length=LINE_LENGTH)


def address_lines(value: str) -> None:
    """Accept a whole postal address as it stands in an agreement, up to seven lines."""
    _within_lines(value, most=ADDRESS_LINES, length=LINE_LENGTH)


def service_lines(value: str) -> None:
    """Accept a list of services, one on each line."""
    _within_lines(value, most=SERVICE_LINES, length=SERVICE_LENGTH)


def registration_lines(value: str) -> None:
    """Accept the small print that the law asks for at the foot of a letter."""
    _within_lines(value, most=8, length=120)


def one_email(value: str) -> None:
    """Accept exactly one e-mail address: no list, no display name, no line break."""
    if re.search(r"[\s,;<>]", value) or value.count("@") > 1:
        raise ValidationError(
            _("Enter exactly one e-mail address, without spaces, commas or a name around it."),
            code="one_email",
        )
    _is_email(value)


def phone(value: str) -> None:
    """Accept a telephone number in its kept form, E.164."""
    if phones.normalised(value) != value:
        raise ValidationError(
            _("Write the telephone number with + and the country code, digits only."), code="phone"
        )


def website(value: str) -> None:
    """Accept a web address that a browser can open."""
    one_line(value)
    _is_website(value)


def currency(value: str) -> None:
    """Accept a currency code of ISO 4217, such as EUR."""
    if value not in currencies.CODES:
        raise ValidationError(
            _("“%(value)s” is not a currency code. Use three capital letters such as EUR.")
            % {"value": value[:10]},
            code="currency",
        )


def time_zone(value: str) -> None:
    """Accept a time zone by its name in the tz database, such as Europe/Berlin."""
    if value not in _known_time_zones():
        raise ValidationError(
            _("“%(value)s” is not a known time zone. Use a name such as Europe/Berlin.")
            % {"value": value[:60]},
            code="time_zone",
        )


def correspondence_language(value: str) -> None:
    """Accept a language that a client may prefer."""
    if value not in languages.correspondence_codes():
        raise ValidationError(
            _("“%(value)s” is not a language code. Use a code such as en or de.")
            % {"value": value[:10]},
            code="language",
        )


def letter_language(value: str) -> None:
    """Accept a language that the firm has letters in."""
    if value not in languages.letter_codes():
        raise ValidationError(
            _("There are no letters in “%(value)s” yet.") % {"value": value[:10]}, code="language"
        )


def reference(value: str) -> None:
    """Accept a client's reference: something that can be typed, said and put in a file name."""
    if not _REFERENCE.fullmatch(value):
        raise ValidationError(
            _("Use letters without accents, digits, and . _ / - between them."), code="reference"
        )


@cache
def _known_time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def holiday_calendar(country: str, region: str) -> None:
    """Accept a country and region that public holidays are known for.

    Raises:
        ValidationError: with the wrong one of the fields `holiday_country`, `holiday_region`.
    """
    if not country:
        if region:
            raise ValidationError({"holiday_region": _("Choose the country of this region first.")})
        return
    known = holidays.list_supported_countries()
    if country not in known:
        raise ValidationError(
            {
                "holiday_country": _(
                    "The public holidays of this country are not known. Leave it empty and list "
                    "them yourself."
                )
            }
        )
    if region and region not in known[country]:
        raise ValidationError(
            {
                "holiday_region": _("Use one of: %(regions)s.")
                % {"regions": ", ".join(known[country]) or _("no region at all")}
            }
        )
