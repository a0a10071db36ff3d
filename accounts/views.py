"""The page behind an invitation's link, and the closed door beside it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.errors import InvitationRefused
from accounts.forms import AcceptInvitationForm


@login_not_required
@never_cache
@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; a POST with name and password accepts it."""
    try:
        found = services.find_open_invitation(token)
        form = AcceptInvitationForm(request.POST or None, invitation=found)
        if request.method == "POST" and form.is_valid():
            services.accept_invitation(
                token,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
            )
            messages.success(request, _("Welcome. Sign in with the password you just chose."))
            return redirect("account_login")
    except InvitationRefused as refused:
        return render(
            request,
            "account/invitation.html",
            {"refusal": str(refused)},
            status=HTTPStatus.GONE,
        )
    return render(
        request,
        "account/invitation.html",
        {"form": form, "invitation": found},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK,
    )


@login_not_required
def signup_closed(request: HttpRequest) -> HttpResponse:
    """Say to anyone who tries the sign-up address that people come in by invitation."""
    return render(request, "account/signup_closed.html", status=HTTPStatus.FORBIDDEN)
