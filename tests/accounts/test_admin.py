"""Roles times what Django admin lets them do, through its own pages."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse

from accounts import permissions, services
from accounts.models import GlobalRole, Invitation, Membership, Role, Team, User
from accounts.permissions import ADMIN_TABLE, AUDITED_APPS, grant, permissions_of
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

VERBS = ("view", "add", "change", "delete")
#           model         admin                          auditor   manager, lead
TABLE = {
    "user": ({"view", "change"}, {"view"}),
    "team": ({"view", "add", "change"}, {"view"}),
    "membership": ({"view", "add", "change", "delete"}, {"view"}),
    "invitation": ({"view", "add", "change"}, {"view"}),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("model", TABLE)
@pytest.mark.parametrize("role", ["admin", "auditor", "manager", "lead", "inactive admin"])
def test_what_each_role_may_do_in_django_admin(role, model, verb):
    team = a_team()
    person = {
        "admin": an_admin,
        "auditor": an_auditor,
        "manager": lambda: a_member(team),
        "lead": lambda: a_member(team, Role.TEAM_LEAD),
        "inactive admin": lambda: a_person(global_role=GlobalRole.ADMIN, is_active=False),
    }[role]()
    of_admin, of_auditor = TABLE[model]
    allowed = {"admin": of_admin, "auditor": of_auditor}.get(role, set())

    assert person.has_perm(f"accounts.{verb}_{model}") == (verb in allowed)


def test_an_auditor_views_every_model_and_changes_none():
    auditor = an_auditor()

    for model in apps.get_models():
        label, name = model._meta.app_label, model._meta.model_name
        assert auditor.has_perm(f"{label}.view_{name}") == (label in AUDITED_APPS), name
        for verb in ("add", "change", "delete"):
            assert not auditor.has_perm(f"{label}.{verb}_{name}"), name


def test_an_auditor_sees_no_secrets_of_sign_in():
    auditor = an_auditor()

    assert not auditor.has_perm("mfa.view_authenticator")
    assert not auditor.has_perm("usersessions.view_usersession")
    assert not auditor.has_perm("sessions.view_session")


def test_a_row_in_djangos_own_permission_tables_gives_nobody_anything():
    manager = a_person()
    manager.user_permissions.add(Permission.objects.get(codename="change_user"))

    assert not manager.has_perm("accounts.change_user")
    assert not manager.has_module_perms("accounts")


@pytest.fixture
def _grants_of_this_test_only(monkeypatch):
    monkeypatch.setattr(
        permissions, "_granted", {role: set(has) for role, has in permissions._granted.items()}
    )
    yield
    permissions_of.cache_clear()


@pytest.mark.usefixtures("_grants_of_this_test_only")
def test_an_app_above_grants_what_its_models_need():
    permission = "offboarding.change_something_new"
    assert permission not in permissions_of(GlobalRole.ADMIN)

    grant(GlobalRole.ADMIN, permission)

    assert permission in permissions_of(GlobalRole.ADMIN)
    with pytest.raises(ValueError, match="changes nothing"):
        grant(GlobalRole.AUDITOR, permission)
    with pytest.raises(ValueError, match="no place"):
        grant(GlobalRole.NONE, permission)


def test_nobody_may_delete_a_person_an_invitation_or_an_audit_event():
    admin = an_admin()

    for permission in ("accounts.delete_user", "accounts.delete_invitation"):
        assert not admin.has_perm(permission)
    assert ADMIN_TABLE["audit"].keys()
    assert all(verbs == "view" for verbs in ADMIN_TABLE["audit"].values())


# -- through the pages -----------------------------------------------------------------------------


@pytest.fixture
def as_admin(client):
    client.force_login(an_admin())
    return client


def test_strangers_are_sent_to_the_one_sign_in_page(client):
    response = client.get(reverse("admin:login"), {"next": "/admin/"})

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_a_password_posted_to_the_admins_own_sign_in_page_signs_nobody_in(client):
    an_admin()

    client.post(
        reverse("admin:login"),
        {"username": "admin@example.com", "password": "a-calm-and-long-phrase"},
    )

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.TEAM_LEAD])
def test_team_members_find_django_admin_closed(client, role):
    client.force_login(a_member(a_team(), role))

    response = client.get(reverse("admin:accounts_user_changelist"), follow=True)

    assert response.status_code == 403


def test_an_admin_cannot_delete_a_person(as_admin):
    mia = a_person()

    response = as_admin.post(reverse("admin:accounts_user_delete", args=[mia.pk]), {"post": "yes"})

    assert response.status_code == 403
    assert User.objects.filter(pk=mia.pk).exists()
    assert b"delete_selected" not in as_admin.get(reverse("admin:accounts_user_changelist")).content


def test_an_admin_cannot_add_a_person_without_an_invitation(as_admin):
    assert as_admin.get(reverse("admin:accounts_user_add")).status_code == 403


def user_fields(user, **changes) -> dict[str, str]:
    fields = {
        "name": user.name,
        "language": user.language,
        "global_role": user.global_role,
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    if user.is_active:
        fields["is_active"] = "on"
    return {key: value for key, value in (fields | changes).items() if value is not None}


def test_an_admin_deactivates_a_person_and_their_session_ends(as_admin, client):
    mia = a_person()
    browser = type(client)()
    browser.force_login(mia)

    response = as_admin.post(
        reverse("admin:accounts_user_change", args=[mia.pk]), user_fields(mia, is_active=None)
    )

    assert response.status_code == 302
    mia.refresh_from_db()
    assert not mia.is_active
    assert latest("user.deactivated").actor_user.is_admin
    assert browser.get(reverse("account_login")).status_code == 200


def test_a_role_given_in_django_admin_goes_through_the_verb(as_admin):
    mia = a_person()

    as_admin.post(
        reverse("admin:accounts_user_change", args=[mia.pk]),
        user_fields(mia, global_role="auditor", name="Mia Berg"),
    )

    mia.refresh_from_db()
    assert mia.is_auditor
    assert mia.name == "Mia Berg"
    assert latest("user.global_role_changed").detail.after == {"global_role": "auditor"}
    assert latest("user.profile_changed").detail.before["name"] == "Mia"


def test_the_last_admin_reads_why_they_must_stay(as_admin):
    admin = User.objects.get()

    response = as_admin.post(
        reverse("admin:accounts_user_change", args=[admin.pk]), user_fields(admin, global_role="")
    )

    assert response.status_code == 200
    assert b"is the only admin" in response.content
    assert User.objects.get().is_admin


def test_a_password_cannot_be_set_for_somebody_else(as_admin):
    mia = a_person()
    page = as_admin.get(reverse("admin:accounts_user_change", args=[mia.pk]))

    assert b'name="password"' not in page.content
    assert mia.password.encode() not in page.content
    assert as_admin.get(f"/admin/accounts/user/{mia.pk}/password/").status_code in {302, 404}


def test_django_admins_change_of_password_is_the_recorded_one(as_admin):
    response = as_admin.get(reverse("admin:password_change"))

    assert response.url == reverse("account_change_password")


def team_fields(team, memberships=(), new=(), **changes) -> dict[str, str]:
    fields = {
        "name": team.name,
        "slug": team.slug,
        "mail_sender_name": "",
        "deputy": str(team.deputy_id or ""),
        "memberships-TOTAL_FORMS": str(len(memberships) + len(new)),
        "memberships-INITIAL_FORMS": str(len(memberships)),
    }
    for number, (membership, role, remove) in enumerate(memberships):
        fields |= {
            f"memberships-{number}-id": str(membership.pk),
            f"memberships-{number}-team": str(team.pk),
            f"memberships-{number}-user": str(membership.user_id),
            f"memberships-{number}-role": role,
        }
        if remove:
            fields[f"memberships-{number}-DELETE"] = "on"
    for number, (user, role) in enumerate(new, start=len(memberships)):
        fields |= {
            f"memberships-{number}-team": str(team.pk or ""),
            f"memberships-{number}-user": str(user.pk),
            f"memberships-{number}-role": role,
        }
    return fields | changes


def test_a_role_changed_on_the_teams_page_is_recorded_and_ends_sessions(as_admin, client):
    team = a_team()
    mia = a_member(team)
    browser = type(client)()
    browser.force_login(mia)
    membership = mia.memberships.get()

    as_admin.post(
        reverse("admin:accounts_team_change", args=[team.pk]),
        team_fields(team, [(membership, "team_lead", False)]),
    )

    membership.refresh_from_db()
    assert membership.role == Role.TEAM_LEAD
    event = latest("membership.changed")
    assert (event.detail.before, event.detail.after) == (
        {"role": "account_manager"},
        {"role": "team_lead"},
    )
    assert browser.get(reverse("account_login")).status_code == 200


def test_members_join_leave_and_become_deputy_on_the_teams_page(as_admin):
    team = a_team()
    leaving = a_member(team, email="leaving@example.com").memberships.get()
    joining = a_person("joining@example.com")

    as_admin.post(
        reverse("admin:accounts_team_change", args=[team.pk]),
        team_fields(
            team,
            [(leaving, leaving.role, True)],
            [(joining, "account_manager")],
            deputy=str(joining.pk),
        ),
    )

    team.refresh_from_db()
    assert list(team.members.all()) == [joining]
    assert team.deputy == joining
    assert {"membership.removed", "membership.added", "team.deputy_changed"} <= set(actions())


def test_a_member_cannot_be_swapped_for_another_in_place(as_admin):
    team = a_team()
    mia = a_member(team)
    other = a_person("other@example.com")
    membership = mia.memberships.get()
    fields = team_fields(team, [(membership, "team_lead", False)])
    fields["memberships-0-user"] = str(other.pk)

    as_admin.post(reverse("admin:accounts_team_change", args=[team.pk]), fields)

    assert Membership.objects.get().user == mia


def test_a_new_team_is_opened_with_its_members(as_admin):
    mia = a_person()

    response = as_admin.post(
        reverse("admin:accounts_team_add"),
        team_fields(Team(name="East", slug="east"), new=[(mia, "team_lead")]),
    )

    assert response.status_code == 302
    assert Team.objects.get(slug="east").memberships.get().user == mia
    assert actions().count("team.created") == 1


def test_an_admin_invites_sends_again_and_withdraws(as_admin, django_capture_on_commit_callbacks):
    team = a_team()
    with django_capture_on_commit_callbacks(execute=True):
        response = as_admin.post(
            reverse("admin:accounts_invitation_add"),
            {
                "email": "Nora@example.com",
                "name": "Nora",
                "language": "en",
                "team": str(team.pk),
                "role": "team_lead",
                "global_role": "",
            },
        )
    assert response.status_code == 302
    invitation = Invitation.objects.get()
    assert invitation.invited_by.email == "admin@example.com"
    assert len(mail.outbox) == 1

    changelist = reverse("admin:accounts_invitation_changelist")
    with django_capture_on_commit_callbacks(execute=True):
        as_admin.post(changelist, {"action": "send_again", "_selected_action": [invitation.pk]})
    as_admin.post(changelist, {"action": "withdraw", "_selected_action": [invitation.pk]})

    assert len(mail.outbox) == 2
    invitation.refresh_from_db()
    assert invitation.withdrawn_at
    assert (
        as_admin.get(reverse("admin:accounts_invitation_change", args=[invitation.pk])).status_code
        == 200
    )


def test_inviting_to_two_places_at_once_is_explained(as_admin):
    response = as_admin.post(
        reverse("admin:accounts_invitation_add"),
        {
            "email": "nora@example.com",
            "name": "Nora",
            "language": "en",
            "team": str(a_team().pk),
            "role": "team_lead",
            "global_role": "admin",
        },
    )

    assert response.status_code == 200
    assert b"Choose either a team" in response.content
    assert not Invitation.objects.exists()


def test_inviting_somebody_who_is_in_is_explained(as_admin):
    response = as_admin.post(
        reverse("admin:accounts_invitation_add"),
        {
            "email": "ADMIN@example.com",
            "name": "A",
            "language": "en",
            "team": "",
            "role": "",
            "global_role": "auditor",
        },
    )

    assert b"already signs in here" in response.content


@pytest.fixture
def as_auditor(client):
    client.force_login(an_auditor())
    return client


@pytest.mark.parametrize("page", ["user", "team", "invitation"])
def test_an_auditor_opens_every_list_and_posts_nowhere(as_auditor, page):
    team = a_team()
    mia = a_member(team)
    invitation = services.invite(
        email="nora@example.com", name="Nora", team=team, role=Role.TEAM_LEAD, by=CONSOLE
    )
    row = {"user": mia, "team": team, "invitation": invitation}[page]
    before = len(actions())
    change = reverse(f"admin:accounts_{page}_change", args=[row.pk])

    assert as_auditor.get(reverse(f"admin:accounts_{page}_changelist")).status_code == 200
    assert as_auditor.get(change).status_code == 200
    assert as_auditor.post(change, user_fields(mia, global_role="admin")).status_code == 403
    assert as_auditor.post(reverse(f"admin:accounts_{page}_add"), {}).status_code == 403
    assert (
        as_auditor.post(
            reverse(f"admin:accounts_{page}_delete", args=[row.pk]), {"post": "yes"}
        ).status_code
        == 403
    )
    as_auditor.post(
        reverse(f"admin:accounts_{page}_changelist"),
        {"action": "withdraw", "_selected_action": [row.pk]},
    )
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None
    assert len(actions()) == before
