"""When an agreement may end: notice periods, business days and deemed receipt.

Pure date arithmetic without Django. The counting follows one rule everywhere: the day on which the
notice is received is not counted, and the period ends with the end of its last day, so the
effective date is the last day of the agreement.

Source: the counting of German Civil Code (BGB) sections 187(1) and 188(2) and (3), which
Regulation (EEC, Euratom) 1182/71 article 3 shares. A period that ends on a weekend is not moved:
section 193 does not extend notice periods. The agreement's own clause goes first; this is what is
computed from its period and not legal advice.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from gettext import NullTranslations
from types import MappingProxyType
from typing import Protocol

# A year without one business day means a wrong list of days off, not a long wait.
_LONGEST_CLOSURE_DAYS = 366


class Unit(StrEnum):
    """What a notice period is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


# What a record of an agreement can hold; what is believable is asked where it is written down.
LONGEST_PERIOD: Mapping[Unit, int] = MappingProxyType(
    {Unit.DAYS: 2000, Unit.WEEKS: 999, Unit.MONTHS: 999}
)


# -- days ------------------------------------------------------------------------------------------


class DaysOff(Protocol):
    """The days on which nobody works somewhere, weekends and holidays alike: `day in days_off`."""

    def __contains__(self, day: object, /) -> bool: ...

    def is_weekend(self, day: date, /) -> bool:
        """Tell whether the day is off every week, and not as a holiday."""
        ...


@dataclass(frozen=True, slots=True)
class Weekends:
    """Weekends, and these holidays.

    Attributes:
        holidays: on any day of the week.
        weekend: days of the week, Monday being 0.
    """

    holidays: Container[date] = frozenset()
    weekend: frozenset[int] = frozenset({calendar.SATURDAY, calendar.SUNDAY})

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (self.is_weekend(day) or day in self.holidays)

    def is_weekend(self, day: date) -> bool:
        """Tell whether it is one of the days of the week that are off."""
        return day.weekday() in self.weekend


SATURDAYS_AND_SUNDAYS = Weekends()
"""What is off where nothing else is known."""


def is_business_day(day: date, days_off: DaysOff = SATURDAYS_AND_SUNDAYS) -> bool:
    """Tell whether people work on this day: neither weekend nor holiday."""
    return day not in days_off


def next_business_day(day: date, days_off: DaysOff = SATURDAYS_AND_SUNDAYS) -> date:
    """Return the first business day after this day."""
    return _step_to_business_day(day, days_off, 1)


def previous_business_day(day: date, days_off: DaysOff = SATURDAYS_AND_SUNDAYS) -> date:
    """Return the last business day before this day."""
    return _step_to_business_day(day, days_off, -1)


def business_day_on_or_after(day: date, days_off: DaysOff = SATURDAYS_AND_SUNDAYS) -> date:
    """Return this day, or the next business day when the office is closed on it."""
    return day if is_business_day(day, days_off) else next_business_day(day, days_off)


def business_day_on_or_before(day: date, days_off: DaysOff = SATURDAYS_AND_SUNDAYS) -> date:
    """Return this day, or the business day before when the office is closed on it."""
    return day if is_business_day(day, days_off) else previous_business_day(day, days_off)


def _step_to_business_day(day: date, days_off: DaysOff, step: int) -> date:
    for _ in range(_LONGEST_CLOSURE_DAYS):
        day = add_days(day, step)
        if is_business_day(day, days_off):
            return day
    raise ValueError("The days off leave no business day in a whole year.")


def add_days(day: date, count: int) -> date:
    """Return the day so many calendar days later, or earlier when negative.

    Raises:
        ValueError: the result lies outside the calendar (years 1 to 9999).
    """
    try:
        return day + timedelta(days=count)
    except OverflowError:
        raise ValueError("The date lies outside the calendar.") from None


def add_weeks(day: date, count: int) -> date:
    """Return the same weekday so many weeks later, or earlier when negative."""
    return add_days(day, 7 * count)


def add_months(day: date, count: int) -> date:
    """Return the same day so many months later; a day the month lacks becomes its last day.

    31 January and one month give 28 February, or 29 February in a leap year.

    Source: BGB section 188(3).

    Raises:
        ValueError: the result lies outside the calendar (years 1 to 9999).
    """
    year, month_index = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= MAXYEAR:
        raise ValueError("The date lies outside the calendar.")
    last = calendar.monthrange(year, month_index + 1)[1]
    return date(year, month_index + 1, min(day.day, last))


