"""The secrets in links: 256 random bits, kept by nobody but their reader.

An invitation's is signed too.
"""

from __future__ import annotations

import hashlib
import secrets

from django.core.signing import BadSignature, Signer

_signer = Signer(sep=".", salt="accounts.invitation")


def new_token() -> str:
    """Draw a token nobody has seen before."""
    return _signer.sign(new_secret())


def new_secret() -> str:
    """Draw 256 random bits as the letters of an address."""
    return secrets.token_urlsafe(32)


def is_ours(token: str) -> bool:
    """Whether a token was signed by this installation; saves a look into the database."""
    try:
        _signer.unsign(token)
    except BadSignature:
        return False
    return True


def hash_of(token: str) -> str:
    """Give what the database may know of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
