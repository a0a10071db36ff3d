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


def country_holidays(country: str, region: str, years: Iterable[int]) -> set[date]:
    """List the public holidays of a country and region; none when the country is not known.

    Args:
        country: ISO 3166 code; may be empty.
        region: the state or province, as the `holidays` library names it; may be empty.
        years: calendar years, such as `range(2027, 2029)`.
    """
    if not country:
        return set()
    return set().union(*(_holidays_of_year(country, region, year) for year in set(years)))


@lru_cache(maxsize=512)
def _holidays_of_year(country: str, region: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError:
        return frozenset()
