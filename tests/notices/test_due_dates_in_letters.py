"""A letter that says another end: the days told from the end follow it, in words and on record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import clock
from notices.checking import checks
from notices.language.phrases import say_date
from notices.services import drafting
from offboarding import selectors, terms
from offboarding.lifecycle import State
from offboarding.models import Obligation
from tests.builders import House, a_case, an_obligation, fresh
from tests.notices import walks

pytestmark = pytest.mark.django_db


def test_the_draft_names_the_days_that_are_on_record_once_it_is_sent(house: House) -> None:
    case = a_case(house, State.NOTICE)
    row = an_obligation(case, title="Close the books", days_before_effective_date=3)
    secret = an_obligation(case, title="Check the register", is_internal=True)
    day = clock.today(case.time_zone) + timedelta(days=9)
    an_obligation(case, party="clients", title="Pay the rest", amount_cents=12_000, due_on=day)
    draft = walks.a_draft(house, fresh(case))
    assert draft.effective_on is not None and row.due_on is not None
    assert say_date(row.due_on, "en") in draft.parts["ours"]
    assert secret.title not in draft.parts["ours"]
    assert "Pay the rest (EUR 120.00)" in draft.parts["theirs"]
    end = draft.effective_on + timedelta(days=30)
    day = terms.relative_to(end, -3, in_business_days=True, days_off=selectors.days_off_of(case))

    draft = drafting.edit_notice(
        draft, by=house.by_manager, expected_version=draft.version, parts={}, effective_on=end
    )

    assert f"Close the books, by {say_date(day, 'en')}" in draft.parts["ours"]
    assert not [one for one in checks.findings(draft) if one.code == "date_not_the_cases"]
    assert Obligation.objects.get(pk=row.pk).due_on == row.due_on
    walks.sent(house, draft)
    moved = Obligation.objects.get(pk=row.pk)
    assert (moved.due_on, moved.original_due_on) == (day, row.due_on)


def test_a_promise_after_the_end_is_said_while_the_letter_is_written(house: House) -> None:
    case = a_case(house, State.NOTICE)
    assert case.effective_on is not None
    draft = walks.a_draft(house, fresh(case))
    assert "due_after_the_end" not in [one.code for one in checks.findings(draft)]

    an_obligation(case, title="Call them", due_on=case.effective_on + timedelta(days=9))

    found = [one for one in checks.findings(walks.again(draft)) if one.code == "due_after_the_end"]
    assert len(found) == 1 and found[0].level == "warn"
    assert "“Call them”" in found[0].text
