"""Pages that belong to no case tell times by the clock of whoever reads them, and name it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from audit import clock
from desk.frame.middleware import ReadersClockMiddleware
from notices.inbound import filing
from notices.models import DigestChoice
from tests.builders import House, a_case, a_house
from tests.desk.test_imports import at_the_batch
from tests.notices import incoming

pytestmark = pytest.mark.django_db

AT = datetime(2027, 3, 1, 1, 30, tzinfo=UTC)


@pytest.fixture
def house() -> House:
    clock.move(AT - clock.now())
    return a_house()


def works_in(person: User, zone: str) -> User:
    DigestChoice.objects.create(person=person, time_zone=zone)
    return person


def times_on(client: Client, person: User, address: str) -> set[str]:
    """What a page says of the one instant at which everything here happened."""
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200, (answer.status_code, answer.get("Location"))
    page = answer.content.decode().replace("\xa0", " ")
    return set(re.findall(r"\d+ \w+ 2027, \d\d:\d\d(?: [^<.,)]{3,6})?", page))


def test_times_are_those_of_the_readers_own_place(client: Client, house: House) -> None:
    client.force_login(house.manager)
    batch = at_the_batch(client, house)
    mail = filing.take_in(incoming.a_reply(), road="test")
    works_in(house.second_lead, "America/New_York")

    for page in ("/inbox/?show=unmatched", f"/inbox/{mail.pk}/"):
        # Who chose no place works where the first office is.
        assert times_on(client, house.lead, page) == {"1 March 2027, 02:30 CET"}, page
        assert times_on(client, house.second_lead, page) == {"28 February 2027, 20:30 EST"}, page
    assert times_on(client, house.manager, batch) == {"1 March 2027, 02:30 CET"}
    works_in(house.manager, "Pacific/Honolulu")
    assert times_on(client, house.manager, batch) == {"28 February 2027, 15:30 HST"}
    assert timezone.get_current_timezone_name() == "UTC"


def page_of(client: Client) -> str:
    return client.get("/cases/").content.decode()


def test_the_file_of_a_view_counts_days_by_the_same_clock_as_the_view(
    client: Client, house: House
) -> None:
    a_case(house)
    # Midnight has passed in New York since, and none in Greenwich.
    clock.move(clock.offset() + timedelta(hours=4))
    client.force_login(works_in(house.lead, "America/New_York"))

    answer = client.get("/cases.csv")
    row = b"".join(answer.streaming_content).decode().splitlines()[1]

    assert row.split(",")[10] == "1"
    assert '<td data-label="Days in stage" class="number">1</td>' in page_of(client)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("app", "zone"), [("desk", "Pacific/Kiritimati"), ("admin", "UTC"), ("portal", "UTC")]
)
def test_the_admin_and_the_clients_pages_keep_their_own_clocks(
    house: House, app: str, method: str, zone: str
) -> None:
    request = RequestFactory().generic(method, "/")
    request.user = works_in(house.admin, "Pacific/Kiritimati")
    told = []

    def view(request: HttpRequest) -> HttpResponse:
        request.resolver_match = SimpleNamespace(app_name=app)
        clocks.process_view(request)
        told.append((timezone.get_current_timezone_name(), str(clock.today())))
        return HttpResponse()

    clocks = ReadersClockMiddleware(view)
    clocks(request)

    assert told == [(zone, "2027-03-01")]
    assert timezone.get_current_timezone_name() == "UTC"
