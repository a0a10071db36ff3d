"""Envelope geometry, before any letter is set."""

from __future__ import annotations

import itertools

import pytest

from notices.pages.letter_fit import fit_address
from notices.profiles import (
    PROFILES,
    NudgeTooFar,
    UnknownProfile,
    Zone,
    choices,
    profile_for,
)

every_profile = pytest.mark.parametrize("key", PROFILES)


def test_the_offices_can_choose_between_four_stationeries():
    assert [key for key, _name in choices()] == ["din5008b", "din5008a", "us10", "ukdl"]


@every_profile
def test_address_lines_at_full_size_fill_no_more_than_their_zone(key):
    profile = profile_for(key)

    assert profile.address_lines_most * profile.address_line_height <= profile.address.height


@every_profile
def test_what_must_be_seen_lies_inside_the_window(key):
    profile = profile_for(key)

    assert profile.window.holds(profile.address_zone)
    assert profile.address_zone.holds(profile.address, tolerance_mm=0.001)
    if profile.return_line is not None:
        assert profile.address_zone.holds(profile.return_line)


@every_profile
def test_zones_of_the_first_sheet_do_not_overlap(key):
    profile = profile_for(key)
    zones = [profile.notes, profile.address, profile.reference]
    if profile.return_line is not None:
        zones.append(profile.return_line)

    for one, other in itertools.combinations(zones, 2):
        apart = (
            one.right <= other.x
            or other.right <= one.x
            or one.bottom <= other.y + 0.001
            or other.bottom <= one.y + 0.001
        )
        assert apart, (one, other)
    assert all(zone.bottom <= profile.body_top for zone in zones)
    assert profile.letterhead.bottom <= profile.notes.y


@every_profile
def test_nothing_but_the_address_can_show_through_the_window(key):
    profile = profile_for(key)
    slides_up = profile.window.bottom - profile.address_zone.bottom
    window = Zone(
        profile.window.x,
        profile.window.y - slides_up,
        profile.window.width,
        profile.window.height + slides_up,
    )

    assert profile.reference.x >= window.right or profile.reference.bottom <= window.y
    assert profile.body_top >= window.bottom


def test_form_a_is_form_b_moved_up_by_18_mm():
    form_a, form_b = profile_for("din5008a"), profile_for("din5008b")

    assert (form_b.body_top, form_a.body_top) == (103.5, 85.5)
    assert (form_b.fold_marks, form_a.fold_marks) == ((105, 210), (87, 192))
    assert form_b.address.y - form_a.address.y == pytest.approx(18)


def test_recalled_sizes_are_marked_until_someone_measures_them():
    recalled = {profile.key for profile in PROFILES.values() if profile.size_is_recalled}

    assert recalled == {"us10", "ukdl"}


@every_profile
def test_a_nudge_moves_the_window_and_leaves_the_body(key):
    plain, moved = profile_for(key), profile_for(key, 2.5, -5.0)

    assert moved.address.x == pytest.approx(plain.address.x + 2.5)
    assert moved.address.y == pytest.approx(plain.address.y - 5)
    assert moved.window.holds(moved.address_zone)
    assert (moved.body_top, moved.reference) == (plain.body_top, plain.reference)


@pytest.mark.parametrize("nudge", [(5.01, 0), (0, -5.5), (float("nan"), 0)])
def test_a_nudge_beyond_5_mm_is_refused(nudge):
    with pytest.raises(NudgeTooFar):
        profile_for("din5008b", *nudge)


def test_an_unknown_stationery_is_refused_by_name():
    with pytest.raises(UnknownProfile, match="'c4'"):
        profile_for("c4")


def test_a_long_name_is_broken_at_a_word_while_there_is_room():
    fit = fit_address(
        ("Northwestern Regional Manufacturing & Distribution Co. (USA)", "Kiel"),
        profile_for("din5008b"),
    )

    assert fit is not None
    assert fit.point_size == 10
    assert fit.lines == (
        "Northwestern Regional Manufacturing &",
        "Distribution Co. (USA)",
        "Kiel",
    )


def test_a_word_that_no_size_can_hold_does_not_fit():
    assert fit_address(("W" * 60,), profile_for("us10")) is None
