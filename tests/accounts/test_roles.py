"""Changing who may do what: allowed to admins only, recorded, and felt at once."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import services
from accounts.actor import Actor
from accounts.errors import LastAdmin, StaffRuleBroken
from accounts.models import GlobalRole, Membership, Role
from audit.models import AuditEvent
from tests.accounts.people import (
    CONSOLE,
    a_member,
    a_person,
    a_team,
    actions,
    an_admin,
    an_auditor,
    latest,
)

pytestmark = pytest.mark.django_db


def is_signed_in(client) -> bool:
    return client.get(reverse("account_login")).status_code == 302


def test_a_changed_role_is_recorded_with_before_and_after():
    membership = Membership.objects.get(user=a_member(a_team()))

    services.change_role(membership, Role.TEAM_LEAD, by=Actor.person(an_admin()))

    event = latest("membership.changed")
    assert event.stream == "staff"
    assert event.detail.before == {"role": "account_manager"}
    assert event.detail.after == {"role": "team_lead"}
    assert event.details == {"user_id": membership.user_id, "team_id": membership.team_id}


def test_the_same_role_again_changes_and_records_nothing(client):
    user = a_member(a_team())
    client.force_login(user)

    services.change_role(user.memberships.get(), Role.ACCOUNT_MANAGER, by=CONSOLE)

    assert "membership.changed" not in actions()
    assert is_signed_in(client)


def change_role(user, team):
    services.change_role(user.memberships.get(), Role.TEAM_LEAD, by=CONSOLE)


def remove_member(user, team):
    services.remove_member(user.memberships.get(), by=CONSOLE)


def appoint_deputy(user, team):
    services.appoint_deputy(team, user, by=CONSOLE)


def set_global_role(user, team):
    services.set_global_role(user, GlobalRole.AUDITOR, by=CONSOLE)


def deactivate(user, team):
    services.deactivate_user(user, by=CONSOLE)


def join_another_team(user, team):
    services.add_member(user, a_team("south"), Role.TEAM_LEAD, by=CONSOLE)


@pytest.mark.parametrize(
    "change",
    [change_role, remove_member, appoint_deputy, set_global_role, deactivate, join_another_team],
)
def test_a_change_of_rights_ends_every_session_of_the_person_and_of_nobody_else(client, change):
    team = a_team()
    user = a_member(team)
    other = a_member(team, email="other@example.com")
    other_browser = type(client)()
    client.force_login(user)
    other_browser.force_login(other)
    assert is_signed_in(client)

    change(user, team)

    assert not is_signed_in(client)
    assert is_signed_in(other_browser)


def test_a_dismissed_deputy_is_signed_out(client):
    team = a_team()
    deputy = a_member(team)
    services.appoint_deputy(team, deputy, by=CONSOLE)
    client.force_login(type(deputy).objects.get(pk=deputy.pk))
    assert is_signed_in(client)

    services.appoint_deputy(team, None, by=CONSOLE)

    assert not is_signed_in(client)
    assert latest("team.deputy_changed").detail.before == {"deputy_id": deputy.pk}


def every_verb(by):
    team = a_team("south")
    person, stranger = a_member(team, email="p@example.com"), a_person("s@example.com")
    return [
        lambda: services.change_role(person.memberships.get(), Role.TEAM_LEAD, by=by),
        lambda: services.add_member(stranger, team, Role.TEAM_LEAD, by=by),
        lambda: services.remove_member(person.memberships.get(), by=by),
        lambda: services.appoint_deputy(team, person, by=by),
        lambda: services.create_team(name="East", slug="east", by=by),
        lambda: services.update_team(team, name="W", slug="w", mail_sender_name="", by=by),
        lambda: services.set_global_role(person, GlobalRole.ADMIN, by=by),
        lambda: services.deactivate_user(person, by=by),
        lambda: services.reactivate_user(person, by=by),
        lambda: services.update_profile(person, name="X", language="de", by=by),
        lambda: services.invite(email="n@example.com", name="N", global_role="auditor", by=by),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["manager", "lead", "auditor", "former admin", "client", "machine"])
def test_nobody_but_an_admin_changes_the_register(who):
    team = a_team()
    former = an_admin("former@example.com")
    former.is_active = False
    by = {
        "manager": lambda: Actor.person(a_member(team)),
        "lead": lambda: Actor.person(a_member(team, Role.TEAM_LEAD)),
        "auditor": lambda: Actor.person(an_auditor()),
        "former admin": lambda: Actor.person(former),
        "client": lambda: Actor.client("Ana"),
        "machine": lambda: Actor.machine("notices.dispatch"),
    }[who]()

    for verb in every_verb(by):
        with pytest.raises(PermissionDenied):
            verb()

    assert not AuditEvent.objects.exists()


def test_an_admin_uses_every_verb():
    for verb in every_verb(Actor.person(an_admin())):
        verb()

    assert {"membership.added", "team.created", "invitation.made"} <= set(actions())


def test_the_last_admin_stays():
    admin = an_admin()
    an_admin("gone@example.com").delete()

    with pytest.raises(LastAdmin, match="only admin"):
        services.set_global_role(admin, GlobalRole.NONE, by=Actor.person(admin))
    with pytest.raises(LastAdmin, match="only admin"):
        services.deactivate_user(admin, by=Actor.person(admin))

    admin.refresh_from_db()
    assert admin.is_admin
    assert admin.is_active


def test_one_of_two_admins_may_go():
    admin, other = an_admin(), an_admin("other@example.com")

    services.set_global_role(other, GlobalRole.NONE, by=Actor.person(admin))

    assert latest("user.global_role_changed").detail.before == {"global_role": "admin"}


def test_nobody_joins_a_team_twice():
    team = a_team()
    user = a_member(team)

    with pytest.raises(StaffRuleBroken, match="already is a member"):
        services.add_member(user, team, Role.TEAM_LEAD, by=CONSOLE)


def test_a_refused_change_leaves_no_trace():
    team = a_team()
    gone = a_person("gone@example.com", is_active=False)

    with pytest.raises(StaffRuleBroken, match="may not sign in"):
        services.appoint_deputy(team, gone, by=CONSOLE)

    team.refresh_from_db()
    assert team.deputy is None
    assert not AuditEvent.objects.exists()


def test_people_correct_their_own_name_and_language():
    mia = a_person()

    services.update_profile(mia, name="Mia Berg", language="de", by=Actor.person(mia))

    assert latest("user.profile_changed").detail.after == {"name": "Mia Berg", "language": "de"}
