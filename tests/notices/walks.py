"""Notices walked to a state by the real verbs; only setting type is stood in for, for speed."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.actor import Actor
from audit import clock
from notices.models import (
    Channel,
    Delivery,
    DeliveryState,
    Notice,
    ReceiptSlip,
    RenderedPage,
    Rendering,
    RenderingPurpose,
)
from notices.services import approval, drafting, registered, sending
from offboarding.lifecycle import State
from offboarding.models import CaseFile, TerminationCase
from offboarding.services.files import keep_file
from tests.builders import House, a_case, fresh
from tests.retracing import retraced

VALID_NUMBER = "RR123456785DE"
ANOTHER_VALID_NUMBER = "RR473124829DE"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@retraced
def a_draft(house: House, case: TerminationCase | None = None) -> Notice:
    """A case whose ending is decided, and its first draft by the account manager."""
    case = case or a_case(house, State.NOTICE)
    return drafting.draft_notice(case, by=house.by_manager)


def again(notice: Notice) -> Notice:
    """Read a notice as another request would."""
    return Notice.objects.select_related("case__client__office", "office__firm", "signatory").get(
        pk=notice.pk
    )


def the_same(delivery: Delivery) -> Delivery:
    """Read a delivery as another request would."""
    return Delivery.objects.select_related("case__client__office", "notice").get(pk=delivery.pk)


def set_pages(notice: Notice) -> None:
    """Stand in for the worker: every page ordered of this notice is set, by other bytes."""
    for order in Rendering.objects.filter(notice=notice, done_at=None):
        pdf = PDF + f"% {order.purpose} {order.notice_version} {notice.parts}".encode()
        order.pdf = pdf
        order.sha256 = hashlib.sha256(pdf).hexdigest()
        order.page_count = 1
        order.renderer = "a stand-in"
        order.done_at = clock.now()
        order.save()
        RenderedPage.objects.create(rendering=order, number=1, png=_a_picture())
        if order.purpose == RenderingPurpose.SLIP:
            ReceiptSlip.objects.create(delivery_id=order.delivery_id, pdf=pdf, sha256=order.sha256)


def _a_picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (8, 11), 255).save(buffer, format="PNG")
    return buffer.getvalue()


@retraced
def asked(house: House, notice: Notice | None = None) -> Notice:
    """A notice that waits for a lead, its pages set."""
    notice = notice or a_draft(house)
    notice = approval.request_approval(notice, by=house.by_manager)
    set_pages(notice)
    return again(notice)


@retraced
def approved(house: House, notice: Notice | None = None) -> Notice:
    """A notice that a lead approved."""
    notice = asked(house, notice)
    pages = approval.pages_for_approval(notice)
    assert pages is not None
    approval.approve(notice, by=house.by_lead, seen_sha256=pages.sha256)
    return again(notice)


@retraced
def sent(house: House, notice: Notice | None = None) -> Notice:
    """A notice in the outbox, by every channel it chose, its slip set."""
    notice = approved(house, notice)
    sending.send_notice(notice, by=house.by_manager)
    set_pages(notice)
    return again(notice)


def delivery_of(notice: Notice, channel: Channel) -> Delivery:
    """The newest delivery of a notice by one channel."""
    found = (
        notice.deliveries.filter(channel=channel, copy_for=None).order_by("-copy_number").first()
    )
    assert found is not None
    return the_same(found)


@retraced
def printed(house: House, notice: Notice | None = None) -> Delivery:
    """A registered letter that was released to the printer."""
    delivery = delivery_of(notice or sent(house), Channel.REGISTERED_MAIL)
    return the_same(registered.record_print(delivery, by=house.by_manager))


@retraced
def posted(house: House, notice: Notice | None = None) -> Delivery:
    """A registered letter that was handed to the carrier today."""
    delivery = printed(house, notice)
    registered.record_posting(
        delivery,
        by=house.by_manager,
        carrier="Deutsche Post",
        carrier_number=VALID_NUMBER,
        posted_on=clock.today(delivery.case.time_zone),
    )
    return the_same(delivery)


def became(delivery: Delivery, state: DeliveryState) -> Delivery:
    """Stand in for the dispatcher: the e-mail came to this state."""
    moved = the_same(delivery)
    moved.state = state
    moved.state_changed_at = clock.now()
    moved.last_reply = "550 5.1.1 No such user here"
    moved.save()
    return the_same(moved)


def a_scan(name: str = "slip.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def a_kept_scan(case: TerminationCase, by: Actor) -> CaseFile:
    """A file that lies with the case."""
    return keep_file(fresh(case), a_scan(), by=by)


def days_later(days: int) -> None:
    """Move this test's clock."""
    clock.move(clock.offset() + timedelta(days=days))
