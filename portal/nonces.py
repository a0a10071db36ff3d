"""The nonce of a page: whoever posts has seen the page of that very link, and lately.

It stands in for the usual token in a cookie, which these pages do without: with `no-referrer`
browsers send `Origin: null`, and merely looking must leave no cookie behind.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.core.cache import cache

from audit import clock
from offboarding.models import ClientLink

GOOD_FOR = timedelta(hours=24)

_SALT = "portal.nonce"


@dataclass(frozen=True)
class PageNonce:
    """What a page that was shown knows about itself.

    Attributes:
        mark: of this one loading of the page.
        by_code: the page was opened with the code from the paper letter.
    """

    mark: str
    by_code: bool


def issue(link: ClientLink, *, by_code: bool = False) -> str:
    """Return a nonce for one loading of a link's page."""
    return signing.dumps(
        {
            "link": link.pk,
            "code": by_code,
            "mark": secrets.token_urlsafe(12),
            "at": int(clock.now().timestamp()),
        },
        salt=_SALT,
    )


def read(text: str, link: ClientLink) -> PageNonce | None:
    """Return the nonce of this link's page; None if it is foreign, broken or too old."""
    try:
        said = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    age = clock.now().timestamp() - said["at"]
    if said["link"] != link.pk or not -60 <= age <= GOOD_FOR.total_seconds():
        return None
    return PageNonce(mark=said["mark"], by_code=said["code"])


def spend(nonce: PageNonce, *said: str) -> bool:
    """Use a nonce for one act; tell whether this is its first use or the same act again.

    A double click sends the same twice: both are answered alike, and the act itself has one
    effect. Anything else sent with a used nonce is refused.
    """
    act = hashlib.sha256("\0".join(said).encode()).hexdigest()
    key = f"portal-nonce:{nonce.mark}"
    if cache.add(key, act, timeout=int(GOOD_FOR.total_seconds())):
        return True
    return bool(cache.get(key) == act)
