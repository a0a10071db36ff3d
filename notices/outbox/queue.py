"""Putting mails into the outbox: the row, its bytes and its record, in the caller's transaction.

The row is the truth. The ring on commit only saves seconds; the sweep finds the row without it.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices import bell
from notices.language.phrases import language_of
from notices.mailing import mail
from notices.mailing.smtp import is_one_address
from notices.models import (
    Channel,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Message,
    Notice,
    NoticeCopy,
)
from offboarding.errors import InvalidInput
from offboarding.models import TerminationCase
from offboarding.services.locking import remember

DRAIN = "notices.tasks.drain_deliveries"


@dataclass(frozen=True)
class Mail:
    """The words and files of one mail."""

    subject: str
    text: str
    html: str
    attachments: Sequence[mail.Attachment] = field(default_factory=tuple)
    references: str = ""


def queue_email(
    *,
    case: TerminationCase,
    notice: Notice | None = None,
    message: Message | None = None,
    recipient_name: str,
    recipient_email: str,
    compose: Callable[[Delivery], Mail],
    sender_name: str,
    language: str,
    by: Actor,
    departs_at: datetime | None = None,
    copy_number: int = 1,
    copy_for: NoticeCopy | None = None,
    is_bulk: bool = False,
) -> Delivery:
    """Queue one mail to one recipient; call inside a transaction with the case locked.

    The same notice or message, recipient and copy number give the same delivery again.

    Args:
        case: whose timeline and chain it belongs to.
        notice: what leaves, or
        message: what leaves.
        recipient_name: as it stands in the mail's header.
        recipient_email: one plain address.
        compose: writes the mail once the row exists, so that a link can be issued for it.
        sender_name: “person, company”.
        language: of the mail.
        by: who sends.
        departs_at: the earliest instant; now if left out.
        copy_for: who else gets the letter, for information.
        copy_number: above 1 for a repeat, which is a person's recorded decision.
        is_bulk: one of many; single mails leave before it.

    Raises:
        InvalidInput: the recipient is not exactly one plain address.
    """
    if not is_one_address(recipient_email):
        raise InvalidInput("recipient_email", _("Give exactly one e-mail address."))
    existing = Delivery.objects.filter(
        notice=notice,
        message=message,
        channel=Channel.EMAIL,
        recipient_email=recipient_email,
        copy_number=copy_number,
    ).first()
    if existing is not None:
        return existing
    delivery = Delivery.objects.create(
        case=case,
        notice=notice,
        message=message,
        copy_for=copy_for,
        channel=Channel.EMAIL,
        recipient_name=recipient_name,
        recipient_email=recipient_email,
        copy_number=copy_number,
        is_bulk=is_bulk,
        departs_at=departs_at or clock.now(),
        internet_message_id=f"<{uuid.uuid4().hex}@{mail.sender_domain()}>",
    )
    words = compose(delivery)
    delivery.mime = mail.build_mail(
        delivery=delivery,
        subject=words.subject,
        text=words.text,
        html=words.html,
        sender_name=sender_name,
        attachments=words.attachments,
        language=language_of(language),
        references=words.references,
    )
    delivery.mime_sha256 = hashlib.sha256(delivery.mime).hexdigest()
    delivery.save(update_fields=["mime", "mime_sha256"])
    DeliveryEvent.objects.create(delivery=delivery, state=DeliveryState.QUEUED, by=by.name)
    remember(
        case,
        "delivery.queued",
        by=by,
        subject=delivery,
        details={
            "channel": delivery.channel,
            "notice": notice.number if notice else None,
            "message": message.pk if message else None,
            "copy": copy_number,
            "message_id": delivery.internet_message_id.strip("<>").partition("@")[0],
            "sha256": delivery.mime_sha256,
        },
        after={"recipient": recipient_email, "subject": words.subject},
    )
    if delivery.departs_at <= clock.now():
        bell.ring(DRAIN)
    return delivery
