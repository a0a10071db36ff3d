"""What can go wrong with clients, in words that a page may show."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class ChangedMeanwhile(Exception):
    """Somebody else saved the same record after this page was opened.

    Attributes:
        who: the name of the person or machine that was faster.
        when: the instant of that change.
    """

    def __init__(self, who: str, when: datetime) -> None:
        self.who = who
        self.when = when
        super().__init__(
            _("%(who)s changed this while you were editing. Look at the page again, then save.")
            % {"who": who or _("Somebody")}
        )


class AddressTooLong(ValueError):
    """A postal address takes more lines than the paper holds.

    Attributes:
        lines: the address as it would be printed.
        max_lines: how many lines there is room for.
    """

    def __init__(self, lines: list[str], max_lines: int) -> None:
        self.lines = lines
        self.max_lines = max_lines
        super().__init__(
            ngettext(
                "On paper this address takes %(lines)d lines, but there is room for %(max)d line.",
                "On paper this address takes %(lines)d lines, but there is room for %(max)d lines.",
                max_lines,
            )
            % {"lines": len(lines), "max": max_lines}
        )


class FileRefused(Exception):
    """A file cannot be read as a list of clients at all.

    Attributes:
        reasons: one sentence each, saying what is wrong and what to do.
    """

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


class ImportRefused(Exception):
    """An import cannot be confirmed, discarded or undone as things stand.

    Attributes:
        reasons: one sentence each.
    """

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))
