"""Admins edit the words of letters: what is kept, refused, and what a pattern would find."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from notices.models import ModelNotice, Notice, WordingPattern
from notices.services import drafting
from tests.builders import House, a_case, a_client, an_engagement
from tests.notices import walks

pytestmark = pytest.mark.django_db

PATTERNS = "/admin/notices/wordingpattern/"
MODELS = "/admin/notices/modelnotice/"


def saved(client: Client, house: House, row: Any, **changes: Any) -> Any:
    """Save a row with changes, as an admin does."""
    client.force_login(house.admin)
    name = row._meta.model_name
    known = {key: "" if value is None else value for key, value in model_to_dict(row).items()}
    typed = {key: value for key, value in (known | changes).items() if value is not False}
    return client.post(f"/admin/notices/{name}/{row.pk}/change/", typed)


def a_pattern() -> WordingPattern:
    return WordingPattern.objects.get(language="en", code="at-once")


def test_an_admin_changes_a_pattern_and_the_record_tells(client: Client, house: House) -> None:
    answer = saved(client, house, a_pattern(), phrases="pronto => by the date below")

    assert answer.status_code == 302
    assert a_pattern().phrases == "pronto => by the date below"
    event = AuditEvent.objects.get(action="wordingpattern.changed")
    assert (event.stream, event.actor_user) == ("settings", house.admin)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phrases": "[a-z]+"}, "is not a word"),
        ({"phrases": "... now"}, "begins or ends with dots"),
        ({"phrases": "a*"}, "nearly every word"),
        ({"phrases": ""}, "required"),
        ({"unless": "(?:a+)+"}, "is not a word"),
        ({"counts_from": 0}, "from the first time on"),
        ({"why": ""}, "required"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_beside_its_field(
    client: Client, house: House, changes: dict[str, Any], sentence: str
) -> None:
    before = a_pattern().phrases

    answer = saved(client, house, a_pattern(), **changes)

    assert answer.status_code == 200
    (field,) = changes
    assert sentence in str(answer.context["adminform"].form.errors[field])
    assert a_pattern().phrases == before


def with_words(house: House, text: str, notice: Notice | None = None) -> Notice:
    notice = notice or walks.a_draft(house)
    return drafting.edit_notice(
        notice, by=house.by_manager, expected_version=notice.version, parts={"theirs": text}
    )


def test_a_pattern_shows_what_it_would_have_found(client: Client, house: House) -> None:
    notice = with_words(house, "Please pay IMMEDIATELY, <b>now</b>.")
    WordingPattern.objects.filter(pk=a_pattern().pk).update(is_active=False)
    client.force_login(house.admin)

    page = client.get(f"{PATTERNS}{a_pattern().pk}/past-notices/").content.decode()

    assert notice.case.reference in page
    assert "IMMEDIATELY" in page
    assert "by the date below" in page


def test_notices_of_restricted_cases_are_not_shown(client: Client, house: House) -> None:
    notice = with_words(house, "Please pay immediately.")
    notice.case.is_restricted = True
    notice.case.save()
    client.force_login(house.admin)

    page = client.get(f"{PATTERNS}{a_pattern().pk}/past-notices/").content.decode()

    assert notice.case.reference not in page
    assert "finds nothing" in page


def test_only_admins_and_auditors_look_and_only_admins_change(client: Client, house: House) -> None:
    address = f"{PATTERNS}{a_pattern().pk}/past-notices/"
    for person, status in (
        (house.admin, 200), (house.auditor, 200), (house.lead, 302), (house.manager, 302),
    ):  # fmt: skip
        client.force_login(person)
        assert client.get(address).status_code == status, person
    client.force_login(house.auditor)
    assert client.post(f"{PATTERNS}{a_pattern().pk}/change/", {"title": "x"}).status_code == 403
    client.force_login(house.admin)
    assert client.get(f"{PATTERNS}999999/past-notices/").status_code == 404
    assert client.post(f"{PATTERNS}{a_pattern().pk}/delete/").status_code == 403


def test_the_page_asks_as_often_for_many_notices_as_for_one(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_words(house, "Please pay immediately.")
    client.force_login(house.admin)
    address = f"{PATTERNS}{a_pattern().pk}/past-notices/"
    client.get(address)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    one = asked()
    for number in range(2, 5):
        other = a_client(house.office, house.team, house.manager, reference=f"C-{number}")
        an_engagement(other)
        with_words(
            house,
            "Please pay immediately.",
            walks.a_draft(house, a_case(house, "notice", client=other)),
        )
    assert asked() == one
    monkeypatch.setattr("notices.checking.past_hits.MOST_HITS", 2)
    assert "There are more" in client.get(address).content.decode()


# -- model notices ---------------------------------------------------------------------------------


def any_ground(language: str = "en") -> ModelNotice:
    return ModelNotice.objects.get(language=language, ground=None)


def test_a_changed_model_serves_new_notices_and_leaves_the_old_as_they_are(
    client: Client, house: House
) -> None:
    old = walks.a_draft(house)
    assert old.written_from == "Any ground · English, version 1"

    answer = saved(client, house, any_ground(), handover="We help {client} to start elsewhere.")

    assert answer.status_code == 302
    assert any_ground().version == 2
    assert AuditEvent.objects.filter(action="modelnotice.changed").exists()
    changed = with_words(house, "Nothing.", walks.again(old))
    assert changed.parts["handover"] == old.parts["handover"]
    other = a_client(house.office, house.team, house.manager, reference="C-2")
    an_engagement(other)
    new = walks.a_draft(house, a_case(house, "notice", client=other))
    assert new.parts["handover"] == f"We help {other.legal_name} to start elsewhere."
    assert new.written_from == "Any ground · English, version 2"


def test_a_ground_says_only_what_differs(house: House) -> None:
    ModelNotice.objects.create(language="en", ground=house.ground, handover="Call {company}.")

    notice = walks.a_draft(house)

    assert notice.parts["handover"] == "Call Harbour & Partners GmbH."
    assert "This letter is our notice." in notice.parts["opening"]
    assert notice.written_from == (
        "Unfulfilled expectations · English, version 1; Any ground · English, version 1"
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"handover": "Dear {name}"}, "No placeholder of this text: {name}."),
        ({"handover": "We owe {amount}"}, "No placeholder of this text: {amount}."),
        ({"handover": "{client.office}"}, "No placeholder of this text: {client.office}."),
        ({"handover": "Dear [Client]"}, "No placeholder of this text: [Client]."),
        ({"handover": "{{ client }}"}, "No placeholder"),
        ({"handover": "a { b"}, "No placeholder"),
        ({"subject": "{contact_name}"}, "No placeholder"),
        ({"opening": "It ends."}, "This text needs {effective_date}, {covered}."),
        ({"settlement": "Pay {amount}."}, "This text needs {settlement_date}."),
        ({"contact": ""}, "says something in every text"),
        ({"is_active": False}, "without a text of their own"),
    ],
)
def test_a_model_that_would_leave_gaps_is_refused_with_the_name(
    client: Client, house: House, changes: dict[str, Any], sentence: str
) -> None:
    answer = saved(client, house, any_ground(), **changes)

    assert answer.status_code == 200
    (field,) = changes
    assert sentence in " ".join(answer.context["adminform"].form.errors[field])
    assert any_ground().version == 1


def test_the_form_names_the_gaps_that_a_text_may_have(client: Client, house: House) -> None:
    client.force_login(house.admin)

    page = client.get(f"{MODELS}add/").content.decode()

    assert "{covered}" in page
    assert "{contact_phone}" in page
