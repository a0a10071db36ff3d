"""What keeps a mail from leaving, asked just before its first byte.

- Withdrawing or replacing a notice takes it back, and so does keeping the client.
- A cure warning leaves while the case is evaluated, and while the day it names still gives the
  client all of their time; else it is taken back. On paper it is printed as long as that day comes
  after its receipt: the client's time then runs from there (`cure_standing.why_too_late`).
- A threatened claim lets everything wait until a team lead lets it go on, except for what tells the
  client that a notice is withdrawn. A negotiation lets reminders wait.
- A hold lets it wait, except for what tells the client that a notice is withdrawn or answers them.
- A dispute, an acknowledgement or any standing receipt takes a reminder back; it stops no notice.
  So does a mail to the same address that was refused or came back.
- A mail about files whose link was taken back or replaced is taken back.
- A notice that would leave too late for its own dates is taken back and needs a new approval.

What an answer rests on is compared once more in the last moment (`commit_handing_over`): the case's
state, dispute, holds, the notice's state, standing receipts, the day. A rule that rests on
anything else has to be named there as well; that of links is not, because a mail whose link ended
in that moment opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from audit import clock
from notices.letters import cure_dates, lawful
from notices.models import (
    MAY_HAVE_LEFT,
    Delivery,
    DeliveryState,
    Message,
    MessageKind,
    Notice,
    NoticeKind,
    NoticeState,
)
from notices.outbox import cure_standing
from offboarding import selectors, terms
from offboarding.lifecycle import State
from offboarding.models import ProofOfReceipt, TerminationCase

LATEST_DEPARTURE_BUSINESS_DAYS = 5
"""A notice leaves at most so long after the date on its letter."""

REMINDERS = (MessageKind.REMINDER, MessageKind.OWED_REMINDER)
"""Messages that a machine writes to press a little; a failed address gets none."""

SERVES = (NoticeKind.TERMINATION, NoticeKind.CORRECTION)
"""Notices that end the relationship; their acceptance counts as service."""

ANSWERS_AT_ONCE = (MessageKind.RECEIPT_CONFIRMED, MessageKind.HANDOVER_CODE)
"""Mails that the client brings about on a page, and waits for there."""


@dataclass(frozen=True)
class Stop:
    """Why a row does not leave: for now when it waits, else for good."""

    why: str
    waits: bool = False
    asks_owner: bool = False


@dataclass(frozen=True)
class Heard:
    """What was heard from whom reminders go to: read for many rows at once.

    Attributes:
        received: the keys of cases of which any receipt stands.
        failed: cases and the addresses at which a mail of theirs was refused or came back.
    """

    received: frozenset[int] = frozenset()
    failed: frozenset[tuple[int, str]] = frozenset()


def heard_of(deliveries: Iterable[Delivery]) -> Heard:
    """Read what keeps reminders from leaving; nothing is read when there is none."""
    asked = {one.case_id for one in deliveries if one.message and one.message.kind in REMINDERS}
    if not asked:
        return Heard()
    standing = ProofOfReceipt.objects.filter(case__in=asked, voided_at=None)
    # A warning that came back says nothing of the notice that was sent after it.
    failed = Delivery.objects.filter(
        case__in=asked, state__in=[DeliveryState.REFUSED, DeliveryState.BOUNCED]
    ).exclude(notice__kind=NoticeKind.CURE_WARNING)
    return Heard(
        frozenset(standing.values_list("case_id", flat=True)),
        frozenset(failed.order_by().values_list("case_id", "recipient_email")),
    )


def stop_of(case: TerminationCase, delivery: Delivery, heard: Heard | None = None) -> Stop | None:
    """Return what keeps a row from leaving, as the case now stands.

    Args:
        case: as it stands.
        delivery: with its notice or message.
        heard: what `heard_of` found, if the caller has read that already.
    """
    heard = heard or heard_of([delivery])
    if delivery.notice is not None:
        return _stop_of_notice(case, delivery.notice, delivery)
    assert delivery.message is not None
    kind = delivery.message.kind
    if kind == MessageKind.REMINDER and (
        case.state != State.NOTICE or case.is_disputed or case.pk in heard.received
    ):
        return Stop(_("The reminder is no longer needed."))
    if kind in REMINDERS and (case.pk, delivery.recipient_email) in heard.failed:
        return Stop(_("A mail to this address came back."))
    if kind == MessageKind.HANDOVER and _leads_nowhere(case, delivery.message):
        return Stop(_("Its link was taken back or replaced."))
    if kind == MessageKind.OWED_REMINDER and (case.is_ended or case.is_disputed):
        return Stop(_("The reminder is no longer needed."))
    if case.is_sending_held and kind not in ANSWERS_AT_ONCE:
        return _claim()
    if kind in REMINDERS and case.reminds_nobody:
        return Stop(_("Both sides negotiate."), waits=True)
    if kind in (*REMINDERS, MessageKind.FOLLOW_UP) and case.is_on_hold:
        return Stop(_("The case is on hold."), waits=True)
    return None


def _leads_nowhere(case: TerminationCase, message: Message) -> bool:
    """Tell whether the link in a mail about files has ended; to lead nowhere harms nobody."""
    _what, release, time = message.origin.split(":")
    standing = case.releases.filter(
        pk=int(release), link_count=int(time), withdrawn_at=None, link__revoked_at=None
    )
    return not standing.exists()


def _claim() -> Stop:
    return Stop(_("A claim was threatened; a team lead decides how to go on."), waits=True)


def _stop_of_notice(case: TerminationCase, notice: Notice, delivery: Delivery) -> Stop | None:
    if notice.kind == NoticeKind.WITHDRAWAL:
        return _stop_of_copy(notice) if delivery.copy_for_id is not None else None
    if notice.state in (NoticeState.WITHDRAWN, NoticeState.SUPERSEDED):
        return Stop(_("The notice was withdrawn or replaced."))
    if notice.is_warning and case.state != State.EVALUATION:
        return Stop(_("It was decided how to go on; the warning is not sent any more."))
    if notice.kind in SERVES and case.state in (State.WITHDRAWN, State.RETAINED):
        return Stop(_("The relationship goes on."))
    if case.is_sending_held:
        return _claim()
    if case.is_on_hold:
        return Stop(_("The case is on hold."), waits=True)
    if delivery.copy_for_id is not None:
        return _stop_of_copy(notice)
    if notice.is_warning:
        too_late = cure_dates.gives_too_little(case, notice, delivery.channel)
        if too_late and not cure_standing.another_copy_counts(notice, delivery):
            return Stop(
                _("It would leave too late for the day it names; it needs another day."),
                asks_owner=True,
            )
        return None
    if notice.kind in SERVES and not delivery.is_repeat and _leaves_too_late(case, notice):
        return Stop(
            _("It would leave too late for its own dates; it needs a new approval."),
            asks_owner=True,
        )
    return None


def leaves_by_its_date(case: TerminationCase, delivery: Delivery) -> bool:
    """Whether the calendar and the agreements have a say in it: its letter is of an earlier day."""
    notice = delivery.notice
    return (
        notice is not None
        and (notice.is_warning or (notice.kind in SERVES and not delivery.is_repeat))
        and clock.today(case.time_zone) > notice.notice_date
    )


def _stop_of_copy(notice: Notice) -> Stop | None:
    """A copy never leaves before the letter itself, nor without it."""
    own = Delivery.objects.filter(notice=notice, copy_for=None)
    if own.filter(state__in=MAY_HAVE_LEFT).exists():
        return None
    return Stop(_("The letter itself has not left yet."), waits=True)


def _leaves_too_late(case: TerminationCase, notice: Notice) -> bool:
    """The letter's date is too old, or its effective date is no longer lawful from today."""
    today = clock.today(case.time_zone)
    if today <= notice.notice_date:
        return False
    latest = terms.add_business_days(
        notice.notice_date, LATEST_DEPARTURE_BUSINESS_DAYS, selectors.days_off_of(case)
    )
    if today > latest:
        return True
    earliest = lawful.earliest_end(notice, sent_on=today)
    return (
        earliest is not None
        and notice.effective_on is not None
        and notice.effective_on < earliest.on
    )
