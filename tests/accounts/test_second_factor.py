from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.urls import reverse

from accounts.middleware import owes_a_second_factor
from accounts.models import Role
from tests.accounts.people import (
    PASSWORD,
    a_member,
    a_person,
    a_team,
    actions,
    an_admin,
    an_auditor,
    latest,
)

pytestmark = pytest.mark.django_db

SET_UP = "/accounts/2fa/"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def somebody(role: str):
    team = a_team()
    if role == "deputy":
        team.deputy = a_person()
        team.save()
        return team.deputy
    return {
        "manager": lambda: a_member(team),
        "lead": lambda: a_member(team, Role.TEAM_LEAD),
        "admin": an_admin,
        "auditor": an_auditor,
    }[role]()


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_in_and_ask_for_an_app(client) -> str:
    """Sign in, type the password once more, and return the secret the set-up page shows."""
    client.post(reverse("account_login"), {"login": "mia@example.com", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client.get(reverse("mfa_activate_totp")).context["form"].secret


def a_guarded_page() -> str:
    return reverse("account_change_password")


@pytest.mark.parametrize("role", ["lead", "deputy", "admin", "auditor"])
def test_whoever_decides_or_oversees_is_sent_to_set_up_a_second_factor(client, role):
    client.force_login(somebody(role))

    response = client.get(a_guarded_page())

    assert (response.status_code, response.url) == (302, SET_UP)


@pytest.mark.parametrize("role", ["lead", "admin"])
def test_a_post_without_a_second_factor_does_nothing(client, role):
    person = somebody(role)
    client.force_login(person)

    response = client.post(a_guarded_page(), {"oldpassword": PASSWORD})

    assert (response.status_code, response.url) == (302, SET_UP)


def test_an_account_manager_is_not_asked(client):
    client.force_login(somebody("manager"))

    assert client.get(a_guarded_page()).status_code == 200


def test_a_demo_does_not_ask(client, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(somebody("lead"))

    assert client.get(a_guarded_page()).status_code == 200


def test_django_admin_is_closed_without_a_second_factor(client):
    client.force_login(somebody("admin"))

    response = client.get(reverse("admin:index"))

    assert (response.status_code, response.url) == (302, SET_UP)


def test_a_second_factor_opens_the_pages(client):
    lead = somebody("lead")
    TOTP.activate(lead, generate_totp_secret())
    client.force_login(lead)

    assert client.get(a_guarded_page()).status_code == 200


def test_the_database_alone_does_not_reveal_the_secret(settings):
    lead = somebody("lead")
    secret = generate_totp_secret()
    TOTP.activate(lead, secret)

    kept = Authenticator.objects.get(user=lead)
    assert secret not in str(kept.data)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a-new-key-after-the-old-one-leaked"
    assert kept.wrap().validate_code(code_of(secret))


def test_recovery_codes_alone_are_no_second_factor(client):
    lead = somebody("lead")
    Authenticator.objects.create(user=lead, type="recovery_codes", data={"seed": "x"})
    client.force_login(lead)

    assert client.get(a_guarded_page()).status_code == 302


def test_another_persons_second_factor_does_not_count(client):
    lead = somebody("lead")
    TOTP.activate(a_person("other@example.com"), generate_totp_secret())
    client.force_login(lead)

    assert client.get(a_guarded_page()).status_code == 302


def test_setting_up_and_leaving_stay_possible(client):
    client.force_login(somebody("lead"))

    assert client.get(SET_UP).status_code == 200
    assert client.get(reverse("account_logout")).status_code == 200


def test_an_htmx_request_makes_the_whole_page_go_to_set_up(client):
    client.force_login(somebody("lead"))

    response = client.get(a_guarded_page(), headers={"hx-request": "true"})

    assert response.headers["HX-Redirect"] == SET_UP


def test_asking_costs_one_query(django_assert_num_queries):
    lead = somebody("lead")

    with django_assert_num_queries(1):
        assert owes_a_second_factor(lead)


def test_a_lead_sets_up_an_app_and_may_go_on(client):
    somebody("lead")
    secret = sign_in_and_ask_for_an_app(client)

    response = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

    assert response.status_code == 302
    assert client.get(a_guarded_page()).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_added_and_a_removed_second_factor_are_recorded(client):
    somebody("lead")
    secret = sign_in_and_ask_for_an_app(client)
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    client.post(reverse("mfa_deactivate_totp"))

    event = latest("user.second_factor_added")
    assert event.details["factor"] in {"totp", "recovery_codes"}
    assert "user.second_factor_removed" in actions()
    assert secret not in str([event.details, event.detail.before, event.detail.after])


def test_with_a_second_factor_the_password_alone_signs_nobody_in(client):
    lead = somebody("lead")
    secret = generate_totp_secret()
    TOTP.activate(lead, secret)

    response = client.post(reverse("account_login"), {"login": lead.email, "password": PASSWORD})
    assert response.url == reverse("mfa_authenticate")
    assert "user.signed_in" not in actions()
    wrong = client.post(response.url, {"code": "000000"})
    assert wrong.status_code == 200
    assert latest("user.second_factor_failed").object_id == str(lead.pk)

    client.post(response.url, {"code": code_of(secret)})
    assert "user.signed_in" in actions()
