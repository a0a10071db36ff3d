"""The icons of the house: symbols of one local sprite."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SPRITE = Path(__file__).resolve().parent.parent / "static" / "icons" / "sprite.svg"
_SIZES = {"": "icon", "large": "icon icon--large"}


@cache
def _drawings() -> dict[str, str]:
    symbols = re.findall(
        r'<symbol id="([\w-]+)" viewBox="0 0 24 24">(.*?)</symbol>',
        SPRITE.read_text(encoding="utf-8"),
    )
    return dict(symbols)


def names() -> frozenset[str]:
    """Every icon that the sprite holds."""
    return frozenset(_drawings())


def icon(name: str, size: str = "", *, inline: bool = False) -> SafeString:
    """Draw an icon beside its word; it is silent for screen readers, the word speaks.

    Args:
        name: a symbol of the sprite, such as "mail".
        size: "" for the height of text, "large" for empty states.
        inline: draw the lines into the page instead of pointing at the sprite, for client pages
            that must do with few requests.

    Raises:
        LookupError: the sprite has no such symbol.
    """
    if name not in _drawings():
        raise LookupError(f"static/icons/sprite.svg has no icon named {name!r}.")
    if inline:
        # The drawing comes from our own sprite, never from a person.
        drawing = mark_safe(_drawings()[name])  # nosec B308 B703
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', _SIZES[size], drawing
        )
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        _SIZES[size],
        static("icons/sprite.svg"),
        name,
    )
