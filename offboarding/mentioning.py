"""Whom a note means: the names behind an @ in what a colleague typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_AT = re.compile(r"(?<![\w@.+-])@(?=\w)")
_WORD = re.compile(r"[\w’'-]+")


@dataclass
class Meant:
    """Who is meant, and which names fit nobody or several people."""

    people: set[int] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)


def meant_in(text: str, names: Mapping[int, str]) -> Meant:
    """Find the people whom a text names behind an @, by their whole name or their first one.

    An @ inside of an address of a mailbox names nobody.

    Args:
        text: what was typed.
        names: of everybody who can be meant, by their key.
    """
    meant = Meant()
    for at in _AT.finditer(text):
        rest = text[at.end() :]
        whole = [key for key, name in names.items() if name and _begins_with(rest, name)]
        if whole:
            longest = max(len(names[key]) for key in whole)
            found = [key for key in whole if len(names[key]) == longest]
        else:
            found = [
                key for key, name in names.items() if _begins_with(rest, name.partition(" ")[0])
            ]
        if len(found) == 1:
            meant.people.add(found[0])
            continue
        word = _WORD.match(rest)
        typed = word[0].rstrip("-’'") if word else rest[:1]
        (meant.shared if found else meant.unknown).append(typed)
    return meant


def _begins_with(text: str, name: str) -> bool:
    head, behind = text[: len(name)], text[len(name) : len(name) + 1]
    return bool(name) and head.casefold() == name.casefold() and not behind.isalnum()
