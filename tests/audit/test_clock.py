from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from audit import clock


@pytest.fixture(autouse=True)
def offset_file(settings, tmp_path: Path) -> Path:
    settings.CLOCK_OFFSET_FILE = tmp_path / "data" / "clock-offset"
    return settings.CLOCK_OFFSET_FILE


@time_machine.travel(datetime(2027, 1, 31, 23, 30, tzinfo=UTC), tick=False)
def test_now_is_an_aware_instant_in_utc():
    assert clock.now() == datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta(0)


@time_machine.travel(datetime(2027, 1, 31, 23, 30, tzinfo=UTC), tick=False)
def test_today_depends_on_where_one_is():
    assert clock.today("Europe/Berlin") == date(2027, 2, 1)
    assert clock.today("America/New_York") == date(2027, 1, 31)
    assert clock.today(UTC) == date(2027, 1, 31)


@time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC), tick=False)
def test_the_offset_moves_the_clock_both_ways_and_every_time_it_changes():
    clock.move(timedelta(days=30))
    assert clock.now() == datetime(2027, 1, 31, tzinfo=UTC)
    clock.move(timedelta(days=-1))
    assert clock.today("UTC") == date(2026, 12, 31)
    clock.move(timedelta(0))
    assert clock.now() == datetime(2027, 1, 1, tzinfo=UTC)


@time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC), tick=False)
def test_an_offset_written_by_another_process_is_seen(offset_file: Path):
    offset_file.parent.mkdir()
    offset_file.write_text("86400")
    assert clock.today("UTC") == date(2027, 1, 2)
    offset_file.unlink()
    assert clock.today("UTC") == date(2027, 1, 1)


@time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC), tick=False)
def test_production_never_looks_for_an_offset(settings, offset_file: Path):
    clock.move(timedelta(days=9))
    settings.CLOCK_OFFSET_FILE = None
    assert clock.today("UTC") == date(2027, 1, 1)
    with pytest.raises(RuntimeError, match="demo and in tests only"):
        clock.move(timedelta(days=1))


def test_an_offset_that_is_no_number_is_said_so(offset_file: Path):
    offset_file.parent.mkdir()
    offset_file.write_text("tomorrow")
    with pytest.raises(ValueError, match="must hold a number of seconds, not 'tomorrow'"):
        clock.now()
