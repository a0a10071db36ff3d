from __future__ import annotations

from datetime import date

import pytest

from accounts.actor import Actor
from clients import services
from clients.calendars import (
    DaysOff,
    Place,
    country_holidays,
    days_off_between,
    office_holidays,
    weekend_of,
)
from clients.models import Client, Office


def test_an_office_is_closed_on_public_holidays_of_its_region_and_on_its_own(
    office: Office, admin: Actor
) -> None:
    services.add_holiday(office, by=admin, on=date(2027, 12, 24), name="Christmas Eve")
    services.add_holiday(office, by=admin, on=date(2029, 12, 24), name="Too late")

    closed = office_holidays(office, [2027, 2028])

    assert {date(2027, 3, 8), date(2027, 12, 24), date(2028, 10, 3)} <= closed  # 8 March: Berlin
    assert date(2029, 12, 24) not in closed


def test_a_region_has_holidays_that_its_neighbour_has_not() -> None:
    assert date(2027, 3, 8) not in country_holidays("DE", "HH", [2027])
    assert date(2027, 10, 31) in country_holidays("DE", "HH", [2027])
    assert date(2027, 7, 5) in country_holidays("US", "", [2027])  # 4 July is a Sunday


@pytest.mark.parametrize("country", ["GB", "CH"])
def test_where_no_region_is_named_easter_monday_is_a_holiday_all_the_same(country: str) -> None:
    office = Office(holiday_country=country, holiday_region="")

    assert date(2027, 3, 29) in office_holidays(office, [2027], own=[])


@pytest.mark.parametrize("country", ["", "XX"])
def test_an_unknown_calendar_has_no_holidays(country: str) -> None:
    assert country_holidays(country, "", [2027]) == set()


def test_what_one_caller_does_with_the_set_does_not_reach_the_next() -> None:
    country_holidays("DE", "BE", [2027]).clear()

    assert country_holidays("DE", "BE", [2027])


@pytest.mark.parametrize(
    ("place", "day", "is_off"),
    [
        # A Friday and a Sunday on both sides of the year in which the Emirates moved their weekend.
        (Place("AE"), date(2021, 6, 4), True),
        (Place("AE"), date(2021, 6, 6), False),
        (Place("AE"), date(2023, 6, 2), False),
        (Place("AE"), date(2023, 6, 4), True),
        # Kelantan rests on Fridays, the rest of Malaysia does not.
        (Place("MY", "03"), date(2026, 6, 12), True),
        (Place("MY", ""), date(2026, 6, 12), False),
        # A Sunday that China works by decree.
        (Place("CN"), date(2025, 1, 26), False),
        (Place("CN"), date(2025, 1, 19), True),
        # A region that nobody knows leaves the country's own weekend and holidays.
        (Place("IL", "ZZ"), date(2027, 1, 8), True),
        (Place("IL", "ZZ"), date(2027, 1, 10), False),
        (Place("GB", "ZZ"), date(2027, 3, 29), True),
        # One day off in the library: the day before it is off as well.
        (Place("HK"), date(2027, 1, 9), True),
        (Place("HK"), date(2027, 1, 8), False),
        (Place("HK", keeps_holidays=False), date(2027, 1, 9), True),
        (Place("IR"), date(2027, 1, 14), True),
        (Place("IR"), date(2027, 1, 13), False),
        (Place("IR"), date(2027, 1, 16), False),
        (Place("BN"), date(2027, 1, 9), False),  # Friday and Sunday are two
        # Where nothing is known.
        (Place(""), date(2026, 6, 13), True),
        (Place("XX"), date(2026, 6, 12), False),
        # Christmas is a holiday, and none where only the weekends are kept.
        (Place("DE"), date(2026, 12, 25), True),
        (Place("DE", keeps_holidays=False), date(2026, 12, 25), False),
        (Place("IL", keeps_holidays=False), date(2026, 12, 25), True),
        # The ends of the calendar.
        (Place("US"), date.min, False),
        (Place("US"), date.max, False),
    ],
)
def test_a_place_rests_on_its_own_weekends_and_holidays(
    place: Place, day: date, is_off: bool
) -> None:
    assert (day in DaysOff(place)) == is_off


def test_nobody_is_expected_to_act_while_the_office_or_the_client_rests() -> None:
    office = Office(country="DE", holiday_country="DE", holiday_region="BE")
    client = Client(country="IL", office=office)
    closed = days_off_between(client, own={date(2027, 1, 11)})

    # Saturday to Sunday in Berlin, Friday to Saturday in Tel Aviv, Monday by the office's choice.
    week = [date(2027, 1, day) for day in range(7, 14)]
    assert [day.day for day in week if day not in closed] == [7, 12, 13]
    assert not closed.is_weekend(date(2027, 1, 11))
    assert weekend_of(Place("IL"), date(2027, 1, 7)) == (4, 5)


@pytest.mark.parametrize(
    ("country", "weekend"), [("HK", (5, 6)), ("VE", (5, 6)), ("IR", (3, 4)), ("BN", (4, 6))]
)
def test_a_weekend_has_two_days_also_where_the_library_knows_of_one(
    country: str, weekend: tuple[int, ...]
) -> None:
    assert weekend_of(Place(country), date(2027, 1, 7)) == weekend
