"""How sign-in behaves here: closed to strangers, and never trusting the Host header."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.mail import address_of

logger = logging.getLogger(__name__)


class Site(NamedTuple):
    """What sign-in mails call this installation."""

    name: str
    domain: str


class AccountAdapter(DefaultAccountAdapter):
    """Lets people in by invitation only, and builds every link from `PUBLIC_BASE_URL`."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL

    def get_reset_password_from_key_url(self, key: str) -> str:
        # allauth's pattern takes "<user>-<key>"; the two arrive here in one piece.
        uidb36, _, token = key.partition("-")
        return address_of(
            reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
        )

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return address_of(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send what sign-in has to say; a mail server that is down stops no change of password.

        Nor does it answer a known address otherwise than an unknown one.
        """
        host = urlsplit(settings.PUBLIC_BASE_URL).netloc
        try:
            super().send_mail(template_prefix, email, {"current_site": Site(host, host), **context})
        except OSError:
            logger.exception("A sign-in mail (%s) could not be sent", template_prefix)
