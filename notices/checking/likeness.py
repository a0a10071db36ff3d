"""Which letters of a campaign say the same: what differs in every letter is taken out first.

Names, dates and amounts are checked against each case by `checks`; what is left must be the words
of the one template, or the difference is shown.
"""

from __future__ import annotations

import hashlib
import json
import re

from notices.language.phrases import language_of
from notices.letters import composing
from notices.models import Notice

_MONTHS = {
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
    "de": "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
}
_WEEKDAYS = {
    "en": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "de": "Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag",
}
_AMOUNT = re.compile(
    r"(?:[€$£]|\b[A-Z]{3})[\s\u00a0\u202f]?\d[\d.,'\u00a0\u202f]*|\d[\d.,'\u00a0\u202f]*[\s\u00a0\u202f]?(?:€|\$|£|[A-Z]{3}\b)"
)


def words_of(notice: Notice) -> dict[str, str]:
    """Return the parts of a letter with braces where each client's own facts stand."""
    return {
        key: _without_facts(str(text), key, notice) for key, text in sorted(notice.parts.items())
    }


def key_of(notice: Notice) -> str:
    """Return what letters have in common that differ in nothing but their clients' facts."""
    said = json.dumps([language_of(notice.language), words_of(notice)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def lines_of(words: dict[str, str]) -> list[str]:
    """Return the words of a letter line by line, in the order of the letter, to compare them."""
    order = [part.key for part in composing.PARTS]
    keys = sorted(words, key=lambda key: order.index(key) if key in order else len(order))
    return [line for key in keys for line in words[key].splitlines() if line.strip()]


def _without_facts(text: str, part: str, notice: Notice) -> str:
    for value, name in _facts(notice):
        text = text.replace(value, "{" + name + "}")
    language = language_of(notice.language)
    months, weekdays = _MONTHS[language], _WEEKDAYS[language]
    text = re.sub(rf"\b\d{{1,2}}\.?[\s\u00a0](?:{months})[\s\u00a0]\d{{4}}\b", "{date}", text)
    text = re.sub(rf"\b(?:{weekdays})\b", "{weekday}", text)
    text = _AMOUNT.sub("{amount}", text)
    if part == "settlement":
        # How many invoices are open is a fact of the client, not a difference in words.
        text = re.sub(r"(?:^- .*\{amount\}.*\n?)+", "- {invoice}: {amount}\n", text, flags=re.M)
        text = re.sub(r"\{amount\}(?:(?: and | und |, )\{amount\})+", "{amount}", text)
    return text.strip()


def _facts(notice: Notice) -> list[tuple[str, str]]:
    """Return the client's own facts with their names, the longest first."""
    client = notice.case.client
    found = [
        (client.legal_name, "client"),
        (client.display_name, "client"),
        (notice.recipient_name, "addressee"),
        (notice.contact_person, "contact"),
        (notice.contact_phone, "telephone"),
        (notice.contact_email, "e-mail"),
        (notice.case.reference, "reference"),
    ]
    for engagement in notice.case.engagements.all():
        services = ", ".join(engagement.service_list)
        if services:
            found.append((f"{engagement.title} ({services})", "agreement"))
        found.append((engagement.title, "agreement"))
    return sorted(((value, name) for value, name in found if value), key=lambda fact: -len(fact[0]))
