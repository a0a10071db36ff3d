from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from accounts import services, tokens
from accounts.actor import Actor
from accounts.errors import InvitationRefused, StaffRuleBroken
from accounts.models import GlobalRole, Invitation, Role, User
from audit import clock
from tests.accounts.people import CONSOLE, PASSWORD, a_person, a_team, an_admin, latest

pytestmark = pytest.mark.django_db


@pytest.fixture
def invite(django_capture_on_commit_callbacks):
    def invited(**fields) -> str:
        """Invite somebody and return the path of the link in the mail."""
        fields.setdefault("email", "Nora@Example.com")
        fields.setdefault("name", "Nora")
        if "global_role" not in fields:
            fields |= {"team": a_team(), "role": Role.ACCOUNT_MANAGER}
        with django_capture_on_commit_callbacks(execute=True):
            services.invite(**fields, by=CONSOLE)
        return link_in(mail.outbox[-1])

    return invited


def link_in(message) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+(/accounts/invitation/\S+/)", message.body)
    assert found, message.body
    return found[1]


def answers(**changes) -> dict[str, str]:
    return {"name": "Nora Lind", "password": PASSWORD, "password_again": PASSWORD} | changes


def test_the_mail_says_who_invites_to_what_and_carries_the_link(
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks(execute=True):
        services.invite(
            email="nora@example.com",
            name="Nora",
            team=a_team(),
            role=Role.TEAM_LEAD,
            by=Actor.person(an_admin()),
        )

    message = mail.outbox[0]
    assert message.to == ["nora@example.com"]
    assert message.subject == "Your invitation to North"
    assert "North (role: Team lead)" in message.body
    assert "Admin" in message.body
    html = message.alternatives[0][0]
    assert link_in(message) in html
    assert "style=" not in html
    assert Invitation.objects.get().mailed_at


def test_a_name_with_markup_stays_text_in_the_mail(invite):
    invite(name="<b>Nora</b>")

    assert "<b>Nora</b>" in mail.outbox[0].body
    assert "&lt;b&gt;Nora" in mail.outbox[0].alternatives[0][0]


def test_the_link_is_nowhere_in_the_database(invite):
    token = invite().rstrip("/").rpartition("/")[2]

    invitation = Invitation.objects.get()
    stored = {
        field.attname: getattr(invitation, field.attname) for field in invitation._meta.fields
    }
    assert token not in str(stored)
    assert token.partition(".")[0] not in str(stored)
    assert token not in str(latest("invitation.made").details)


def test_accepting_lets_the_person_in_with_the_role_and_confirmed_address(invite, client):
    path = invite()

    assert client.get(path).status_code == 200
    response = client.post(path, answers())

    assert response.status_code == 302
    assert response.url == reverse("account_login")
    nora = User.objects.get(email="nora@example.com")
    assert nora.name == "Nora Lind"
    assert nora.check_password(PASSWORD)
    assert nora.memberships.get().role == Role.ACCOUNT_MANAGER
    assert EmailAddress.objects.get(user=nora).verified
    assert latest("invitation.accepted").actor_user == nora
    signed_in = client.post(
        reverse("account_login"), {"login": "nora@example.com", "password": PASSWORD}
    )
    assert signed_in.status_code == 302


def test_opening_the_link_changes_nothing(invite, client):
    path = invite()

    client.get(path)
    client.head(path)

    assert not User.objects.exists()
    assert Invitation.objects.get().accepted_at is None


def test_an_invitation_may_carry_a_role_over_all_teams(invite, client):
    client.post(invite(global_role=GlobalRole.AUDITOR), answers())

    assert User.objects.get().is_auditor


def test_a_used_link_opens_nothing_more(invite, client):
    path = invite()
    client.post(path, answers())

    response = client.post(path, answers(name="Mallory", password="another-long-phrase"))

    assert response.status_code == 410
    assert b"already accepted" in response.content
    assert User.objects.get().check_password(PASSWORD)


def test_a_link_runs_out_after_a_week(invite, client):
    path = invite()
    clock.move(timedelta(days=6, hours=23))
    assert client.get(path).status_code == 200

    clock.move(timedelta(days=7, minutes=1))

    assert client.get(path).status_code == 410
    assert client.post(path, answers()).status_code == 410
    assert not User.objects.exists()


@pytest.mark.parametrize("harm", ["first", "last", "cut", "unsigned", "foreign"])
def test_a_tampered_link_opens_nothing(invite, client, harm, settings):
    path = invite()
    token = path.rstrip("/").rpartition("/")[2]
    body, _, seal = token.partition(".")
    other = "A" if token[0] != "A" else "B"
    harmed = {
        "first": other + token[1:],
        "last": f"{body}.{'A' * len(seal)}",
        "cut": token[:-2],
        "unsigned": body,
        "foreign": f"{body}:{seal}",
    }[harm]

    response = client.post(reverse("accounts_invitation", args=[harmed]), answers())

    assert response.status_code == 410
    assert not User.objects.exists()


def test_a_well_signed_link_that_was_never_sent_opens_nothing(client):
    response = client.get(reverse("accounts_invitation", args=[tokens.new_token()]))

    assert response.status_code == 410


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password_again": "something else"}, b"not the same"),
        ({"password": "short", "password_again": "short"}, b"too short"),
        (
            {"password": "nora@example.com", "password_again": "nora@example.com"},
            b"too similar",
        ),
        ({"name": ""}, b"required"),
    ],
)
def test_a_bad_answer_is_explained_and_keeps_what_was_typed(invite, client, changes, sentence):
    path = invite()

    response = client.post(path, answers(**changes))

    assert response.status_code == 422
    assert sentence in response.content
    if "name" not in changes:
        assert b"Nora Lind" in response.content
    assert PASSWORD.encode() not in response.content
    assert not User.objects.exists()


