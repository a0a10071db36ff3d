"""Service of the notice, and the proof that it arrived.

The app above writes here what it did and saw; the gates of the lifecycle read only what is kept
here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from offboarding import deemed, policies, selectors
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import CaseFile, Grade, ProofKind, ProofOfReceipt, TaskKind, TerminationCase
from offboarding.services.advance import advance
from offboarding.services.locking import acting_on, remember
from offboarding.services.remedies import follow_receipts
from offboarding.services.tasks import finish_raised, keep_task, raise_for_each

CLIENT_KINDS = (ProofKind.CONFIRMATION, ProofKind.PAPER_CODE)
"""Proofs that a client makes with their own hand."""

_KINDS_NEEDING_A_FILE = (ProofKind.SIGNED_SLIP, ProofKind.ACCEPTED_REPLY)

_GRADE_OF_KIND = {
    ProofKind.SIGNED_SLIP: Grade.A,
    ProofKind.CARRIER_RECORD: Grade.A,
    ProofKind.ACCEPTED_REPLY: Grade.D,
    ProofKind.PHONE: Grade.D,
    ProofKind.DEEMED: Grade.E,
}
"""The grade of what colleagues enter; a client's own act is graded where it is seen."""

_WHY_OF_KIND = {
    ProofKind.SIGNED_SLIP: _lazy("Somebody signed for the paper letter; the slip is attached."),
    ProofKind.CARRIER_RECORD: _lazy("The carrier recorded to whom the letter was handed."),
    ProofKind.ACCEPTED_REPLY: _lazy("A colleague read a reply as proof; the reply is attached."),
    ProofKind.PHONE: _lazy("A colleague noted a telephone call; nothing of it is in writing."),
    ProofKind.DEEMED: _lazy("Nobody confirmed; the day has come, and the attempts are listed."),
}


_OF_SERVICE = ["served_on", "served_by", "deemed_received_on", "deemed_rule"]


def record_service(
    case: TerminationCase,
    *,
    by: Actor,
    served_on: date,
    channel: str,
    delivery_id: int | None = None,
) -> TerminationCase:
    """Record that the approved notice was handed to a relay or a carrier.

    The first service counts for the case's dates, with the day on which it counts as received by
    the rule of its channel; later ones are kept on the record only.
    """
    permission = "offboarding.send_notice" if by.kind == "person" else "offboarding.record_service"
    with acting_on(case, by=by, permission=permission, even_if_ended=True) as now:
        receipt = deemed.receipt_of(now.client, channel, served_on)
        if now.served_on is None:
            now.served_on = served_on
            now.served_by = channel
            now.deemed_received_on = receipt.on
            now.deemed_rule = receipt.copy
            now.save(update_fields=_OF_SERVICE)
        remember(
            now,
            "notice.served",
            by=by,
            details={
                "on": served_on.isoformat(),
                "channel": channel,
                "delivery": delivery_id,
                "deemed_received_on": receipt.on.isoformat(),
                "deemed_by": receipt.rule.code,
            },
        )
    return now


def correct_service(
    case: TerminationCase,
    *,
    by: Actor,
    served_on: date | None,
    channel: str = "",
    delivery_id: int | None = None,
) -> TerminationCase:
    """Correct the day of service, because what it rested on came back.

    Args:
        case: in notice, without any receipt.
        by: who learned of it.
        served_on: the day on which something else was handed over; None when nothing was.
        channel: of that; its rule says on which day it counts as received.
        delivery_id: what came back.
    """
    permission = "offboarding.send_notice" if by.kind == "person" else "offboarding.record_service"
    with acting_on(case, by=by, permission=permission) as now:
        before = {
            "on": now.served_on.isoformat() if now.served_on else "",
            "channel": now.served_by,
            "deemed": now.deemed_received_on.isoformat() if now.deemed_received_on else "",
        }
        now.served_on = served_on
        now.served_by = channel if served_on else ""
        receipt = deemed.receipt_of(now.client, channel, served_on) if served_on else None
        now.deemed_received_on = receipt.on if receipt else None
        now.deemed_rule = receipt.copy if receipt else {}
        now.save(update_fields=_OF_SERVICE)
        remember(
            now,
            "notice.service_corrected",
            by=by,
            details={
                "from": before,
                "on": served_on.isoformat() if served_on else "",
                "channel": now.served_by,
                "delivery": delivery_id,
            },
        )
        case.served_on, case.served_by = now.served_on, now.served_by
        case.deemed_received_on = now.deemed_received_on
    return now


