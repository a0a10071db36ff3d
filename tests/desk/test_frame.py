"""The frame of every page: sign-in, scope, forms that act once, refusals in words."""

from __future__ import annotations

import uuid

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from audit import clock
from config import urls
from desk.frame.verbs import CaseVerb
from desk.models import Submission
from offboarding.errors import CaseMovedOn, InvalidInput, NotAllowed, Reason, TransitionRefused
from offboarding.services import flags
from tests.builders import a_case, a_house

pytestmark = pytest.mark.django_db


def test_everything_asks_for_a_sign_in_but_the_pages_that_must_not(client: Client) -> None:
    case = a_case(a_house())

    answer = client.get(f"/cases/{case.reference}/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert client.get("/healthz").status_code == 200
    assert client.get("/accounts/login/").status_code == 200


def test_a_case_of_another_team_does_not_exist(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    for person in (house.outsider, house.other_lead, house.admin):
        client.force_login(person)
        assert client.get(f"/cases/{case.reference}/").status_code == 404
    for person in (house.manager, house.lead, house.auditor):
        client.force_login(person)
        assert client.get(f"/cases/{case.reference}/").status_code == 200


def test_every_answer_names_its_request(client: Client) -> None:
    assert client.get("/healthz")["X-Request-ID"]


# -- a form of one verb ----------------------------------------------------------------------------


class _Form(forms.Form):
    reason = forms.CharField(max_length=20)


class _Dispute(CaseVerb):
    form_class = _Form
    title = "Dispute"
    is_irreversible = True
    moves_the_case = True

    def perform(self, form: forms.Form) -> None:
        reason = form.cleaned_data["reason"]
        if reason == "bad":
            raise InvalidInput("reason", "That will not do.")
        if reason == "bad elsewhere":
            raise InvalidInput("elsewhere", "That will not do either.")
        flags.dispute(self.case, by=self.actor, reason=reason)


def _refuse(request: HttpRequest, reference: str, how: str) -> HttpResponse:
    errors = {
        "refused": TransitionRefused([Reason("x", "One fact is <missing>.", "evidence")]),
        "moved": CaseMovedOn(who="Lena Lead", when=clock.now(), state="Notice"),
        "not-allowed": NotAllowed("Ask <somebody> else."),
        "invalid": InvalidInput("x", "This is not kept."),
    }
    raise errors[how]


urlpatterns = [
    path("try/<str:reference>/", _Dispute.as_view()),
    path("try/<str:reference>/<str:how>/", _refuse),
    *urls.urlpatterns,
]


@pytest.fixture
def with_trials(settings) -> None:
    settings.ROOT_URLCONF = __name__


def _fields(**changes: object) -> dict[str, object]:
    return {"key": str(uuid.uuid4()), "version": 0, "reason": "We see it otherwise."} | changes


def test_a_form_is_shown_and_nothing_happens(client: Client, with_trials: None) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)

    answer = client.get(f"/try/{case.reference}/")

    assert answer.status_code == 200
    assert b'name="version" value="0"' in answer.content
    assert b'name="key"' in answer.content
    assert not Submission.objects.exists()


def test_a_form_does_its_verb_and_goes_on_with_get(client: Client, with_trials: None) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)

    answer = client.post(f"/try/{case.reference}/", _fields())

    assert answer.status_code == 303
    assert answer["Location"] == f"/cases/{case.reference}/"
    case.refresh_from_db()
    assert case.is_disputed


def test_a_double_click_has_one_effect(client: Client, with_trials: None) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)
    fields = _fields()

    first = client.post(f"/try/{case.reference}/", fields)
    flags.clear_dispute(case, by=house.by_lead, reason="Settled.")
    second = client.post(f"/try/{case.reference}/", fields)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    case.refresh_from_db()
    assert not case.is_disputed
    assert Submission.objects.count() == 1


def test_a_second_thought_under_the_same_key_is_asked_about(
    client: Client, with_trials: None
) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)
    fields = _fields()
    client.post(f"/try/{case.reference}/", fields)

    answer = client.post(f"/try/{case.reference}/", fields | {"reason": "Another"})

    assert answer.status_code == 422
    assert b"sent before" in answer.content
    assert b'value="Another"' in answer.content
    assert str(fields["key"]).encode() not in answer.content


def test_the_key_of_another_person_does_not_count(client: Client, with_trials: None) -> None:
    house = a_house()
    case = a_case(house)
    fields = _fields()
    client.force_login(house.lead)
    client.post(f"/try/{case.reference}/", fields)
    flags.clear_dispute(case, by=house.by_lead, reason="Settled.")
    client.force_login(house.manager)

    client.post(f"/try/{case.reference}/", fields)

    case.refresh_from_db()
    assert case.is_disputed


def test_an_irreversible_form_without_its_key_is_refused(client: Client, with_trials: None) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)

    answer = client.post(f"/try/{case.reference}/", {"version": 0, "reason": "Why"})

    assert answer.status_code == 422
    case.refresh_from_db()
    assert not case.is_disputed


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", b"This field is required."),
        ("x" * 21, b"at most 20 characters"),
        ("bad", b"That will not do."),
        ("bad elsewhere", b"That will not do either."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Client, with_trials: None, reason: str, said: bytes
) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)
    fields = _fields(reason=reason)

    answer = client.post(f"/try/{case.reference}/", fields)

    assert answer.status_code == 422
    assert said in answer.content
    assert f'value="{reason}"'.encode() in answer.content or not reason
    assert not Submission.objects.exists()


def test_an_auditor_is_refused_before_the_form_is_read(client: Client, with_trials: None) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.auditor)

    assert client.get(f"/try/{case.reference}/").status_code == 403
    assert client.post(f"/try/{case.reference}/", {}).status_code == 403


# -- refusals in words -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [
        ("refused", 409, "One fact is &lt;missing&gt;."),
        ("moved", 409, "Lena Lead changed this on"),
        ("not-allowed", 403, "Ask &lt;somebody&gt; else."),
        ("invalid", 422, "This is not kept."),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_a_refusal_is_a_page_in_words(
    client: Client, with_trials: None, how: str, status: int, said: str, htmx: bool
) -> None:
    house = a_house()
    client.force_login(house.manager)
    headers = {"HX-Request": "true"} if htmx else {}

    answer = client.get(f"/try/OFB-2027-00001/{how}/", headers=headers)

    assert answer.status_code == status
    assert said in answer.content.decode()
    assert "/cases/OFB-2027-00001/" in answer.content.decode()
    assert (b"<html" in answer.content) is not htmx
    if htmx:
        assert answer["HX-Retarget"] == "#content"


def test_a_body_no_form_could_hold_is_refused_before_it_is_read(client: Client) -> None:
    house = a_house()
    client.force_login(house.manager)

    answer = client.generic(
        "POST", "/cases/OFB-2027-00001/files/", b"x", CONTENT_LENGTH=str(101 * 1024 * 1024)
    )

    assert answer.status_code == 413
    assert b"Up to 25 MB are kept for one file." in answer.content