def end_of_month(day: date) -> date:
    """Return the last day of this day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_business_days(day: date, count: int, days_off: DaysOff = SATURDAYS_AND_SUNDAYS) -> date:
    """Return the n-th business day after this day, or before it when the count is negative.

    The day itself is never counted. A count of zero returns it unchanged, open or closed.
    """
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        day = _step_to_business_day(day, days_off, step)
    return day


def relative_to(
    effective_on: date,
    offset_days: int,
    in_business_days: bool = False,
    days_off: DaysOff = SATURDAYS_AND_SUNDAYS,
) -> date:
    """Return a due date told from the effective date, such as ten business days before it.

    Args:
        effective_on: the last day of the agreement.
        offset_days: negative is before, positive is after, zero is the day itself.
        in_business_days: count business days only. Zero then means the last business day up to the
            effective date, because a due date on a closed day would pass unnoticed.
        days_off: where whoever acts is.
    """
    if not in_business_days:
        return add_days(effective_on, offset_days)
    if offset_days == 0:
        return business_day_on_or_before(effective_on, days_off)
    return add_business_days(effective_on, offset_days, days_off)


def cure_ends_on(
    received_on: date, cure_days: int, days_off: DaysOff = SATURDAYS_AND_SUNDAYS
) -> date:
    """Return the last day on which a client can put right what a warning names.

    The day of receipt is not counted. A last day on which nothing is open moves to the next
    business day: somebody has to act on it, unlike at the end of a notice period.

    Source: BGB section 193, and Regulation (EEC, Euratom) 1182/71 article 3(4).

    Args:
        received_on: the day of receipt, proved or deemed.
        cure_days: calendar days.
        days_off: those where the client is.
    """
    return business_day_on_or_after(add_days(received_on, cure_days), days_off)


# -- deemed receipt -------------------------------------------------------------------------------


class Counting(StrEnum):
    """How the days until deemed receipt are counted."""

    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"
    CALENDAR_THEN_BUSINESS = "calendar_then_business"


@dataclass(frozen=True, slots=True)
class ReceiptRule:
    """When a notice that was handed over counts as received if nothing else proves it.

    Attributes:
        channel: "email", "post" or "registered_mail".
        days: counted after the day of handing over, which is not counted itself.
        counting: business days, calendar days, or calendar days and then, if that day is closed,
            the next business day.
        country: whose preset it is; empty for the general one.
        region: of that country; empty for the whole of it.
        source: what the preset goes by.
    """

    channel: str
    days: int
    counting: Counting = Counting.BUSINESS_DAYS
    country: str = ""
    region: str = ""
    source: str = ""

    @property
    def code(self) -> str:
        """Name the rule for records, such as "email:1:business_days:DE"."""
        place = "-".join(part for part in (self.country, self.region) if part)
        return f"{self.channel}:{self.days}:{self.counting}:{place or 'general'}"

    def received_on(self, handed_over_on: date, days_off: DaysOff = SATURDAYS_AND_SUNDAYS) -> date:
        """Return the day of deemed receipt.

        Args:
            handed_over_on: the day it was handed to the relay or carrier.
            days_off: those where the addressee is.
        """
        if self.counting is Counting.BUSINESS_DAYS:
            return add_business_days(handed_over_on, self.days, days_off)
        day = add_days(handed_over_on, self.days)
        if self.counting is Counting.CALENDAR_THEN_BUSINESS:
            return business_day_on_or_after(day, days_off)
        return day


GENERAL_RECEIPT_RULES: Mapping[str, ReceiptRule] = MappingProxyType(
    {
        "email": ReceiptRule("email", 1),
        "post": ReceiptRule("post", 2),
        "registered_mail": ReceiptRule("registered_mail", 5),
    }
)
"""What is assumed where the catalogue has no rule: careful defaults of the house."""


# -- notice periods --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticePeriod:
    """What a notice clause asks for: so many days, weeks or months, perhaps to a month's end.

    None at all to a month's end is a clause too: the agreement may end with any month.

    Raises:
        ValueError: fewer than one, more than a record can hold, or business weeks or months.
            A clause without a period is not a period of zero: pass `None` where a period is asked.
    """

    count: int
    unit: Unit
    in_business_days: bool = False
    to_end_of_month: bool = False

    def __post_init__(self) -> None:
        """Take the unit as stored text too, and refuse what no clause can mean."""
        try:
            object.__setattr__(self, "unit", Unit(self.unit))
        except ValueError:
            raise ValueError(
                f"A notice period is counted in days, weeks or months, not in {self.unit!r}."
            ) from None
        longest = LONGEST_PERIOD[self.unit]
        if self.count < (0 if self.to_end_of_month else 1):
            raise ValueError(f"A notice period is at least one of its {self.unit}.")
        if self.count > longest:
            raise ValueError(f"A notice period is at most {longest} {self.unit}.")
        if self.in_business_days and self.unit is not Unit.DAYS:
            raise ValueError("Only a period in days can be counted in business days.")

    @property
    def code(self) -> str:
        """Name the rule of counting, for records and for the law page."""
        return "period_in_business_days" if self.in_business_days else f"period_in_{self.unit}"

    def last_day(self, received_on: date, days_off: DaysOff = SATURDAYS_AND_SUNDAYS) -> date:
        """Return the last day of the period, before any month's end is looked at."""
        if self.in_business_days:
            return add_business_days(received_on, self.count, days_off)
        if self.unit is Unit.MONTHS:
            return add_months(received_on, self.count)
        if self.unit is Unit.WEEKS:
            return add_weeks(received_on, self.count)
        return add_days(received_on, self.count)


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule behind a date, as plain values that can be stored beside it."""

    code: str
    count: int = 0
    unit: str = ""
    to_end_of_month: bool = False

    @property
    def parameters(self) -> dict[str, int | str | bool]:
        """Return what `code` needs to be said in words."""
        return {"count": self.count, "unit": self.unit, "to_end_of_month": self.to_end_of_month}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the computation and the date it led to.

    `code` is "received", the code of the rule, "no_notice_period" or "end_of_month".
    """

    code: str
    on: date
    # Holidays that a period in business days left out beside the weekends.
    holidays: tuple[date, ...] = ()
    # The weekend's days, Monday being 0, where they are others than Saturday and Sunday.
    weekend: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EarliestDate:
    """The earliest date on which an agreement may end, and how it came about."""

    on: date
    rule: Rule
    steps: tuple[Step, ...] = field(default=())


