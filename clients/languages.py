"""Languages a client may be written to in."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@cache
def correspondence_languages() -> list[tuple[str, str | Promise]]:
    """List every language a client may prefer, whether or not we have letters in it.

    In the order of their English names, which the translated names are looked up by.
    """
    named = sorted(
        (str(info["name"]), code)
        for code, info in LANG_INFO.items()
        if "name" in info and len(code) <= 3  # "de", but not "zh-hans" and other variants
    )
    return [(code, _(name)) for name, code in named]


def letter_languages() -> list[tuple[str, str | Promise]]:
    """List the languages that the firm has letters in."""
    return list(settings.LANGUAGES)


@cache
def correspondence_codes() -> frozenset[str]:
    """List the codes of `correspondence_languages`."""
    return frozenset(code for code, _name in correspondence_languages())


def letter_codes() -> frozenset[str]:
    """List the codes of `letter_languages`."""
    return frozenset(code for code, _name in letter_languages())
