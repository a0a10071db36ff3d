"""Flags, owner and readers of a case through their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from offboarding.models import TerminationCase
from offboarding.services import flags
from tests.builders import House, a_case, a_house, fresh
from tests.desk.pages import page, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house)


@pytest.fixture(autouse=True)
def _signed_in(client: Client, house: House) -> None:
    client.force_login(house.manager)


def test_a_dispute_is_recorded_by_anybody_of_the_team_and_cleared_by_a_lead(
    client: Client, house: House, case: TerminationCase
) -> None:
    send(client, case, "dispute/", {"reason": "They owe us a report."})
    assert "They owe us a report." in page(client, case)
    assert "Clear the dispute" not in page(client, case)
    assert send(client, case, "dispute/clear/", {"reason": "Done."}).status_code == 403

    client.force_login(house.lead)
    assert "Clear the dispute" in page(client, case)
    send(client, case, "dispute/clear/", {"reason": "The report was sent."})

    assert not fresh(case).is_disputed


def test_a_hold_has_a_day_after_today_and_a_reason(client: Client, case: TerminationCase) -> None:
    today = clock.today(case.time_zone)
    answer = send(client, case, "hold/", {"until": today.isoformat(), "reason": "The side letter."})
    assert answer.status_code == 422
    assert b"Choose a day after today." in answer.content
    assert b"The side letter." in answer.content

    until = (today + timedelta(days=3)).isoformat()
    send(client, case, "hold/", {"until": until, "reason": "The side letter."})
    assert fresh(case).is_on_hold

    send(client, case, "hold/end/")
    assert not fresh(case).is_on_hold


def test_a_legal_hold_is_a_leads(client: Client, house: House, case: TerminationCase) -> None:
    assert send(client, case, "legal-hold/", {"reason": "Counsel."}).status_code == 403
    client.force_login(house.lead)
    send(client, case, "legal-hold/", {"reason": "Counsel asked."})
    assert "Counsel asked." in page(client, case)

    send(client, case, "legal-hold/lift/", {"reason": "Settled."})

    assert fresh(case).legal_hold_reason == ""


@pytest.mark.parametrize("place", ["dispute/", "legal-hold/"])
@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001, "a\x00b"])
def test_a_reason_that_says_nothing_or_too_much_is_refused(
    client: Client, house: House, case: TerminationCase, place: str, reason: str
) -> None:
    client.force_login(house.lead)

    assert send(client, case, place, {"reason": reason}).status_code == 422


def test_a_lead_narrows_the_file_and_opens_it_again(
    client: Client, house: House, case: TerminationCase
) -> None:
    assert send(client, case, "readers/").status_code == 403
    client.force_login(house.lead)
    assert send(client, case, "readers/", {"readers": [house.outsider.pk]}).status_code == 422
    send(client, case, "readers/", {"readers": [house.second_lead.pk]})
    assert fresh(case).is_restricted
    assert house.second_lead.name in page(client, case)

    send(client, case, "readers/all/")

    assert not fresh(case).is_restricted


def test_a_case_is_given_to_a_colleague_of_the_team_only(
    client: Client, house: House, case: TerminationCase
) -> None:
    assert send(client, case, "owner/", {"owner": house.outsider.pk}).status_code == 422

    send(client, case, "owner/", {"owner": house.lead.pk})

    assert fresh(case).owner == house.lead


def test_what_is_flagged_already_offers_its_way_out_instead(
    client: Client, house: House, case: TerminationCase
) -> None:
    until = clock.today(case.time_zone) + timedelta(days=3)
    flags.hold(case, by=house.by_manager, until=until, reason="The side letter.")

    shown = page(client, case)

    assert "Go on now" in shown
    assert "Put on hold</a>" not in shown
