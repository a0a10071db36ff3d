"""The secrets of second factors, unreadable to whoever holds the database alone."""

from __future__ import annotations

import base64
import hmac

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps authenticator secrets and recovery seeds encrypted with a key from the settings."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    # A replaced key stays in SECRET_KEY_FALLBACKS until everybody has set up their factor again.
    return MultiFernet(
        [_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _fernet(key: str | bytes) -> Fernet:
    own = hmac.digest(force_bytes(key), b"accounts.second_factor", "sha256")
    return Fernet(base64.urlsafe_b64encode(own))
