"""Stored bytes that differ from what was sealed: an alarm for the team's leads, once.

Whoever asked for them gets none; a file is never served, sent or printed after its hash differs.
"""

from __future__ import annotations

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from notices.errors import BytesDiffer
from notices.models import Notice
from notices.outbox.settling import ask_leads
from offboarding.models import CaseFile
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


def refused_to_a_colleague(refused: BytesDiffer) -> None:
    """Tell the leads what a colleague was refused; call when nothing of the request is open.

    Inside its transaction the alarm would fall together with what was refused.
    """
    if refused.case_file is not None:
        file_differs(refused.case_file)
    elif refused.notice is not None:
        bytes_differ(
            refused.notice,
            differs=refused.differs,
            told=_(
                "A colleague asked for a file and did not get it: the stored bytes differ from "
                "those that were kept. Nothing of this letter is approved, sent or printed; tell "
                "an admin."
            ),
        )


def file_differs(case_file: CaseFile) -> None:
    """Tell the leads that a file of a case was refused; the same file is told once.

    Its bytes are not those that were kept, so nobody gets them any more, neither the client nor a
    colleague, and no letter encloses them.
    """
    log.critical("file.alarm", file=str(case_file.pk))
    origin = f"file:{case_file.pk}{MARK}"
    with transaction.atomic():
        case = locked(case_file.case)
        if case.tasks.filter(origin__startswith=f"{origin}:").exists():
            return
        remember(
            case,
            "file.alarm",
            by=MACHINE,
            subject=case_file,
            details={"sha256": case_file.sha256},
        )
        ask_leads(
            case,
            title=_("A stored file was changed"),
            details=_(
                "“%(name)s” was asked for and not handed out: its stored bytes differ from those"
                " that were kept. Tell an admin; the file can be had from a backup."
            )
            % {"name": case_file.name},
            origin=origin,
        )
