"""How often one place may post, and how much."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.tries import WINDOW_SECONDS, address_of, is_too_often

__all__ = [
    "MOST_FILE_BYTES",
    "MOST_FORM_BYTES",
    "WINDOW_SECONDS",
    "address_of",
    "is_too_large",
    "is_too_often",
]

MOST_FORM_BYTES = 64 * 1024
MOST_FILE_BYTES = 25 * 1024 * 1024


def is_too_large(request: HttpRequest, most: int) -> bool:
    """Tell, before any of it is read, whether a body is larger than the page's form can fill."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > most
    except ValueError:
        return True
