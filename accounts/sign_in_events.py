"""What the record keeps of sign-ins: who came, who failed, who left, who changed their keys.

These listen to signals, because sign-in belongs to Django and allauth and has no verb of ours.
Never a password, a code or a token gets into the record; the address typed and the place it was
typed at stand in the erasable side table.
"""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth_signals
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.actor import Actor
from accounts.models import User
from audit.services import record

SIGN_IN = Actor.machine("accounts.sign_in")


@receiver(auth_signals.user_logged_in, dispatch_uid="accounts.user_signed_in")
def record_sign_in(*, user: User, request: HttpRequest | None = None, **_: Any) -> None:
    _record_of(user, "user.signed_in", after=_origin_of(request))


@receiver(auth_signals.user_logged_out, dispatch_uid="accounts.user_signed_out")
def record_sign_out(*, user: User | None, **_: Any) -> None:
    if user is not None:
        _record_of(user, "user.signed_out")


@receiver(auth_signals.user_login_failed, dispatch_uid="accounts.sign_in_failed")
def record_failed_sign_in(
    *, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    typed = credentials.get("email") or credentials.get("username") or ""
    email = str(typed)[: User._meta.get_field("email").max_length]
    with transaction.atomic():
        record(
            stream="staff",
            action="user.sign_in_failed",
            by=SIGN_IN,
            subject=User.objects.filter(email=email).first(),
            after={"email": email, **_origin_of(request)},
        )


@receiver(account_signals.password_changed, dispatch_uid="accounts.password_changed")
def record_password_change(*, user: User, **_: Any) -> None:
    _record_of(user, "user.password_changed")


@receiver(account_signals.password_set, dispatch_uid="accounts.password_set")
def record_first_password(*, user: User, **_: Any) -> None:
    _record_of(user, "user.password_set")


@receiver(account_signals.password_reset, dispatch_uid="accounts.password_reset")
def record_password_reset(*, user: User, **_: Any) -> None:
    _record_of(user, "user.password_reset")


@receiver(account_signals.email_changed, dispatch_uid="accounts.email_changed")
def record_email_change(
    *, user: User, from_email_address: Any, to_email_address: Any, **_: Any
) -> None:
    _record_of(
        user,
        "user.email_changed",
        before={"email": from_email_address.email if from_email_address else ""},
        after={"email": to_email_address.email},
    )


@receiver(mfa_signals.authenticator_added, dispatch_uid="accounts.factor_added")
def record_added_factor(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    _record_of(user, "user.second_factor_added", details=_kind_of(authenticator))


@receiver(mfa_signals.authenticator_removed, dispatch_uid="accounts.factor_removed")
def record_removed_factor(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    _record_of(user, "user.second_factor_removed", details=_kind_of(authenticator))


@receiver(mfa_signals.authenticator_reset, dispatch_uid="accounts.factor_reset")
def record_reset_factor(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    _record_of(user, "user.second_factor_reset", details=_kind_of(authenticator))


@receiver(mfa_signals.authentication_failed, dispatch_uid="accounts.factor_failed")
def record_failed_factor(
    *, user: User, authenticator: Authenticator | None = None, request: HttpRequest, **_: Any
) -> None:
    with transaction.atomic():
        record(
            stream="staff",
            action="user.second_factor_failed",
            by=SIGN_IN,
            subject=user,
            details={"user_id": user.pk, **_kind_of(authenticator)},
            after=_origin_of(request),
        )


def _record_of(
    user: User,
    action: str,
    *,
    details: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    with transaction.atomic():
        record(
            stream="staff",
            action=action,
            by=Actor.person(user),
            subject=user,
            details={"user_id": user.pk, **(details or {})},
            before=before,
            after=after,
        )


def _kind_of(authenticator: Authenticator | None) -> dict[str, str]:
    return {"factor": authenticator.type} if authenticator else {}


def _origin_of(request: HttpRequest | None) -> dict[str, str]:
    if request is None:
        return {}
    try:
        return {"ip_address": get_adapter().get_client_ip(request)}
    except PermissionDenied:
        return {}
