"""Whether a provider is the very client, or our own firm: neither is recommended to a client."""

from __future__ import annotations

from collections.abc import Iterable

from clients import resemblance
from clients.models import Firm, Office
from clients.shared_hosts import own_mail_host, own_site


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
    theirs = {own_mail_host(email), own_site(website)} - {""}
    return bool(theirs & {own_mail_host(one) for one in emails})


def names_our_firm(*, name: str, email: str = "", website: str = "") -> str:
    """Return which of these is our own firm's or an office's; empty when none of them is.

    Args:
        name: of the provider; legal form and case tell no two names apart.
        email: of the provider; a host at which everybody has an address says nothing.
        website: of the provider; where everybody has a page, the page is compared.
    """
    offices = Office.objects.values_list("legal_name", "email", "website")
    names, domains = {resemblance.key_of(Firm.current().name)}, set()
    for legal_name, mail, site in offices:
        names.add(resemblance.key_of(legal_name))
        domains |= {own_mail_host(mail), own_site(site)}
    domains -= {""}
    if resemblance.key_of(name) in names - {""}:
        return "name"
    if own_site(website) in domains:
        return "website"
    return "email" if own_mail_host(email) in domains else ""
