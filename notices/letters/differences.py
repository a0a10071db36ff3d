"""What a notice says, line by line, and in which words two versions of it differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from notices.letters import composing
from notices.letters.scope import engagements_that_end
from notices.models import Notice, NoticeCopy, NoticeKind, NoticeVersion
from offboarding.models import Disclosure

_OF_NOTICES = {part.key: part.label for part in composing.PARTS}
_PARTS: dict[str, str | Promise] = _OF_NOTICES | {
    part.key: part.label
    for kind in (NoticeKind.CURE_WARNING, NoticeKind.CLOSING)
    for part in composing.parts_of_kind(kind)
    if part.key not in _OF_NOTICES
}

LINES: dict[str, str | Promise] = {
    "subject": _("Subject"),
    **_PARTS,
    "scope": _("Scope"),
    "ended_engagements": _("Agreements that end"),
    "disclosure": _("What is said of the reason"),
    "disclosure_reason": _("Why this notice says more than the policy"),
    "effective_on": _("Effective date"),
    "notice_date": _("Date of the letter"),
    "settlement_due_on": _("Settlement date"),
    "cure_ends_on": _("To be put right by"),
    "signatory": _("Signed by"),
    "contact_person": _("Contact person"),
    "contact_phone": _("Contact phone"),
    "contact_email": _("Contact e-mail"),
    "recipient_name": _("Addressee"),
    "sends_email": _("By e-mail"),
    "recipient_email": _("E-mail address"),
    "sends_registered_mail": _("By registered mail"),
    "recipient_lines": _("Postal address"),
    "copies": _("Copies"),
    "enclosures": _("Enclosures"),
}
"""What a notice is made of, by the name of the field, in the order in which people read it."""

LONGEST_SAMPLE = 200
"""Letters of a line that a task quotes."""

PieceKind = Literal["same", "gone", "new"]


@dataclass(frozen=True)
class Piece:
    """Some words of a line: kept, taken out, or put in."""

    kind: PieceKind
    text: str


@dataclass(frozen=True)
class Change:
    """One line of which two versions say different things."""

    name: str
    label: str
    before: str
    after: str

    @property
    def pieces(self) -> list[Piece]:
        """Its words, each marked as kept, taken out or put in."""
        return list(_pieces(self.before, self.after))

    def __str__(self) -> str:
        before, after = self.before or _text("(nothing)"), self.after or _text("(nothing)")
        return f"{self.label}: {_sample(before)} → {_sample(after)}"


def said(notice: Notice) -> dict[str, str]:
    """Return everything that a notice says, as text that is kept, by the name of the line."""
    words = {name: _kept(getattr(notice, name)) for name in _FIELDS}
    parts = {name: str(notice.parts.get(name, "")).strip() for name in _PARTS}
    words |= {
        "ended_engagements": _names(
            {"name": one.title}
            for one in (
                engagements_that_end(notice) if notice.ended_engagements is not None else ()
            )
        ),
        "enclosures": "\n".join(enclosures_of(notice)),
        "copies": "\n".join(copies_of(notice)),
    }
    return {name: words.get(name, parts.get(name, "")) for name in LINES}


def said_then(version: NoticeVersion) -> dict[str, str]:
    """Return what a kept version says, by the name of the line, to be held against another."""
    fields = {
        name: _kept(value["name"] if name == "signatory" and value else value)
        for name, value in version.fields.items()
    }
    fields["ended_engagements"] = _names(version.fields.get("ended_engagements") or ())
    parts = {name: str(version.parts.get(name, "")).strip() for name in _PARTS}
    return {name: fields.get(name, parts.get(name, "")) for name in LINES}


def _names(kept: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(str(one["name"]) for one in kept)


def enclosures_of(notice: Notice) -> list[str]:
    """Return the titles of a notice's enclosures."""
    return list(notice.enclosures.values_list("title", flat=True))


def copies_of(notice: Notice) -> list[str]:
    """Return who gets a copy of a notice, a line each."""
    return [copy_line(copy) for copy in notice.copies.all()]


def copy_line(copy: NoticeCopy) -> str:
    """Return who gets a copy and where."""
    return f"{copy.name} <{copy.email}>"


def between(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """Return the lines that changed, in the order in which people read them."""
    return [
        Change(
            name, str(label), _shown(name, before.get(name, "")), _shown(name, after.get(name, ""))
        )
        for name, label in LINES.items()
        if before.get(name, "") != after.get(name, "")
    ]


_FIELDS = tuple(
    name for name in LINES if name not in _PARTS and name not in ("copies", "enclosures")
)


_DAYS = ("effective_on", "notice_date", "settlement_due_on", "cure_ends_on")
_TICKS = ("sends_email", "sends_registered_mail")


def _kept(value: Any) -> str:
    """Write a value the same in every reader's language, so that it compares."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "\n".join(str(line) for line in value)
    return str(value)


def _shown(name: str, kept: str) -> str:
    """Write a kept value as its reader would."""
    if name in _DAYS and kept:
        return date_format(date.fromisoformat(kept), "j F Y")
    if name == "disclosure":
        return str(Disclosure(kept).label) if kept else _text("as the ground's policy says")
    if name in _TICKS:
        return _text("yes") if kept == "yes" else _text("no")
    return kept


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = _words(before), _words(after)
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Piece("gone", "".join(old[i:j]))
        if k < m:
            yield Piece("new", "".join(new[k:m]))


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)


def _sample(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SAMPLE else f"{line[: LONGEST_SAMPLE - 1].rstrip()}…"
