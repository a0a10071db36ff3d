"""Queueing: one row, its bytes and its record, or nothing."""

from __future__ import annotations

import hashlib

import pytest
from django.db import IntegrityError, transaction

from accounts.actor import Actor
from audit import clock
from audit.models import AuditEvent
from notices import bell
from notices.models import Channel, Delivery, DeliveryState, Letter, Message, Notice, ReceiptSlip
from notices.outbox import queue as outbox
from notices.outbox.messages import write_message
from notices.services import sending
from offboarding.services.locking import locked
from tests.builders import a_case
from tests.notices import walks

MACHINE = Actor.machine("notices.reminders")


def a_message(case, origin="chase:1:reminder:1", **changes):
    with transaction.atomic():
        return write_message(
            locked(case),
            **{
                "kind": "reminder",
                "origin": origin,
                "context": {"receipt_url": "http://127.0.0.1:8000/r/x/"},
                "by": MACHINE,
                "recipient_name": "Jane Adams",
                "recipient_email": "jane.adams@example.com",
                **changes,
            },
        )


def test_a_queued_mail_has_its_bytes_hash_message_id_and_record(house):
    delivery = a_message(a_case(house))

    row = Delivery.objects.get(pk=delivery.pk)
    assert row.state == DeliveryState.QUEUED
    assert hashlib.sha256(row.mime).hexdigest() == row.mime_sha256
    assert row.internet_message_id.encode() in bytes(row.mime)
    assert list(row.events.values_list("state", flat=True)) == [DeliveryState.QUEUED]
    event = AuditEvent.objects.get(action="delivery.queued")
    assert event.object_id == str(row.pk)
    assert event.details["sha256"] == row.mime_sha256


def test_the_same_origin_writes_one_message(house):
    case = a_case(house)

    assert a_message(case) is not None
    assert a_message(case) is None
    assert a_message(case, origin="chase:1:reminder:2") is not None
    assert Message.objects.count() == Delivery.objects.count() == 2


def test_a_failure_while_it_is_written_leaves_nothing(house):
    def fails(_delivery):
        raise RuntimeError

    case = a_case(house)
    with pytest.raises(RuntimeError), transaction.atomic():
        message = Message.objects.create(
            case=case, kind="answer", language="en", subject="s", text="t", html="h"
        )
        outbox.queue_email(
            case=case,
            message=message,
            recipient_name="J",
            recipient_email="j@example.com",
            compose=fails,
            sender_name="M",
            language="en",
            by=MACHINE,
        )

    assert not Delivery.objects.exists()
    assert not AuditEvent.objects.filter(action="delivery.queued").exists()


def test_a_broker_that_is_gone_changes_nothing_for_the_person(
    house, monkeypatch, django_capture_on_commit_callbacks
):
    def gone(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(bell.current_app, "send_task", gone)
    with django_capture_on_commit_callbacks(execute=True) as rings:
        a_message(a_case(house))

    assert rings
    assert Delivery.objects.get().state == DeliveryState.QUEUED


def test_a_notice_leaves_once_per_recipient_channel_and_copy(house):
    delivery = walks.delivery_of(walks.sent(house), Channel.EMAIL)

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            case=delivery.case,
            notice=delivery.notice,
            channel=Channel.EMAIL,
            recipient_name="x",
            recipient_email=delivery.recipient_email,
        )


# -- what the database refuses ---------------------------------------------------------------------


def refused(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_a_letter_never_changes_and_never_goes(house):
    letters = Letter.objects.filter(pk=walks.approved(house).letter.pk)

    refused(lambda: letters.update(pdf=b"other"))
    refused(lambda: letters.update(text="other"))
    refused(lambda: letters._raw_delete("default"))
    assert letters.exists()


def test_a_receipt_slip_never_changes_and_never_goes(house):
    walks.sent(house)

    refused(lambda: ReceiptSlip.objects.update(sha256="0" * 64))
    refused(lambda: ReceiptSlip.objects.all()._raw_delete("default"))


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Another"},
        {"parts": {"opening": "Another"}},
        {"recipient_email": "other@example.com"},
        {"recipient_lines": ["Elsewhere"]},
        {"effective_on": None},
        {"version": 9},
    ],
)
def test_a_sealed_notice_keeps_its_text_dates_and_addresses(house, change):
    notice = walks.approved(house)

    refused(lambda: Notice.objects.filter(pk=notice.pk).update(**change))


def test_a_sealed_notice_moves_on_and_a_sent_one_never_becomes_a_draft(house):
    notice = walks.sent(house)
    rows = Notice.objects.filter(pk=notice.pk)

    refused(lambda: rows.update(state="draft"))
    rows.update(state="superseded")
    rows.update(state="withdrawn", sent_at=clock.now())


def test_a_draft_can_be_written_on(house):
    notice = walks.a_draft(house)

    Notice.objects.filter(pk=notice.pk).update(subject="Another")


def test_a_sealed_notice_is_not_deleted(house):
    notice = walks.approved(house)

    refused(lambda: Notice.objects.filter(pk=notice.pk)._raw_delete("default"))


@pytest.mark.parametrize(
    "change",
    [
        {"mime": b"other"},
        {"mime": None},
        {"mime_sha256": "0" * 64},
        {"internet_message_id": "<other@example.com>"},
        {"recipient_email": "other@example.com"},
        {"copy_number": 2},
    ],
)
def test_a_delivery_keeps_the_mail_it_was_given(house, change):
    delivery = walks.delivery_of(walks.sent(house), Channel.EMAIL)

    refused(lambda: Delivery.objects.filter(pk=delivery.pk).update(**change))


def test_a_second_copy_says_so(house):
    delivery = walks.delivery_of(walks.sent(house), Channel.EMAIL)
    walks.became(delivery, DeliveryState.UNCERTAIN)

    second = sending.send_again(
        walks.the_same(delivery), by=house.by_lead, reason="The client asked for it."
    )

    assert second.copy_number == 2
    assert b"This is a second copy" in bytes(second.mime)
