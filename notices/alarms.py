"""Stored bytes that differ from what was sealed: an alarm for the team's leads, once.

Whoever asked for them gets none; a file is never served, sent or printed after its hash differs.
"""

from __future__ import annotations

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from notices.models import Notice
from notices.settling import ask_leads
from offboarding.services.locking import locked, remember

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.alarms")

MARK = ":alarm"
"""In the origin of every task that an alarm raises, whoever raised it."""


def bytes_differ(notice: Notice, *, differs: str, told: str = "") -> None:
    """Tell the leads that a file was refused to whoever asked for it; the same again is told once.

    Args:
        notice: what the file belongs to.
        differs: which one: the letter, its second enclosure, the client's receipt.
        told: who asked for it and what to do; the client, if left out.
    """
    log.critical("notice.alarm", notice=notice.pk, differs=differs)
    origin = f"notice:{notice.pk}{MARK}:{differs}"
    with transaction.atomic():
        case = locked(notice.case)
        if case.tasks.filter(origin__startswith=f"{origin}:").exists():
            return
        remember(
            case,
            "notice.alarm",
            by=MACHINE,
            subject=notice,
            details={"notice": notice.number, "differs": differs},
        )
        ask_leads(
            case,
            title=_("Stored pages of a sealed letter were changed"),
            details=told
            or _(
                "The client asked for a file and did not get it: the stored bytes differ from "
                "those that were sealed. Please send it another way, and tell an admin."
            ),
            origin=origin,
        )
