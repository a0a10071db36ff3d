"""The addresses we print and mail; built from the public address, never from a request."""

from __future__ import annotations

from django.conf import settings

from offboarding.models import ClientLink
from offboarding.services import links


def receipt_url(link: ClientLink) -> str:
    """Return where a client confirms receipt."""
    return f"{settings.PUBLIC_BASE_URL}/r/{links.token_of(link)}/"


def code_url() -> str:
    """Return where a code from paper is typed."""
    return f"{settings.PUBLIC_BASE_URL}/code/"
