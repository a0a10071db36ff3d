from __future__ import annotations

from datetime import date

import pytest

from accounts.actor import Actor
from clients import services
from clients.calendars import country_holidays, office_holidays
from clients.models import Office


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
