from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts import selectors
from accounts.actor import Actor
from accounts.models import Membership, Role, User
from tests.accounts.people import a_member, a_person, a_team, an_admin, an_auditor, latest

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_and_found_in_lower_case():
    person = a_person("Mia.Berg@Example.COM")

    assert person.email == "mia.berg@example.com"
    assert User.objects.get(email="MIA.BERG@example.com") == person
    assert User.objects.filter(email__in=["MIA.berg@example.com"]).exists()


def test_two_people_cannot_share_an_address_in_different_case():
    a_person("mia@example.com")

    with pytest.raises(IntegrityError), transaction.atomic():
        a_person("MIA@example.com")


def test_updating_rows_cannot_bring_capitals_back():
    person = a_person("mia@example.com")
    User.objects.update(email="MIA@EXAMPLE.COM")
    person.refresh_from_db()

    assert person.email == "mia@example.com"


def test_a_superuser_made_on_the_console_is_an_admin_and_nothing_beyond():
    person = User.objects.create_superuser("root@example.com", "x", name="Root")

    assert person.is_admin
    assert person.is_staff
    assert not person.is_superuser


def test_the_first_admin_is_on_record():
    person = User.objects.create_superuser("root@example.com", "x", name="Root")

    event = latest("user.global_role_changed")
    assert (event.stream, event.actor_kind, event.object_id) == ("staff", "machine", str(person.pk))
    assert (event.before, event.after) == ({"global_role": ""}, {"global_role": "admin"})


def test_the_database_refuses_a_superuser():
    person = a_person()

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=person.pk).update(is_superuser=True)


@pytest.mark.parametrize(
    ("field", "value"), [("global_role", "owner"), ("global_role", "team_lead")]
)
def test_the_database_refuses_an_unknown_role_over_all_teams(field, value):
    person = a_person()

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=person.pk).update(**{field: value})


def test_the_database_refuses_an_unknown_role_in_a_team():
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=a_person(), team=a_team(), role="admin")


def test_only_admins_and_auditors_are_staff_of_django_admin():
    team = a_team()

    assert an_admin().is_staff
    assert an_auditor().is_staff
    assert not a_member(team).is_staff
    assert not a_member(team, Role.TEAM_LEAD, "lead@example.com").is_staff


def test_a_role_holds_in_its_own_team_only():
    north, south = a_team("north"), a_team("south")
    lead = a_member(north, Role.TEAM_LEAD)

    assert selectors.role_in(lead, north) == Role.TEAM_LEAD
    assert selectors.role_in(lead, south) is None
    assert list(selectors.teams_of(lead)) == [north]
    assert selectors.roles_of(lead) == {north.pk: Role.TEAM_LEAD}


def test_a_role_over_all_teams_is_no_role_in_a_team():
    team = a_team()

    assert selectors.role_in(an_admin(), team) is None
    assert selectors.role_in(an_auditor(), team) is None


def test_a_deputy_counts_as_a_lead():
    team = a_team()
    lead = a_member(team, Role.TEAM_LEAD, "lead@example.com")
    deputy = a_member(team, Role.ACCOUNT_MANAGER, "deputy@example.com")
    manager = a_member(team, Role.ACCOUNT_MANAGER, "manager@example.com")
    team.deputy = deputy
    team.save()

    assert selectors.role_in(deputy, team) == Role.TEAM_LEAD
    assert set(selectors.leads_of(team)) == {lead, deputy}
    assert list(selectors.teams_led_by(deputy)) == [team]
    assert selectors.role_in(manager, team) == Role.ACCOUNT_MANAGER
    assert not selectors.teams_led_by(manager).exists()


def test_a_deputy_from_outside_belongs_to_the_team_too():
    team = a_team()
    team.deputy = a_person("deputy@example.com")
    team.save()

    assert list(selectors.members_of(team)) == [team.deputy]
    assert list(selectors.teams_of(team.deputy)) == [team]
    assert selectors.roles_of(team.deputy) == {team.pk: Role.TEAM_LEAD}


def test_nobody_is_listed_twice():
    team = a_team()
    lead = a_member(team, Role.TEAM_LEAD)
    team.deputy = lead
    team.save()

    assert list(selectors.leads_of(team)) == [lead]
    assert list(selectors.teams_of(lead)) == [team]


def test_who_may_not_sign_in_has_no_role_anywhere():
    team = a_team()
    lead = a_member(team, Role.TEAM_LEAD)
    lead.is_active = False
    lead.save()

    assert selectors.role_in(lead, team) is None
    assert selectors.roles_of(lead) == {}
    assert not selectors.teams_of(lead).exists()
    assert not selectors.leads_of(team).exists()
    assert not selectors.members_of(team).exists()


def test_asking_for_a_role_takes_one_query_and_for_a_deputy_none(django_assert_num_queries):
    team = a_team()
    lead = a_member(team, Role.TEAM_LEAD)

    with django_assert_num_queries(1):
        selectors.role_in(lead, team)
    team.deputy = lead
    with django_assert_num_queries(0):
        selectors.role_in(lead, team)


def test_an_actor_is_a_person_a_client_or_a_machine():
    mia = a_person()

    assert (Actor.person(mia).kind, Actor.person(mia).user_id) == ("person", mia.pk)
    assert Actor.person(mia).name == "Mia"
    client = Actor.client("Ana Ruiz", link_id=7)
    assert (client.kind, client.user_id, client.link_id) == ("client", None, 7)
    assert Actor.machine("notices.dispatch").kind == "machine"
