"""The whole way through Postfix and Dovecot: out, and back as failure, status and answer."""

from __future__ import annotations

import email
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from imap_tools import MailBoxUnencrypted

from notices.inbound import polling
from notices.models import Channel, Delivery, DeliveryState, InboundKind, InboundMail, Notice
from notices.outbox import dispatch
from offboarding.lifecycle import State
from offboarding.models import Communication
from tests.builders import House, fresh
from tests.mail_servers import CLIENT, FIRM, PASSWORD, MailHouse, mail_house
from tests.notices import walks
from tests.services import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.strict]


@pytest.fixture(scope="module")
def servers() -> Iterator[MailHouse]:
    with mail_house() as running:
        yield running


@pytest.fixture
def post(servers: MailHouse, settings) -> MailHouse:
    settings.EMAIL_PORT = servers.smtp_port
    settings.DEFAULT_FROM_EMAIL = f"offboarding@{FIRM}"
    settings.CASE_MAIL_ADDRESS = f"cases@{FIRM}"
    settings.MAIL_IS_READ = True
    settings.IMAP_HOST, settings.IMAP_PORT = "127.0.0.1", servers.imap_port
    settings.IMAP_SECURITY = "none"
    settings.IMAP_USER, settings.IMAP_PASSWORD = f"cases@{FIRM}", PASSWORD
    return servers


def a_notice_to(house: House, address: str) -> Notice:
    house.client.contacts.update(email=address)
    notice = walks.a_draft(house)
    notice.sends_registered_mail = False
    notice.save()
    return walks.sent(house, notice)


def comes_to(delivery: Delivery, state: DeliveryState) -> Delivery:
    """Look into the mailbox until a delivery came to a state."""

    def came() -> bool:
        polling.read_mailbox()
        return walks.the_same(delivery).state == state

    wait_until(came, seconds=20, what=f"the delivery to be {state}")
    return walks.the_same(delivery)


def test_a_mail_to_nobody_comes_back_and_one_to_somebody_is_delivered_and_answered(
    house: House, post: MailHouse
):
    lost = a_notice_to(house, f"nobody@{CLIENT}")
    dispatch.drain()
    delivery = walks.delivery_of(lost, Channel.EMAIL)
    assert delivery.state == DeliveryState.ACCEPTED
    assert fresh(lost.case).served_on is not None

    came_back = comes_to(delivery, DeliveryState.BOUNCED)
    assert "5.1.1" in came_back.last_reply
    assert lost.case.tasks.filter(origin=f"delivery:{delivery.pk}:bounced").exists()
    assert fresh(lost.case).served_on is None
    assert fresh(lost.case).state == State.NOTICE

    found = a_notice_to(house, f"jane@{CLIENT}")
    dispatch.drain()
    comes_to(walks.delivery_of(found, Channel.EMAIL), DeliveryState.DELIVERED)
    assert fresh(found.case).state == State.NOTICE
    assert not found.case.proofs.exists()

    answer(post)
    wait_until(lambda: was_filed(found), seconds=20, what="the answer to be filed")
    said = Communication.objects.get(case=found.case, direction="in")
    assert said.body == "Thank you, it is here."
    assert fresh(found.case).state == State.NOTICE

    # The mailbox holds all of it still, and nothing of it twice.
    rows = InboundMail.objects.count()
    polling.MailboxMark.objects.update(last_uid=0)
    polling.read_mailbox()
    assert InboundMail.objects.count() == rows


def answer(post: MailHouse) -> None:
    """Open the notice in the client's mailbox and answer it as a mail program does."""
    with MailBoxUnencrypted("127.0.0.1", post.imap_port).login(f"jane@{CLIENT}", PASSWORD) as box:
        (letter,) = [email.message_from_bytes(mail.obj.as_bytes()) for mail in box.fetch()]
    reply = EmailMessage()
    reply["From"] = f"Jane Adams <jane@{CLIENT}>"
    reply["To"] = letter["Reply-To"]
    reply["Subject"] = f"Re: {letter['Subject']}"
    reply["Message-ID"] = "<answer@client.test>"
    reply["In-Reply-To"] = letter["Message-ID"]
    reply.set_content("Thank you, it is here.")
    with smtplib.SMTP("127.0.0.1", post.smtp_port) as line:
        line.send_message(reply)


def was_filed(notice: Notice) -> bool:
    polling.read_mailbox()
    return InboundMail.objects.filter(case=notice.case, kind=InboundKind.REPLY).exists()
