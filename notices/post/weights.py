"""What a letter weighs, from its pages and the office's paper."""

from __future__ import annotations

import math

from clients.models import Office
from notices.profiles import profile_for


def sheets_of(pages: int, *, both_sides: bool) -> int:
    """Return how many sheets so many pages take."""
    return math.ceil(pages / 2) if both_sides else pages


def weight_grams(sheets: int, office: Office, profile: str) -> int:
    """Return the weight of a letter in its envelope, in whole grams, rounded up.

    Args:
        sheets: everything that goes into the envelope; the cover sheet stays in the house.
        office: whose paper and envelopes are used.
        profile: the stationery's key, for the size of a sheet.
    """
    paper = profile_for(profile)
    square_metres = paper.sheet_width * paper.sheet_height / 1_000_000
    return math.ceil(
        round(sheets * square_metres * office.paper_grams_per_m2 + office.envelope_grams, 3)
    )
