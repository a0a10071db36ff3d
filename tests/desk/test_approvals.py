"""Requests for a second person: decisions, notices, weak receipts."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.actor import Actor
from audit import clock
from notices.services import approval, drafting
from offboarding.lifecycle import State
from offboarding.models import ProofKind
from offboarding.services import decisions, proofs
from tests.builders import House, a_case, a_client, a_house, an_engagement, evaluated, fresh
from tests.notices import walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def _page(client: Client, person) -> str:
    client.force_login(person)
    answer = client.get("/approvals/")
    assert answer.status_code == 200
    return answer.content.decode()


def _another_client(house: House, number: int):
    client = a_client(
        house.office,
        house.team,
        house.manager,
        reference=f"C-{number}",
        display_name=f"Client {number}",
    )
    an_engagement(client)
    return client


def test_nothing_waits_for_anybody_at_first(client: Client, house: House) -> None:
    for person in (house.manager, house.lead, house.auditor, house.admin):
        assert "Nothing waits for you" in _page(client, person)


def test_a_lead_finds_what_a_colleague_asked_for(client: Client, house: House) -> None:
    case = evaluated(house, a_case(house))
    decisions.request_decision(case, by=house.by_manager, note="Two calls, no answer.")
    other = a_case(house, State.NOTICE, client=_another_client(house, 2))
    walks.asked(house, walks.a_draft(house, other))

    page = _page(client, house.lead)

    assert f"/cases/{case.reference}/decision/" in page
    assert "Two calls, no answer." in page
    assert f"/cases/{other.reference}/notice/" in page
    assert page.count("Mia Manager") == 2


def test_a_weak_receipt_waits_for_another_lead(client: Client, house: House) -> None:
    case = walks.posted(house).case
    proofs.record_proof(
        fresh(case),
        by=house.by_lead,
        kind=ProofKind.PHONE,
        received_at=clock.now(),
        note="She has it.",
    )

    assert "Accept or void a receipt" in _page(client, house.second_lead)
    assert "Accept or void a receipt" not in _page(client, house.lead)


def test_whoever_asked_sees_that_others_have_it(client: Client, house: House) -> None:
    notice = walks.asked(house)

    page = _page(client, house.manager)

    assert "Nothing waits for you" in page
    assert "Asked by you, waiting for others" in page
    assert notice.case.reference in page


def test_an_author_is_not_asked_for_their_own_notice(client: Client, house: House) -> None:
    case = a_case(house, State.NOTICE)
    notice = walks.drafting.draft_notice(case, by=house.by_lead)
    approval.request_approval(notice, by=house.by_manager)

    assert notice.case.reference not in _page(client, house.lead)
    assert notice.case.reference in _page(client, house.second_lead)


def test_another_team_and_an_auditor_are_asked_for_nothing(client: Client, house: House) -> None:
    notice = walks.asked(house)
    for person in (house.outsider, house.other_lead, house.auditor, house.admin):
        assert notice.case.reference not in _page(client, person)


def test_what_is_answered_leaves_the_list(client: Client, house: House) -> None:
    notice = walks.approved(house)
    assert notice.case.reference not in _page(client, house.second_lead)


def test_many_requests_cost_no_more(
    client: Client, house: House, django_assert_max_num_queries
) -> None:
    for number in range(2, 12):
        case = a_case(house, State.NOTICE, client=_another_client(house, number))
        approval.request_approval(walks.a_draft(house, case), by=house.by_manager)
    client.force_login(house.lead)
    with django_assert_max_num_queries(12):
        page = client.get("/approvals/").content.decode()
    assert page.count("Approve the notice") == 10


def test_the_list_names_what_the_checks_say_and_what_changed_since_the_reader_looked(
    client: Client, house: House
) -> None:
    notice = walks.asked(house)
    client.force_login(house.lead)
    url = f"/cases/{notice.case.reference}/notice/"
    assert "Changed since you looked" not in client.get(url).content.decode()
    for person, said in ((house.manager, "We pack the ledgers."), (house.manager, "")):
        now = walks.again(notice)
        drafting.edit_notice(
            now,
            by=Actor.person(person),
            expected_version=now.version,
            parts={"handover": said},
        )
    walks.asked(house, walks.again(notice))

    rows = _page(client, house.lead)
    page = client.get(url).content.decode()

    assert "The part “Hand-over” is missing." in rows
    assert "Since you looked on" in rows
    assert "Hand-over</p>" in rows.replace("\n", "").replace("  ", "")
    assert "Changed since you looked on" in page
    assert "<del>" in page
    assert "Since you looked on" not in _page(client, house.second_lead)
    client.force_login(house.lead)
    assert "Changed since you looked on" in client.get(url).content.decode()
