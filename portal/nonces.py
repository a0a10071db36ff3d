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
        shown_at: seconds of the epoch at which its reader saw the page first; a page that was
            refused and came back keeps the time of the first.
    """

    mark: str
    by_code: bool
    shown_at: float

    @property
    def seconds_on_page(self) -> float:
        """How long the page lay before its reader until now."""
        return max(clock.now().timestamp() - self.shown_at, 0.0)


def issue(link: ClientLink, *, after: PageNonce | None = None, by_code: bool = False) -> str:
    """Return a nonce for one loading of a link's page.

    Args:
        link: whose page it is.
        after: of the page that was refused, when this one is that page again.
        by_code: the code from the paper was typed to get here.
    """
    now = clock.now().timestamp()
    return signing.dumps(
        {
            "link": link.pk,
            "code": by_code or (after is not None and after.by_code),
            "mark": secrets.token_urlsafe(12),
            "at": int(now),
            "shown": round(after.shown_at if after else now, 2),
        },
        salt=_SALT,
    )


def read(text: str, link: ClientLink) -> PageNonce | None:
    """Return the nonce of this link's page; None if it is foreign, broken or too old.

    A page that was shown before an update of this software may know other things about itself; its
    reader is answered like one whose page lay there for too long.
    """
    try:
        said = signing.loads(text, salt=_SALT)
        age = clock.now().timestamp() - float(said["at"])
        nonce = PageNonce(
            mark=str(said["mark"]), by_code=bool(said["code"]), shown_at=float(said["shown"])
        )
        is_ours = said["link"] == link.pk
    except (signing.BadSignature, LookupError, TypeError, ValueError):
        return None
    return nonce if is_ours and -60 <= age <= GOOD_FOR.total_seconds() else None


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
