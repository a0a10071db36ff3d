"""A correction that has left takes the place of the letter it corrects.

Nothing of it happens while the correction still waits in the outbox: taking it back is then as if
it had never been written, and the client's older link goes on working until a newer letter is on
its way.
"""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from notices.models import (
    AT_THE_SERVICE,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Notice,
    NoticeKind,
    NoticeState,
    ServiceOrder,
)
from offboarding.lifecycle import State
from offboarding.models import LinkPurpose, TaskKind, TerminationCase
from offboarding.services import links, proofs
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import finish_raised, raise_for_each

MACHINE = Actor.machine("notices.dispatch")

DID_NOT_ARRIVE = (
    DeliveryState.REFUSED,
    DeliveryState.BOUNCED,
    DeliveryState.UNCLAIMED,
    DeliveryState.MOVED,
    DeliveryState.LOST,
)

NOT_LEFT = (DeliveryState.QUEUED, DeliveryState.PRINTED)


def is_at_a_print_service(delivery: Delivery) -> bool:
    """It was printed elsewhere, or is about to be; an order that only waits is simply not sent."""
    return orders_at_a_print_service(delivery).exists()


def orders_at_a_print_service(delivery: Delivery | OuterRef) -> QuerySet[ServiceOrder]:
    """List the orders by which a delivery may be printed and posted, whatever is decided here."""
    return ServiceOrder.objects.filter(delivery=delivery, state__in=AT_THE_SERVICE)


def ask_to_stop_the_service(case: TerminationCase, delivery: Delivery) -> None:
    """Put it on the leads' lists that only the print service can still stop a letter."""
    raise_for_each(
        case,
        list(accounts.leads_of(case.team)) or [case.owner],
        kind=TaskKind.LOOK_AT,
        title=_("A print service still has a letter that is not to leave any more"),
        details=_(
            "Take it back from the print service now. If it is too late for that, the letter will"
            " reach the client: tell them that it does not count."
        ),
        origin=f"delivery:{delivery.pk}:service-stop",
    )


def take_back_what_waits(case: TerminationCase, notice: Notice, *, by: Actor, why: str) -> None:
    """Take back every delivery of a notice that has not left; call with the case locked."""
    waiting = Delivery.objects.select_for_update().filter(notice=notice, state__in=NOT_LEFT)
    for delivery in waiting.defer("mime"):
        if is_at_a_print_service(delivery):
            # Calling it taken back would not stop it.
            ask_to_stop_the_service(case, delivery)
            continue
        before = delivery.state
        Delivery.objects.filter(pk=delivery.pk).update(
            state=DeliveryState.TAKEN_BACK,
            state_changed_at=clock.now(),
            fence=delivery.fence + 1,
        )
        DeliveryEvent.objects.create(
            delivery=delivery, state=DeliveryState.TAKEN_BACK, note=why, by=by.name
        )
        remember(
            case,
            "delivery.taken_back",
            by=by,
            subject=delivery,
            details={
                "channel": delivery.channel,
                "from": before,
                "to": DeliveryState.TAKEN_BACK.value,
            },
            after={"note": why},
        )
        links.revoke_links(case, by=by, reason="superseded", delivery_ids=(delivery.pk,))


def take_effect(case: TerminationCase, notice: Notice | None) -> None:
    """Let a correction that has left replace the older letter; call with the case locked.

    The older links then say that a newer letter came, the receipt of the older letter falls, and
    the case waits for the receipt of the new one. Call it before the new service is recorded; a
    second call, for another channel, changes nothing.
    """
    if notice is None or notice.kind != NoticeKind.CORRECTION or notice.corrects_id is None:
        return
    old = Notice.objects.select_for_update(of=("self",)).get(pk=notice.corrects_id)
    if old.state != NoticeState.SENT:
        return
    case.is_being_corrected = False
    case.save(update_fields=["is_being_corrected"])
    why = _("A correction replaces this letter.")
    take_back_what_waits(case, old, by=MACHINE, why=why)
    old.state = NoticeState.SUPERSEDED
    old.save(update_fields=["state"])
    _settle_what_did_not_arrive(case, old, why=why)
    deliveries = tuple(Delivery.objects.filter(notice=old).values_list("pk", flat=True))
    if deliveries:
        links.revoke_links(
            case,
            by=MACHINE,
            reason="superseded",
            purposes=(LinkPurpose.RECEIPT,),
            delivery_ids=deliveries,
        )
    remember(
        case,
        "notice.superseded",
        by=MACHINE,
        subject=old,
        details={"notice": old.number, "by_notice": notice.number},
    )
    if case.state in (State.NOTICE, State.ACKNOWLEDGED):
        _let_the_receipt_fall(case, notice)
    else:
        raise_for_each(
            case,
            list(accounts.leads_of(case.team)) or [case.owner],
            kind=TaskKind.LOOK_AT,
            title=_("A correction left although the case had ended"),
            details=_(
                "Nobody could say before whether it had left. The client has a letter that does not"
                " count any more; tell them so."
            ),
            origin=f"correction:{notice.pk}:late",
        )


def _settle_what_did_not_arrive(case: TerminationCase, old: Notice, *, why: str) -> None:
    """Nobody has to find another way any more for a letter that a newer one replaces."""
    failed = Delivery.objects.filter(notice=old, state__in=DID_NOT_ARRIVE, resolved_at=None)
    for pk in list(failed.values_list("pk", flat=True)):
        finish_raised(case, f"delivery:{pk}", by=MACHINE, outcome=why)
    failed.update(resolved_at=clock.now(), resolution_reason=why)


def _let_the_receipt_fall(case: TerminationCase, notice: Notice) -> None:
    why = _("It was for the letter that notice %(number)d replaces.") % {"number": notice.number}
    standing = case.proofs.filter(voided_at=None)
    for proof in [one for one in standing if one.notice_number != notice.number]:
        proof.case = case
        case = proofs.void_proof(proof, by=MACHINE, reason=why)
    for task in case.tasks.filter(done_at=None, origin__startswith="receipt-fell:"):
        finish_raised(case, task.origin, by=MACHINE, outcome=why)
    proofs.correct_service(locked(case), by=MACHINE, served_on=None)
