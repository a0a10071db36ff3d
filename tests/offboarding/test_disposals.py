"""What becomes of the client's data: what has to be said, and when it may be done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from audit import clock
from offboarding.errors import InvalidInput
from offboarding.models import DataCategory, Disposal, TerminationCase
from offboarding.services import disposals
from tests.builders import House, a_case, wait_until

pytestmark = pytest.mark.django_db


def listed(house: House, case: TerminationCase, **changes: Any) -> DataCategory:
    said = {
        "name": "Vouchers",
        "held_in": "Archive",
        "disposal": Disposal.KEEP,
        "ground": "Section 147 AO",
        "due_on": clock.today(case.time_zone) + timedelta(days=5),
    }
    return disposals.list_category(case, by=house.by_manager, **(said | changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"held_in": " "}, "held_in"),
        ({"ground": " "}, "ground"),
        ({"due_on": None}, "due_on"),
        ({"due_on": 0}, "due_on"),
    ],
)
def test_a_kind_of_data_says_where_it_is_why_and_until_when(
    house: House, changes: dict[str, Any], field: str
) -> None:
    case = a_case(house)
    if changes == {"due_on": 0}:
        changes = {"due_on": clock.today(case.time_zone)}

    with pytest.raises(InvalidInput) as refused:
        listed(house, case, **changes)

    assert refused.value.field == field
    assert not case.data_categories.exists()


def test_what_was_kept_goes_on_a_day_after_that_has_come_and_it_is_said_how(house: House) -> None:
    case = a_case(house)
    row = listed(house, case)
    assert row.due_on is not None
    wait_until(row.due_on + timedelta(days=1))

    for days, how, field in (
        (2, "Shredded", "done_on"),
        (-1, "Shredded", "done_on"),
        (0, " ", "done_how"),
    ):
        with pytest.raises(InvalidInput) as refused:
            disposals.carry_out(
                row, by=house.by_manager, done_on=row.due_on + timedelta(days=days), done_how=how
            )
        assert refused.value.field == field

    done = disposals.carry_out(row, by=house.by_manager, done_on=row.due_on, done_how="Shredded")
    assert done.is_deleted
