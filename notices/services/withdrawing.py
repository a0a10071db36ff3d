"""What withdrawing a case causes in writing (effects of `withdraw`)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.actor import Actor
from audit import clock
from notices.checking import wording
from notices.letters import composing
from notices.models import (
    AT_THE_SERVICE,
    MAY_HAVE_LEFT,
    Channel,
    Delivery,
    DeliveryState,
    Notice,
    NoticeCopy,
    NoticeKind,
    NoticeState,
    RenderingPurpose,
    ServiceOrder,
)
from notices.outbox import superseding
from notices.pages import orders as page_orders
from notices.services.drafting import current_notice, next_number
from notices.services.sending import locked_delivery, move
from offboarding.models import TerminationCase
from offboarding.services.locking import remember

ENDING = (NoticeKind.TERMINATION, NoticeKind.CORRECTION)
"""Letters that end the relationship."""


def stop_what_is_not_sent(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Take back everything that has not left yet; what is leaving right now is left alone."""
    waiting = case.deliveries.filter(state__in=[DeliveryState.QUEUED, DeliveryState.PRINTED])
    for delivery in waiting:
        if superseding.is_at_a_print_service(delivery):
            # Calling it taken back would not stop it; the client is told by the same channel.
            superseding.ask_to_stop_the_service(case, delivery)
            continue
        move(
            case,
            locked_delivery(case, delivery),
            DeliveryState.TAKEN_BACK,
            by=by,
            action="delivery.taken_back",
        )


def tell_the_client(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Write to the client that the notice is withdrawn, if it was or may have been served.

    The text is the house's own, so the lead who withdraws approves it with the same act; the pages
    are set by the worker and leave through the channels that the notice took.
    """
    withdrawn = _last_that_may_have_left(case) or current_notice(case)
    if withdrawn is None:
        return
    left = set(
        Delivery.objects.filter(
            _may_have_left(), case=case, notice__kind__in=ENDING, copy_for=None
        ).values_list("channel", flat=True)
    )
    if left:
        # No second person reads it before it leaves, so what would stop a notice stops the step.
        wording.refuse_what_is_blocked(
            case.withdrawn_reason,
            field="reason",
            language=withdrawn.language,
            names=wording.names_in(case.client, case.engagements.all()),
        )
        notice = Notice.objects.create(
            case=case,
            kind=NoticeKind.WITHDRAWAL,
            number=next_number(case),
            corrects=withdrawn,
            notice_date=clock.today(case.time_zone),
            sends_email=Channel.EMAIL in left,
            sends_registered_mail=Channel.REGISTERED_MAIL in left,
            author=None,
            changed_by=by.name,
            state=NoticeState.DRAFT,
            approved_by=by.user,
            approved_at=clock.now(),
            **composing.compose_withdrawal(case, withdrawn, reason=case.withdrawn_reason),
        )
        _tell_who_has_a_copy(case, notice, by=by)
        notice.state = NoticeState.APPROVED
        notice.save(update_fields=["state"])
        remember(
            case,
            "notice.approved",
            by=by,
            subject=notice,
            details={"notice": notice.number, "kind": notice.kind, "withdraws": withdrawn.number},
        )
        page_orders.order(notice, RenderingPurpose.APPROVAL)
    standing = [NoticeState.APPROVED, NoticeState.SENT]
    for sealed in case.notices.filter(kind__in=ENDING, state__in=standing):
        sealed.state = NoticeState.WITHDRAWN
        sealed.save(update_fields=["state"])


def _tell_who_has_a_copy(case: TerminationCase, notice: Notice, *, by: Actor) -> None:
    """Let the withdrawal go to everybody who may have a copy of what is withdrawn."""
    sent = Delivery.objects.filter(_may_have_left(), case=case, notice__kind__in=ENDING)
    readers = NoticeCopy.objects.filter(deliveries__in=sent).order_by("-pk").distinct()
    told = {notice.recipient_email.casefold()}
    for reader in readers:
        if reader.email.casefold() in told:
            continue
        told.add(reader.email.casefold())
        copy = NoticeCopy.objects.create(
            notice=notice,
            reader=reader.reader,
            name=reader.name,
            email=reader.email,
            is_privileged=reader.is_privileged,
            added_by=by.user,
        )
        remember(
            case,
            "notice.copy_added",
            by=by,
            subject=copy,
            details={
                "notice": notice.number,
                "reader": copy.reader,
                "privileged": copy.is_privileged,
            },
            after={"name": copy.name, "email": copy.email},
        )


def _may_have_left() -> Q:
    """Nobody may say that it was not sent: it left, or a print service has it."""
    there = ServiceOrder.objects.filter(delivery=OuterRef("pk"), state__in=AT_THE_SERVICE)
    return Q(state__in=MAY_HAVE_LEFT) | Q(Exists(there))


def _last_that_may_have_left(case: TerminationCase) -> Notice | None:
    """Return the letter that the client knows: a correction on the desk is not known to them."""
    gone = Delivery.objects.filter(_may_have_left(), case=case).values("notice_id")
    known = case.notices.filter(kind__in=ENDING, pk__in=gone)
    return known.exclude(state=NoticeState.WITHDRAWN).order_by("-number").first()
