"""Where a mail belongs: by an address or a Message-ID of ours, and by nothing else.

A sender, a subject, or a case's reference quoted in a text can be written by anybody; they match
nothing. When addresses of two cases stand on one mail and the envelope does not decide, a person
does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from notices.inbound.reading import ReadMail
from notices.inbound.reports import statuses
from notices.mailing import mail as addresses
from notices.models import Delivery, MatchedBy
from offboarding.models import TerminationCase


@dataclass(frozen=True)
class Match:
    """Where a mail belongs, and how that is known; nothing, when nobody can tell."""

    case_id: int | None = None
    delivery: Delivery | None = None
    by: MatchedBy | None = None
    # It came to an address that this case had before; that files nothing.
    old_address_of: int | None = None

    @property
    def name(self) -> str:
        """Tell it from every other place, in one word."""
        delivery = self.delivery.pk if self.delivery else ""
        return f"{self.case_id or ''}:{delivery}"


def match(mail: ReadMail, *, envelope_recipient: str = "") -> Match:
    """Find the case and, where it can be told, the delivery that a mail is about."""
    for recipients in ([envelope_recipient], mail.recipients):
        found = _by_case_address(recipients, mail) or _by_delivery_address(recipients)
        if found is not None:
            return found
    return _by_reported_name(mail) or _by_message_id(mail) or Match()


def _by_case_address(recipients: Iterable[str], mail: ReadMail) -> Match | None:
    named = [one for one in map(addresses.named_case, recipients) if one is not None]
    keys = {one.case_id for one in named}
    if not keys:
        return None
    if len(keys) > 1 or not TerminationCase.objects.filter(pk__in=keys).exists():
        return Match()
    (case_id,) = keys
    if not any(one.is_current for one in named):
        return Match(old_address_of=case_id)
    delivery = _delivery_by_message_id(mail)
    if delivery is not None and delivery.case_id != case_id:
        delivery = None
    return Match(case_id, delivery, MatchedBy.CASE_ADDRESS)


def _by_delivery_address(recipients: Iterable[str]) -> Match | None:
    keys = _known(map(addresses.delivery_of_address, recipients))
    return _of_delivery(keys, MatchedBy.DELIVERY_ADDRESS) if keys else None


def _by_reported_name(mail: ReadMail) -> Match | None:
    """Read the name that we gave the delivery when we asked for its status."""
    names = [status.envelope_name for status in statuses(mail)]
    keys = _known(map(addresses.delivery_of_name, names))
    return _of_delivery(keys, MatchedBy.DELIVERY_ADDRESS) if keys else None


def _known(keys: Iterable[int | None]) -> set[int]:
    return {key for key in keys if key is not None}


def _of_delivery(keys: set[int], by: MatchedBy) -> Match:
    found = list(_deliveries().filter(pk__in=keys)[:2])
    if len(found) != 1:
        return Match()
    return Match(found[0].case_id, found[0], by)


def _by_message_id(mail: ReadMail) -> Match | None:
    delivery = _delivery_by_message_id(mail)
    return Match(delivery.case_id, delivery, MatchedBy.MESSAGE_ID) if delivery else None


def _delivery_by_message_id(mail: ReadMail) -> Delivery | None:
    """Return the delivery whose mail this one answers or reports on; the nearest one counts."""
    named = [mail.original_message_id, *mail.references]
    known = {
        delivery.internet_message_id: delivery
        for delivery in _deliveries().filter(internet_message_id__in=[n for n in named if n])
    }
    return next((known[name] for name in named if name in known), None)


def _deliveries() -> QuerySet[Delivery]:
    return Delivery.objects.defer("mime").select_related("case")
