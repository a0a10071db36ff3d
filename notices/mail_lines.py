"""This process's line to the mail server, kept from one mail to the next."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings

from notices.smtp import Security, SmtpTransport

_transports: dict[tuple[Any, ...], SmtpTransport] = {}


def transport() -> SmtpTransport:
    """Return this process's line to the mail server, kept from one mail to the next."""
    reach = (
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        settings.EMAIL_HOST_USER,
        settings.EMAIL_HOST_PASSWORD,
        settings.EMAIL_SECURITY,
        settings.EMAIL_TIMEOUT,
    )
    if reach not in _transports:
        host, port, user, password, security, timeout = reach
        _transports.clear()
        _transports[reach] = SmtpTransport(
            host,
            port,
            user=user,
            password=password,
            security=cast(Security, security),
            timeout=timeout,
        )
    return _transports[reach]
