"""Whether a provider is the very client, so that nobody is recommended to themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clients import resemblance


def is_the_client(
    *, name: str, email: str = "", website: str = "", names: Iterable[str], emails: Iterable[str]
) -> bool:
    """Tell whether a provider seems to be the client: by name, or by an own mail domain.

    Args:
        name: of the provider.
        email: of the provider.
        website: of the provider.
        names: what the client is called.
        emails: addresses of the client's contacts.
    """
    key = resemblance.key_of(name)
    if key and key in {resemblance.key_of(one) for one in names}:
        return True
    theirs = {_domain_of(email), _host_of(website)} - {""} - resemblance.PUBLIC_MAIL
    return bool(theirs & {_domain_of(one) for one in emails})


def _domain_of(email: str) -> str:
    return email.rpartition("@")[2].strip().casefold()


def _host_of(website: str) -> str:
    found = re.match(r"(?:https?://)?(?:www\.)?([^/:?#\s]+)", website.strip().casefold())
    return found[1] if found else ""
