"""The client's own deadlines in the letter: named from the case, and checked against it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import clock
from notices.checking import checks
from notices.language.phrases import say_date
from notices.models import Notice
from notices.services import drafting
from offboarding.lifecycle import State
from offboarding.services import deadlines
from tests.builders import House, a_case, a_house
from tests.notices import walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def _edited(house: House, notice: Notice, parts: dict[str, str] | None = None, **fields) -> Notice:
    notice = walks.again(notice)
    drafting.edit_notice(
        notice, by=house.by_manager, expected_version=notice.version, parts=parts or {}, **fields
    )
    return walks.again(notice)


def _codes(notice: Notice) -> list[str]:
    return [one.code for one in checks.findings(notice)]


def test_the_letter_names_what_is_ticked_and_a_date_before_the_end_is_missed(house: House) -> None:
    case = a_case(house, State.NOTICE)
    today = clock.today(case.time_zone)
    first, last = (
        deadlines.add_deadline(
            case, by=house.by_manager, due_on=today + timedelta(days=days), title=title
        )
        for days, title in ((10, "Turnover tax"), (300, "Annual return"))
    )
    notice = walks.a_draft(house, case)
    assert f"- Turnover tax, by {say_date(first.due_on, 'en')}" in notice.parts["deadlines"]
    assert "Annual return" in drafting.composing.plain_text(notice)
    assert _codes(walks.again(notice)) == []

    notice = _edited(house, notice, named_deadlines=[last.pk])

    assert "Turnover tax" not in notice.parts["deadlines"]
    missed = [one for one in checks.findings(notice) if one.level == "warn"]
    assert [one.code for one in missed] == ["deadline_not_named"]
    assert missed[0].text.endswith(f"Turnover tax, {say_date(first.due_on, 'en')}.")
    assert "deadlines" not in _edited(house, notice, named_deadlines=[]).parts["deadlines"]


def test_a_deadline_with_another_date_than_the_cases_blocks(house: House) -> None:
    case = a_case(house, State.NOTICE)
    due_on = clock.today(case.time_zone) + timedelta(days=10)
    deadlines.add_deadline(case, by=house.by_manager, due_on=due_on, title="Turnover tax")
    notice = walks.a_draft(house, case)
    right = say_date(due_on, "en")
    wrong = say_date(due_on + timedelta(days=3), "en")

    notice = _edited(house, notice, {"deadlines": notice.parts["deadlines"].replace(right, wrong)})

    found = {one.code: one.level for one in checks.findings(notice)}
    assert found == {"date_not_the_cases": "block", "deadline_not_named": "warn"}


def test_a_client_without_deadlines_reads_of_none(house: House) -> None:
    notice = walks.a_draft(house)
    assert notice.parts["deadlines"] == ""
    assert _codes(walks.again(notice)) == []
