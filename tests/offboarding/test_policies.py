"""Who may do what: every permission × role × own or other team × open or restricted file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.actor import Actor
from accounts.models import User
from offboarding import policies
from offboarding.errors import NotAllowed
from offboarding.models import TerminationCase
from offboarding.services import cases, decisions
from tests.builders import House, a_case, a_person, evaluated, fresh

pytestmark = pytest.mark.django_db

EVERYBODY_OF_THE_TEAM = {
    "work_on_case", "request_decision", "acknowledge", "fulfil_obligations", "begin_transition",
    "begin_follow_up", "close", "assign", "draft_notice", "send_notice",
}  # fmt: skip
LEADS_ONLY = {
    "decide_to_end", "ask_for_more", "retain", "accept_proof", "void_proof",
    "void_acknowledgement", "waive_obligation", "withdraw", "reopen", "clear_dispute",
    "set_legal_hold", "restrict", "bar_return", "let_sending_go_on",
    "approve_notice", "resolve_delivery", "change_mail_address",
}  # fmt: skip
READERS = {"read_case"}


def deputy_of(house: House) -> User:
    deputy = a_person("dina.deputy@example.com")
    house.team.deputy = deputy
    house.team.save()
    return deputy


def a_leaver(house: House) -> User:
    house.lead.is_active = False
    house.lead.save()
    return house.lead


PEOPLE: dict[str, Callable[[House], User]] = {
    "manager": lambda house: house.manager,
    "lead": lambda house: house.lead,
    "deputy": deputy_of,
    "auditor": lambda house: house.auditor,
    "admin": lambda house: house.admin,
    "manager of another team": lambda house: house.outsider,
    "lead of another team": lambda house: house.other_lead,
    "lead who left": a_leaver,
}

MAY: dict[str, set[str]] = {
    "manager": READERS | EVERYBODY_OF_THE_TEAM,
    "lead": READERS | EVERYBODY_OF_THE_TEAM | LEADS_ONLY,
    "deputy": READERS | EVERYBODY_OF_THE_TEAM | LEADS_ONLY,
    "auditor": READERS,
}
"""What each role may do to a case of its team; who is not named here may nothing."""


def test_the_matrix_names_every_permission_there_is() -> None:
    named = {f"offboarding.{name}" for name in READERS | EVERYBODY_OF_THE_TEAM | LEADS_ONLY}

    assert named == set(policies.PEOPLE_MAY)


def granted(by: Actor, case: TerminationCase) -> set[str]:
    """Name what an actor may do, asked both ways, which have to agree."""
    found = set()
    for permission in policies.PEOPLE_MAY:
        may = policies.may(by, permission, case)
        try:
            policies.require(by, permission, case)
            assert may
        except NotAllowed:
            assert not may
        if may:
            found.add(permission.removeprefix("offboarding."))
    return found


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_may_what_the_matrix_says_and_nothing_else(house: House, role: str) -> None:
    case = a_case(house)
    person = PEOPLE[role](house)
    by = Actor.person(User.objects.get(pk=person.pk))

    assert granted(by, fresh(case)) == MAY.get(role, set())


@pytest.mark.parametrize("role", PEOPLE)
def test_a_restricted_file_is_for_its_owner_the_named_and_the_leads(
    house: House, role: str
) -> None:
    case = _restricted(house, owner=house.second_lead)
    by = Actor.person(User.objects.get(pk=PEOPLE[role](house).pk))

    assert granted(by, fresh(case)) == (MAY[role] if role in ("lead", "deputy") else set())


def test_a_restricted_file_stays_open_to_its_owner(house: House) -> None:
    case = _restricted(house, owner=house.manager)

    assert granted(house.by_manager, fresh(case)) == MAY["manager"]


def test_a_named_reader_works_on_a_restricted_file_and_a_named_outsider_does_not(
    house: House,
) -> None:
    case = _restricted(house, owner=house.second_lead)
    case.readers.add(house.manager, house.outsider, house.auditor)

    assert policies.may(house.by_manager, "offboarding.work_on_case", fresh(case))
    assert not policies.may(house.by_manager, "offboarding.withdraw", fresh(case))
    for person in (house.outsider, house.auditor):
        assert not policies.may(Actor.person(person), "offboarding.read_case", fresh(case))
        assert not policies.cases_visible_to(person).exists()
    assert policies.cases_visible_to(house.manager).get() == case


def _restricted(house: House, *, owner: User) -> TerminationCase:
    case = a_case(house)
    case.owner = owner
    case.save()
    return cases.restrict(case, by=house.by_lead, readers=[])


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("is_restricted", [False, True])
def test_what_a_person_sees_is_what_they_may_read(
    house: House, role: str, is_restricted: bool
) -> None:
    case = _restricted(house, owner=house.second_lead) if is_restricted else a_case(house)
    person = User.objects.get(pk=PEOPLE[role](house).pk)

    sees = policies.cases_visible_to(person).filter(pk=case.pk).exists()

    assert sees is policies.may(Actor.person(person), "offboarding.read_case", fresh(case))


@pytest.mark.parametrize("permission", ["decide_to_end", "ask_for_more", "retain"])
def test_who_asked_for_a_decision_does_not_make_it(house: House, permission: str) -> None:
    case = evaluated(house, a_case(house))
    decisions.request_decision(case, by=house.by_lead)
    name = f"offboarding.{permission}"

    assert not policies.may(house.by_lead, name, fresh(case))
    assert policies.may(house.by_second_lead, name, fresh(case))
    with pytest.raises(NotAllowed, match="You asked for this decision"):
        policies.require(house.by_lead, name, fresh(case))


def test_a_client_may_only_what_their_list_says_and_only_through_a_link(house: House) -> None:
    case = a_case(house)
    permissions = {*policies.PEOPLE_MAY, *policies.CLIENT_MAY, "offboarding.raise_task"}

    for permission in permissions:
        may = permission in policies.CLIENT_MAY
        assert policies.may(Actor.client("Jane Adams", link_id=1), permission, case) is may
        assert not policies.may(Actor.client("Jane Adams"), permission, case)
    assert not policies.CLIENT_MAY & {"offboarding.read_case", "offboarding.work_on_case"}


@pytest.mark.parametrize("machine", sorted(policies.MACHINE_MAY))
def test_no_machine_has_a_permission_of_people(house: House, machine: str) -> None:
    by = Actor.machine(machine)
    case = a_case(house)

    # A replaced letter's receipt falls with it; that moves a case back, never forward.
    falls = {"offboarding.void_proof", "offboarding.void_acknowledgement"}
    also = falls if machine == "notices.dispatch" else set()
    people = [name for name in policies.PEOPLE_MAY if policies.may(by, name, case)]

    assert set(people) == also
    assert not policies.may(Actor.machine("unknown.task"), "offboarding.raise_task", case)


def test_an_unknown_permission_is_nobodys(house: House) -> None:
    assert not policies.may(house.by_lead, "offboarding.fly", a_case(house))
