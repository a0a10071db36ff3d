"""One claimed row on its way to the mail server, or why it does not leave.

`handing_over` is committed after the server accepted the recipient and before the first byte of
the mail. From there on no machine sends the row again. The row's bytes are compared with their
hash, and the letter inside with the sealed one. What stops a row that has not left is in `stops`;
it is asked under the case's lock.
"""

from __future__ import annotations

import hashlib

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audit import clock
from notices import departures, mail
from notices.claiming import lease_seconds, release
from notices.leases import DatabaseClock
from notices.mail_lines import transport
from notices.models import Delivery, DeliveryState, Notice
from notices.settling import MACHINE, ask_leads, move, settle
from notices.smtp import Envelope, Kind, Outcome, Stage
from notices.stops import Stop, stop_of
from offboarding.models import TaskKind, TerminationCase
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import keep_task

log = structlog.get_logger(__name__)

HOLD_LOOK_MINUTES = 10
"""How often a row of a case on hold is looked at again."""


def hand_over(delivery: Delivery, fence: int) -> Outcome | None:
    """Take one claimed row to the mail server; nothing means that it was stopped before."""
    stop = stop_of(delivery.case, delivery)
    if stop is not None:
        _apply(stop, delivery, fence)
        return None
    problem = difference(delivery)
    if problem:
        _raise_alarm(delivery, fence, problem)
        return None
    try:
        envelope = Envelope(
            mail.envelope_sender(delivery.pk),
            delivery.recipient_email,
            bytes(delivery.mime or b""),
            mail.delivery_name(delivery.pk),
        )
    except ValueError as error:
        outcome = Outcome(Kind.REFUSED, None, str(error), Stage.BEFORE_DATA, 0.0)
        settle(delivery, fence, DeliveryState.CLAIMED, outcome)
        return outcome

    stopped: list[Stop] = []

    def commit_handing_over() -> bool:
        return _commit_handing_over(delivery, fence, stopped)

    outcome = transport().hand_over(envelope, before_data=commit_handing_over)
    if outcome.kind is Kind.ABANDONED:
        # Overtaken, and the row is no longer ours; or stopped at the last moment.
        if stopped:
            _apply(stopped[0], delivery, fence)
        return None
    reached = outcome.stage in (Stage.DATA, Stage.BODY, Stage.FINAL_REPLY)
    held = DeliveryState.HANDING_OVER if reached else DeliveryState.CLAIMED
    settle(delivery, fence, held, outcome)
    return outcome


def _commit_handing_over(delivery: Delivery, fence: int, stopped: list[Stop]) -> bool:
    """Commit that the mail is about to leave; from here on it may have left.

    The case is locked, so a withdrawal either sees this row as leaving or stops it.
    """
    with transaction.atomic(durable=True):
        case = TerminationCase.objects.select_for_update().get(pk=delivery.case_id)
        # Client and office do not change in between; only the case's own flags matter.
        case.client = delivery.case.client
        if delivery.notice is not None:
            notices = Notice.objects.filter(pk=delivery.notice.pk)
            delivery.notice.state = notices.values_list("state", flat=True).get()
        stop = stop_of(case, delivery)
        if stop is not None:
            stopped.append(stop)
            return False
        # A campaign may have been paused since the claim; the row then waits for its lease to end.
        return bool(
            Delivery.objects.filter(
                pk=delivery.pk, fence=fence, state=DeliveryState.CLAIMED, is_paused=False
            ).update(
                state=DeliveryState.HANDING_OVER,
                attempts=F("attempts") + 1,
                leased_until=DatabaseClock(lease_seconds()),
                state_changed_at=clock.now(),
            )
        )


# -- what does not leave ---------------------------------------------------------------------------


def _apply(stop: Stop, delivery: Delivery, fence: int) -> None:
    """Take a stopped row back, or let it wait."""
    if stop.waits:
        release({delivery.pk: fence}, minutes=HOLD_LOOK_MINUTES)
        return
    with transaction.atomic():
        case = locked(delivery.case)
        if not move(delivery, fence, DeliveryState.CLAIMED, DeliveryState.TAKEN_BACK, stop.why):
            return
        remember(
            case,
            "delivery.taken_back",
            by=MACHINE,
            subject=delivery,
            details={"channel": delivery.channel, "to": DeliveryState.TAKEN_BACK.value},
            after={"note": stop.why},
        )
        if stop.asks_owner:
            departures.approved_again_if_nothing_left(case, delivery, by=MACHINE)
            keep_task(
                case,
                kind=TaskKind.LOOK_AT,
                title=_("Our notice did not leave"),
                details=stop.why,
                assignee=case.owner,
                due_on=clock.today(case.time_zone),
                by=MACHINE,
                origin=f"delivery:{delivery.pk}:stopped",
            )


def difference(delivery: Delivery) -> str:
    """Say where stored bytes differ from their hash; empty when all is as approved."""
    content = bytes(delivery.mime or b"")
    if not content or hashlib.sha256(content).hexdigest() != delivery.mime_sha256:
        return "mail"
    if delivery.notice is not None:
        letter = delivery.notice.letter
        if letter is None:
            return "letter_missing"
        pages = bytes(letter.pdf)
        if hashlib.sha256(pages).hexdigest() != letter.sha256:
            return "letter"
        if mail.in_base64(pages).rstrip() not in content:
            return "attachment"
    return ""


def _raise_alarm(delivery: Delivery, fence: int, problem: str) -> None:
    """Never send changed bytes; tell the team's leads instead."""
    log.critical("delivery.alarm", delivery=delivery.pk, differs=problem)
    note = _("Not sent: the stored bytes differ from those that were approved.")
    with transaction.atomic():
        case = locked(delivery.case)
        if not move(delivery, fence, DeliveryState.CLAIMED, DeliveryState.REFUSED, note):
            return
        remember(
            case,
            "delivery.alarm",
            by=MACHINE,
            subject=delivery,
            details={"differs": problem, "sha256": delivery.mime_sha256},
        )
        ask_leads(
            case,
            title=_("Stored bytes of a delivery were changed"),
            details=note,
            origin=f"delivery:{delivery.pk}:alarm",
        )