def record_proof(
    case: TerminationCase,
    *,
    by: Actor,
    kind: str,
    received_at: datetime,
    grade: str = "",
    grade_reason: str = "",
    received_by: str = "",
    notice_number: int | None = None,
    delivery_id: int | None = None,
    source: dict[str, Any] | None = None,
    note: str = "",
    file: CaseFile | None = None,
    is_of_warning: bool = False,
) -> ProofOfReceipt:
    """Keep one proof of receipt; the case moves at once if it is strong enough.

    A proof made twice for the same delivery and kind is one proof: the first stays. One that shows
    that a cure warning arrived never moves the case; it tells when the client's time begins.

    Raises:
        InvalidInput: a date ahead, a missing file, a kind this actor cannot make.
    """
    with acting_on(case, by=by, permission="offboarding.acknowledge", even_if_ended=True) as now:
        if (by.kind == "client") != (kind in CLIENT_KINDS):
            raise InvalidInput("kind", _("This kind of receipt cannot be entered here."))
        if now.state == State.EVALUATION and not is_of_warning:
            raise TransitionRefused(
                [Reason("not_served", _("No notice of this case has been sent."), "notice")]
            )
        if delivery_id is not None:
            first = ProofOfReceipt.everything.filter(
                case=now, delivery_id=delivery_id, kind=kind, voided_at=None
            ).first()
            if first is not None:
                return first
        _check(now, kind, received_at, file, note, is_of_warning=is_of_warning)
        proof = ProofOfReceipt.objects.create(
            case=now,
            kind=kind,
            grade=grade if by.kind == "client" else _GRADE_OF_KIND[ProofKind(kind)],
            grade_reason=grade_reason or str(_WHY_OF_KIND.get(ProofKind(kind), "")),
            received_at=received_at,
            received_by=received_by[:200],
            notice_number=notice_number,
            is_of_warning=is_of_warning,
            delivery_id=delivery_id,
            source=source or {},
            note=note,
            file=file,
            recorded_by=by.user,
        )
        remember(
            now,
            "receipt.recorded",
            by=by,
            subject=proof,
            details={
                "kind": kind,
                "grade": proof.grade,
                "delivery": delivery_id,
                "file": str(file.pk) if file else "",
            }
            | ({"of_warning": notice_number} if is_of_warning else {}),
            after={"received_by": received_by, "note": note, "why": grade_reason},
        )
        if proof.counts:
            _move_on(now, proof, by=by)
        else:
            raise_for_each(
                now,
                accounts.leads_of(now.team),
                kind=TaskKind.LOOK_AT,
                title=_("Look at a receipt of grade %(grade)s") % {"grade": proof.grade},
                origin=f"proof:{proof.pk}",
            )
    return proof


def _check(
    case: TerminationCase,
    kind: str,
    received_at: datetime,
    file: CaseFile | None,
    note: str,
    *,
    is_of_warning: bool,
) -> None:
    if received_at > clock.now():
        raise InvalidInput("received_at", _("The receipt cannot lie in the future."))
    received_on = received_at.astimezone(ZoneInfo(case.time_zone)).date()
    served_on = None if is_of_warning else case.served_on
    if served_on and received_on < served_on and kind not in CLIENT_KINDS:
        raise InvalidInput("received_at", _("This is before the notice was sent."))
    if kind in _KINDS_NEEDING_A_FILE and file is None:
        raise InvalidInput("file", _("Attach the slip or the reply itself."))
    if kind == ProofKind.PHONE and not note.strip():
        raise InvalidInput("note", _("Say who was on the telephone and what was said."))


def propose_deemed_service(
    case: TerminationCase, *, by: Actor, attempts: list[dict[str, Any]], note: str
) -> ProofOfReceipt:
    """Propose that the notice counts as received, with its documented attempts.

    Args:
        case: in notice, served.
        by: a person of the team; a lead has to accept it.
        attempts: one entry per attempt with `channel`, `on` and `outcome`.
        note: what else was tried.

    Raises:
        TransitionRefused: fewer than two attempts, or the day of deemed receipt is still ahead.
    """
    today = clock.today(case.time_zone)
    reasons = []
    if len(attempts) < 2:
        reasons.append(
            Reason(
                "too_few_attempts",
                _("Deemed service needs two documented attempts or two channels."),
                "receipt",
            )
        )
    if case.deemed_received_on is None or case.deemed_received_on > today:
        reasons.append(
            Reason(
                "deemed_date_ahead", _("The day of deemed receipt is not reached yet."), "receipt"
            )
        )
    if reasons:
        raise TransitionRefused(reasons)
    return record_proof(
        case,
        by=by,
        kind=ProofKind.DEEMED,
        received_at=clock.now(),
        source={"attempts": attempts, "deemed_received_on": str(case.deemed_received_on)},
        note=note,
    )


