"""The registered letter: printed, posted and its outcome, each recorded by a person."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.actor import Actor
from audit import clock
from notices.models import (
    MAY_HAVE_LEFT,
    Channel,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Notice,
    NoticeKind,
    NoticeState,
    ReceiptSlip,
    Rendering,
    RenderingPurpose,
)
from notices.outbox import cure_standing, superseding
from notices.pages import enclosed
from notices.post import carriers
from notices.receipts import chasing
from notices.services.sending import locked_delivery, move
from offboarding import policies
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import CaseFile, ProofKind, ProofOfReceipt, TaskKind, TerminationCase
from offboarding.services import proofs
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised, keep_task

OUTCOMES = (
    DeliveryState.DELIVERED,
    DeliveryState.REFUSED,
    DeliveryState.UNCLAIMED,
    DeliveryState.MOVED,
    DeliveryState.LOST,
)
"""What becomes of a posted letter."""


def record_print(delivery: Delivery, *, by: Actor) -> Delivery:
    """Release the letter to the printer; a second print is counted as a copy.

    Raises:
        TransitionRefused: not a registered letter, taken back, its slip is not set yet, or a
            warning that would come after the day it names.
    """
    with _even_if_ended(delivery, by=by) as now:
        delivery = _registered(now, delivery)
        if delivery.state == DeliveryState.TAKEN_BACK:
            raise TransitionRefused(
                [Reason("taken_back", _("This letter was taken back."), "notice")]
            )
        if delivery.state == DeliveryState.QUEUED and delivery.is_paused:
            raise TransitionRefused(
                [Reason("paused", _("Its campaign is paused or stopped."), "notice")]
            )
        if delivery.state == DeliveryState.QUEUED and (
            late := cure_standing.why_too_late(now, delivery)
        ):
            raise TransitionRefused([Reason("too_late", late, "notice")])
        if delivery.posted_on is None and now.is_sending_held and not _withdraws(delivery):
            raise TransitionRefused(
                [
                    Reason(
                        "sending_held",
                        _("A claim was threatened: nothing is sent until a lead lets it go on."),
                        "flags",
                    )
                ]
            )
        if delivery.posted_on is None and superseding.is_at_a_print_service(delivery):
            raise TransitionRefused(
                [
                    Reason(
                        "at_a_print_service",
                        _("A print service has this letter; printed here it would leave twice."),
                        "notice",
                    )
                ]
            )
        letter_bytes(delivery)
        assert delivery.notice is not None
        enclosed.enclosures_of(delivery.notice)
        if is_slip_awaited(delivery):
            raise TransitionRefused(
                [
                    Reason(
                        "slip_not_set",
                        _("The receipt slip is still being set; wait a moment."),
                        "notice",
                    )
                ]
            )
        delivery.print_count += 1
        delivery.printed_at = delivery.printed_at or clock.now()
        is_copy = delivery.print_count > 1
        if delivery.state == DeliveryState.QUEUED:
            move(now, delivery, DeliveryState.PRINTED, by=by, action="delivery.printed")
        else:
            delivery.save(update_fields=["print_count", "printed_at"])
            DeliveryEvent.objects.create(
                delivery=delivery, state=delivery.state, note=_("Printed again, a copy"), by=by.name
            )
            remember(
                now,
                "delivery.printed_again",
                by=by,
                subject=delivery,
                details={"print": delivery.print_count, "copy": is_copy},
            )
    return delivery


def _withdraws(delivery: Delivery) -> bool:
    return delivery.notice is not None and delivery.notice.kind == NoticeKind.WITHDRAWAL


def letter_bytes(delivery: Delivery) -> bytes:
    """Return the sealed pages of a delivery, compared with their hash.

    Raises:
        BytesDiffer: the stored bytes were changed; nothing is printed.
    """
    assert delivery.notice is not None
    letter = delivery.notice.letter
    if letter is None:
        raise TransitionRefused([Reason("no_letter", _("The letter is not sealed."), "notice")])
    return enclosed.pages_of(letter, delivery.notice)


def slip_bytes(delivery: Delivery) -> bytes | None:
    """Return the receipt slip of a delivery, or None while it is still being set."""
    slip = ReceiptSlip.objects.filter(delivery=delivery).first()
    return enclosed.pages_of(slip, delivery.notice) if slip else None


def has_slip(delivery: Delivery) -> bool:
    """Tell whether a receipt slip goes with a delivery."""
    return ReceiptSlip.objects.filter(delivery=delivery).exists()


def is_slip_awaited(delivery: Delivery) -> bool:
    """Tell whether a receipt slip is ordered for a delivery and the worker is not done with it."""
    return Rendering.objects.filter(
        delivery=delivery, purpose=RenderingPurpose.SLIP, done_at=None
    ).exists()


def record_posting(
    delivery: Delivery, *, by: Actor, carrier: str, carrier_number: str, posted_on: date
) -> Delivery:
    """Record that the letter was handed to the carrier: from here on the notice is served.

    Raises:
        InvalidInput: a number with a wrong check digit or used before, or a day ahead.
    """
    with _even_if_ended(delivery, by=by) as now:
        delivery = _registered(now, delivery)
        number = carriers.tidy(carrier_number)
        if delivery.state == DeliveryState.POSTED and delivery.carrier_number == number:
            return delivery
        if delivery.state != DeliveryState.PRINTED:
            raise TransitionRefused(
                [Reason("not_printed", _("Print the letter first, then post it."), "notice")]
            )
        _check_number(number, delivery, by=by)
        today = clock.today(now.time_zone)
        if posted_on > today:
            raise InvalidInput("posted_on", _("This day has not come yet."))
        assert delivery.printed_at is not None
        if posted_on < delivery.printed_at.astimezone(ZoneInfo(now.time_zone)).date():
            raise InvalidInput("posted_on", _("This is before the letter was printed."))
        delivery.carrier = carrier
        delivery.carrier_number = number
        delivery.posted_on = posted_on
        move(
            now,
            delivery,
            DeliveryState.POSTED,
            by=by,
            action="delivery.posted",
            number=number,
            on=posted_on.isoformat(),
        )
        superseding.take_effect(now, delivery.notice)
        cure_standing.follow(now, delivery.notice, by=by)
        if _counts_for_the_case(delivery):
            proofs.record_service(
                now,
                by=by,
                served_on=posted_on,
                channel=Channel.REGISTERED_MAIL,
                delivery_id=delivery.pk,
            )
        for task in now.tasks.filter(done_at=None, kind=TaskKind.POST).exclude(origin=""):
            finish_raised(now, task.origin, by=by, outcome=_("Posted"))
    return delivery


def correct_number(
    delivery: Delivery, *, by: Actor, carrier: str, carrier_number: str, reason: str
) -> Delivery:
    """Correct the number of a posted letter; the wrong one stays on its record.

    Raises:
        InvalidInput: no reason, a number with a wrong check digit or used before.
        TransitionRefused: it is not posted, or the carrier has reported on it.
    """
    with _even_if_ended(delivery, by=by) as now:
        delivery = _registered(now, delivery)
        number = carriers.tidy(carrier_number)
        _refuse_unless_posted(delivery)
        if not reason.strip():
            raise InvalidInput("reason", _("Say why; the record keeps it."))
        if number == delivery.carrier_number and carrier == delivery.carrier:
            return delivery
        _check_number(number, delivery, by=by)
        before = {"carrier": delivery.carrier, "number": delivery.carrier_number}
        delivery.carrier, delivery.carrier_number = carrier, number
        delivery.save(update_fields=["carrier", "carrier_number"])
        DeliveryEvent.objects.create(
            delivery=delivery,
            state=delivery.state,
            note=_("Number corrected from %(before)s to %(after)s. %(reason)s")
            % {"before": before["number"], "after": number, "reason": reason},
            by=by.name,
        )
        remember(
            now,
            "delivery.number_corrected",
            by=by,
            subject=delivery,
            details={"from": before["number"], "to": number},
            before=before,
            after={"carrier": carrier, "number": number, "reason": reason},
        )
    return delivery


def undo_posting(delivery: Delivery, *, by: Actor) -> Delivery:
    """Take a posting back that was recorded by mistake; the record keeps both.

    When nothing else of the notice has left, the case is not served any more.

    Raises:
        TransitionRefused: it is not posted, the carrier has reported on it, a receipt is there,
            or the client was already asked about it.
    """
    with _even_if_ended(delivery, by=by) as now:
        delivery = _registered(now, delivery)
        _refuse_unless_posted(delivery)
        assert delivery.notice is not None
        if _proofs_that_rest_on(now, delivery.notice).exists():
            raise TransitionRefused(
                [Reason("receipt_is_there", _("A receipt of this case rests on it."), "receipt")]
            )
        number, posted_on = delivery.carrier_number, delivery.posted_on
        if _counts_for_the_case(delivery):
            _let_service_fall(now, delivery, by=by)
        delivery.carrier, delivery.carrier_number, delivery.posted_on = "", "", None
        move(
            now,
            delivery,
            DeliveryState.PRINTED,
            by=by,
            action="delivery.posting_undone",
            note=_("Posting undone; it had the number %(number)s") % {"number": number},
            number=number,
            on=posted_on.isoformat() if posted_on else "",
        )
        cure_standing.follow(now, delivery.notice, by=by)
    return delivery


def _proofs_that_rest_on(case: TerminationCase, notice: Notice) -> QuerySet[ProofOfReceipt]:
    """List the receipts that a letter may have brought: those of the case, or of one warning."""
    standing = ProofOfReceipt.everything.filter(case=case, voided_at=None)
    if notice.is_warning:
        return standing.filter(is_of_warning=True, notice_number=notice.number)
    return standing.filter(is_of_warning=False)


def _let_service_fall(case: TerminationCase, delivery: Delivery, *, by: Actor) -> None:
    """Move the day of service to what else of the notice has left, or take it back."""
    others = Delivery.objects.filter(notice=delivery.notice, copy_for=None, state__in=MAY_HAVE_LEFT)
    found = [
        (day, other.channel)
        for other in others.exclude(pk=delivery.pk).defer("mime")
        if (day := _left_on(case, other)) is not None
    ]
    day, channel = min(found, default=(None, ""))
    if day is None and others.exclude(pk=delivery.pk).exists():
        # Something may have left, and nobody knows when: what is recorded stays.
        return
    if day is None and not chasing.begin_again_later(case):
        raise TransitionRefused(
            [
                Reason(
                    "chased_already",
                    _(
                        "The client was already asked about this letter; correct its "
                        "number instead."
                    ),
                    "notice",
                )
            ]
        )
    if (day, channel) != (case.served_on, case.served_by):
        proofs.correct_service(case, by=by, served_on=day, channel=channel, delivery_id=delivery.pk)


def _left_on(case: TerminationCase, delivery: Delivery) -> date | None:
    """Return the day, at the office, on which a delivery was handed to a relay or a carrier."""
    if delivery.posted_on is not None:
        return delivery.posted_on
    moments = delivery.events.filter(
        state__in=[DeliveryState.ACCEPTED, DeliveryState.DELIVERED]
    ).values_list("at", flat=True)
    first = min(moments, default=None)
    return first.astimezone(ZoneInfo(case.time_zone)).date() if first else None


def _refuse_unless_posted(delivery: Delivery) -> None:
    if delivery.state != DeliveryState.POSTED:
        raise TransitionRefused(
            [
                Reason(
                    "not_posted",
                    _("This letter is “%(state)s” now; only a posted one can be corrected.")
                    % {"state": delivery.get_state_display()},
                    "notice",
                )
            ]
        )


def _check_number(number: str, delivery: Delivery, *, by: Actor) -> None:
    fault = carriers.fault_of(number)
    if fault:
        raise InvalidInput("carrier_number", fault)
    other = (
        Delivery.objects.filter(carrier_number=number)
        .exclude(pk=delivery.pk)
        .select_related("case__team")
        .first()
    )
    if other is None:
        return
    if not policies.may(by, "offboarding.read_case", other.case):
        raise InvalidInput("carrier_number", _("This number belongs to another letter."))
    raise InvalidInput(
        "carrier_number",
        _("This number belongs to another letter: %(reference)s, posted on %(day)s.")
        % {"reference": other.case.reference, "day": other.posted_on},
    )


def record_outcome(
    delivery: Delivery,
    *,
    by: Actor,
    outcome: str,
    on: date,
    received_by: str = "",
    note: str = "",
    file: CaseFile | None = None,
    report_id: int | None = None,
) -> Delivery:
    """Record what became of a posted letter; a delivered one proves receipt.

    What a carrier's file says proves nothing yet: `accept_carrier_record` is a person's own act.

    Args:
        delivery: posted.
        by: who records it.
        outcome: one of `OUTCOMES`.
        on: the day, at the office.
        received_by: the name in the carrier's record.
        note: whatever else is known.
        file: the carrier's record, kept with the case.
        report_id: the carrier's file that it stands in.
    """
    with _even_if_ended(delivery, by=by) as now:
        delivery = _registered(now, delivery)
        state = DeliveryState(outcome)
        if state not in OUTCOMES:
            raise InvalidInput("outcome", _("This is no outcome of a letter."))
        if delivery.state == state:
            return delivery
        if delivery.state != DeliveryState.POSTED:
            raise TransitionRefused(
                [Reason("not_posted", _("Only a posted letter has an outcome."), "notice")]
            )
        assert delivery.posted_on is not None
        if on < delivery.posted_on:
            raise InvalidInput("on", _("This is before the letter was posted."))
        if on > clock.today(now.time_zone):
            raise InvalidInput("on", _("This day has not come yet."))
        delivery.outcome_on = on
        delivery.outcome_note = note
        delivery.received_by = received_by
        move(
            now,
            delivery,
            state,
            by=by,
            action=f"delivery.{state.value}",
            note=note,
            on=on.isoformat(),
            **({"report": report_id} if report_id else {}),
        )
        warning_fell = cure_standing.follow(now, delivery.notice, by=by)
        if state == DeliveryState.DELIVERED and not _can_be_proved(delivery):
            return delivery
        if state == DeliveryState.DELIVERED and report_id is not None:
            keep_task(
                now,
                kind=TaskKind.LOOK_AT,
                title=_("The carrier reports the letter as delivered; accept it as proof"),
                assignee=now.owner,
                due_on=clock.today(now.time_zone),
                by=Actor.machine("offboarding.effects"),
                origin=f"delivery:{delivery.pk}:carrier-record",
            )
        elif state == DeliveryState.DELIVERED:
            assert delivery.notice is not None
            proofs.record_proof(
                now,
                by=by,
                kind=ProofKind.CARRIER_RECORD,
                received_at=_noon_or_now(on, now),
                received_by=received_by,
                notice_number=delivery.notice.number,
                is_of_warning=delivery.notice.is_warning,
                delivery_id=delivery.pk,
                source={"carrier": delivery.carrier, "number": delivery.carrier_number},
                note=note,
                file=file,
            )
        else:
            keep_task(
                now,
                kind=TaskKind.LOOK_AT,
                title=_("The registered letter: %(outcome)s")
                % {"outcome": delivery.get_state_display()},
                details=_what_to_do(delivery, warning_fell=warning_fell),
                assignee=now.owner,
                due_on=clock.today(now.time_zone),
                by=Actor.machine("offboarding.effects"),
                origin=f"delivery:{delivery.pk}:{state.value}",
            )
    return delivery


def accept_carrier_record(delivery: Delivery, *, by: Actor) -> Delivery:
    """Accept, as a person who has looked at it, what a carrier's file says as proof of receipt.

    Raises:
        TransitionRefused: it is not delivered, or its notice counts no more.
    """
    with acting_on(delivery.case, by=by, permission="offboarding.acknowledge") as now:
        delivery = _registered(now, delivery)
        if delivery.state != DeliveryState.DELIVERED or delivery.outcome_on is None:
            raise TransitionRefused(
                [Reason("not_delivered", _("No carrier reports this letter as delivered."))]
            )
        if not _can_be_proved(delivery):
            raise TransitionRefused(
                [Reason("not_current", _("This notice does not count any more."), "notice")]
            )
        assert delivery.notice is not None
        proofs.record_proof(
            now,
            by=by,
            kind=ProofKind.CARRIER_RECORD,
            received_at=_noon_or_now(delivery.outcome_on, now),
            received_by=delivery.received_by,
            notice_number=delivery.notice.number,
            is_of_warning=delivery.notice.is_warning,
            delivery_id=delivery.pk,
            source={"carrier": delivery.carrier, "number": delivery.carrier_number},
            note=delivery.outcome_note,
        )
        finish_raised(now, f"delivery:{delivery.pk}:carrier-record", by=by, outcome=_("Accepted"))
    return delivery


def record_return_card(
    delivery: Delivery, *, by: Actor, on: date, received_by: str, file: CaseFile
) -> Delivery:
    """Record the carrier's signed card: the letter is delivered, and the card proves it."""
    with _even_if_ended(delivery, by=by) as now:
        present = _registered(now, delivery)
        if present.state == DeliveryState.POSTED:
            return record_outcome(
                present,
                by=by,
                outcome=DeliveryState.DELIVERED,
                on=on,
                received_by=received_by,
                file=file,
            )
        if present.state == DeliveryState.DELIVERED and _can_be_proved(present):
            assert present.notice is not None
            proofs.record_proof(
                now,
                by=by,
                kind=ProofKind.CARRIER_RECORD,
                received_at=_noon_or_now(on, now),
                received_by=received_by,
                notice_number=present.notice.number,
                is_of_warning=present.notice.is_warning,
                delivery_id=present.pk,
                source={"carrier": present.carrier, "number": present.carrier_number},
                file=file,
            )
            return present
    raise TransitionRefused(
        [
            Reason(
                "not_posted",
                _("This letter is “%(state)s”; a return card does not fit that.")
                % {"state": present.get_state_display()},
                "notice",
            )
        ]
    )


