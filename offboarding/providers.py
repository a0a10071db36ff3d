"""Whether a provider is the very client, so that nobody is recommended to themselves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LEGAL_FORMS_LISTED = """
    ag bv co company corp corporation eg ek ev gbr gesellschaft gmbh inc incorporated kg kgaa
    limited llc llp lp ltd mbb mbh ohg oy partg plc pty sa sarl se sl spa srl ug und and the
"""
_LEGAL_FORMS = frozenset(_LEGAL_FORMS_LISTED.split())

_MAIL_FOR_EVERYBODY_LISTED = """
    aol.com freenet.de gmail.com gmx.com gmx.de gmx.net googlemail.com hotmail.com icloud.com
    live.com mac.com mail.com me.com msn.com outlook.com outlook.de posteo.de proton.me
    protonmail.com t-online.de web.de yahoo.com yahoo.co.uk yahoo.de
"""
_MAIL_FOR_EVERYBODY = frozenset(_MAIL_FOR_EVERYBODY_LISTED.split())


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
    if _bare(name) and _bare(name) in {_bare(one) for one in names}:
        return True
    theirs = {_domain_of(email), _host_of(website)} - {""} - _MAIL_FOR_EVERYBODY
    return bool(theirs & {_domain_of(one) for one in emails})


def _bare(name: str) -> str:
    """Return a firm's name without legal form, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.sub(r"(?<=\w)\.(?=\w)", "", plain)
    words_left = [one for one in re.findall(r"\w+", words) if one not in _LEGAL_FORMS]
    return " ".join(words_left)


def _domain_of(email: str) -> str:
    return email.rpartition("@")[2].strip().casefold()


def _host_of(website: str) -> str:
    found = re.match(r"(?:https?://)?(?:www\.)?([^/:?#\s]+)", website.strip().casefold())
    return found[1] if found else ""
