"""Mails on their way: our outbox, and the queues of others with the same words in them."""

from __future__ import annotations

import smtplib
import time

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from accounts.actor import Actor
from bench.measuring import check
from bench.peers.models import OutgoingMail
from bench.work import house
from bench.work.house import execute
from notices.models import Delivery, DeliveryState, Message, MessageKind
from notices.outbox import dispatch
from notices.outbox.messages import write_message
from offboarding.models import TerminationCase
from offboarding.services.locking import locked
from tests.multiplied import multiply, unguarded

RECIPIENT = "jane.adams@example.com"
CASES = 50


def prepare(count: int) -> None:
    """Queue so many reminders on fifty cases, and their words for every peer."""
    case = house.the_case()
    with unguarded():
        multiply(case, CASES - 1, reference="'OFB-2019-' || n")
    by = Actor.machine("bench")
    cases = list(TerminationCase.objects.order_by("pk"))
    for number in range(count):
        with transaction.atomic():
            write_message(
                locked(cases[number % CASES]),
                kind=MessageKind.REMINDER,
                origin=f"bench:{number}",
                context={
                    "receipt_url": f"{settings.PUBLIC_BASE_URL}/r/{number:032x}",
                    "notice_date": case.opened_at.date(),
                },
                by=by,
                recipient_name="Jane Adams",
                recipient_email=RECIPIENT,
            )
    check(Delivery.objects.count() == count, "not every mail was queued")


# -- ours ------------------------------------------------------------------------------------------


def queue_again() -> None:
    """Put every row back into the outbox, as if it had never left."""
    execute(
        "DELETE FROM notices_deliveryevent",
        "DELETE FROM offboarding_communication",
        "UPDATE notices_delivery SET state = 'queued', attempts = 0, leased_until = NULL,"
        " departs_at = now() - interval '1 hour'",
    )


def drain() -> int:
    """Do what the worker's task does."""
    return dispatch.drain().accepted


def check_accepted(count: int) -> None:
    """Refuse unless every row says that the server took it."""
    accepted = Delivery.objects.filter(state=DeliveryState.ACCEPTED, attempts=1).count()
    check(accepted == count, f"{accepted} of {count} rows were accepted")


def send_raw(count: int) -> None:
    """Send the same bytes over one connection and do nothing else: the limit."""
    mails = [bytes(mime) for mime in Delivery.objects.values_list("mime", flat=True)[:count]]
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, local_hostname="bench") as line:
        for mail in mails:
            line.sendmail("offboarding@example.com", [RECIPIENT], mail)


# -- one task for each mail ------------------------------------------------------------------------


def prepare_tasks(count: int) -> None:
    """Put the same words into the table that tasks read."""
    words = list(Message.objects.order_by("pk")[:count])
    OutgoingMail.objects.all().delete()
    OutgoingMail.objects.bulk_create(
        OutgoingMail(recipient=RECIPIENT, subject=one.subject, text=one.text, html=one.html)
        for one in words
    )


def wait_for_celery(pid_count: int) -> None:
    """Wait until the peer's worker answers."""
    from bench.peers.celery_mail import app

    deadline = time.monotonic() + 120
    while len(app.control.ping(timeout=0.5)) < pid_count:
        check(time.monotonic() < deadline, "the peer's worker did not start")


def publish() -> int:
    """Put a task for every mail on the queue, which nobody reads yet."""
    from bench.peers.celery_mail import app, send_mail

    OutgoingMail.objects.update(is_sent=False)
    app.control.cancel_consumer(app.conf.task_default_queue, reply=True)
    keys = list(OutgoingMail.objects.values_list("pk", flat=True))
    with app.producer_pool.acquire() as producer:
        for key in keys:
            send_mail.apply_async([key], producer=producer)
    return len(keys)


def run_tasks() -> None:
    """Let the worker read the queue, and wait until every mail is marked."""
    from bench.peers.celery_mail import app

    app.control.add_consumer(app.conf.task_default_queue, reply=False)
    deadline = time.monotonic() + 300
    while OutgoingMail.objects.filter(is_sent=False).exists():
        check(time.monotonic() < deadline, "the peer's worker did not finish")
        time.sleep(0.01)


# -- the outboxes of others ------------------------------------------------------------------------


def queue_with_post_office(count: int) -> None:
    """Queue the same words with django-post-office."""
    from post_office.models import PRIORITY, STATUS, Email

    Email.objects.all().delete()
    Email.objects.bulk_create(
        Email(
            from_email="offboarding@example.com",
            to=[RECIPIENT],
            subject=one.subject,
            message=one.text,
            html_message=one.html,
            priority=PRIORITY.medium,
            status=STATUS.queued,
        )
        for one in Message.objects.order_by("pk")[:count]
    )


def drain_post_office(count: int) -> None:
    """Let it send with two processes of its own."""
    from post_office.mail import send_queued_mail_until_done
    from post_office.models import STATUS, Email

    send_queued_mail_until_done(lockfile=str(settings.DATA_DIR / "post-office"), processes=2)
    sent = Email.objects.filter(status=STATUS.sent).count()
    check(sent == count, f"the peer sent {sent} of {count}")


def queue_with_mailer(count: int) -> None:
    """Queue the same words with django-mailer."""
    from mailer.backend import DbBackend
    from mailer.models import MessageLog

    MessageLog.objects.all().delete()
    mails = []
    for one in Message.objects.order_by("pk")[:count]:
        mail = EmailMultiAlternatives(one.subject, one.text, to=[RECIPIENT])
        mail.attach_alternative(one.html, "text/html")
        mails.append(mail)
    DbBackend().send_messages(mails)


def drain_mailer() -> None:
    """Let it send; several may run, because its lock file is left out and rows are locked."""
    from mailer.engine import send_all

    send_all()


def check_mailer(count: int) -> None:
    """Refuse unless it logged every mail."""
    from mailer.models import MessageLog

    logged = MessageLog.objects.count()
    check(logged == count, f"the peer logged {logged} of {count}")
