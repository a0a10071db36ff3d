"""Template tags for forms of one button that stand on a page among others."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from desk.frame import submissions

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """Give a form its key, so that a double click has one effect: {% once %}."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', submissions.KEY, submissions.new_key()
    )


@register.simple_tag
def version(case: Any) -> SafeString:
    """Say at which version of the case the page was opened: {% version case %}."""
    return format_html('<input type="hidden" name="version" value="{}">', case.version)
