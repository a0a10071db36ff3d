"""Template filters for dates and money as people write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from audit import clock
from desk import icons

register = template.Library()

# The order of a written date is the language's own; a translator has nothing to decide here.
_PROSE = {"en": "j F Y", "de": "j. F Y"}
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_SIGN_STANDS_BEFORE = {"en"}
_DECIMALS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3}
_NO_BREAK = "\u00a0"


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def prose_date(value: date | datetime | None) -> str:
    """Write a date as in a letter: 31 January 2027."""
    if not value:
        return ""
    return date_format(_local(value), _PROSE.get(_language(), "j F Y"), use_l10n=False)


@register.filter
def prose_time(value: datetime | None) -> str:
    """Write an instant with its time and the zone of the clock it was read from.

    A firm's offices lie in different zones, and so do the people who read about their cases:
    31 January 2027, 14:05 CET.
    """
    if not value:
        return ""
    local = _local(value)
    zone = _zone_of(local) if isinstance(local, datetime) else ""
    return f"{prose_date(value)}, {date_format(local, 'H:i', use_l10n=False)}{zone}"


def _zone_of(local: datetime) -> str:
    name = local.tzname() or ""
    # Zones without letters of their own call themselves by their distance: -03, +0545.
    if name[:1] in ("+", "-"):
        sign = "\u2212" if name[0] == "-" else "+"
        hours, minutes = name[1:3], name[3:5]
        name = f"UTC{sign}{int(hours)}{':' + minutes if minutes else ''}"
    return f"{_NO_BREAK}{name}" if name else ""


@register.simple_tag
def when(value: date | datetime | None, none: str = "") -> SafeString:
    """Write a date or an instant for people and machines: {% when case.effective_on %}.

    Args:
        value: a date, or an instant, which is shown with the zone that the page tells time in.
        none: what to say where there is no date yet.
    """
    if not value:
        return format_html('<span class="muted">{}</span>', none or gettext("not set"))
    words = prose_time(value) if isinstance(value, datetime) else prose_date(value)
    return format_html('<time datetime="{}">{}</time>', _local(value).isoformat(), words)


def days_in_words(days: int) -> str:
    """Say how far a day lies ahead (or, below zero, how long it is over)."""
    if days < 0:
        return ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
    if days == 0:
        return gettext("due today")
    if days == 1:
        return gettext("due tomorrow")
    return ngettext("due in %(days)d day", "due in %(days)d days", days) % {"days": days}


@register.simple_tag
def due(value: date | None) -> SafeString:
    """Say how due something is, overdue in red with an icon: {% due task.due_on %}."""
    if not value:
        return format_html('<span class="due muted">{}</span>', gettext("no date yet"))
    on = timezone.localtime(value).date() if isinstance(value, datetime) else value
    days = (on - clock.today()).days
    # Beyond a month a date says more than a count of days.
    words = days_in_words(days) if days <= 31 else prose_date(on)
    is_overdue = days < 0
    return format_html(
        '<time class="due{}" datetime="{}" title="{}">{}{}</time>',
        " due--overdue" if is_overdue else "",
        on.isoformat(),
        prose_date(on),
        icons.icon("circle-alert") if is_overdue else "",
        words,
    )


@register.filter
def money(cents: int | None, currency: str = "EUR") -> str:
    """Write an amount in the reader's manner: €1,200.50 in English, 1.200,50 € in German.

    Args:
        cents: the amount in the smallest unit of the currency.
        currency: its three letters, such as EUR.
    """
    if cents is None:
        return ""
    decimals = _DECIMALS.get(currency, 2)
    amount = Decimal(abs(cents)).scaleb(-decimals)
    digits = number_format(amount, decimals, use_l10n=True, force_grouping=True)
    minus = "\u2212" if cents < 0 else ""
    sign = _SIGNS.get(currency)
    if sign and _language() in _SIGN_STANDS_BEFORE:
        return f"{minus}{sign}{digits}"
    if sign:
        return f"{minus}{digits}{_NO_BREAK}{sign}"
    return f"{minus}{digits}{_NO_BREAK}{currency}"


@register.simple_tag
def days_before_end(days: int) -> str:
    """Say where a due date stands that follows the effective date: {% days_before_end 5 %}."""
    if days == 0:
        return gettext("with the effective date")
    if days > 0:
        return ngettext(
            "%(days)d business day before the effective date",
            "%(days)d business days before the effective date",
            days,
        ) % {"days": days}
    return ngettext(
        "%(days)d business day after the effective date",
        "%(days)d business days after the effective date",
        -days,
    ) % {"days": -days}
