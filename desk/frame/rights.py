"""What the reader of a page may do, so that it shows no button that would be refused."""

from __future__ import annotations

from accounts.actor import Actor
from offboarding import policies
from offboarding.models import TerminationCase


class Rights:
    """A person's permissions on one case, asked for one by one: `{% if rights.withdraw %}`.

    Whoever acts is asked again, inside the case's lock.
    """

    def __init__(self, by: Actor, case: TerminationCase) -> None:
        self._by = by
        self._case = case
        self._answers: dict[str, bool] = {}

    def __getitem__(self, name: str) -> bool:
        """Tell whether the person may, by the permission's name without its app.

        Raises:
            KeyError: there is no such permission; templates then look for an attribute.
        """
        if name not in self._answers:
            if f"offboarding.{name}" not in policies.PEOPLE_MAY:
                raise KeyError(name)
            self._answers[name] = policies.may(self._by, f"offboarding.{name}", self._case)
        return self._answers[name]

    @property
    def user_id(self) -> int | None:
        """The reader's key, to tell what is their own."""
        return self._by.user_id

    def may_change(self) -> bool:
        """The person works on the case, and it has not ended."""
        return self["work_on_case"] and not self._case.is_ended
