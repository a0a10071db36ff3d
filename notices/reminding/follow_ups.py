"""Look backs that are due: a task for the owner, and a mail to the client where it is planned."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.actor import Actor
from audit import clock
from notices.letters import composing
from notices.mailing import urls_for_clients
from notices.models import MessageKind
from notices.outbox.messages import write_message
from notices.receipts import chasing
from offboarding.lifecycle import ENDED
from offboarding.models import FollowUp, TerminationCase
from offboarding.services import feedback
from offboarding.services.follow_ups import raise_follow_up
from offboarding.services.locking import locked

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.follow_ups")

MOST_A_SWEEP = 1000


def sweep(limit: int = MOST_A_SWEEP) -> int:
    """Raise every follow-up whose day has come at its office, once.

    Returns:
        How many were raised.
    """
    raised = 0
    for follow_up in due(limit):
        if clock.today(follow_up.case.time_zone) < follow_up.due_on:
            continue
        try:
            raised += _raise(follow_up)
        except Exception:
            # One case that cannot be written to must not keep the others waiting.
            log.exception("follow_up.failed", follow_up=follow_up.pk)
    return raised


def due(limit: int = MOST_A_SWEEP) -> QuerySet[FollowUp]:
    """Return the follow-ups that are due anywhere on earth; a hold lets them wait."""
    latest_today = (clock.now() + timedelta(hours=14)).date()
    return (
        FollowUp.objects.filter(
            Q(case__on_hold_until=None) | Q(case__on_hold_until__lte=latest_today),
            due_on__lte=latest_today,
            raised_at=None,
            done_at=None,
            cancelled_reason="",
        )
        .exclude(case__state__in=ENDED)
        .select_related("case__client__office")
        .order_by("due_on", "pk")[:limit]
    )


def _raise(follow_up: FollowUp) -> bool:
    with transaction.atomic():
        case = locked(follow_up.case)
        if case.is_on_hold or not raise_follow_up(follow_up, by=MACHINE):
            return False
        # A client who disputes the ending is not asked how it was.
        if follow_up.writes_to_client and not case.is_disputed:
            _write(case, follow_up)
    return True


def _write(case: TerminationCase, follow_up: FollowUp) -> None:
    name, address = _recipient(case)
    if not address:
        return
    link = feedback.link_for(case, by=MACHINE, recipient_name=name)
    write_message(
        case,
        kind=MessageKind.FOLLOW_UP,
        origin=f"follow-up:{follow_up.pk}",
        context={"feedback_url": urls_for_clients.feedback_url(link)},
        by=MACHINE,
        recipient_name=name,
        recipient_email=address,
    )


def _recipient(case: TerminationCase) -> tuple[str, str]:
    """Return whom the notice went to, or the client's contact for notices."""
    notice = chasing.chased_notice(case)
    if notice is not None and notice.recipient_email:
        return notice.recipient_name, notice.recipient_email
    contact = composing.notice_recipient(case)
    return (contact.name, contact.email) if contact else ("", "")
