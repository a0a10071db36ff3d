"""What holds for every page of a signed-in person: their second factor and their language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from accounts.selectors import people_with_second_factor_duty

SET_UP_PAGE = "mfa_index"
# What somebody without a second factor needs to get one, or to leave.
OPEN_PAGES = frozenset(
    {
        "account_confirm_email",
        "account_email",
        "account_email_verification_sent",
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "accounts_invitation",
        "healthz",
        "readyz",
    }
)
OPEN_PREFIXES = ("mfa_",)
# The client's own pages ask nobody to sign in, so they ask no colleague for a second factor either.
OPEN_APPS = frozenset({"portal"})

GetResponse = Callable[[HttpRequest], HttpResponse]


class SecondFactorMiddleware:
    """Sends whoever decides or oversees to set up a second factor before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        if _is_open(request.resolver_match, view) or not owes_a_second_factor(request.user):
            return None
        address = reverse(SET_UP_PAGE)
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(address)
        messages.info(request, _("Your role needs a second factor. Set one up to go on."))
        return HttpResponseRedirect(address)


class OwnLanguageMiddleware:
    """Shows pages in the language a signed-in person chose, whatever the browser prefers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def owes_a_second_factor(user: User) -> bool:
    """Whether a person's role asks for a second factor that they have not set up yet."""
    factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return (
        people_with_second_factor_duty()
        .filter(pk=user.pk)
        .exclude(pk__in=factors.filter(user=user).values("user"))
        .exists()
    )


def _is_open(match: ResolverMatch | None, view: Callable[..., Any]) -> bool:
    if view.__module__.partition(".")[0] in OPEN_APPS:
        return True
    name = match.url_name if match and not match.namespaces else None
    return name is not None and (name in OPEN_PAGES or name.startswith(OPEN_PREFIXES))
