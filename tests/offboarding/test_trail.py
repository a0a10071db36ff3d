"""The audit trail notices a case that was moved behind its back."""

import pytest
from django.db import connection

from audit import verification
from offboarding import trail, triggers
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from tests.builders import House, a_case

pytestmark = pytest.mark.django_db


def test_a_house_at_work_has_an_event_for_every_fact(house: House) -> None:
    a_case(house, State.CLOSED)

    assert verification.verify().is_whole


def test_a_state_written_past_the_triggers_is_found_as_a_fact_without_its_event(
    house: House,
) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    triggers.drop(connection)
    TerminationCase.objects.filter(pk=case.pk).update(state=State.CLOSED, version=99)
    triggers.create(connection)

    report = verification.verify()

    assert report.exit_code == 6
    assert case.reference in str(report.as_json())


def test_a_decision_without_its_event_is_found(house: House) -> None:
    case = a_case(house, State.NOTICE)
    case.decisions.create(
        requested_by=house.manager,
        verdict="end",
        decided_by=house.lead,
        decided_at=case.opened_at,
        superseded_at=case.opened_at,
    )

    assert verification.verify().exit_code == 6


def test_auditors_find_a_case_by_its_reference_and_its_client(house: House) -> None:
    case = a_case(house)

    assert trail.search(case.reference) == [f"case:{case.pk}"]
    assert trail.search("Adams") == [f"case:{case.pk}"]
    assert trail.labels([f"case:{case.pk}"]) == {
        f"case:{case.pk}": f"{case.reference} · Adams Print"
    }
