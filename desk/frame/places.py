"""Where on the desk a thing is done: from the name of a section to its address."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

_PAGES = {
    "closing": "closing",
    "correction": "correction",
    "cure-warning": "cure-letter",
    "decision": "decision",
    "dates": "dates",
    "deadlines": "deadlines",
    "dispute": "dispute",
    "evidence": "evidence",
    "ground": "ground",
    "handover-page": "handover",
    "hold": "hold",
    "notice": "notice",
    "notice_text": "notice-edit",
    "remedies": "remedies",
    "reopen": "reopen",
    "settlement": "settlement",
    "terms": "terms",
    "withdraw": "withdraw",
}
"""Sections with a page of their own; every other one stands on the case page under its name."""


def case_url(reference: str, anchor: str = "") -> str:
    """Return the address of a case's page, at one of its sections if named."""
    url = reverse("desk:case", args=[reference])
    return f"{url}#{anchor}" if anchor else url


def place_of(fix: str, reference: str) -> str:
    """Return the address where a condition is met.

    Args:
        fix: the section a `Reason` names, such as "evidence"; empty when there is none.
        reference: the case.
    """
    if not fix:
        return ""
    if fix in _PAGES:
        try:
            return reverse(f"desk:{_PAGES[fix]}", args=[reference])
        except NoReverseMatch:
            pass
    return case_url(reference, fix)


def place_of_task(origin: str, reference: str) -> str:
    """Return the address where a task that a machine raised is done; nothing for any other task.

    Args:
        origin: what raised it, such as "inbound:12" or "delivery:7:bounced".
        reference: of its case.
    """
    what, _colon, rest = origin.partition(":")
    number = rest.partition(":")[0]
    if what == "inbound" and number.isdecimal():
        return reverse("desk:inbox-mail", args=[int(number)])
    if what in ("ticked", "owed") and number.isdecimal():
        return reverse("desk:obligation", args=[reference, int(number)])
    if what == "cure" and number.isdecimal():
        return reverse("desk:remedy", args=[reference, int(number)])
    if what == "delivery":
        return f"{reverse('desk:notice', args=[reference])}#deliveries"
    return ""
