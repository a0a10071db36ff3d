"""Mails that belong to no case are not kept for ever: after their time only their trace is left.

What stays is the row with its checksum, so that the same mail is known when it comes again. A legal
hold on a case of somebody who wrote keeps their mails, filed or not.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from audit import clock
from audit.services import record
from clients.models import Contact
from notices.inbound.delivery_news import MACHINE
from notices.inbound.filing import STREAM
from notices.models import InboundMail
from offboarding.models import TerminationCase

log = structlog.get_logger(__name__)

MOST_A_NIGHT = 1000


def due() -> QuerySet[InboundMail]:
    """List mails of no case whose time is over and which no legal hold keeps."""
    held = TerminationCase.objects.exclude(legal_hold_reason="")
    theirs = Contact.objects.filter(
        email__iexact=OuterRef("sender_email"), client__in=held.values("client")
    )
    return (
        InboundMail.objects.filter(
            case=None,
            erased_at=None,
            received_at__lt=clock.now() - timedelta(days=settings.UNMATCHED_MAIL_DAYS),
        )
        .exclude(old_address_of__in=held)
        .exclude(Exists(theirs))
        .order_by("pk")
    )


def erase_due(limit: int = MOST_A_NIGHT) -> int:
    """Erase the words, the sender and the bytes of what is due; safe to run twice.

    Returns:
        How many mails were erased.
    """
    done = 0
    for pk in list(due().values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            # Asked again under the lock: somebody may be filing it at this moment.
            now = InboundMail.objects.select_for_update().filter(pk=pk, case=None, erased_at=None)
            row = now.defer("raw").first()
            if row is None:
                continue
            InboundMail.objects.filter(pk=row.pk).update(
                raw=b"",
                sender_name="",
                sender_email="",
                subject="",
                words="",
                full_text="",
                erased_at=clock.now(),
            )
            record(
                stream=STREAM,
                action="inbound.erased",
                by=MACHINE,
                subject=row,
                details={"sha256": row.sha256, "size_bytes": row.size_bytes},
            )
        done += 1
    if done:
        log.info("inbound.erased", count=done)
    return done
