"""Notice periods, business days and deemed receipt, by example and by property."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.calendars import DaysOff, Place
from offboarding import terms
from offboarding.terms import NoticePeriod, Rule, Unit, Weekends

ROOT = Path(__file__).resolve().parents[2]

NEW_YEAR = date(2027, 1, 1)  # a Friday
HOLIDAYS = Weekends(frozenset({NEW_YEAR, date(2027, 3, 26), date(2027, 3, 29), date(2027, 12, 24)}))

# A busy machine is no finding.
patiently = settings(deadline=None)
# Where an example is a whole calendar of agreements, fewer say as much.
sparingly = settings(deadline=None, max_examples=30)

days = st.dates(date(1990, 1, 1), date(2150, 12, 31))
countries = st.sampled_from(("AE", "SA", "IL", "IN", "DE", "US"))
days_off = st.one_of(
    st.builds(
        Weekends,
        st.frozensets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=40),
        st.frozensets(st.integers(0, 6), max_size=3),
    ),
    # An office in one country and a client in another.
    st.builds(DaysOff, st.builds(Place, countries), st.builds(Place, countries)),
)
near_days = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@st.composite
def periods(draw, units=tuple(Unit), business_days=True, longest=None):
    unit = draw(st.sampled_from(units))
    most = min(terms.LONGEST_PERIOD[unit], longest or 10**6)
    to_end_of_month = draw(st.booleans())
    return NoticePeriod(
        draw(st.integers(0 if to_end_of_month else 1, most)),
        unit,
        in_business_days=business_days and unit is Unit.DAYS and draw(st.booleans()),
        to_end_of_month=to_end_of_month,
    )


calendar_periods = periods(business_days=False)


def earliest(received_on, period, days_off=terms.SATURDAYS_AND_SUNDAYS):
    return terms.earliest_effective_date(received_on, period, days_off).on


# -- examples a person can check -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_on", "period", "ends_on"),
    [
        # The day of receipt is not counted: fourteen days after the first are the fifteenth.
        (date(2027, 3, 1), NoticePeriod(14, Unit.DAYS), date(2027, 3, 15)),
        (date(2027, 3, 3), NoticePeriod(2, Unit.WEEKS), date(2027, 3, 17)),
        (date(2027, 1, 15), NoticePeriod(3, Unit.MONTHS), date(2027, 4, 15)),
        # A month without that day ends on its last one; a leap year has one more.
        (date(2027, 1, 31), NoticePeriod(1, Unit.MONTHS), date(2027, 2, 28)),
        (date(2028, 1, 31), NoticePeriod(1, Unit.MONTHS), date(2028, 2, 29)),
        (date(2027, 8, 31), NoticePeriod(6, Unit.MONTHS), date(2028, 2, 29)),
        (date(2028, 2, 29), NoticePeriod(12, Unit.MONTHS), date(2029, 2, 28)),
        # The end of February is no month's end elsewhere.
        (date(2027, 2, 28), NoticePeriod(1, Unit.MONTHS), date(2027, 3, 28)),
        (date(2027, 12, 31), NoticePeriod(2, Unit.MONTHS), date(2028, 2, 29)),
        # To the end of a month.
        (date(2027, 1, 15), NoticePeriod(3, "months", to_end_of_month=True), date(2027, 4, 30)),
        (date(2027, 1, 31), NoticePeriod(1, "months", to_end_of_month=True), date(2027, 2, 28)),
        (date(2027, 2, 1), NoticePeriod(1, "months", to_end_of_month=True), date(2027, 3, 31)),
        (date(2027, 2, 14), NoticePeriod(14, "days", to_end_of_month=True), date(2027, 2, 28)),
        (date(2027, 2, 15), NoticePeriod(14, "days", to_end_of_month=True), date(2027, 3, 31)),
        # Business days: New Year's Day and the weekend are left out.
        (date(2026, 12, 31), NoticePeriod(1, "days", in_business_days=True), date(2027, 1, 4)),
        (date(2026, 12, 30), NoticePeriod(3, "days", in_business_days=True), date(2027, 1, 5)),
        # Received on a Saturday: counting begins on Monday.
        (date(2027, 1, 9), NoticePeriod(1, "days", in_business_days=True), date(2027, 1, 11)),
        # The Easter weekend is four closed days.
        (date(2027, 3, 25), NoticePeriod(1, "days", in_business_days=True), date(2027, 3, 30)),
        (
            date(2027, 3, 25),
            NoticePeriod(4, "days", in_business_days=True, to_end_of_month=True),
            date(2027, 4, 30),
        ),
        # A calendar period that ends on a Sunday is not moved.
        (date(2027, 1, 3), NoticePeriod(1, "weeks"), date(2027, 1, 10)),
        (date(2027, 5, 5), None, date(2027, 5, 5)),
    ],
)
def test_the_earliest_date_is_counted_as_the_clause_says(received_on, period, ends_on):
    assert earliest(received_on, period, HOLIDAYS) == ends_on


@pytest.mark.parametrize(
    ("channel", "received_on"),
    [
        ("email", date(2027, 1, 4)),
        ("post", date(2027, 1, 5)),
        ("registered_mail", date(2027, 1, 8)),
    ],
)
def test_a_notice_is_deemed_received_after_business_days(channel, received_on):
    rule = terms.GENERAL_RECEIPT_RULES[channel]

    assert rule.received_on(date(2026, 12, 31), HOLIDAYS) == received_on


@pytest.mark.parametrize(
    ("counting", "handed_over_on", "received_on"),
    [
        # Thursday: Saturday is the second day, the first open one after it a Monday.
        ("calendar_days", date(2027, 1, 7), date(2027, 1, 9)),
        ("calendar_then_business", date(2027, 1, 7), date(2027, 1, 11)),
        ("business_days", date(2027, 1, 7), date(2027, 1, 11)),
        # Saturday: the second day is open already, the second business day is a Tuesday.
        ("calendar_then_business", date(2027, 1, 9), date(2027, 1, 11)),
        ("business_days", date(2027, 1, 9), date(2027, 1, 12)),
    ],
)
def test_days_until_deemed_receipt_are_counted_as_the_rule_says(
    counting, handed_over_on, received_on
):
    rule = terms.ReceiptRule("post", 2, terms.Counting(counting))

    assert rule.received_on(handed_over_on) == received_on


@pytest.mark.parametrize(
    ("country", "open_on"),
    [
        # After Thursday, 14 January 2027, which nobody there keeps as a holiday.
        ("DE", [15, 18, 19]),
        ("US", [15, 19, 20]),  # Monday is Martin Luther King Day
        ("IN", [15, 18, 19]),
        ("AE", [15, 18, 19]),  # since 2022
        ("SA", [17, 18, 19]),
        ("IL", [17, 18, 19]),
    ],
)
def test_weekends_are_those_of_the_country(country, open_on):
    closed, thursday = DaysOff(Place(country)), date(2027, 1, 14)

    following = [terms.add_business_days(thursday, n, closed) for n in (1, 2, 3)]

    assert following == [date(2027, 1, day) for day in open_on]
    rule = terms.ReceiptRule("post", 2)
    assert rule.received_on(thursday, closed) == following[1]
    in_words = terms.earliest_effective_date(
        thursday, NoticePeriod(3, "days", in_business_days=True), closed
    )
    named = "without weekends (Friday, Saturday)" in terms.explain(in_words)
    assert named == (country in ("SA", "IL"))


@pytest.mark.parametrize(
    ("offset_days", "in_business_days", "due_on"),
    [
        (0, False, date(2027, 1, 31)),
        (0, True, date(2027, 1, 29)),
        (-1, True, date(2027, 1, 29)),
        (-30, False, date(2027, 1, 1)),
        (-20, True, date(2027, 1, 4)),
        (-21, True, date(2026, 12, 31)),
        (7, False, date(2027, 2, 7)),
        (1, True, date(2027, 2, 1)),
    ],
)
def test_a_due_date_is_told_from_the_effective_date(offset_days, in_business_days, due_on):
    effective_on = date(2027, 1, 31)  # a Sunday

    assert terms.relative_to(effective_on, offset_days, in_business_days, HOLIDAYS) == due_on


def test_business_days_next_to_a_closed_day():
    assert not terms.is_business_day(NEW_YEAR, HOLIDAYS)
    assert terms.is_business_day(NEW_YEAR)
    assert terms.next_business_day(NEW_YEAR, HOLIDAYS) == date(2027, 1, 4)
    assert terms.previous_business_day(NEW_YEAR, HOLIDAYS) == date(2026, 12, 31)
    assert terms.business_day_on_or_after(NEW_YEAR, HOLIDAYS) == date(2027, 1, 4)
    assert terms.business_day_on_or_before(NEW_YEAR, HOLIDAYS) == date(2026, 12, 31)
    assert terms.business_day_on_or_after(NEW_YEAR) == NEW_YEAR
    assert terms.business_day_on_or_before(NEW_YEAR) == NEW_YEAR
    assert terms.add_business_days(NEW_YEAR, 0, HOLIDAYS) == NEW_YEAR


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((0, "days"), "A notice period is at least one of its days."),
        ((0, "months"), "A notice period is at least one of its months."),
        ((-3, "weeks"), "A notice period is at least one of its weeks."),
        ((1000, "months"), "A notice period is at most 999 months."),
        ((2001, "days"), "A notice period is at most 2000 days."),
        ((1000, "weeks"), "A notice period is at most 999 weeks."),
        ((-1, "days", False, True), "A notice period is at least one of its days."),
        ((1, "years"), "A notice period is counted in days, weeks or months, not in 'years'."),
        ((1, "months", True), "Only a period in days can be counted in business days."),
        ((1, "weeks", True), "Only a period in days can be counted in business days."),
    ],
)
def test_a_period_no_clause_can_mean_is_refused_in_a_sentence(arguments, sentence):
    with pytest.raises(ValueError) as refused:
        NoticePeriod(*arguments)

    assert str(refused.value) == sentence


def test_days_off_without_a_business_day_are_refused_instead_of_searched_for_ever():
    every_day = Weekends(weekend=frozenset(range(7)))

    with pytest.raises(ValueError, match="no business day in a whole year"):
        terms.next_business_day(NEW_YEAR, every_day)


@pytest.mark.parametrize(
    "outside",
    [
        lambda: terms.add_months(date(9999, 12, 31), 1),
        lambda: terms.add_months(date(1, 1, 1), -1),
        lambda: terms.add_days(date(9999, 12, 31), 1),
        lambda: terms.add_business_days(date(9999, 12, 31), 1),
        lambda: terms.add_weeks(date.min, -1),
    ],
)
def test_the_end_of_the_calendar_is_a_sentence_not_an_overflow(outside):
    with pytest.raises(ValueError, match="outside the calendar"):
        outside()


def test_dates_are_computed_without_django():
    look = (
        "import sys, offboarding.terms; sys.exit(any(m.startswith('django') for m in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", look], cwd=ROOT).returncode == 0


# -- properties ------------------------------------------------------------------------------------


@patiently
@given(days, st.integers(0, 400), calendar_periods)
def test_a_notice_received_later_never_ends_earlier(received_on, later, period):
    assert earliest(received_on, period) <= earliest(received_on + timedelta(later), period)


@patiently
@given(near_days, st.integers(0, 60), periods((Unit.DAYS,), longest=90), days_off)
def test_that_holds_for_business_days_too(received_on, later, period, closed):
    before = earliest(received_on, period, closed)
    assert before <= earliest(received_on + timedelta(later), period, closed)


@patiently
@given(near_days, periods(longest=200), days_off)
def test_a_longer_period_never_ends_earlier(received_on, period, closed):
    if period.count == terms.LONGEST_PERIOD[period.unit]:
        return
    longer = NoticePeriod(
        period.count + 1, period.unit, period.in_business_days, period.to_end_of_month
    )
    assert earliest(received_on, period, closed) <= earliest(received_on, longer, closed)


@patiently
@given(near_days, periods(longest=200), days_off)
def test_to_the_end_of_a_month_ends_on_its_last_day_and_never_earlier(received_on, period, closed):
    to_end = NoticePeriod(period.count, period.unit, period.in_business_days, to_end_of_month=True)
    without, on = period.last_day(received_on, closed), earliest(received_on, to_end, closed)

    assert (on + timedelta(1)).day == 1
    assert without <= on
    assert (without.year, without.month) == (on.year, on.month)


@patiently
@given(near_days, st.integers(1, 90), days_off)
def test_a_period_in_business_days_ends_on_one_and_holds_exactly_so_many(
    received_on, count, closed
):
    on = earliest(received_on, NoticePeriod(count, "days", in_business_days=True), closed)

    assert terms.is_business_day(on, closed)
    between = (received_on + timedelta(n) for n in range(1, (on - received_on).days + 1))
    assert sum(terms.is_business_day(day, closed) for day in between) == count


@patiently
@given(near_days, st.integers(1, 90), days_off)
def test_business_days_back_and_forth_meet_again(day, count, closed):
    start = terms.business_day_on_or_after(day, closed)

    back = terms.add_business_days(start, -count, closed)

    assert terms.add_business_days(back, count, closed) == start


@patiently
@given(near_days, days_off)
def test_next_and_previous_business_days_are_neighbours(day, closed):
    following = terms.next_business_day(day, closed)
    before = terms.previous_business_day(day, closed)

    assert before < day < following
    gap = (before + timedelta(n) for n in range(1, (following - before).days))
    assert [d for d in gap if terms.is_business_day(d, closed)] in ([], [day])


@patiently
@given(days, st.integers(1, 260))
def test_a_week_is_seven_days(received_on, count):
    on = earliest(received_on, NoticePeriod(count, "weeks"))

    assert on - received_on == timedelta(7 * count)
    assert on.weekday() == received_on.weekday()


@patiently
@given(days, st.integers(-600, 600))
def test_months_are_added_without_overflow_into_the_next_one(day, count):
    on = terms.add_months(day, count)

    assert (on.year * 12 + on.month) - (day.year * 12 + day.month) == count
    assert on.day == day.day or (on.day < day.day and on == terms.end_of_month(on))


@patiently
@given(days, st.integers(0, 60), st.integers(0, 60))
def test_months_added_one_by_one_never_pass_those_added_at_once(day, first, second):
    stepwise = terms.add_months(terms.add_months(day, first), second)

    assert stepwise <= terms.add_months(day, first + second)


@patiently
@given(days, calendar_periods)
def test_every_step_leads_to_the_date_it_explains(received_on, period):
    result = terms.earliest_effective_date(received_on, period)

    assert result.steps[0] == terms.Step("received", received_on)
    assert result.steps[-1].on == result.on
    assert [step.on for step in result.steps] == sorted(step.on for step in result.steps)
    assert result.on > received_on
    assert terms.plain_date(result.on) in terms.explain(result)


@patiently
@given(near_days, st.integers(1, 365), days_off)
def test_the_time_to_put_things_right_is_never_shorter_and_ends_on_an_open_day(
    received_on, count, closed
):
    ends_on = terms.cure_ends_on(received_on, count, closed)

    plain = received_on + timedelta(count)
    assert ends_on >= plain
    assert terms.is_business_day(ends_on, closed)
    assert not any(
        terms.is_business_day(plain + timedelta(n), closed) for n in range((ends_on - plain).days)
    )


ways = st.lists(
    st.builds(
        terms.ReceiptRule,
        st.sampled_from(("email", "post", "registered_mail")),
        st.integers(0, 10),
        st.sampled_from(terms.Counting),
    ),
    max_size=3,
)
agreements = st.lists(
    st.builds(terms.Agreed, st.text(max_size=5), st.none() | periods(longest=60)), max_size=3
)


@sparingly
@given(near_days, ways, agreements, days_off)
def test_by_each_way_the_agreement_that_holds_on_longest_decides(sent_on, rules, agreed, closed):
    found = terms.earliest_by_way(
        sent_on, rules, agreed, days_off=closed, closed_at_the_addressee=closed
    )

    assert len(found) == (len(rules) if agreed else 0)
    for one, rule in zip(found, rules, strict=False):
        assert one.received_on == rule.received_on(sent_on, closed) >= sent_on
        ends = [earliest(one.received_on, each.period, closed) for each in agreed]
        assert one.on == max(ends)
        assert one.on >= one.received_on


@sparingly
@given(near_days, st.integers(0, 30), ways, agreements, days_off)
def test_sent_later_never_ends_earlier_by_any_way(sent_on, later, rules, agreed, closed):
    before = terms.earliest_by_way(sent_on, rules, agreed, days_off=closed)
    after = terms.earliest_by_way(sent_on + timedelta(later), rules, agreed, days_off=closed)

    assert all(a.on <= b.on for a, b in zip(before, after, strict=True))


zones = st.sampled_from(
    ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago",
     "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns")
)  # fmt: skip
moments = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@patiently
@given(moments, st.timedeltas(timedelta(0), timedelta(days=3)), zones, calendar_periods)
def test_a_later_moment_is_never_an_earlier_day_at_the_office_not_even_when_clocks_change(
    moment, later, zone, period
):
    first, then = (at.astimezone(ZoneInfo(zone)).date() for at in (moment, moment + later))

    assert first <= then
    assert earliest(first, period) <= earliest(then, period)


@patiently
@given(moments, zones, zones)
def test_two_offices_are_never_more_than_a_day_of_counting_apart(moment, here, there):
    days = NoticePeriod(30, Unit.DAYS)
    a, b = (earliest(moment.astimezone(ZoneInfo(zone)).date(), days) for zone in (here, there))

    # From Pago Pago to Kiritimati it is 25 hours.
    assert abs((a - b).days) <= 2


@patiently
@given(st.integers(1996, 2096), st.integers(1, 60))
def test_the_leap_day_is_counted_from_and_to_like_any_other(year, months):
    leap_day = date(year - year % 4, 2, 29)

    on = earliest(leap_day, NoticePeriod(months, Unit.MONTHS))

    is_leap_february = on.month == 2 and on.year % 4 == 0
    assert on.day == (29 if on.month != 2 or is_leap_february else 28)
    assert earliest(leap_day - timedelta(1), NoticePeriod(1, Unit.DAYS)) == leap_day


# -- words -----------------------------------------------------------------------------------------


def test_an_earliest_date_is_explained_in_plain_sentences():
    period = NoticePeriod(3, Unit.MONTHS, to_end_of_month=True)
    result = terms.earliest_effective_date(date(2027, 1, 4), period)

    assert terms.explain(result) == (
        "The notice is received on 4 January 2027; that day is not counted. "
        "A period of 3 months runs until 4 April 2027. "
        "It ends only at the end of a month, so the earliest date is 30 April 2027."
    )
    assert terms.describe(result.rule) == "3 months to the end of a month"
    assert result.rule.code == "period_in_months"
    assert result.rule.parameters == {"count": 3, "unit": "months", "to_end_of_month": True}


def test_the_holidays_that_a_period_left_out_are_named():
    period = NoticePeriod(10, Unit.DAYS, in_business_days=True)

    with_holidays = terms.earliest_effective_date(date(2027, 3, 22), period, HOLIDAYS)
    without = terms.earliest_effective_date(date(2027, 1, 4), period, HOLIDAYS)

    assert (
        "A period of 10 business days, without weekends and holidays (26 March 2027, "
        "29 March 2027), runs until 7 April 2027." in terms.explain(with_holidays)
    )
    assert "10 business days, without weekends, runs until 18 January 2027." in terms.explain(
        without
    )


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (NoticePeriod(1, "days"), "1 day"),
        (NoticePeriod(1, "days", in_business_days=True), "1 business day"),
        (NoticePeriod(2, "weeks"), "2 weeks"),
        (NoticePeriod(1, "months"), "1 month"),
        (None, "no notice period"),
    ],
)
def test_a_rule_is_named_in_a_few_words(period, words):
    assert terms.describe(terms.earliest_effective_date(NEW_YEAR, period).rule) == words


def test_no_notice_period_is_said_so():
    result = terms.earliest_effective_date(NEW_YEAR, None)

    assert "names no notice period, so it may end on 1 January 2027" in terms.explain(result)


def test_an_agreement_may_end_with_any_month_and_name_no_period():
    period = NoticePeriod(0, Unit.DAYS, to_end_of_month=True)

    result = terms.earliest_effective_date(date(2028, 2, 3), period)

    assert result.on == date(2028, 2, 29)
    assert earliest(date(2028, 2, 29), period) == date(2028, 2, 29)
    assert terms.describe(result.rule) == "to the end of any month"
    assert "A period of" not in terms.explain(result)


def test_the_sentences_can_be_translated():
    class German(NullTranslations):
        def gettext(self, message):
            return {"%(period)s to the end of a month": "%(period)s zum Monatsende"}[message]

        def ngettext(self, singular, plural, number):
            return {"%(count)d months": "%(count)d Monate"}[singular if number == 1 else plural]

    rule = Rule("period_in_months", 6, "months", to_end_of_month=True)

    assert terms.describe(rule, German()) == "6 Monate zum Monatsende"


def test_a_rule_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="no rule called 'moon'"):
        terms.describe(Rule("moon"))
