"""The day that a cure warning may name: so many days after it counts as received, at the client."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from audit import clock
from notices.models import Channel, Notice
from offboarding import deemed, selectors, terms
from offboarding.models import TerminationCase


@dataclass(frozen=True)
class Earliest:
    """The earliest day that gives the client all of their time.

    Attributes:
        on: that day, a business day where the client is.
        received_on: when the slowest copy counts as received.
        channel: by which that copy goes.
        days: that the ground and the agreements give.
    """

    on: date
    received_on: date
    channel: Channel
    days: int


def earliest_of(
    case: TerminationCase, channels: Iterable[Channel], sent_on: date
) -> Earliest | None:
    """Return the earliest day that a warning may name; None when it goes by no way.

    Args:
        case: whose ground gives the time.
        channels: by which it goes; the slowest counts.
        sent_on: when it is handed to the mail server or the carrier, at the office.
    """
    received = [(deemed.receipt_of(case.client, one, sent_on).on, one) for one in channels]
    if not received:
        return None
    received_on, channel = max(received)
    on = terms.cure_ends_on(received_on, case.cure_days, selectors.days_off_at_the_client(case))
    return Earliest(on, received_on, channel, case.cure_days)


def proposed(case: TerminationCase, channels: Iterable[Channel], notice_date: date) -> date | None:
    """Return the day to begin with: it holds if the letter leaves on the business day after.

    A second person has to read it first; a day without that room would be too early by then.
    """
    next_day = terms.next_business_day(notice_date, selectors.days_off_of(case))
    earliest = earliest_of(case, channels, next_day)
    return earliest.on if earliest else None


def channels_of(notice: Notice) -> list[Channel]:
    """Return the ways by which a letter goes."""
    return channels(by_email=notice.sends_email, by_letter=notice.sends_registered_mail)


def channels(*, by_email: bool, by_letter: bool) -> list[Channel]:
    """Return the ways that are ticked."""
    ways = ((by_email, Channel.EMAIL), (by_letter, Channel.REGISTERED_MAIL))
    return [channel for is_ticked, channel in ways if is_ticked]


def gives_too_little(case: TerminationCase, notice: Notice, channel: str) -> bool:
    """Whether a copy that leaves today by a way would come too late for the day it names."""
    if notice.cure_ends_on is None:
        return True
    earliest = earliest_of(case, [Channel(channel)], clock.today(case.time_zone))
    return earliest is not None and notice.cure_ends_on < earliest.on
