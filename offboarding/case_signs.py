"""What the record itself shows about a relationship: signs, each with its sentence and its dates.

Pure functions over a record that somebody else has read. No sign is weighed against another and
there is no score: whoever decides reads them beside the facts. Each rests on what is recorded here
and says so; a call that nobody logged cannot be seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LATE_DAYS = 30
"""An invoice that has been due for longer is a sign."""

SILENCE_DAYS = 30
"""So long without a word of one side is a sign."""

UNANSWERED_DAYS = 7
"""A client who waits longer for an answer is a sign, and one about us."""

ENOUGH_PAYMENTS = 3
"""Fewer paid invoices say nothing about how somebody pays."""


class SpeaksFor(StrEnum):
    """What a sign speaks for; most only ask to be looked at."""

    ENDING = "ending"
    KEEPING = "keeping"
    NEITHER = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice of the client, open or paid within the last twelve months."""

    number: str
    due_on: date
    cents: int
    currency: str
    paid_on: date | None = None

    def days_late_on(self, day: date) -> int:
        """How long it was due when it was paid, or has been due by a day; never below zero."""
        return max(0, ((self.paid_on or day) - self.due_on).days)


@dataclass(frozen=True, slots=True)
class Tried:
    """Something that was tried to keep the client."""

    on: date
    what: str
    measure: str = ""
    helped: bool = False
    failed: bool = False
    is_cure_warning: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another case of the same client that this reader may see."""

    reference: str
    opened_on: date
    ended_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is recorded of one relationship on a day."""

    today: date
    began_on: date
    bills: tuple[Bill, ...] = ()
    last_heard_on: date | None = None
    last_said_on: date | None = None
    reopened_on: tuple[date, ...] = ()
    tried: tuple[Tried, ...] = ()
    measures: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that the record shows.

    Attributes:
        code: a stable name for tests.
        text: the sentence shown to people.
        since: the day from which it holds, if it has one.
        speaks_for: one side, or neither.
        fix: where it is looked at: a section of the case, "invoices", or "case:" and a reference.
    """

    code: str
    text: str
    since: date | None = None
    speaks_for: SpeaksFor = SpeaksFor.NEITHER
    fix: str = ""


SayDate = Callable[[date], str]
SayMoney = Callable[[int, str], str]


def signs_of(record: Record, *, say_date: SayDate, say_money: SayMoney) -> list[Sign]:
    """Return what a record shows, the weightier for a decision first.

    Args:
        record: as it was read.
        say_date: writes a date in the reader's language.
        say_money: writes an amount and its currency in the reader's language.
    """
    return [
        *_late_invoices(record, say_date, say_money),
        *_payments(record),
        *_silence(record, say_date),
        *_reopened(record, say_date),
        *_remedies(record, say_date),
        *_earlier(record, say_date),
    ]


def _late_invoices(record: Record, say_date: SayDate, say_money: SayMoney) -> Iterator[Sign]:
    by_currency: dict[str, list[Bill]] = defaultdict(list)
    for bill in record.bills:
        if bill.paid_on is None and bill.days_late_on(record.today) > LATE_DAYS:
            by_currency[bill.currency].append(bill)
    for currency, bills in sorted(by_currency.items()):
        oldest = min(bills, key=lambda bill: (bill.due_on, bill.number))
        yield Sign(
            "invoices_late",
            ngettext(
                "%(count)d invoice has been due for more than 30 days: %(amount)s;"
                " %(number)s since %(date)s.",
                "%(count)d invoices have been due for more than 30 days: %(amount)s;"
                " the oldest, %(number)s, since %(date)s.",
                len(bills),
            )
            % {
                "count": len(bills),
                "amount": say_money(sum(bill.cents for bill in bills), currency),
                "number": oldest.number,
                "date": say_date(oldest.due_on),
            },
            oldest.due_on,
            SpeaksFor.ENDING,
            "invoices",
        )


def _payments(record: Record) -> Iterator[Sign]:
    paid = [bill for bill in record.bills if bill.paid_on is not None]
    if len(paid) < ENOUGH_PAYMENTS:
        return
    late = [bill.days_late_on(record.today) for bill in paid if bill.days_late_on(record.today)]
    if not late:
        yield Sign(
            "paid_on_time",
            _("All %(count)d invoices that were paid in the last twelve months were paid on time.")
            % {"count": len(paid)},
            speaks_for=SpeaksFor.KEEPING,
            fix="invoices",
        )
        return
    days = round(sum(late) / len(late))
    yield Sign(
        "paid_late",
        ngettext(
            "%(late)d of %(count)d invoices that were paid in the last twelve months came late,"
            " by %(days)d day on average.",
            "%(late)d of %(count)d invoices that were paid in the last twelve months came late,"
            " by %(days)d days on average.",
            days,
        )
        % {"late": len(late), "count": len(paid), "days": days},
        # Half and more is a habit; fewer are told all the same.
        speaks_for=SpeaksFor.ENDING if 2 * len(late) >= len(paid) else SpeaksFor.NEITHER,
        fix="invoices",
    )


def _silence(record: Record, say_date: SayDate) -> Iterator[Sign]:
    heard, said = record.last_heard_on, record.last_said_on
    if heard is None and said is None:
        yield Sign(
            "nothing_said",
            _("No message, call or meeting with the client is recorded on this case."),
            fix="timeline",
        )
        return
    if heard is not None and (said is None or said < heard):
        days = (record.today - heard).days
        if days > UNANSWERED_DAYS:
            yield Sign(
                "unanswered",
                ngettext(
                    "The client’s last word, of %(date)s, has had no recorded answer for"
                    " %(count)d day.",
                    "The client’s last word, of %(date)s, has had no recorded answer for"
                    " %(count)d days.",
                    days,
                )
                % {"date": say_date(heard), "count": days},
                heard,
                fix="timeline",
            )
    elif said is not None and (record.today - said).days > SILENCE_DAYS:
        yield Sign(
            "we_are_silent",
            ngettext(
                "We have not written or called for %(count)d day; the last time was on %(date)s.",
                "We have not written or called for %(count)d days; the last time was on %(date)s.",
                (record.today - said).days,
            )
            % {"count": (record.today - said).days, "date": say_date(said)},
            said,
            fix="timeline",
        )
    quiet_since = heard or record.began_on
    quiet = (record.today - quiet_since).days
    if said is not None and said >= quiet_since and quiet > SILENCE_DAYS:
        sentence = (
            ngettext(
                "The client has not been heard from for %(count)d day; the last time was on"
                " %(date)s.",
                "The client has not been heard from for %(count)d days; the last time was on"
                " %(date)s.",
                quiet,
            )
            if heard is not None
            else ngettext(
                "The client has not been heard from since the case began on %(date)s, %(count)d"
                " day ago.",
                "The client has not been heard from since the case began on %(date)s, %(count)d"
                " days ago.",
                quiet,
            )
        )
        yield Sign(
            "client_is_silent",
            sentence % {"count": quiet, "date": say_date(quiet_since)},
            quiet_since,
            fix="timeline",
        )


def _reopened(record: Record, say_date: SayDate) -> Iterator[Sign]:
    if record.reopened_on:
        last = max(record.reopened_on)
        yield Sign(
            "obligations_reopened",
            ngettext(
                "%(count)d time something that was settled had to be opened again, on %(date)s.",
                "%(count)d times something that was settled had to be opened again, the last time"
                " on %(date)s.",
                len(record.reopened_on),
            )
            % {"count": len(record.reopened_on), "date": say_date(last)},
            last,
            fix="obligations",
        )


def _remedies(record: Record, say_date: SayDate) -> Iterator[Sign]:
    for one in record.tried:
        if one.helped:
            sentence = (
                _("What the warning of %(date)s named was put right.")
                if one.is_cure_warning
                else _("A remedy of %(date)s helped: %(what)s")
            )
            yield Sign(
                "remedy_helped",
                sentence % {"date": say_date(one.on), "what": _short(one.what)},
                one.on,
                SpeaksFor.KEEPING,
                "remedies",
            )
    failed = [one for one in record.tried if one.failed]
    if failed:
        last = max(one.on for one in failed)
        yield Sign(
            "remedies_failed",
            ngettext(
                "%(count)d remedy did not help, on %(date)s.",
                "%(count)d remedies did not help, the last on %(date)s.",
                len(failed),
            )
            % {"count": len(failed), "date": say_date(last)},
            last,
            SpeaksFor.ENDING,
            "remedies",
        )
    untried = untried_measures(record.measures, record.tried)
    if untried:
        yield Sign(
            "remedies_untried",
            ngettext(
                "%(count)d of %(all)d remedies that the ground names is not tried yet: %(what)s.",
                "%(count)d of %(all)d remedies that the ground names are not tried yet: %(what)s.",
                len(untried),
            )
            % {
                "count": len(untried),
                "all": len(record.measures),
                "what": "; ".join(_short(one) for one in untried),
            },
            fix="remedies",
        )


def untried_measures(measures: Iterable[str], tried: Iterable[Tried]) -> list[str]:
    """Return the remedies of the ground of which nothing is recorded, not even why not."""
    known = {one.measure for one in tried}
    return [measure for measure in measures if measure not in known]


def _earlier(record: Record, say_date: SayDate) -> Iterator[Sign]:
    sentences = {
        "retained": _("Ending was evaluated before, and the client was kept on %(date)s."),
        "withdrawn": _("A notice to this client was withdrawn on %(date)s."),
        "closed": _("An earlier ending with this client was closed on %(date)s."),
    }
    for one in sorted(record.earlier, key=lambda one: one.opened_on, reverse=True):
        running = _("Another case of this client has been open since %(date)s.")
        sentence = sentences.get(one.state, running) if one.ended_on else running
        on = one.ended_on or one.opened_on
        yield Sign(
            "earlier_case",
            sentence % {"date": say_date(on)},
            on,
            SpeaksFor.NEITHER,
            f"case:{one.reference}",
        )


def _short(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= 90 else f"{line[:89].rstrip()}…"
