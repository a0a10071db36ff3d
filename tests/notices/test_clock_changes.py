"""The day on which clocks are changed, and offices where it is another day already."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import clock
from desk.frame.inputs import MomentField
from desk.templatetags.words import prose_time
from notices.models import Rhythm
from notices.pages.receipt_document import say_instant
from notices.reminding.digests import latest_period

SWITCHES = [
    ("Europe/Berlin", date(2027, 3, 28)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2026, 11, 1)),
]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch):
    def set_clock(instant: str) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(instant))

    return set_clock


@pytest.mark.parametrize("hour", [0, 1, 2, 3, 9, 23])
@pytest.mark.parametrize(("zone", "switch"), SWITCHES)
def test_one_mail_a_working_day_comes_at_its_hour_around_the_change(
    zone: str, switch: date, hour: int
) -> None:
    here = ZoneInfo(zone)
    begin = datetime(switch.year, switch.month, switch.day, tzinfo=UTC) - timedelta(days=4)
    instants = [begin + timedelta(minutes=20 * n) for n in range(8 * 72)]

    periods = [latest_period(Rhythm.DAILY, hour, here, now) for now in instants]
    names = [name for name, _same in groupby(period.name for period in periods)]

    # Each begins once, never goes back, and is told at the hour that the person chose.
    assert names == sorted(set(names))
    days = [date.fromisoformat(name.removeprefix("day:")) for name in names]
    assert all(day.weekday() < 5 for day in days)
    assert len(days) == sum((days[0] + timedelta(n)).weekday() < 5
                            for n in range((days[-1] - days[0]).days + 1))  # fmt: skip
    for now, period in zip(instants, periods, strict=True):
        assert period.due_at <= now
        assert period.due_at.astimezone(UTC).astimezone(here).hour == hour


@pytest.mark.parametrize("hour", range(4))
def test_an_hour_that_the_clocks_skip_is_the_one_after_it(
    monkeypatch: pytest.MonkeyPatch, hour: int
) -> None:
    # As if there were mails on Sundays: the hour from two to three does not exist in Berlin.
    monkeypatch.setattr("notices.reminding.digests._has_a_mail", lambda day, rhythm: True)
    here, noon = ZoneInfo("Europe/Berlin"), datetime(2027, 3, 28, 12, tzinfo=UTC)

    period = latest_period(Rhythm.DAILY, hour, here, noon)

    begun = period.due_at.astimezone(UTC)
    assert begun.astimezone(here).hour == (3 if hour == 2 else hour)
    assert latest_period(Rhythm.DAILY, hour, here, begun) == period
    earlier = latest_period(Rhythm.DAILY, hour, here, begun - timedelta(seconds=1))
    assert earlier.name == "day:2027-03-27"


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        # Ten minutes later each time, and in autumn the clock on the wall went back meanwhile.
        ("2027-03-28T00:55+00:00", "28 March 2027, 01:55\xa0CET"),
        ("2027-03-28T01:05+00:00", "28 March 2027, 03:05\xa0CEST"),
        ("2026-10-25T00:55+00:00", "25 October 2026, 02:55\xa0CEST"),
        ("2026-10-25T01:05+00:00", "25 October 2026, 02:05\xa0CET"),
    ],
)
def test_an_instant_is_told_by_the_clock_that_holds_then(instant: str, said: str) -> None:
    moment = datetime.fromisoformat(instant)

    with timezone.override("Europe/Berlin"):
        assert prose_time(moment) == said
    assert said[-8:-4].strip(" \xa0") in say_instant(moment, "Europe/Berlin", "en")


@pytest.mark.parametrize(
    ("instant", "kiritimati", "berlin", "honolulu"),
    [
        ("2027-03-01T10:30+00:00", date(2027, 3, 2), date(2027, 3, 1), date(2027, 3, 1)),
        ("2027-03-01T09:30+00:00", date(2027, 3, 1), date(2027, 3, 1), date(2027, 2, 28)),
        # Half past midnight of the day whose clocks go back at three.
        ("2026-10-24T22:30+00:00", date(2026, 10, 25), date(2026, 10, 25), date(2026, 10, 24)),
    ],
)
def test_a_day_begins_when_it_begins_at_the_office(
    at, instant: str, kiritimati: date, berlin: date, honolulu: date
) -> None:
    at(instant)

    assert clock.today("Pacific/Kiritimati") == kiritimati
    assert clock.today("Europe/Berlin") == berlin
    assert clock.today("Pacific/Honolulu") == honolulu


@pytest.mark.parametrize("typed", ["2027-03-28T02:30", "2026-10-25T02:30"])
def test_a_time_that_comes_twice_or_never_is_said_so_beside_the_field(typed: str) -> None:
    with timezone.override("Europe/Berlin"):
        with pytest.raises(ValidationError, match="Clocks are changed in this hour"):
            MomentField().clean(typed)
        assert MomentField().clean(typed.replace("T02", "T03")) is not None
