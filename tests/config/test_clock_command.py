"""The demo's clock is moved by a command, forward only."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audit import clock


def moved(move: str, capsys) -> str:
    call_command("clock", move)
    return capsys.readouterr().out


def test_steps_add_up_and_reset_undoes_them(capsys):
    assert "real time" in moved("show", capsys)
    assert "30 days 0 hours 0 minutes ahead" in moved("+30d", capsys)
    assert "37 days 12 hours 0 minutes ahead" in (moved("+1w", capsys), moved("+12h", capsys))[1]
    assert clock.offset() == timedelta(days=37, hours=12)
    assert "real time" in moved("reset", capsys)
    assert not settings.CLOCK_OFFSET_FILE.exists()


def test_a_clock_that_the_sample_firm_put_back_moves_on(capsys):
    clock.move(timedelta(0))

    assert "9 days 0 hours 0 minutes ahead" in moved("+9d", capsys)


def test_the_application_follows_it(capsys):
    before = clock.now()

    moved("+30d", capsys)

    assert 29.9 < (clock.now() - before).total_seconds() / 86_400 < 30.1


@pytest.mark.parametrize("move", ["30d", "+30", "+y", "+30d; rm", "tomorrow"])
def test_anything_else_is_refused_and_changes_nothing(move):
    with pytest.raises(CommandError, match="Say"):
        call_command("clock", move)

    assert not settings.CLOCK_OFFSET_FILE.exists()


def test_there_is_no_way_back_but_reset():
    with pytest.raises(CommandError):
        call_command("clock", "-30d")


def test_it_stops_before_dates_become_nonsense(capsys):
    moved("+1000w", capsys)

    with pytest.raises(CommandError, match="20 years"):
        moved("+1000w", capsys)
