"""Firms that print and post for us: what the application asks of one, whoever it is.

An adapter knows one provider's way of speaking and nothing of cases. It tells four things apart,
because what follows differs: taken, refused (nothing was made), not reached (nothing was sent, try
later), and in doubt (nobody knows; a person decides).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Refused(Exception):
    """The provider said no, in a sentence for people; nothing was made."""


class NotReached(Exception):
    """Not one byte of the letter was sent, or the provider asked us to come later."""


class InDoubt(Exception):
    """The line broke or the provider failed after we began: the letter may have been made."""


@dataclass(frozen=True)
class Address:
    """Where a letter goes or comes from, in parts."""

    name: str
    company: str
    street: tuple[str, ...]
    city: str
    region: str
    postal_code: str
    country: str


@dataclass(frozen=True)
class Order:
    """One letter to print and post.

    Attributes:
        key: names this order to the provider for ever; the same key never makes two letters as
            long as the provider remembers it.
        pdf: the sealed pages and the slip, as they are.
    """

    key: str
    reference: str
    recipient: Address
    sender: Address
    pdf: bytes
    both_sides: bool


@dataclass(frozen=True)
class Taken:
    """The provider has the letter."""

    reference: str
    carrier: str
    carrier_number: str = ""


class Stage(StrEnum):
    """How far the provider says a letter has come."""

    IN_PRODUCTION = "in_production"
    POSTED = "posted"
    DELIVERED = "delivered"
    RETURNED = "returned"
    FAILED = "failed"


@dataclass(frozen=True)
class Standing:
    """What the provider knows of a letter now.

    Attributes:
        posted_at: when the carrier first had it; the day of it is the office's.
        at: when it came to its stage.
    """

    stage: Stage
    carrier_number: str = ""
    posted_at: datetime | None = None
    at: datetime | None = None
    note: str = ""


class PrintAndPost(Protocol):
    """What an adapter does."""

    name: str

    def problem_with(self, order: Order) -> str:
        """Say why this provider cannot take an order at all; nothing when it can."""

    def submit(self, order: Order) -> Taken:
        """Hand a letter over.

        Raises:
            Refused: nothing was made.
            NotReached: nothing was sent; the same order may be tried later.
            InDoubt: nobody knows.
        """

    def status(self, reference: str) -> Standing:
        """Ask how far a letter has come.

        Raises:
            NotReached: no answer now.
            Refused: the provider does not know it.
        """

    def cancel(self, reference: str) -> None:
        """Take a letter back before it is printed.

        Raises:
            Refused: it is too late.
            NotReached: no answer; ask again.
        """
