"""Every mail that is not a notice: written once, kept as it was written, queued."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from notices.language.phrases import language_of
from notices.mailing import mail
from notices.models import Delivery, Message
from notices.outbox import queue as outbox
from offboarding.models import TerminationCase

_DOTS = "••••••"


def write_message(
    case: TerminationCase,
    *,
    kind: str,
    origin: str,
    context: Mapping[str, Any],
    by: Actor,
    recipient_name: str,
    recipient_email: str,
    depart_at: datetime | None = None,
    references: str = "",
    is_bulk: bool = False,
    secret: str = "",
) -> Delivery | None:
    """Write and queue a message; call inside a transaction with the case locked.

    The templates find the firm, the client and whom to ask without being told; see
    `usual_context`.

    Args:
        case: what it is about; its language is written.
        kind: a `MessageKind`; the folder of its templates has the same name.
        origin: what caused it, such as "chase:12:reminder:1"; a second call with it does nothing.
        context: what this kind of message says.
        by: who causes it.
        recipient_name: as in the mail's header.
        recipient_email: one plain address.
        depart_at: the earliest instant; now if left out.
        references: Message-ID of the mail that this one belongs to.
        is_bulk: one of many; single mails leave before it.
        secret: a word that stands in the mail alone, and in what we keep as dots.

    Returns:
        The delivery, or nothing when this origin was written before.
    """
    if origin and Message.objects.filter(case=case, origin=origin).exists():
        return None
    language = language_of(case.language)
    words = usual_context(case) | dict(context) | {"recipient_name": recipient_name}
    subject, text, html = mail.render_email(kind, words, language)
    message = Message.objects.create(
        case=case,
        kind=kind,
        origin=origin,
        language=language,
        subject=subject,
        text=text.replace(secret, _DOTS) if secret else text,
        html=html.replace(secret, _DOTS) if secret else html,
    )
    return outbox.queue_email(
        case=case,
        message=message,
        recipient_name=recipient_name,
        recipient_email=recipient_email,
        compose=lambda _delivery: outbox.Mail(subject, text, html, references=references),
        sender_name=f"{case.owner.name}, {case.client.office.legal_name}",
        language=language,
        by=by,
        departs_at=depart_at,
        is_bulk=is_bulk,
    )


def usual_context(case: TerminationCase) -> dict[str, Any]:
    """Return what every message may name: firm, client, reference, dates and whom to ask."""
    office = case.client.office
    return {
        "company": office.legal_name,
        "client_name": case.client.name,
        "reference": case.reference,
        "notice_date": case.notice_date or case.served_on or "",
        "effective_on": case.effective_on or "",
        "contact": {
            "name": case.owner.name,
            "phone": office.phone_shown,
            "email": office.email,
        },
    }