def earliest_effective_date(
    received_on: date,
    period: NoticePeriod | None,
    days_off: DaysOff = SATURDAYS_AND_SUNDAYS,
) -> EarliestDate:
    """Return the earliest last day of an agreement whose notice is received on this day.

    Args:
        received_on: the day of proved receipt, or the deemed or expected one; not counted.
        period: the clause's period, or `None` if the agreement has none: it may then end with the
            day of receipt itself.
        days_off: they matter to a period in business days only.
    """
    steps = [Step("received", received_on)]
    if period is None:
        steps.append(Step("no_notice_period", received_on))
        return EarliestDate(received_on, Rule("no_notice_period"), tuple(steps))

    last = period.last_day(received_on, days_off)
    if period.count:
        steps.append(_counted(received_on, last, period, days_off))
    if period.to_end_of_month:
        last = end_of_month(last)
        steps.append(Step("end_of_month", last))
    rule = Rule(period.code, period.count, str(period.unit), period.to_end_of_month)
    return EarliestDate(last, rule, tuple(steps))


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement as far as its earliest end goes: its name and its notice period."""

    title: str
    period: NoticePeriod | None


@dataclass(frozen=True, slots=True)
class EarliestByWay:
    """When agreements may end if the notice travels one way, and by which rules."""

    rule: ReceiptRule
    received_on: date
    # Of the agreement that holds on longest; its title.
    agreement: str
    earliest: EarliestDate

    @property
    def channel(self) -> str:
        """The way itself: "email", "post" or "registered_mail"."""
        return self.rule.channel

    @property
    def on(self) -> date:
        """The earliest last day."""
        return self.earliest.on


def earliest_by_way(
    sent_on: date,
    rules: Iterable[ReceiptRule],
    agreements: Iterable[Agreed],
    *,
    days_off: DaysOff = SATURDAYS_AND_SUNDAYS,
    closed_at_the_addressee: DaysOff = SATURDAYS_AND_SUNDAYS,
) -> list[EarliestByWay]:
    """Return, for each way of sending, the earliest day on which all agreements may end.

    Args:
        sent_on: the day of handing over, at the sending office.
        rules: when a notice counts as received, one rule a way.
        agreements: all that end; the latest of their dates decides.
        days_off: what a period in business days leaves out.
        closed_at_the_addressee: what the time until receipt leaves out.

    Returns:
        One entry a rule, in the order of the rules; none without an agreement.
    """
    agreed = list(agreements)
    if not agreed:
        return []
    ways = []
    for rule in rules:
        received_on = rule.received_on(sent_on, closed_at_the_addressee)
        ends = [
            (earliest_effective_date(received_on, one.period, days_off), one.title)
            for one in agreed
        ]
        earliest, title = max(ends, key=lambda end: end[0].on)
        ways.append(EarliestByWay(rule, received_on, title, earliest))
    return ways


def _counted(received_on: date, last: date, period: NoticePeriod, days_off: DaysOff) -> Step:
    if not period.in_business_days:
        return Step(period.code, last)
    days = [add_days(received_on, n) for n in range(1, (last - received_on).days + 1)]
    holidays = tuple(day for day in days if day in days_off and not days_off.is_weekend(day))
    week = [add_days(last, -n) for n in range(7)]
    weekend = tuple(sorted(day.weekday() for day in week if days_off.is_weekend(day)))
    usual = weekend == (calendar.SATURDAY, calendar.SUNDAY)
    return Step(period.code, last, holidays, () if usual else weekend)


# -- saying it in words ----------------------------------------------------------------------------


class Words(Protocol):
    """Whatever translates: a `gettext` translation, or the module `django.utils.translation`."""

    def gettext(self, message: str, /) -> str: ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str: ...


ENGLISH: Words = NullTranslations()

_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ENGLISH_WEEKDAYS = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip


def plain_date(day: date) -> str:
    """Write a date as English prose does: 31 January 2027."""
    return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def describe(rule: Rule, words: Words = ENGLISH) -> str:
    """Name a rule in a few words, such as "3 months to the end of a month"."""
    if rule.to_end_of_month and not rule.count:
        return words.gettext("to the end of any month")
    period = _period_in_words(rule, words)
    if rule.to_end_of_month:
        return words.gettext("%(period)s to the end of a month") % {"period": period}
    return period


def _period_in_words(rule: Rule, words: Words) -> str:
    # The plural forms stand as literals, so that they are found when messages are collected.
    count = {"count": rule.count}
    match rule.code:
        case "period_in_business_days":
            text = words.ngettext("%(count)d business day", "%(count)d business days", rule.count)
        case "period_in_days":
            text = words.ngettext("%(count)d day", "%(count)d days", rule.count)
        case "period_in_weeks":
            text = words.ngettext("%(count)d week", "%(count)d weeks", rule.count)
        case "period_in_months":
            text = words.ngettext("%(count)d month", "%(count)d months", rule.count)
        case "no_notice_period":
            return words.gettext("no notice period")
        case _:
            raise ValueError(f"There is no rule called {rule.code!r}.")
    return text % count


def explain(
    earliest: EarliestDate,
    words: Words = ENGLISH,
    say_date: Callable[[date], str] = plain_date,
) -> str:
    """Explain an earliest date in plain sentences, one for each step.

    Args:
        earliest: the date and its steps.
        words: translates the sentences; English unless given.
        say_date: writes a date in the same language.
    """
    return " ".join(_step_in_words(earliest, step, words, say_date) for step in earliest.steps)


def _step_in_words(
    earliest: EarliestDate, step: Step, words: Words, say_date: Callable[[date], str]
) -> str:
    on = say_date(step.on)
    match step.code:
        case "received":
            sentence = words.gettext("The notice is received on %(date)s; that day is not counted.")
            return sentence % {"date": on}
        case "no_notice_period":
            sentence = words.gettext(
                "The agreement names no notice period, so it may end on %(date)s."
            )
            return sentence % {"date": on}
        case "end_of_month":
            sentence = words.gettext(
                "It ends only at the end of a month, so the earliest date is %(date)s."
            )
            return sentence % {"date": on}
    period = _period_in_words(earliest.rule, words)
    if step.code == "period_in_business_days":
        weekends = words.gettext("weekends")
        if step.weekend:
            days = ", ".join(words.gettext(_ENGLISH_WEEKDAYS[day]) for day in step.weekend)
            weekends = words.gettext("weekends (%(days)s)") % {"days": days}
        if step.holidays:
            sentence = words.gettext(
                "A period of %(period)s, without %(weekends)s and holidays (%(holidays)s), "
                "runs until %(date)s."
            )
        else:
            sentence = words.gettext(
                "A period of %(period)s, without %(weekends)s, runs until %(date)s."
            )
        holidays = ", ".join(say_date(day) for day in step.holidays)
        said = {"period": period, "date": on, "weekends": weekends, "holidays": holidays}
        return sentence % said
    sentence = words.gettext("A period of %(period)s runs until %(date)s.")
    return sentence % {"period": period, "date": on}
