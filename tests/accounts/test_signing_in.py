from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.people import PASSWORD, a_person, actions, latest

pytestmark = pytest.mark.django_db


def sign_in(client, email="mia@example.com", password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


@pytest.mark.parametrize("typed", ["mia@example.com", "MIA@Example.Com", " mia@example.com "])
def test_people_sign_in_by_e_mail_in_any_case(client, typed):
    a_person("Mia@example.com")

    assert sign_in(client, typed).status_code == 302
    assert client.get(reverse("account_login")).status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client):
    a_person()

    wrong = sign_in(client, password="wrong")
    unknown = sign_in(client, "nobody@example.com")

    assert wrong.status_code == unknown.status_code
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_who_may_not_sign_in_does_not(client):
    a_person(is_active=False)

    sign_in(client)

    assert client.get(reverse("account_login")).status_code == 200


def test_signing_in_and_out_is_recorded(client):
    mia = a_person()

    sign_in(client)
    client.post(reverse("account_logout"))

    assert actions() == ["user.signed_in", "user.signed_out"]
    event = latest("user.signed_in")
    assert event.stream == "staff"
    assert event.actor_user == mia
    assert event.detail.after == {"ip_address": "127.0.0.1"}


@pytest.mark.parametrize("known", [True, False])
def test_a_failed_sign_in_is_recorded_with_the_address_in_the_erasable_part_only(client, known):
    email = a_person().email if known else "nobody@example.com"

    sign_in(client, email, password="a-secret-typed-wrong")

    event = latest("user.sign_in_failed")
    assert event.object_id == (str(User.objects.get().pk) if known else "")
    assert event.detail.after["email"] == email
    assert "@" not in str(event.details)
    assert "a-secret" not in str([event.details, event.detail.before, event.detail.after])


def test_failed_sign_ins_are_throttled_even_with_the_right_password_at_last(client):
    a_person()
    for _ in range(5):
        sign_in(client, password="wrong")

    response = sign_in(client)

    assert b"Too many failed" in response.content
    assert client.get(reverse("account_login")).status_code == 200
    assert actions().count("user.sign_in_failed") == 5


def test_throttling_one_address_leaves_another_alone(client):
    a_person()
    a_person("noah@example.com")
    for _ in range(5):
        sign_in(client, password="wrong")

    assert sign_in(client, "noah@example.com").status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up(client, method):
    response = getattr(client, method)(
        reverse("account_signup"),
        {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert response.status_code == 403
    assert not User.objects.exists()


def test_a_forged_host_does_not_get_into_the_reset_mail(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_BASE_URL = "https://offboarding.firm.example"
    a_person()

    client.post(
        reverse("account_reset_password"),
        {"email": "MIA@example.com"},
        headers={"host": "evil.example"},
    )

    assert mail.outbox[0].to == ["mia@example.com"]
    assert "https://offboarding.firm.example/accounts/password/reset/key/" in mail.outbox[0].body
    assert "evil.example" not in mail.outbox[0].body + mail.outbox[0].subject


def test_the_link_of_the_reset_mail_sets_a_new_password_and_ends_other_sessions(client):
    mia = a_person()
    elsewhere = Client()
    elsewhere.force_login(mia)
    client.post(reverse("account_reset_password"), {"email": mia.email})
    link = next(word for word in mail.outbox[0].body.split() if "/reset/key/" in word)
    form_page = client.get(link.partition(":8000")[2] or link.split("/", 3)[3], follow=True)

    client.post(
        form_page.request["PATH_INFO"],
        {"password1": "an-even-calmer-phrase", "password2": "an-even-calmer-phrase"},
    )

    mia.refresh_from_db()
    assert mia.check_password("an-even-calmer-phrase")
    assert elsewhere.get(reverse("account_login")).status_code == 200
    assert latest("user.password_reset").actor_user == mia


def test_an_unknown_address_gets_no_reset_mail_and_the_same_page(client):
    a_person()

    known = client.post(reverse("account_reset_password"), {"email": "mia@example.com"})
    unknown = client.post(reverse("account_reset_password"), {"email": "no@example.com"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mail.outbox) == 1


def test_a_changed_password_is_recorded_without_the_password(client):
    mia = a_person()
    sign_in(client)

    response = client.post(
        reverse("account_change_password"),
        {
            "oldpassword": PASSWORD,
            "password1": "an-even-calmer-phrase",
            "password2": "an-even-calmer-phrase",
        },
    )

    assert response.status_code == 302
    event = latest("user.password_changed")
    assert event.details == {"user_id": mia.pk}
    assert "phrase" not in str([event.details, event.detail.before, event.detail.after])
    assert client.get(reverse("account_login")).status_code == 302


def test_a_mail_server_that_is_down_does_not_stop_a_change_of_password(client, settings):
    a_person()
    sign_in(client)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    response = client.post(
        reverse("account_change_password"),
        {
            "oldpassword": PASSWORD,
            "password1": "an-even-calmer-phrase",
            "password2": "an-even-calmer-phrase",
        },
    )

    assert response.status_code == 302
    assert User.objects.get().check_password("an-even-calmer-phrase")


def test_a_mail_server_that_is_down_does_not_tell_known_addresses_from_unknown(client, settings):
    a_person()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    known = client.post(reverse("account_reset_password"), {"email": "mia@example.com"})
    unknown = client.post(reverse("account_reset_password"), {"email": "no@example.com"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_pages_speak_the_language_of_the_person(client):
    client.force_login(a_person(language="de"))

    response = client.get(reverse("account_email"), headers={"accept-language": "en"})

    assert response.headers["Content-Language"] == "de"
