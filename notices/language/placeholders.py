"""The gaps that a model notice may have, each filled from the case, and nothing else in braces."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LEFT_OPEN = re.compile(
    r"\[[^\[\]\n]{1,60}\]|\{\{?[^{}\n]*\}?\}|\{%[^%\n]*%\}|<[^\W\d_][^<>@:/.\n]{0,59}>"
    r"|<<[^<>\n]{1,60}>>|_{3,}"
    r"|(?<!\w)(?:X{3,}|XX(?:[.]XX)+(?:[.]X+)?|xx[./]xx[./]x{2,4}|20(?:XX|xx)"
    r"|TBD|TODO|t\.b\.d\.|lorem ipsum)(?!\w)"
)
"""What a text leaves for somebody to fill in, in the ways in which people and programs write it."""

PLACEHOLDERS: dict[str, str | Promise] = {
    "client": _("the client's name"),
    "recipient": _("the addressee's name"),
    "company": _("our company's name"),
    "service": _("the service line that ends"),
    "weekday": _("the weekday of the effective date"),
    "effective_date": _("the effective date"),
    "covered": _("the services that end, as a list"),
    "obligations": _("what is still owed, as a list with dates"),
    "amount": _("what is open on our books"),
    "settlement_date": _("the settlement date"),
    "invoices": _("the open invoices, as a list"),
    "contact_name": _("the contact's name"),
    "contact_phone": _("the contact's telephone number"),
    "contact_email": _("the contact's e-mail address"),
}
"""Every name that may stand in braces, with what it becomes."""

_ONLY_IN = {
    "covered": ("opening",),
    "obligations": ("ours", "theirs"),
    "amount": ("settlement",),
    "settlement_date": ("settlement",),
    "invoices": ("settlement",),
}
_IN_A_SUBJECT = ("client", "weekday", "effective_date")
NEEDED: dict[str, tuple[str, ...]] = {
    "subject": ("effective_date",),
    "opening": ("effective_date", "covered"),
    "ours": ("obligations",),
    "theirs": ("obligations",),
    "settlement": ("amount", "settlement_date"),
    "contact": ("contact_name", "contact_phone", "contact_email"),
}
"""What a text must hold, so that no notice lacks it."""

_GAP = re.compile(r"\{([a-z_]+)\}")
_BRACES = re.compile(r"\{[^{}\n]*\}?|\}|\[[^\[\]\n]{1,60}\]")


def unknown_in(text: str, part: str) -> list[str]:
    """Return what stands in braces or brackets and is no placeholder of this part."""
    found = []
    for match in _BRACES.finditer(text):
        name = match[0].strip("{}")
        is_known = _GAP.fullmatch(match[0]) and name in PLACEHOLDERS
        fits = part in _ONLY_IN.get(name, (part,)) and (part != "subject" or name in _IN_A_SUBJECT)
        if not is_known or not fits:
            found.append(match[0])
    return found


def missing_in(text: str, part: str) -> list[str]:
    """Return the placeholders that this part needs and the text lacks."""
    return [f"{{{name}}}" for name in NEEDED.get(part, ()) if f"{{{name}}}" not in text]


def fill(text: str, known: Mapping[str, str]) -> str:
    """Return a text with its gaps filled; a paragraph whose only list is empty goes with it."""
    paragraphs = [
        paragraph
        for paragraph in text.split("\n\n")
        if not any(not known.get(name, "") for name in _lists_in(paragraph))
    ]
    return _GAP.sub(lambda gap: known.get(gap[1], gap[0]), "\n\n".join(paragraphs)).strip()


def _lists_in(paragraph: str) -> list[str]:
    return [name for name in ("covered", "obligations", "invoices") if f"{{{name}}}" in paragraph]


def allowed_in(part: str) -> list[str]:
    """Return the names of the gaps that a text may have."""
    return [name for name in PLACEHOLDERS if not unknown_in(f"{{{name}}}", part)]