NEXT_STEPS = {
    DeliveryState.REFUSED: _lazy(
        "A refusal is an outcome with proof. Ask counsel, then consider deemed service."
    ),
    DeliveryState.UNCLAIMED: _lazy("Call the client, then try another channel or deemed service."),
    DeliveryState.MOVED: _lazy(
        "Find the new address, correct it at the client, then correct the letter: the sealed one "
        "carries the old address."
    ),
    DeliveryState.LOST: _lazy("Send the letter again and claim the loss with the carrier."),
}
"""What a colleague does next, by outcome."""


def _what_to_do(delivery: Delivery, *, warning_fell: bool) -> str:
    assert delivery.notice is not None
    if not delivery.notice.is_warning:
        return str(NEXT_STEPS[DeliveryState(delivery.state)])
    # Deemed service and corrections are for notices.
    return cure_standing.ways_out() if warning_fell else ""


def record_slip(
    delivery: Delivery, *, by: Actor, signed_on: date, signed_by: str, file: CaseFile
) -> None:
    """Record a signed receipt slip that came back, with its scan."""
    with acting_on(delivery.case, by=by, permission="offboarding.acknowledge") as now:
        delivery = _registered(now, delivery)
        if delivery.posted_on is None:
            raise TransitionRefused(
                [Reason("not_posted", _("Record first when the letter was posted."), "notice")]
            )
        if not _can_be_proved(delivery):
            raise TransitionRefused(
                [Reason("not_current", _("This notice does not count any more."), "notice")]
            )
        if signed_on < delivery.posted_on:
            raise InvalidInput("signed_on", _("This is before the letter was posted."))
        if signed_on > clock.today(now.time_zone):
            raise InvalidInput("signed_on", _("This day has not come yet."))
        if not signed_by.strip():
            raise InvalidInput("signed_by", _("Write the name that stands on the slip."))
        assert delivery.notice is not None
        proofs.record_proof(
            now,
            by=by,
            kind=ProofKind.SIGNED_SLIP,
            received_at=_noon_or_now(signed_on, now),
            received_by=signed_by,
            notice_number=delivery.notice.number,
            is_of_warning=delivery.notice.is_warning,
            delivery_id=delivery.pk,
            file=file,
        )


