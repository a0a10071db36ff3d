"""Asking once more who is there, before something that cannot be taken back."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpRequest


def require_recent(request: HttpRequest) -> None:
    """Let only somebody on who has just shown, by password or second factor, that it is them.

    What counts is showing it again, not having signed in; it lasts for
    `ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds. A form that was sent meanwhile is kept by allauth
    and done once the person has shown it.

    Raises:
        ReauthenticationRequired: allauth's middleware leads to the page that asks.
    """
    raise_if_reauthentication_required(request, app="")
