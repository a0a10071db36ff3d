"""Template filters of lists: how long ago, and in how many words."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from audit import clock

register = template.Library()


@register.filter
def days_since(value: date | datetime | None) -> str:
    """Say how many days ago something was: today, yesterday, 12 days ago."""
    if value is None:
        return ""
    on = timezone.localtime(value).date() if isinstance(value, datetime) else value
    days = (clock.today() - on).days
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
