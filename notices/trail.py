"""What of notices and deliveries must have its event in the audit trail."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from audit.registry import Unrecorded, register_fact, register_stream_label, rows_without_event
from notices.models import SEALED, Delivery, InboundMail, Letter, Notice


def register() -> None:
    """Have `verify_audit` look for notices, letters and mails that no event tells of."""
    register_fact("approved notices", _approved_notices)
    register_fact("sealed letters", _sealed_letters)
    register_fact("deliveries", _deliveries)
    register_fact("mails that were filed", _filed_mails)
    register_stream_label("inbox", lambda streams: dict.fromkeys(streams, str(_("Inbox"))))


def _approved_notices() -> Iterator[Unrecorded]:
    return rows_without_event(
        Notice.objects.filter(state__in=SEALED),
        action="notice.approved",
        prefix="case",
        stream_id="case_id",
    )


def _sealed_letters() -> Iterator[Unrecorded]:
    return rows_without_event(
        Letter.objects.all(), action="letter.sealed", prefix="case", stream_id="notice__case_id"
    )


def _deliveries() -> Iterator[Unrecorded]:
    return rows_without_event(
        Delivery.objects.all(), action="delivery.queued", prefix="case", stream_id="case_id"
    )


def _filed_mails() -> Iterator[Unrecorded]:
    return rows_without_event(
        InboundMail.objects.filter(case__isnull=False),
        action="inbound.filed",
        prefix="case",
        stream_id="case_id",
    )
