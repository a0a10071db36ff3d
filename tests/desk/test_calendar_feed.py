"""A person's dates in their own calendar: the address that shows them, and to whom nothing."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import services as staff
from accounts.actor import Actor
from accounts.models import CalendarFeed, Membership, Role, User
from audit import clock
from audit.models import AuditEvent
from desk import calendar_feed
from offboarding.lifecycle import State
from offboarding.models import Task, TerminationCase
from offboarding.services import follow_ups, tasks
from tests.builders import House, a_case, a_house, a_person

pytestmark = pytest.mark.django_db

PAGE = "/calendar/"


def post(client: Client, place: str = PAGE, key: str = "") -> Any:
    return client.post(place, {"key": key or str(uuid.uuid4())})


def address_in(html: str) -> str:
    """The path of the address that a page shows; empty when it shows none."""
    found = re.search(r'value="http://[^/"]+(/calendar/[\w-]{43}\.ics)"', html)
    return found[1] if found else ""


def address_of(person: User) -> str:
    return f"/calendar/{staff.make_calendar_feed(by=Actor.person(person))}.ics"


def read(address: str) -> str:
    """Read it as a program does, without a session; lines that go on are put together."""
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("\r\n ", "")


def a_task(case: TerminationCase, house: House, title: str = "Call them", **fields: Any) -> Task:
    due_on = clock.today() + timedelta(days=3)
    return tasks.add_task(case, by=house.by_lead, title=title, due_on=due_on, **fields)


def done() -> list[str]:
    events = AuditEvent.objects.filter(stream="staff", action__startswith="calendar_feed.")
    return list(events.order_by("seq").values_list("action", flat=True))


# -- making, renewing, ending ----------------------------------------------------------------------


def test_the_address_is_shown_once_and_only_its_fingerprint_is_kept(client: Client) -> None:
    house = a_house()
    client.force_login(house.manager)
    assert "has no address" in client.get(PAGE).content.decode()
    key = str(uuid.uuid4())

    made = post(client, key=key)
    pressed_twice = post(client, key=key)

    address = address_in(made.content.decode())
    assert address and "no-store" in made["Cache-Control"]
    assert read(address).startswith("BEGIN:VCALENDAR")
    assert pressed_twice.status_code == 303
    assert not address_in(client.get(PAGE).content.decode())
    feed = CalendarFeed.objects.get()
    assert feed.user == house.manager and len(feed.token_hash) == 64
    assert feed.token_hash not in address
    told = AuditEvent.objects.get(action="calendar_feed.made")
    assert told.actor_user == house.manager
    assert done() == ["calendar_feed.made"]


def test_a_new_address_takes_the_place_of_the_old_one(client: Client) -> None:
    house = a_house()
    client.force_login(house.manager)
    old = address_in(post(client).content.decode())

    new = address_in(post(client).content.decode())

    assert read(new)
    assert Client().get(old).status_code == 404
    assert done() == ["calendar_feed.made", "calendar_feed.renewed"]


def test_an_ended_address_shows_nothing(client: Client) -> None:
    house = a_house()
    address, other = address_of(house.manager), address_of(house.lead)
    client.force_login(house.manager)

    assert client.get(f"{PAGE}end/").status_code == 200
    assert post(client, f"{PAGE}end/").status_code == 303

    assert Client().get(address).status_code == 404
    assert post(client, f"{PAGE}end/").status_code == 404
    assert read(other)
    assert done()[-1] == "calendar_feed.ended"


def test_a_press_without_its_key_and_an_auditor_make_no_address(client: Client) -> None:
    house = a_house()
    client.force_login(house.manager)
    assert client.post(PAGE, {}).status_code == 422
    client.force_login(house.auditor)
    assert post(client).status_code == 403

    assert not CalendarFeed.objects.exists()


# -- who reads nothing -----------------------------------------------------------------------------


def test_the_address_of_someone_who_left_shows_nothing_even_when_they_return() -> None:
    house = a_house()
    address = address_of(house.manager)
    by = Actor.person(house.admin)

    staff.deactivate_user(house.manager, by=by)

    assert Client().get(address).status_code == 404
    staff.reactivate_user(house.manager, by=by)
    assert Client().get(address).status_code == 404
    assert done()[-1] == "calendar_feed.ended"


def test_an_inactive_person_reads_nothing_however_they_became_so() -> None:
    house = a_house()
    address = address_of(house.manager)
    User.objects.filter(pk=house.manager.pk).update(is_active=False)

    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 43, "a.b", "%00", "ü"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_an_unknown_address_gets_one_calm_sentence(token: str, method: str) -> None:
    answer = getattr(Client(), method)(f"/calendar/{token}.ics")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = answer.content.decode()
    expected = "This calendar address shows nothing, or nothing any more."
    assert said == ("" if method == "head" else expected)
    assert_private(answer)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_an_address_is_only_ever_read(method: str) -> None:
    address = address_of(a_house().manager)

    answer = getattr(Client(enforce_csrf_checks=True), method)(address)

    assert answer.status_code == 405
    assert_private(answer)


def assert_private(answer: Any) -> None:
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies


# -- what it shows ---------------------------------------------------------------------------------


def test_it_shows_open_tasks_ends_and_follow_ups_as_whole_days() -> None:
    house = a_house()
    case = a_case(house, State.FOLLOW_UP)
    case.follow_ups.all().delete()
    task = a_task(case, house, "Call, then note; done", assignee=house.manager)
    ticked = a_task(case, house, "Over already", assignee=house.manager)
    tasks.complete_task(ticked, by=house.by_manager)
    a_task(case, house, "Somebody else's", assignee=house.lead)
    due_on = clock.today() + timedelta(days=30)
    back = follow_ups.add_follow_up(case, by=house.by_manager, title="Look back", due_on=due_on)

    address = address_of(house.manager)
    text = read(address)

    assert case.effective_on is not None
    for key, on, said in (
        (f"task-{task.pk}", task.due_on, r"Call\, then note\; done"),
        (f"end-{case.pk}", case.effective_on, "The services end"),
        (f"follow-up-{back.pk}", due_on, "Look back"),
    ):
        assert re.search(
            rf"UID:{key}@127\.0\.0\.1\r\nDTSTAMP:\d{{8}}T\d{{6}}Z\r\n"
            rf"DTSTART;VALUE=DATE:{on:%Y%m%d}\r\n",
            text,
        )
        assert f"SUMMARY:{case.reference}: {said}\r\n" in text
    assert f"/cases/{case.reference}/\r\n" in text
    assert "Over already" not in text and "Somebody else" not in text
    answer = Client().head(address)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    assert_private(answer)


def test_neither_the_client_nor_a_mail_address_goes_to_the_calendar() -> None:
    house = a_house()
    case = a_case(house, State.NOTICE)
    a_task(case, house, "Ask <jane@adams.example>, not joe@x", assignee=house.manager)
    a_task(case, house, "Ring JANE ADAMS of Adams Print Ltd", assignee=house.manager)
    a_task(case, house, "Adams Print’s ledgers; Adamsville is a town", assignee=house.manager)

    text = read(address_of(house.manager))

    assert rf"SUMMARY:{case.reference}: Ask <…>\, not …" in text
    assert f"SUMMARY:{case.reference}: Ring … of …" in text
    assert "…’s ledgers" in text and "Adamsville is a town" in text
    for secret in (case.client.legal_name, case.client.street, "jane", "joe@", "Adams Print"):
        assert secret.casefold() not in text.casefold()


def test_a_place_that_reads_without_end_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_feed, "MOST_READINGS", 2)
    address = address_of(a_house().manager)

    answers = [Client().get(address) for _reading in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_private(answers[2])
    assert answers[2]["Retry-After"] == "600" and b"try again later" in answers[2].content


def test_a_restricted_case_and_a_case_of_another_team_show_only_to_whom_they_exist() -> None:
    house = a_house()
    case = a_case(house)
    colleague = a_person("cleo.colleague@example.com")
    Membership.objects.create(user=colleague, team=house.team, role=Role.ACCOUNT_MANAGER)
    a_task(case, house, "Theirs", assignee=colleague)
    addresses = [address_of(colleague), address_of(house.outsider)]
    Task.objects.create(
        case=case, kind="other", title="Strayed", assignee=house.outsider, due_on=clock.today()
    )
    assert "Theirs" in read(addresses[0])

    TerminationCase.objects.filter(pk=case.pk).update(is_restricted=True)

    for address in addresses:
        assert case.reference not in read(address)
    case.readers.add(colleague)
    # The server that a calendar is read on is named on no file: the reference has to do.
    assert f"SUMMARY:{case.reference}\r\n" in read(addresses[0])
    assert "Theirs" not in read(addresses[0])
    Membership.objects.filter(user=colleague).delete()
    assert case.reference not in read(addresses[0])


def test_it_asks_the_database_as_often_for_many_dates_as_for_none(
    django_assert_num_queries: Any,
) -> None:
    house = a_house()
    address = address_of(house.manager)
    with django_assert_num_queries(5):
        read(address)
    case = a_case(house, State.NOTICE)
    a_task(case, house, "One step", assignee=house.manager)
    # Whose names are left out is asked once for all.
    with django_assert_num_queries(6):
        read(address)
    for number in range(5):
        a_task(case, house, f"Step {number}", assignee=house.manager)

    with django_assert_num_queries(6):
        assert read(address).count("BEGIN:VEVENT") >= 5
