"""Days on which nobody is expected to work: public holidays, and an office's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache

import holidays

from clients.models import Office


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


def holidays_at(country: str, region: str, years: Iterable[int]) -> set[date]:
    """List the public holidays where somebody is whose address names a region, or none.

    Args:
        country: ISO 3166 code; may be empty.
        region: as the address has it, such as "NY" or "Bavaria"; what nobody knows is left out.
        years: calendar years.
    """
    return country_holidays(country, region_code(country, region), years)


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
    region = region or _WHERE_MOST_ARE.get(country, "")
    return set().union(*(_holidays_of_year(country, region, year) for year in set(years)))


@lru_cache(maxsize=512)
def _holidays_of_year(country: str, region: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError:
        return frozenset()
