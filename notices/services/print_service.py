"""Letters that a print service makes: ordered and taken back by people."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from notices import bell
from notices.models import (
    CLOSED_ORDERS,
    Channel,
    Delivery,
    DeliveryState,
    ServiceOrder,
    ServiceState,
)
from notices.outbox import cure_standing, departures
from notices.post import orders as post_orders
from notices.print_and_post import NotReached, PrintAndPost, Refused
from notices.services.registered import is_slip_awaited
from notices.services.sending import locked_delivery, move
from offboarding.errors import Reason, TransitionRefused
from offboarding.services import links
from offboarding.services.locking import acting_on, remember

RING = "notices.tasks.drain_post_orders"


def is_offered() -> bool:
    """This installation has a print service."""
    return post_orders.service() is not None


def order(delivery: Delivery, *, by: Actor) -> ServiceOrder:
    """Give a registered letter that waits for the printer to the print service.

    Ordering twice is one order.

    Raises:
        TransitionRefused: there is no service, it was printed or taken back, or cannot go there.
    """
    provider = post_orders.service()
    if provider is None:
        raise TransitionRefused([Reason("no_service", _("No print service is set up here."))])
    try:
        return _order(delivery, provider, by=by)
    except post_orders.PagesChanged as changed:
        # Outside of what is rolled back: the alarm stays.
        reason = post_orders.raise_alarm(delivery, changed)
        raise TransitionRefused([Reason("pages_changed", reason, "notice")]) from changed


def _order(delivery: Delivery, provider: PrintAndPost, *, by: Actor) -> ServiceOrder:
    with acting_on(
        delivery.case, by=by, permission="offboarding.send_notice", even_if_ended=True
    ) as case:
        delivery = locked_delivery(case, delivery)
        existing = open_order_of(delivery)
        if existing is not None:
            return existing
        reason = _why_not(delivery) or cure_standing.why_too_late(case, delivery)
        if not reason:
            row = ServiceOrder(delivery=delivery, provider=provider.name, ordered_by=by.colleague)
            reason = post_orders.problem_with(row, provider)
        if reason:
            raise TransitionRefused([Reason("not_there", reason, "notice")])
        row.save(force_insert=True)
        remember(
            case,
            "delivery.given_to_print_service",
            by=by,
            subject=delivery,
            details={"order": row.pk, "provider": row.provider, "key": str(row.key)},
        )
        bell.ring(RING)
    return row


def open_order_of(delivery: Delivery) -> ServiceOrder | None:
    """Return the order of a letter that a print service has or gets."""
    return ServiceOrder.objects.filter(delivery=delivery).exclude(state__in=CLOSED_ORDERS).first()


def cancel(row: ServiceOrder, *, by: Actor) -> ServiceOrder:
    """Take a letter back from the print service, before it is printed.

    Raises:
        TransitionRefused: it is too late, being handed over, or the service does not answer.
    """
    provider = post_orders.service()
    was_asked = row.state == ServiceState.SUBMITTED and provider is not None
    if was_asked and provider is not None:
        # Asked outside of the transaction: nobody waits for a far machine while a case is locked.
        # Taking back twice is once, so an answer that is lost may be asked for again.
        _may(row, by=by)
        try:
            provider.cancel(row.reference)
        except Refused as refused:
            raise TransitionRefused(
                [Reason("too_late", _("It is too late: %(why)s") % {"why": refused}, "notice")]
            ) from refused
        except NotReached as silence:
            raise TransitionRefused(
                [
                    Reason(
                        "no_answer",
                        _("The print service does not answer; try again in a minute."),
                        "notice",
                    )
                ]
            ) from silence
    with acting_on(
        row.delivery.case, by=by, permission="offboarding.send_notice", even_if_ended=True
    ) as case:
        delivery = locked_delivery(case, row.delivery)
        now = ServiceOrder.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if now.state == ServiceState.CANCELLED:
            return now
        # Handed over since the page was opened, or to a service that is set up no more: the
        # provider was not asked, and goes on printing.
        is_unasked = now.state == ServiceState.SUBMITTED and not was_asked
        if is_unasked or now.state not in (ServiceState.QUEUED, ServiceState.SUBMITTED):
            raise TransitionRefused(
                [
                    Reason(
                        "moved_on",
                        _("This order is “%(state)s” now.") % {"state": now.get_state_display()},
                        "notice",
                    )
                ]
            )
        was_there = now.state == ServiceState.SUBMITTED
        now.state = ServiceState.CANCELLED
        now.save(update_fields=["state"])
        if was_there and delivery.state == DeliveryState.PRINTED:
            move(
                case,
                delivery,
                DeliveryState.TAKEN_BACK,
                by=by,
                action="delivery.taken_back",
                order=now.pk,
                provider=now.provider,
            )
            links.revoke_links(case, by=by, reason="taken_back", delivery_ids=(delivery.pk,))
            departures.approved_again_if_nothing_left(case, delivery, by=by)
        else:
            remember(
                case,
                "delivery.kept_from_print_service",
                by=by,
                subject=delivery,
                details={"order": now.pk, "provider": now.provider},
            )
    return now


def _may(row: ServiceOrder, *, by: Actor) -> None:
    with (
        transaction.atomic(),
        acting_on(
            row.delivery.case, by=by, permission="offboarding.send_notice", even_if_ended=True
        ),
    ):
        pass


def _why_not(delivery: Delivery) -> str:
    if delivery.channel != Channel.REGISTERED_MAIL or delivery.notice_id is None:
        return _("This is not a registered letter.")
    if delivery.state != DeliveryState.QUEUED:
        return _("This letter is “%(state)s” now.") % {"state": delivery.get_state_display()}
    if delivery.is_paused:
        return _("Its campaign is paused or stopped.")
    if is_slip_awaited(delivery):
        return _("The receipt slip is still being set; wait a moment.")
    return ""
