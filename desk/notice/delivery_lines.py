"""A delivery as people read it: its state in a word, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit import clock
from desk.frame.places import case_url
from desk.frame.rights import Rights
from notices.models import Channel, Delivery, DeliveryState, NoticeState
from notices.services import print_service, registered, sending
from offboarding.lifecycle import State

Words = str | Promise

BADGES = {
    DeliveryState.QUEUED: "waiting",
    DeliveryState.CLAIMED: "waiting",
    DeliveryState.HANDING_OVER: "waiting",
    DeliveryState.ACCEPTED: "dispatched",
    DeliveryState.REFUSED: "failed",
    DeliveryState.UNCERTAIN: "uncertain",
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.BOUNCED: "failed",
    DeliveryState.TAKEN_BACK: "cancelled",
    DeliveryState.PRINTED: "waiting",
    DeliveryState.POSTED: "dispatched",
    DeliveryState.UNCLAIMED: "failed",
    DeliveryState.MOVED: "failed",
    DeliveryState.LOST: "failed",
}
"""How each state looks."""

FAILED = (
    DeliveryState.REFUSED,
    DeliveryState.BOUNCED,
    DeliveryState.UNCLAIMED,
    DeliveryState.MOVED,
    DeliveryState.LOST,
)
"""It did not arrive; a person has to find another way."""


MOST_MINUTES_SAID = 90
"""Beyond it the time of departure says more than a count of minutes."""


@dataclass(frozen=True)
class Way:
    """One thing a person can do about a delivery.

    Attributes:
        name: of the verb's address.
        words: of its button or link.
        icon: beside them.
        is_posted: it takes no more than a button, which stands on the page itself.
    """

    name: str
    words: Words
    icon: str
    url: str
    is_posted: bool = False


@dataclass
class DeliveryLine:
    """One delivery in a table.

    Attributes:
        opened_at: when somebody first opened the link in it; it proves nothing.
    """

    delivery: Delivery
    reference: str
    ways: list[Way] = field(default_factory=list)
    opened_at: datetime | None = None

    @property
    def badge(self) -> str:
        """The kind of badge its state has."""
        return BADGES[DeliveryState(self.delivery.state)]

    @property
    def word(self) -> Words:
        """Its state, by the channel's own word."""
        if self.delivery.state == DeliveryState.QUEUED and not self.is_email:
            return _("To print")
        if self.delivery.state == DeliveryState.ACCEPTED and not self.is_email:
            return _("Taken by the print service")
        return self.delivery.get_state_display()

    @property
    def is_email(self) -> bool:
        """It leaves through a mail server."""
        return self.delivery.channel == Channel.EMAIL

    @property
    def icon(self) -> str:
        """The icon of its channel."""
        return "mail" if self.is_email else "truck"

    @property
    def is_failed(self) -> bool:
        """It did not arrive, and nobody has decided about it."""
        return self.delivery.state in FAILED and self.delivery.resolved_at is None

    @property
    def is_uncertain(self) -> bool:
        """It may have arrived; a lead decides."""
        return self.delivery.state == DeliveryState.UNCERTAIN and self.delivery.resolved_at is None

    @property
    def next_step(self) -> Words:
        """What a colleague does next about a letter that did not arrive."""
        return registered.NEXT_STEPS.get(DeliveryState(self.delivery.state), "")

    @property
    def leaves_in(self) -> str:
        """How long it still waits, in whole minutes, said of the moment the page was made."""
        minutes = int((self.delivery.departs_at - clock.now()).total_seconds() // 60) + 1
        if minutes < 1:
            return _text("at any moment")
        if minutes > MOST_MINUTES_SAID:
            return ""
        return ngettext("in %(n)d minute", "in %(n)d minutes", minutes) % {"n": minutes}

    @property
    def is_waiting_to_leave(self) -> bool:
        """An e-mail in the outbox, which can still be taken back."""
        return self.is_email and self.delivery.state == DeliveryState.QUEUED


def lines_of(
    deliveries: Iterable[Delivery],
    reference: str,
    rights: Rights | None,
    *,
    has_letter: bool | None = None,
    with_taking_back: bool = False,
) -> list[DeliveryLine]:
    """Return the deliveries of one case, each with what its reader may do about it.

    Args:
        deliveries: of one case.
        reference: the case's.
        rights: the reader's; None shows no way.
        has_letter: whether the notice goes on paper as well, where not all rows are here.
        with_taking_back: whether a mail that waits offers to be taken back.
    """
    found = list(deliveries)
    if has_letter is None:
        has_letter = any(
            one.channel == Channel.REGISTERED_MAIL and one.state != DeliveryState.TAKEN_BACK
            for one in found
        )
    lines = []
    for delivery in found:
        line = DeliveryLine(delivery, reference)
        if rights is not None:
            line.ways = _ways(line, rights, offers_letter=not has_letter)
            if with_taking_back and line.is_waiting_to_leave and rights["send_notice"]:
                words = _("Take back")
                line.ways.append(_way(line, "take-back", words, "undo-2", is_posted=True))
        lines.append(line)
    return lines


def _ways(line: DeliveryLine, rights: Rights, *, offers_letter: bool) -> list[Way]:
    if not rights["send_notice"]:
        return []
    return _of_email(line, rights, offers_letter) if line.is_email else _of_letter(line, rights)


def _of_email(line: DeliveryLine, rights: Rights, offers_letter: bool) -> list[Way]:
    ways = []
    is_notice = _may_leave_again(line.delivery)
    is_own = line.delivery.copy_for_id is None
    if line.is_failed and is_notice and is_own and rights.may_change():
        ways.append(_way(line, "correct-address", _("Correct the address and resend"), "pencil"))
        if offers_letter:
            name = "cure-letter" if _is_warning(line.delivery) else "notice"
            url = reverse(f"desk:{name}-by-registered-mail", args=[line.reference])
            ways.append(Way("by-registered-mail", _("Prepare registered mail"), "truck", url, True))
    if line.is_uncertain and rights["resolve_delivery"] and rights.may_change():
        if is_notice:
            ways.append(_way(line, "send-again", _("Send again"), "send"))
        ways.append(_way(line, "treat-as-sent", _("Treat as sent"), "check"))
    return ways


def _of_letter(line: DeliveryLine, rights: Rights) -> list[Way]:
    delivery = line.delivery
    state = delivery.state
    ways = []
    is_elsewhere = getattr(delivery, "is_at_service", False)
    if is_elsewhere and state in (DeliveryState.QUEUED, DeliveryState.PRINTED):
        words = _("Take back from the print service")
        return [_way(line, "service-take-back", words, "undo-2")]
    if state == DeliveryState.QUEUED:
        ways.append(_way(line, "print", _("Print"), "printer"))
        if print_service.is_offered():
            ways.append(_way(line, "print-service", _("Give to the print service"), "send"))
    if line.is_uncertain and rights["resolve_delivery"] and rights.may_change():
        ways.append(_way(line, "send-again", _("Send again"), "send"))
        ways.append(_way(line, "treat-as-sent", _("Treat as sent"), "check"))
    if state == DeliveryState.PRINTED:
        ways.append(_way(line, "posting", _("Record the posting"), "truck"))
        ways.append(_way(line, "print-again", _("Print again"), "printer"))
    if state in (DeliveryState.QUEUED, DeliveryState.PRINTED):
        ways.append(_way(line, "take-back", _("Take back"), "undo-2", is_posted=True))
    if state == DeliveryState.POSTED:
        ways.append(_way(line, "outcome", _("Record the outcome"), "mail-check"))
        ways.append(_way(line, "number", _("Correct the number"), "pencil"))
    if state == DeliveryState.DELIVERED and not getattr(delivery, "has_proof", True):
        ways.append(_way(line, "carrier-record", _("Accept the carrier's record"), "check"))
    if line.is_failed and rights.may_change() and not _is_warning(delivery):
        ways += _after(line)
    if _is_current(delivery) and delivery.posted_on and rights.may_change():
        ways.append(_way(line, "slip", _("The signed slip came back"), "paperclip"))
        if line.is_failed and sending.carries_an_old_address(delivery):
            if _can_be_corrected(delivery) and rights["draft_notice"]:
                url = reverse("desk:correction", args=[line.reference])
                ways.append(Way("correction", _("Correct the letter"), "pencil", url))
        elif line.is_failed and rights["resolve_delivery"] and _may_leave_again(delivery):
            ways.append(_way(line, "send-again", _("Send again"), "send"))
    return ways


def _can_be_corrected(delivery: Delivery) -> bool:
    notice, case = delivery.notice, delivery.case
    return (
        notice is not None and notice.ends_the_relationship and case.state in sending.CORRECTED_IN
    )


def _after(line: DeliveryLine) -> list[Way]:
    """Return the next step after a letter that did not arrive, one click away."""
    delivery = line.delivery
    if delivery.state in (DeliveryState.REFUSED, DeliveryState.UNCLAIMED):
        url = reverse("desk:receipt-deemed", args=[line.reference])
        return [Way("deemed", _("Propose deemed service"), "scale", url)]
    if delivery.state == DeliveryState.MOVED:
        url = reverse("desk:client-edit", args=[delivery.case.client_id])
        return [Way("address", _("Correct the client's address"), "pencil", url)]
    if delivery.state == DeliveryState.LOST:
        url = case_url(line.reference, "tasks")
        return [Way("inquiry", _("Ask the carrier"), "phone", url)]
    return []


def _is_current(delivery: Delivery) -> bool:
    """It carries a notice that still counts."""
    return delivery.notice is not None and delivery.notice.state == NoticeState.SENT


def _is_warning(delivery: Delivery) -> bool:
    return delivery.notice is not None and delivery.notice.is_warning


def _may_leave_again(delivery: Delivery) -> bool:
    """Its letter counts; and if it warns, nobody has decided how to go on."""
    is_open = not _is_warning(delivery) or delivery.case.state == State.EVALUATION
    return _is_current(delivery) and is_open


def _way(line: DeliveryLine, name: str, words: Words, icon: str, *, is_posted: bool = False) -> Way:
    url = reverse(f"desk:delivery-{name}", args=[line.reference, line.delivery.pk])
    return Way(name, words, icon, url, is_posted)
