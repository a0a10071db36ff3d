"""What waits, what is out, what did not arrive."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import anchors, clock
from audit.models import AuditAnchor
from notices import alarms
from notices.models import Channel, Delivery, DeliveryState
from notices.outbox import dispatch
from notices.services import sending
from offboarding.models import ClientLink
from offboarding.services import tasks
from tests.builders import House, a_house
from tests.desk.pages import shows_again
from tests.notices import walks
from tests.notices.flipping import flip

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def _page(client: Client, person, query: str = "") -> str:
    client.force_login(person)
    answer = client.get(f"/deliveries/{query}")
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1]


def test_an_empty_page_says_what_will_be_here(client: Client, house: House) -> None:
    assert "put into the outbox" in _page(client, house.manager)
    assert "No delivery of your teams" in _page(client, house.manager, "?show=failed")


@pytest.mark.parametrize(
    ("state", "view", "not_in"),
    [
        (DeliveryState.UNCERTAIN, "uncertain", "failed"),
        (DeliveryState.REFUSED, "failed", "waiting"),
        (DeliveryState.BOUNCED, "failed", "out"),
        (DeliveryState.HANDING_OVER, "waiting", "out"),
        (DeliveryState.ACCEPTED, "out", "waiting"),
    ],
)
def test_each_view_shows_its_states(
    client: Client, house: House, state: DeliveryState, view: str, not_in: str
) -> None:
    walks.became(walks.delivery_of(walks.sent(house), Channel.EMAIL), state)

    assert "jane.adams@example.com" in _page(client, house.manager, f"?show={view}")
    assert "jane.adams@example.com" in _page(client, house.manager)
    assert "jane.adams@example.com" not in _page(client, house.manager, f"?show={not_in}")


def test_what_a_person_decided_is_no_longer_on_the_list_to_act_on(
    client: Client, house: House
) -> None:
    email = walks.became(walks.delivery_of(walks.sent(house), Channel.EMAIL), DeliveryState.REFUSED)
    assert "table__row--failed" in _page(client, house.lead)
    sending.correct_address_and_resend(email, by=house.by_manager, email="office@example.com")

    assert "table__row--failed" not in _page(client, house.lead)
    assert "No delivery of your teams" in _page(client, house.lead, "?show=failed")


def test_one_channel_is_shown_alone(client: Client, house: House) -> None:
    walks.sent(house)

    page = _page(client, house.manager, "?channel=registered_mail")

    assert "To print" in page
    assert "jane.adams@example.com" not in page
    assert "jane.adams@example.com" in _page(client, house.manager, "?channel=pigeon")


def test_another_team_sees_nothing_and_an_auditor_everything(client: Client, house: House) -> None:
    notice = walks.sent(house)
    for person in (house.outsider, house.other_lead, house.admin):
        assert notice.case.reference not in _page(client, person)
    assert notice.case.reference in _page(client, house.auditor)


def test_pages_cost_the_same_however_many_there_are(
    client: Client, house: House, django_assert_max_num_queries
) -> None:
    email = walks.delivery_of(walks.sent(house), Channel.EMAIL)
    Delivery.objects.bulk_create(
        Delivery(
            case=email.case,
            notice=email.notice,
            channel=Channel.EMAIL,
            recipient_name="Jane Adams",
            recipient_email=f"copy{number}@example.com",
            copy_number=number,
        )
        for number in range(2, 62)
    )
    client.force_login(house.manager)
    with django_assert_max_num_queries(12):
        page = client.get("/deliveries/").content.decode()
    assert "copy61@example.com" in page
    assert "copy20@example.com" not in page
    older = client.get("/deliveries/").context["page"].next_url
    assert "copy20@example.com" in client.get(older).content.decode()


def test_the_page_says_when_nothing_is_sent_after_a_restore(client: Client, house: House) -> None:
    assert "Nothing is sent" not in _page(client, house.manager)
    anchors.write_file(AuditAnchor(number=1, at=clock.now(), root="", leaves=[], hash="f" * 64))

    assert "Nothing is sent at present" in _page(client, house.manager)


def test_each_row_offers_its_ways_out_and_says_when_it_leaves(
    client: Client, house: House, settings
) -> None:
    settings.OUTBOX_DELAY_MINUTES = 10
    email = walks.delivery_of(walks.sent(house), Channel.EMAIL)
    one = f"/cases/{email.case.reference}/deliveries/{email.pk}"
    waiting = _page(client, house.manager)
    assert f"{one}/take-back/" in waiting
    assert "in 10 minutes" in waiting
    assert f"{one}/take-back/" not in _page(client, house.auditor)

    walks.became(email, DeliveryState.BOUNCED)
    failed = _page(client, house.manager)
    assert f"{one}/correct-address/" in failed
    assert "by-registered-mail" not in failed

    walks.became(email, DeliveryState.UNCERTAIN)
    assert "A team lead decides." in _page(client, house.manager)
    assert f"{one}/send-again/" in _page(client, house.lead)


def test_an_uncertain_row_tells_when_the_link_was_opened_and_that_it_proves_nothing(
    client: Client, house: House
) -> None:
    email = walks.delivery_of(walks.sent(house), Channel.EMAIL)
    walks.became(email, DeliveryState.UNCERTAIN)
    assert "a hint, no proof" not in _page(client, house.lead)

    ClientLink.objects.filter(delivery_id=email.pk).update(first_opened_at=clock.now())

    assert "a hint, no proof" in _page(client, house.lead)
    walks.became(email, DeliveryState.ACCEPTED)
    assert "a hint, no proof" not in _page(client, house.lead)


def test_a_lead_who_decides_reads_the_hint_as_well(client: Client, house: House) -> None:
    email = walks.delivery_of(walks.sent(house), Channel.EMAIL)
    walks.became(email, DeliveryState.UNCERTAIN)
    ClientLink.objects.filter(delivery_id=email.pk).update(first_opened_at=clock.now())
    client.force_login(house.lead)
    shows_again(client, house.lead)

    for way in ("send-again", "treat-as-sent"):
        page = client.get(f"/cases/{email.case.reference}/deliveries/{email.pk}/{way}/")
        assert "A hint, no proof" in page.content.decode()


def test_an_alarm_stands_on_top_until_its_tasks_are_done(client: Client, house: House) -> None:
    email = walks.delivery_of(walks.sent(house), Channel.EMAIL)
    flip(email, "mime")
    dispatch.drain()

    for person in (house.lead, house.manager, house.auditor):
        assert _page(client, person).count("Stored bytes of a delivery were changed") == 1
    assert "alert--error" not in _page(client, house.outsider)

    for task in email.case.tasks.filter(origin__contains=":alarm:"):
        tasks.complete_task(task, by=house.by_lead)
    assert "alert--error" not in _page(client, house.lead)


def test_alarms_and_hints_cost_the_same_however_many_there_are(
    client: Client, house: House
) -> None:
    def queries() -> int:
        client.get("/deliveries/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/deliveries/")
        return len(asked)

    client.force_login(house.lead)
    email = walks.became(
        walks.delivery_of(walks.sent(house), Channel.EMAIL), DeliveryState.UNCERTAIN
    )
    alarms.bytes_differ(email.notice, differs="letter")
    one = queries()
    for number in range(2, 12):
        alarms.bytes_differ(email.notice, differs=f"enclosure-{number}")
        Delivery.objects.create(
            case=email.case,
            notice=email.notice,
            channel=Channel.EMAIL,
            state=DeliveryState.UNCERTAIN,
            recipient_name="Jane Adams",
            recipient_email=f"copy{number}@example.com",
            copy_number=number,
        )
    ClientLink.objects.update(first_opened_at=clock.now())

    assert _page(client, house.lead).count("alert--error") == 11
    assert queries() == one
