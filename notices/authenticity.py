"""Is this file, byte for byte, one that we sealed?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from notices.models import Letter, Rendering, RenderingPurpose

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Sealed:
    """A letter or a client's receipt that left this house as it is.

    It says nothing about the client: whoever asks may hold the file without being meant by it.
    """

    is_receipt: bool
    sealed_on: date
    reference: str


def tidy(text: str) -> str:
    """Return a checksum as we keep it, however it was copied; empty if it is none."""
    plain = re.sub(r"[\s:.-]", "", text).lower().removeprefix("sha256")
    return plain if _SHA256.fullmatch(plain) else ""


def find(sha256: str) -> Sealed | None:
    """Return what has this checksum; drafts and previews were never sealed and are not found."""
    letter = (
        Letter.objects.select_related("notice__case__client__office")
        .defer("pdf", "text")
        .filter(sha256=sha256)
        .first()
    )
    if letter is not None:
        case = letter.notice.case
        sealed_on = letter.sealed_at.astimezone(ZoneInfo(case.time_zone)).date()
        return Sealed(is_receipt=False, sealed_on=sealed_on, reference=case.reference)
    receipt = (
        Rendering.objects.select_related("notice__case__client__office")
        .defer("pdf")
        .filter(sha256=sha256, purpose=RenderingPurpose.RECEIPT, done_at__isnull=False)
        .first()
    )
    if receipt is None or receipt.done_at is None:
        return None
    case = receipt.notice.case
    sealed_on = receipt.done_at.astimezone(ZoneInfo(case.time_zone)).date()
    return Sealed(is_receipt=True, sealed_on=sealed_on, reference=case.reference)
