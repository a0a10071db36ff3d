"""What a check says of a notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["block", "warn", "hint"]

LEVELS: dict[Level, int] = {"block": 0, "warn": 1, "hint": 2}
"""The levels in the order in which people read them."""

OF_WORDS = "wording."
OF_READING = "reading."
"""How codes begin that judge the manner of a text, and not what it says or lacks."""


@dataclass(frozen=True)
class Finding:
    """One thing that is missing or does not fit.

    Attributes:
        level: `block` stops even the request for approval, `warn` stops the approval until it is
            mended or let stand with a reason, `hint` is advice.
        code: names the check; the same for every notice.
        part: the part or field of the notice it is about; the page links to it.
        text: what is wrong, as a sentence.
        why: why the check exists, as a sentence; empty where `text` says it.
        found: the words it is about, as they stand in the part; empty when it is not about words.
        rewrite: neutral words that may stand in place of `found`; empty when there are none.
        overridden: the reason for which somebody let it stand; empty when nobody has.
    """

    level: Level
    code: str
    part: str
    text: str
    why: str = ""
    found: str = ""
    rewrite: str = ""
    overridden: str = ""

    @property
    def judges_manner(self) -> bool:
        """It is a guess about tone or ease of reading, which a person may know better."""
        return self.code.startswith((OF_WORDS, OF_READING))

    @property
    def stops(self) -> bool:
        """Nobody may ask for approval while it stands."""
        return self.level == "block" and not self.overridden

    @property
    def is_unanswered(self) -> bool:
        """Nobody may approve while it is neither mended nor let stand with a reason."""
        return self.level != "hint" and not self.overridden
