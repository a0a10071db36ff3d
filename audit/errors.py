"""What can be wrong with asking the trail to remember."""

from __future__ import annotations


class NotInTransaction(RuntimeError):
    """An event was recorded outside the transaction of what it tells."""

    def __init__(self) -> None:
        super().__init__(
            "audit.services.record() must run in the transaction that makes the change, so that "
            "neither is kept without the other. Wrap both in transaction.atomic()."
        )


class ProseInDetails(UserWarning):
    """A value in `details` looks like text or an address; it belongs in before or after."""
