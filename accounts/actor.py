"""Who did it: a person of the firm, a client behind a link, or a machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The one who acts; every verb names it as `by=`."""

    kind: Literal["person", "client", "machine"]
    name: str
    user: User | None = None
    link_id: int | None = None

    @classmethod
    def person(cls, user: User) -> Actor:
        """Name a person of the firm, who is signed in."""
        return cls(kind="person", name=str(user), user=user)

    @classmethod
    def client(cls, name: str, *, link_id: int | None = None) -> Actor:
        """Name a client's contact by what they typed, and the link they came through."""
        return cls(kind="client", name=name, link_id=link_id)

    @classmethod
    def machine(cls, name: str) -> Actor:
        """Name a task, such as `notices.outbox.dispatch`."""
        return cls(kind="machine", name=name)

    @property
    def colleague(self) -> User:
        """The person, for verbs that only people of the firm do.

        Raises:
            ValueError: a client or a machine acts.
        """
        if self.user is None:
            raise ValueError(f"{self.name} is no person of the firm.")
        return self.user

    @property
    def user_id(self) -> int | None:
        """The person's key, for the record; empty for clients and machines."""
        return self.user.pk if self.user else None

    def __str__(self) -> str:
        return self.name
