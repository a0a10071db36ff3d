"""Whether a provider is the very client, or our own firm: neither is recommended to a client."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clients import resemblance
from clients.models import Firm, Office


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


def names_our_firm(*, name: str, email: str = "", website: str = "") -> str:
    """Return which of these is our own firm's or an office's; empty when none of them is.

    Args:
        name: of the provider; legal form and case tell no two names apart.
        email: of the provider.
        website: of the provider.
    """
    offices = Office.objects.values_list("legal_name", "email", "website")
    names, domains = {resemblance.key_of(Firm.current().name)}, set()
    for legal_name, mail, site in offices:
        names.add(resemblance.key_of(legal_name))
        domains |= {_domain_of(mail), _host_of(site)}
    domains -= {""} | resemblance.PUBLIC_MAIL
    if resemblance.key_of(name) in names - {""}:
        return "name"
    if _host_of(website) in domains:
        return "website"
    return "email" if _domain_of(email) in domains else ""


def _domain_of(email: str) -> str:
    return email.rpartition("@")[2].strip().casefold()


def _host_of(website: str) -> str:
    found = re.match(r"(?:https?://)?(?:www\.)?([^/:?#\s]+)", website.strip().casefold())
    return found[1] if found else ""
