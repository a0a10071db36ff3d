"""What the rules of the house say no with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Reason:
    """One unmet condition, in words a colleague would use.

    Attributes:
        code: a stable name for tests and links, such as `obligations_open`.
        text: the sentence shown to people.
        fix: the place where the condition is met: the name of a section of the case.
    """

    code: str
    text: str
    fix: str = ""

    def __str__(self) -> str:
        return self.text


class OffboardingError(Exception):
    """Anything the domain refuses; faces translate it, nobody swallows it."""


class TransitionRefused(OffboardingError):
    """The rule says no: the step's conditions are not met, or it does not start here."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(reason.text for reason in self.reasons))


class CaseMovedOn(OffboardingError):
    """Someone was faster: the case is no longer as it was when this page was opened."""

    def __init__(self, *, who: str, when: datetime | None, state: str) -> None:
        self.who = who
        self.when = when
        self.state = state
        super().__init__(f"{who} was faster: the case is now in “{state}”.")


class NotAllowed(OffboardingError):
    """This person, client or machine may not do this."""


class InvalidInput(OffboardingError):
    """One value a person gave cannot be kept; the sentence says why.

    Attributes:
        field: the input's name on the form that asked for it, or "" for the whole form.
    """

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(message)
