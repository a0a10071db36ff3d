"""What a provider tells us about a mail that left through it, by a call and not by a mail.

It is heard like a report of a mail server: matched by the Message-ID of our mail and its recipient,
and nothing it says is a receipt.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from notices.inbound import delivery_news
from notices.inbound.reading import one_line
from notices.inbound.reports import Action, Status
from notices.models import Channel, Delivery
from offboarding.services.locking import locked


def hear(
    *, message_ids: Sequence[str], recipient: str, action: Action, answer: str, provider: str
) -> bool:
    """Write what a provider says about one mail; what is about no mail of ours is dropped.

    Args:
        message_ids: every name that the provider gives the mail.
        recipient: whom it was for.
        action: what became of it.
        answer: the words of the server that answered the provider.
        provider: who tells.

    Returns:
        Whether a delivery changed.

    Raises:
        NotSettledYet: the mail is being handed over at this moment; come again.
    """
    names = [f"<{one_line(name).strip('<> ')}>" for name in message_ids]
    delivery = (
        Delivery.objects.filter(
            internet_message_id__in=names,
            channel=Channel.EMAIL,
            recipient_email__iexact=one_line(recipient),
        )
        .select_related("case")
        .defer("mime")
        .first()
    )
    if delivery is None:
        return False
    status = Status(action, recipient, answer=one_line(answer)[:400])
    with transaction.atomic():
        case = locked(delivery.case)
        return delivery_news.tell(case, delivery, status, source=provider)
