"""The addresses we print and mail; built from the public address, never from a request."""

from __future__ import annotations

from django.conf import settings

from offboarding.models import ClientLink
from offboarding.services import links


def receipt_url(link: ClientLink) -> str:
    """Return where a client confirms receipt."""
    return f"{settings.PUBLIC_BASE_URL}/r/{links.token_of(link)}/"


def receipt_url_to_come() -> str:
    """Return what stands in a preview where each delivery gets a link of its own."""
    return f"{settings.PUBLIC_BASE_URL}/r/…/"


def feedback_url(link: ClientLink) -> str:
    """Return where a client answers three optional questions, and asks their own."""
    return f"{settings.PUBLIC_BASE_URL}/f/{links.token_of(link)}/"


def handover_url(link: ClientLink) -> str:
    """Return where a reader fetches the files of a hand-over."""
    return f"{settings.PUBLIC_BASE_URL}/h/{links.token_of(link)}/"


def handover_url_to_come() -> str:
    """Return what stands in a preview of that mail, which gets a link of its own."""
    return f"{settings.PUBLIC_BASE_URL}/h/…/"


def not_me_url(link: ClientLink) -> str:
    """Return where the addressee says that somebody else confirmed."""
    return f"{settings.PUBLIC_BASE_URL}/r/{links.token_of(link)}/not-me/"


def owed_url(link: ClientLink) -> str:
    """Return where a client sees what both sides still owe, and ticks theirs."""
    return f"{settings.PUBLIC_BASE_URL}/o/{links.token_of(link)}/"


def owed_url_to_come() -> str:
    """Return what stands in a preview; the mail gets a link of its own."""
    return f"{settings.PUBLIC_BASE_URL}/o/…/"


def check_url() -> str:
    """Return where anyone compares a file with ours."""
    return f"{settings.PUBLIC_BASE_URL}/check/"
