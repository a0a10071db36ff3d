"""Whether a cure warning counts: as long as a copy of its letter left and did not come back.

The deliveries of a warning are like those of any letter. They serve no notice, move no case and
start no chasing: all that follows from them is the client's time, which the case keeps as a remedy.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.letters import cure_words
from notices.models import Delivery, DeliveryState, Notice
from offboarding import deemed
from offboarding.models import TerminationCase
from offboarding.services import remedies

ARRIVES = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.POSTED)
"""States of a copy that is on its way to the client or with them."""


def follow(case: TerminationCase, notice: Notice | None, *, by: Actor) -> bool:
    """Let the remedy behind a warning say what its deliveries say; call with the case locked.

    Args:
        case: the letter's.
        notice: any; nothing follows from one that is no warning.
        by: who learned what became of a delivery.

    Returns:
        Whether the warning counted until now and does not any more.
    """
    if notice is None or not notice.is_warning or notice.cure_ends_on is None:
        return False
    copies = Delivery.objects.filter(notice=notice, copy_for=None, state__in=ARRIVES).defer("mime")
    left = [
        (deemed.receipt_of(case.client, copy.channel, day).on, day, copy.channel)
        for copy in copies
        if (day := _left_on(case, copy)) is not None
    ]
    if not left:
        reason = _("No copy of the letter arrived, so the client was not warned.")
        return remedies.warning_fell(case, by=by, notice_number=notice.number, reason=reason)
    deemed_on, sent_on, channel = min(left)
    assert notice.author is not None
    remedies.warning_left(
        case,
        by=by,
        notice_number=notice.number,
        sent_on=sent_on,
        channel=channel,
        deemed_on=deemed_on,
        asked_until_on=notice.cure_ends_on,
        wording="\n".join(cure_words.points_in(str(notice.parts.get("points", "")))),
        written_by=notice.author,
    )
    return False


def why_too_late(case: TerminationCase, delivery: Delivery) -> str:
    """Say why a warning on paper is not printed any more; nothing when it may be, or is none.

    Once another copy is with the client or on its way, paper only confirms it, on whatever day.

    Args:
        case: the letter's.
        delivery: with its notice, not printed yet.
    """
    notice = delivery.notice
    if notice is None or not notice.is_warning or notice.cure_ends_on is None:
        return ""
    received = deemed.receipt_of(case.client, delivery.channel, clock.today(case.time_zone))
    if notice.cure_ends_on > received.on:
        return ""
    if another_copy_counts(notice, delivery):
        return ""
    return _(
        "Posted today it counts as received on %(received)s, which is not before the day that it"
        " names, %(day)s. Take it back and give the warning another day."
    ) % {"received": date_format(received.on), "day": date_format(notice.cure_ends_on)}


def another_copy_counts(notice: Notice, delivery: Delivery) -> bool:
    """Whether the client's time runs by another copy; this one may come as late as it likes."""
    own = Delivery.objects.filter(notice=notice, copy_for=None, state__in=ARRIVES)
    return own.exclude(pk=delivery.pk).exists()


def _left_on(case: TerminationCase, copy: Delivery) -> date | None:
    """Return the day, at the office, on which a copy was handed to a relay or a carrier."""
    if copy.posted_on is not None:
        return copy.posted_on
    moments = copy.events.filter(state__in=ARRIVES).values_list("at", flat=True)
    first = min(moments, default=None)
    return first.astimezone(ZoneInfo(case.time_zone)).date() if first else None


def ways_out() -> str:
    """Say what a colleague can do about a warning that did not arrive."""
    return _(
        "The warning does not count any more: no copy of it arrived, and the client's time does not"
        " run. Send it again to the right address or by registered mail, or record a warning that"
        " reached the client in another way."
    )