def _even_if_ended(delivery: Delivery, *, by: Actor) -> AbstractContextManager[TerminationCase]:
    """Lock the case of a letter; what is on paper goes on when the case has ended.

    The letter that withdraws a notice is printed after the case is withdrawn, and what was posted
    before comes back after it was closed.
    """
    return acting_on(delivery.case, by=by, permission="offboarding.send_notice", even_if_ended=True)


def _counts_for_the_case(delivery: Delivery) -> bool:
    """The letter is the notice that the case is waiting for, not one that withdrew or fell."""
    notice = delivery.notice
    return notice is not None and notice.ends_the_relationship and notice.state == NoticeState.SENT


def _can_be_proved(delivery: Delivery) -> bool:
    """Somebody waits to hear that this letter arrived: the case, or the time of a warning."""
    notice = delivery.notice
    is_warned = notice is not None and notice.is_warning and notice.state == NoticeState.SENT
    return is_warned or _counts_for_the_case(delivery)


def _registered(case: TerminationCase, delivery: Delivery) -> Delivery:
    delivery = locked_delivery(case, delivery)
    if delivery.channel != Channel.REGISTERED_MAIL or delivery.notice_id is None:
        raise TransitionRefused(
            [Reason("not_registered", _("This is not a registered letter."), "notice")]
        )
    return delivery


def _noon_or_now(day: date, case: TerminationCase) -> datetime:
    """Return an instant on a day of which only the date is known, never one ahead."""
    noon = datetime.combine(day, time(12), tzinfo=ZoneInfo(case.time_zone))
    return min(noon, clock.now())
