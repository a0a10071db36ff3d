"""Is this file, byte for byte, one that we sealed?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from django.db.models import F

from notices.models import Letter, NoticeEnclosure, Rendering, RenderingPurpose
from offboarding.models import SettlementStatement, TerminationCase

_SHA256 = re.compile(r"[0-9a-f]{64}")


class What(Enum):
    """What a file of ours can be."""

    LETTER = "letter"
    ENCLOSURE = "enclosure"
    SHARED_ENCLOSURE = "shared_enclosure"
    RECEIPT = "receipt"
    STATEMENT = "statement"


@dataclass(frozen=True)
class Sealed:
    """A letter, what went with it, or a client's receipt, that left this house as it is.

    It says nothing about the client: whoever asks may hold the file without being meant by it. A
    file that went with letters of several cases names none of them.
    """

    what: What
    sealed_on: date
    reference: str


def tidy(text: str) -> str:
    """Return a checksum as we keep it, however it was copied; empty if it is none."""
    plain = re.sub(r"[\s:.-]", "", text).lower().removeprefix("sha256")
    return plain if _SHA256.fullmatch(plain) else ""


def find(sha256: str) -> Sealed | None:
    """Return what has this checksum; drafts and previews were never sealed and are not found."""
    return _letter(sha256) or _receipt(sha256) or _enclosure(sha256) or _statement(sha256)


def _letter(sha256: str) -> Sealed | None:
    letter = (
        Letter.objects.select_related("notice__case__client__office")
        .defer("pdf", "text")
        .filter(sha256=sha256)
        .first()
    )
    return _sealed(What.LETTER, letter.notice.case, letter.sealed_at) if letter else None


def _receipt(sha256: str) -> Sealed | None:
    receipt = (
        Rendering.objects.select_related("notice__case__client__office")
        .defer("pdf")
        .filter(sha256=sha256, purpose=RenderingPurpose.RECEIPT, done_at__isnull=False)
        .first()
    )
    if receipt is None or receipt.done_at is None:
        return None
    return _sealed(What.RECEIPT, receipt.notice.case, receipt.done_at)


def _statement(sha256: str) -> Sealed | None:
    """Return a settlement statement that the client was shown."""
    statement = (
        SettlementStatement.objects.select_related("case__client__office")
        .filter(case_file__sha256=sha256, shared_at__isnull=False)
        .first()
    )
    if statement is None or statement.done_at is None:
        return None
    return _sealed(What.STATEMENT, statement.case, statement.done_at)


def _enclosure(sha256: str) -> Sealed | None:
    """Return the sealed letter that a file went with; several letters of one case count as one."""
    enclosed = NoticeEnclosure.objects.filter(sha256=sha256).values("notice")
    letters = (
        Letter.objects.select_related("notice__case__client__office")
        .defer("pdf", "text")
        .filter(notice__in=enclosed, notice_version=F("notice__version"))
    )
    last = letters.order_by("-sealed_at", "-pk").first()
    if last is None:
        return None
    is_shared = letters.exclude(notice__case=last.notice.case_id).exists()
    what = What.SHARED_ENCLOSURE if is_shared else What.ENCLOSURE
    return _sealed(what, last.notice.case, last.sealed_at)


def _sealed(what: What, case: TerminationCase, at: datetime) -> Sealed:
    reference = "" if what == What.SHARED_ENCLOSURE else case.reference
    return Sealed(what, at.astimezone(ZoneInfo(case.time_zone)).date(), reference)