def accept_proof(proof: ProofOfReceipt, *, by: Actor) -> TerminationCase:
    """Accept, as a team lead, a proof that does not count by itself.

    Raises:
        NotAllowed: no lead of the team, or the person who entered the proof.
    """
    with acting_on(proof.case, by=by, permission="offboarding.accept_proof") as now:
        proof = ProofOfReceipt.everything.get(case=now, pk=proof.pk)
        if proof.voided_at is not None:
            raise TransitionRefused([Reason("voided", _("This receipt was voided."), "receipt")])
        if proof.counts:
            return now
        if proof.recorded_by_id is not None and proof.recorded_by_id == by.user_id:
            raise TransitionRefused(
                [
                    Reason(
                        "second_person",
                        _("You entered this receipt; another team lead has to accept it."),
                        "receipt",
                    )
                ]
            )
        proof.accepted_by = by.user
        proof.accepted_at = clock.now()
        proof.save(update_fields=["accepted_by", "accepted_at"])
        remember(now, "receipt.accepted", by=by, subject=proof, details={"grade": proof.grade})
        finish_raised(now, f"proof:{proof.pk}", by=by, outcome=_("Accepted"))
        return _move_on(now, proof, by=by)


def void_proof(proof: ProofOfReceipt, *, by: Actor, reason: str) -> TerminationCase:
    """Let a proof fall; without another one the acknowledgement falls with it."""
    with acting_on(
        proof.case, by=by, permission="offboarding.void_proof", even_if_ended=True
    ) as now:
        proof = ProofOfReceipt.everything.get(case=now, pk=proof.pk)
        if proof.voided_at is not None:
            return now
        if not reason.strip():
            raise InvalidInput("reason", _("Say why this receipt falls."))
        proof.voided_at = clock.now()
        proof.voided_reason = reason
        proof.save(update_fields=["voided_at", "voided_reason"])
        remember(now, "receipt.voided", by=by, subject=proof, after={"reason": reason})
        finish_raised(now, f"proof:{proof.pk}", by=by, outcome=_("Voided"))
        if proof.is_of_warning:
            follow_receipts(now, proof.notice_number, by=by)
            return now
        if now.state == State.ACKNOWLEDGED and not any(p.counts for p in now.proofs.all()):
            now = advance(now, "void_acknowledgement", by=by, details={"proof": proof.pk})
    return now


def tell_the_owner(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Tell the owner that the receipt fell (an effect); the chasing ladder goes on by itself."""
    keep_task(
        case,
        kind=TaskKind.LOOK_AT,
        title=_("The receipt fell; prove the delivery in another way"),
        assignee=case.owner,
        due_on=clock.today(case.time_zone),
        by=Actor.machine("offboarding.effects"),
        origin=f"receipt-fell:{case.version}",
    )


def _move_on(case: TerminationCase, proof: ProofOfReceipt, *, by: Actor) -> TerminationCase:
    """Acknowledge if nothing else stands in the way; otherwise a colleague looks at it."""
    if proof.is_of_warning:
        follow_receipts(case, proof.notice_number, by=by)
        return case
    if case.state != State.NOTICE:
        return case
    if selectors.unmet(case, "acknowledge"):
        keep_task(
            case,
            kind=TaskKind.LOOK_AT,
            title=_("The receipt is in, but the case cannot move yet"),
            assignee=case.owner,
            due_on=clock.today(case.time_zone),
            by=Actor.machine("offboarding.effects"),
            origin=f"blocked-receipt:{proof.pk}",
        )
        return case
    return advance(
        case,
        "acknowledge",
        by=by,
        details={"proof": proof.pk, "grade": proof.grade, "kind": proof.kind},
        at=proof.received_at,
    )


def acknowledge(
    case: TerminationCase, *, by: Actor, expected_version: int | None = None
) -> TerminationCase:
    """Take the step by hand when the proof came in while something else stood in the way."""
    policies.require(by, "offboarding.acknowledge", case)
    times = [proof.received_at for proof in case.proofs.all() if proof.counts]
    return advance(
        case,
        "acknowledge",
        by=by,
        expected_version=expected_version,
        at=min(times, default=clock.now()),
    )
