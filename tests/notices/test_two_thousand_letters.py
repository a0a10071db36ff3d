"""Two thousand clients: every letter leaves once, and pages cost what they did for ten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock, verification
from notices import errands
from notices.mailing import lines as mail_lines
from notices.models import Delivery, DeliveryState
from notices.outbox import dispatch
from notices.services import campaign_sending
from offboarding.models import TerminationCase
from offboarding.services import campaigns
from tests.builders import House
from tests.notices import many_letters as many
from tests.smtp_servers import SmtpServer

# Each step is kept, as in a firm: one transaction lets nothing go that was overwritten in it.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.scale]

CLIENTS = 2_000


def test_two_thousand_letters_leave_once_each_and_no_page_grows_with_them(
    house: House, settings
) -> None:
    campaign = many.planned(house, CLIENTS)
    campaigns.confirm(campaign, by=house.by_manager, chosen=CLIENTS)
    many.work()
    assert TerminationCase.objects.count() == CLIENTS
    for _list in range(0, CLIENTS, campaigns.MOST_REVIEWED):
        many.decide(house, campaign, most=campaigns.MOST_REVIEWED)
        many.work()
    many.set_every_page()
    for _list in range(0, CLIENTS, campaigns.MOST_REVIEWED):
        seen = dict(list(many.letters_seen(house, campaign).items())[: campaigns.MOST_REVIEWED])
        many.approve(house, campaign, seen)
        many.work()
    campaign_sending.start(campaign, by=house.by_lead, rate_per_minute=600)

    with SmtpServer() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        for _minute in range(CLIENTS // 600 + 3):
            errands.carry_out(most_seconds=600)
            clock.move(clock.offset() + timedelta(minutes=1))
            dispatch.drain(most_seconds=600)
        mail_lines.close()

    assert len(server.mails) == CLIENTS
    assert len({mail.message_id for mail in server.mails}) == CLIENTS
    assert Delivery.objects.filter(state=DeliveryState.ACCEPTED).count() == CLIENTS
    lead = Client()
    lead.force_login(house.lead)
    for place in ("", "progress/", "report/"):
        with CaptureQueriesContext(connection) as asked:
            assert lead.get(f"/campaigns/{campaign.pk}/{place}").status_code == 200
        assert len(asked) <= 12
    assert verification.verify().is_whole
