"""Days on which nobody is expected to work: weekends, public holidays, and an office's own.

A country's weekend is its own, too: Friday and Saturday in Israel, Saturday and Sunday in most
others, and in some it has changed or a Saturday is worked by decree. All of it is what the
`holidays` library knows.

Where the library knows of a single day, as in Hong Kong, the day before it is off as well:
Saturday before a Sunday, Thursday before a Friday in Iran. Many offices are closed then, and a
period that leaves it out never ends earlier than a careful reader expects.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import cached_property, lru_cache

import holidays

from clients.models import Client, Office


@dataclass(frozen=True)
class Place:
    """Where somebody rests: a country and the short code of a region, either of them empty.

    Attributes:
        country: ISO 3166 code; empty or unknown, the weekend is Saturday and Sunday.
        region: as the `holidays` library names it; an unknown one is left out.
        keeps_holidays: its public holidays are days off, and not its weekends alone.
    """

    country: str
    region: str = ""
    keeps_holidays: bool = True

    def is_off(self, day: date) -> bool:
        """Tell whether people rest on this day."""
        year = _year_of(self.country, self.region, day.year)
        return day in (year.off if self.keeps_holidays else year.weekend)

    def is_weekend(self, day: date) -> bool:
        """Tell whether the day belongs to the weekend there, worked by decree or not."""
        return day in _year_of(self.country, self.region, day.year).weekend


class DaysOff:
    """The days on which somebody rests at one of these places, weekends and holidays alike.

    Args:
        places: whose weekends and public holidays count.
        own: days off beside them.
    """

    def __init__(self, *places: Place, own: Container[date] = frozenset()) -> None:
        self._places = places
        self._own = own

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return any(place.is_off(day) for place in self._places) or day in self._own

    def is_weekend(self, day: date) -> bool:
        """Tell whether the day belongs to the weekend of one of the places."""
        return any(place.is_weekend(day) for place in self._places)


def place_of_client(client: Client) -> Place:
    """Return where a client rests; a region that nobody knows is left out."""
    country = str(client.country.code)
    return Place(country, region_code(country, client.region))


def place_of_office(office: Office) -> Place:
    """Return where an office rests: without a calendar of its own, on its country's weekends."""
    if office.holiday_country:
        return Place(office.holiday_country, office.holiday_region)
    return Place(str(office.country.code), keeps_holidays=False)


def days_off_at(client: Client) -> DaysOff:
    """Return the days on which nobody works where a client is."""
    return DaysOff(place_of_client(client))


def days_off_between(client: Client, own: Container[date] | None = None) -> DaysOff:
    """Return the days on which a client or the office that looks after it rests.

    Args:
        client: with its office.
        own: the office's own days off, where they were read already.
    """
    office = client.office
    return DaysOff(
        place_of_office(office),
        place_of_client(client),
        own=_OwnDaysOff(office) if own is None else own,
    )


class _OwnDaysOff:
    """The days on which an office itself chose to be closed, read when they are asked for."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def __contains__(self, day: object) -> bool:
        return day in self._days

    @cached_property
    def _days(self) -> frozenset[date]:
        return own_holidays(self._office)


def office_holidays(
    office: Office, years: Iterable[int], *, own: Collection[date] | None = None
) -> set[date]:
    """List the days an office is closed: its country's public holidays and its own.

    Args:
        office: whose calendar it is.
        years: calendar years, such as `range(2027, 2029)`.
        own: the office's own days off, where they were read already.
    """
    wanted = sorted(set(years))
    days_off = own_holidays(office) if own is None else own
    return country_holidays(office.holiday_country, office.holiday_region, wanted) | {
        day for day in days_off if day.year in wanted
    }


def own_holidays(office: Office) -> frozenset[date]:
    """List the days on which the office itself chose to be closed, of all years."""
    return frozenset(office.holidays.values_list("on", flat=True))


def region_code(country: str, region: str) -> str:
    """Return the short code of a region as an address names it; empty when it is not known."""
    return _regions_of(country).get(region.strip().casefold(), "")


_WHERE_MOST_ARE = {"GB": "ENG", "CH": "ZH"}
"""Countries whose parts share too few holidays: Easter Monday is none of the whole kingdom."""


@lru_cache(maxsize=512)
def _regions_of(country: str) -> dict[str, str]:
    try:
        calendar = holidays.country_holidays(country)
    except NotImplementedError:
        return {}
    codes = {code.casefold(): code for code in calendar.subdivisions}
    aliases = getattr(calendar, "subdivisions_aliases", {})
    return {name.casefold(): code for name, code in aliases.items()} | codes


def country_holidays(country: str, region: str, years: Iterable[int]) -> set[date]:
    """List the public holidays of a country and region; none when the country is not known.

    Args:
        country: ISO 3166 code; may be empty.
        region: the state or province, as the `holidays` library names it; left empty, the whole
            country, or where most of its people are.
        years: calendar years, such as `range(2027, 2029)`.
    """
    if not country:
        return set()
    return set().union(*(_holidays_of_year(country, region, year) for year in set(years)))


def weekend_of(place: Place, day: date) -> tuple[int, ...]:
    """Return the days of the week that are off in the week from this day, Monday being 0."""
    week = (day + timedelta(days=ahead) for ahead in range(7))
    return tuple(sorted(one.weekday() for one in week if place.is_weekend(one)))


@dataclass(frozen=True)
class _Year:
    """One year of a place."""

    # Public holidays on any day of the week.
    holidays: frozenset[date]
    # Days of the weekend, those that are worked by decree among them.
    weekend: frozenset[date]
    # All days on which nobody works.
    off: frozenset[date]


def _holidays_of_year(country: str, region: str, year: int) -> frozenset[date]:
    return _year_of(country, region, year).holidays


@lru_cache(maxsize=512)
def _year_of(country: str, region: str, year: int) -> _Year:
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range(366 if calendar.isleap(year) else 365)]
    try:
        # A day moved across New Year is told by the year it was moved to or from.
        around = range(max(year - 1, MINYEAR), min(year + 1, MAXYEAR) + 1)
        known = holidays.country_holidays(
            country, subdiv=region or _WHERE_MOST_ARE.get(country), years=around
        )
    except NotImplementedError:
        if region:
            return _year_of(country, "", year)
        weekend = frozenset(day for day in days if day.weekday() >= calendar.SATURDAY)
        return _Year(frozenset(), weekend, weekend)
    weekend = frozenset(day for day in days if known.is_weekend(day))
    beside = _beside_a_single_day(weekend, days)
    return _Year(
        frozenset(day for day in days if day in known),
        weekend | beside,
        beside.union(day for day in days if not known.is_working_day(day)),
    )


def _beside_a_single_day(weekend: Collection[date], days: Iterable[date]) -> frozenset[date]:
    """Return the days before the only one of a week that is off; none where two are."""
    weekdays = {day.weekday() for day in weekend}
    if len(weekdays) != 1:
        return frozenset()
    before = (weekdays.pop() - 1) % 7
    return frozenset(day for day in days if day.weekday() == before)