def test_a_link_sent_again_replaces_the_old_one(invite, client, django_capture_on_commit_callbacks):
    old = invite()
    with django_capture_on_commit_callbacks(execute=True):
        services.send_again(Invitation.objects.get(), by=CONSOLE)
    new = link_in(mail.outbox[-1])

    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_a_withdrawn_link_opens_nothing(invite, client):
    path = invite()

    services.withdraw_invitation(Invitation.objects.get(), by=CONSOLE)

    assert client.post(path, answers()).status_code == 410
    assert not User.objects.exists()


def test_an_accepted_invitation_is_neither_sent_again_nor_withdrawn(invite, client):
    client.post(invite(), answers())

    with pytest.raises(InvitationRefused):
        services.send_again(Invitation.objects.get(), by=CONSOLE)
    with pytest.raises(InvitationRefused):
        services.withdraw_invitation(Invitation.objects.get(), by=CONSOLE)


def test_somebody_who_signs_in_already_is_not_invited():
    a_person("nora@example.com")

    with pytest.raises(StaffRuleBroken, match="already signs in"):
        services.invite(
            email="NORA@example.com",
            name="Nora",
            team=a_team(),
            role=Role.TEAM_LEAD,
            by=CONSOLE,
        )


@pytest.mark.parametrize("place", ["none", "both", "team without role"])
def test_an_invitation_names_exactly_one_place(place):
    team = a_team()
    fields = {
        "none": {},
        "both": {"team": team, "role": Role.TEAM_LEAD, "global_role": GlobalRole.ADMIN},
        "team without role": {"team": team},
    }[place]

    with pytest.raises(StaffRuleBroken, match="Choose either"):
        services.invite(email="nora@example.com", name="Nora", by=CONSOLE, **fields)


def test_of_two_invitations_to_one_address_the_second_link_is_refused(invite, client):
    first = invite(global_role=GlobalRole.AUDITOR)
    second = invite(global_role=GlobalRole.ADMIN)
    client.post(first, answers())

    response = client.post(second, answers())

    assert response.status_code == 410
    assert User.objects.get().is_auditor


def test_a_mail_server_that_is_down_leaves_the_invitation_marked_as_not_mailed(
    settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    with django_capture_on_commit_callbacks(execute=True):
        services.invite(
            email="nora@example.com", name="Nora", team=a_team(), role=Role.TEAM_LEAD, by=CONSOLE
        )

    assert Invitation.objects.get().mailed_at is None
