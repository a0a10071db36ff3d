"""Languages a client may be written to in."""

from __future__ import annotations

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


def _is_plain(code: str) -> bool:
    return "name" in LANG_INFO[code] and len(code) <= 3


def correspondence_languages() -> list[tuple[str, str]]:
    """List every language a client may prefer, whether or not we have letters in it."""
    with override("en"):
        named = [(code, str(LANG_INFO[code]["name"])) for code in LANG_INFO if _is_plain(code)]
    return sorted(((code, _(name)) for code, name in named), key=lambda pair: str(pair[1]))


def letter_languages() -> list[tuple[str, str]]:
    """List the languages that the firm has letters in."""
    return [(code, name) for code, name in settings.LANGUAGES]
