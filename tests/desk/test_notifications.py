"""The page of notifications, notes on a case, and how one wants to hear by e-mail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notices.models import DigestChoice
from offboarding.models import CaseNote, Notification, TerminationCase
from offboarding.services import notes
from tests.builders import House, a_case, a_house, fresh
from tests.desk.pages import AS_TEXT, HOSTILE, page, send

pytestmark = pytest.mark.django_db

LIST = "/notifications/"


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house)


def mention(house: House, case: TerminationCase, text: str = "@Leo Lead, look.") -> Notification:
    notes.write_note(fresh(case), by=house.by_manager, text=text)
    return Notification.objects.filter(person=house.lead).latest("pk")


def shown(client: Client, query: str = "") -> str:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return answer.content.decode()


def unread_of(client: Client) -> str:
    """What the bell says, on any page."""
    bell = shown(client, "?show=all").partition("topbar__bell")[2].partition("</a>")[0]
    return bell.partition('class="count">')[2].partition("<")[0]


# -- notes -----------------------------------------------------------------------------------------


def test_a_note_is_written_read_on_the_case_and_opened_from_the_notification(
    client: Client, house: House, case: TerminationCase
) -> None:
    client.force_login(house.manager)
    offered = page(client, case, "notes/")
    assert "Leo Lead" in offered
    assert "Otto Outsider" not in offered
    answer = send(client, case, "notes/", {"text": f"@Leo {HOSTILE}", "people": [house.lead.pk]})
    assert answer.status_code == 303
    assert AS_TEXT in page(client, case)

    client.force_login(house.lead)
    assert unread_of(client) == "1"
    listed = shown(client)
    assert AS_TEXT in listed
    assert "Mia Manager mentions you in a note" in listed
    row = Notification.objects.get(person=house.lead)
    opened = client.post(f"{LIST}{row.pk}/open/")
    note = CaseNote.objects.get()
    assert opened["Location"] == f"/cases/{case.reference}/notes/#note-{note.pk}"
    assert f'id="note-{note.pk}"' in client.get(opened["Location"]).content.decode()
    assert unread_of(client) == ""


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "  "}, "This field is required."),
        ({"text": "@Otto, look."}, "Nobody who may read this case is called “Otto”"),
        ({"text": "Look.", "people": ["999999"]}, "may not read this case any more"),
    ],
)
def test_what_is_wrong_with_a_note_is_said_beside_it_and_kept(
    client: Client, house: House, case: TerminationCase, fields: dict[str, Any], sentence: str
) -> None:
    client.force_login(house.manager)

    answer = send(client, case, "notes/", fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert fields["text"].strip() in answer.content.decode()
    assert not CaseNote.objects.exists()


# -- the list --------------------------------------------------------------------------------------


def test_rows_are_read_one_by_one_put_back_and_all_at_once(
    client: Client, house: House, case: TerminationCase
) -> None:
    first, second = mention(house, case), mention(house, case)
    client.force_login(house.lead)
    assert unread_of(client) == "2"

    client.post(f"{LIST}{first.pk}/read/")
    assert unread_of(client) == "1"
    client.post(f"{LIST}{first.pk}/unread/")
    assert unread_of(client) == "2"
    client.post(f"{LIST}all-read/", {"up_to": second.pk})
    assert unread_of(client) == ""
    assert "All is read" in shown(client)
    assert client.post(f"{LIST}all-read/", {}).status_code == 422


def test_looking_changes_nothing(client: Client, house: House, case: TerminationCase) -> None:
    row = mention(house, case)
    client.force_login(house.lead)

    for place in ("", "?show=all", f"{row.pk}/open/", f"{row.pk}/read/", "all-read/", "mail/"):
        assert client.get(LIST + place).status_code == 200

    row.refresh_from_db()
    assert row.read_at is None
    assert not DigestChoice.objects.exists()


def _restricts(house: House, case: TerminationCase) -> User:
    notes.write_note(case, by=house.by_lead, text="@Mia Manager, look.")
    TerminationCase.objects.filter(pk=case.pk).update(is_restricted=True, owner=house.lead)
    return house.manager


def _hands_to_another_team(house: House, case: TerminationCase) -> User:
    notes.write_note(case, by=house.by_manager, text="@Leo Lead, look.")
    TerminationCase.objects.filter(pk=case.pk).update(team=house.other_team)
    return house.lead


@pytest.mark.parametrize("loses", [_restricts, _hands_to_another_team])
def test_of_a_case_that_is_not_theirs_any_more_nobody_sees_anything(
    client: Client, house: House, case: TerminationCase, loses: Any
) -> None:
    person = loses(house, case)
    row = Notification.objects.filter(person=person).latest("pk")
    client.force_login(person)

    assert case.reference not in shown(client, "?show=all")
    assert unread_of(client) == ""
    for verb in ("open", "read", "unread"):
        assert client.post(f"{LIST}{row.pk}/{verb}/").status_code == 404


def test_another_persons_notification_does_not_exist(
    client: Client, house: House, case: TerminationCase
) -> None:
    row = mention(house, case)
    client.force_login(house.second_lead)

    assert client.post(f"{LIST}{row.pk}/read/").status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_times_are_told_by_the_clock_of_ones_own_place(
    client: Client, house: House, case: TerminationCase
) -> None:
    row = mention(house, case)
    Notification.objects.filter(pk=row.pk).update(at=datetime(2026, 1, 5, 9, 15, tzinfo=UTC))
    client.force_login(house.lead)

    assert "5 January 2026, 10:15\u00a0CET" in shown(client)
    DigestChoice.objects.create(person=house.lead, time_zone="America/New_York")
    for page_of_it in (shown(client), client.get(f"{LIST}{row.pk}/open/").content.decode()):
        assert "5 January 2026, 04:15\u00a0EST" in page_of_it


def test_a_long_list_has_pages_and_takes_as_many_queries_as_a_short_one(
    client: Client, house: House, case: TerminationCase
) -> None:
    client.force_login(house.lead)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            shown(client)
        return len(queries)

    mention(house, case)
    few = asked()
    for _ in range(26):
        mention(house, case)

    assert asked() == few <= 12
    older = shown(client).partition('rel="next" href="')[2].partition('"')[0]
    assert shown(client, older.partition(LIST)[2]).count("news__title") == 2


# -- by e-mail -------------------------------------------------------------------------------------


def test_how_often_and_about_what_is_ones_own_choice(client: Client, house: House) -> None:
    client.force_login(house.lead)
    said = {"rhythm": "weekly", "hour": "7", "time_zone": "Asia/Tokyo", "kinds": ["mention"]}

    assert client.post(f"{LIST}mail/", said).status_code == 303

    choice = DigestChoice.objects.get(person=house.lead)
    assert (choice.rhythm, choice.hour, choice.time_zone) == ("weekly", 7, "Asia/Tokyo")
    assert choice.kinds == ["mention"]
    for name, value in {"rhythm": "hourly", "hour": "24", "time_zone": "Mars/Base"}.items():
        assert client.post(f"{LIST}mail/", said | {name: value}).status_code == 422
    choice.refresh_from_db()
    assert choice.rhythm == "weekly"
