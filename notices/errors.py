"""What the app of notices refuses, beyond the rules of the lifecycle."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from offboarding.errors import OffboardingError


class ChangedMeanwhile(OffboardingError):
    """Somebody saved another version of this text since the page was opened."""

    def __init__(self, *, who: str, when: datetime) -> None:
        self.who = who
        self.when = when
        super().__init__(f"{who} changed this in the meantime.")


class BytesDiffer(OffboardingError):
    """Stored bytes are no longer what their hash says; nothing is sent.

    Attributes:
        notice: what they belong to, if it is a notice.
        differs: which of its files it is.
        case_file: the file of a case, if they are one.
    """

    def __init__(
        self, sentence: str = "", *, notice: Any = None, differs: str = "", case_file: Any = None
    ) -> None:
        self.notice = notice
        self.differs = differs
        self.case_file = case_file
        super().__init__(sentence)


class NotSettledYet(OffboardingError):
    """A worker is handing the delivery over at this moment; whoever has news of it comes again."""
