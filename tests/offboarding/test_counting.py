"""Kept counts say at any moment what counting every case would say."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction

from accounts.models import User
from offboarding import counting, policies
from offboarding.lifecycle import State
from offboarding.models import CaseCount, CaseCountChange, TerminationCase
from offboarding.services import cases
from tests.builders import House, a_case, a_client, a_house, fresh
from tests.desk.many import many_cases

pytestmark = pytest.mark.django_db


def counted_by_hand(user: User, owner: User | None = None) -> dict[str, int]:
    visible = policies.cases_visible_to(user).order_by()
    if owner is not None:
        visible = visible.filter(owner=owner)
    return dict(Counter(visible.values_list("state", flat=True)))


def agrees(house: House) -> None:
    for user in (
        house.manager,
        house.lead,
        house.outsider,
        house.other_lead,
        house.admin,
        house.auditor,
    ):
        assert counting.counts_visible_to(user) == counted_by_hand(user)
        for owner in (house.manager, house.lead):
            expected = counted_by_hand(user, owner)
            assert counting.counts_visible_to(user, owner=owner) == expected


def test_counts_agree_with_the_cases_for_every_reader_whatever_happened() -> None:
    house = a_house()
    agrees(house)
    opened = [cases.open_case(house.client, by=house.by_lead) for _number in range(4)]
    a_case(house, State.NOTICE)
    a_client(house.office, house.other_team, house.outsider, reference="C-9")
    many_cases(house, 5)
    agrees(house)
    # One that names the manager, one that does not, one that was given to the manager.
    cases.restrict(opened[0], [house.manager], by=house.by_lead)
    cases.restrict(opened[1], [], by=house.by_lead)
    cases.restrict(opened[2], [], by=house.by_lead)
    cases.assign(fresh(opened[2]), house.manager, by=house.by_lead)
    agrees(house)

    folded = counting.fold()

    assert folded > 0
    assert not CaseCountChange.objects.exists()
    agrees(house)
    TerminationCase.objects.filter(pk=opened[3].pk).update(is_restricted=True)
    agrees(house)
    counting.fold()
    counting.fold()
    agrees(house)


def test_what_is_rolled_back_is_not_counted() -> None:
    house = a_house()
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        cases.open_case(house.client, by=house.by_manager)
        raise ValueError("no")
    assert counting.counts_visible_to(house.manager) == {}
    assert not CaseCountChange.objects.exists()


def test_a_save_that_changes_nothing_counted_writes_nothing() -> None:
    house = a_house()
    case = cases.open_case(house.client, by=house.by_manager)
    counting.fold()
    cases.describe(case, by=house.by_manager, summary="S.", scope="", initiated_by="us")
    assert not CaseCountChange.objects.exists()


def test_counting_anew_mends_whatever_was_wrong() -> None:
    house = a_house()
    many_cases(house, 3)
    counting.fold()
    CaseCount.objects.update(number=99)
    assert counting.counts_visible_to(house.lead) == {State.EVALUATION: 99}

    counting.recount()

    agrees(house)
