"""Which findings somebody let stand: for these words, and for no others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from notices.checking.findings import OF_READING, Finding
from notices.models import CheckOverride, Notice

Key = tuple[str, str, str]


def key_of(finding: Finding, notice: Notice) -> Key:
    """Return what an override is kept under: the check, the words, else a hash of what was judged.

    A finding about single words holds to the words, wherever they move. One about a whole part or
    the whole letter lapses when that text changes.
    """
    basis = "" if finding.found else hashlib.sha256(_judged(finding, notice).encode()).hexdigest()
    return finding.code, finding.found, basis


def _judged(finding: Finding, notice: Notice) -> str:
    if finding.part in notice.parts and not finding.code.startswith(OF_READING):
        return str(notice.parts[finding.part]).strip()
    written = [notice.subject, *(str(notice.parts[key]) for key in sorted(notice.parts))]
    return "\n\n".join(text.strip() for text in written)


_NOT_READ = object()


def reasons_of(notice: Notice) -> dict[Key, str]:
    """Return the reasons that were given on a notice, in one query; the last word counts.

    A page that read them with its notices keeps them there as `override_rows`, and asks no more.
    """
    read: Any = getattr(notice, "override_rows", _NOT_READ)
    if read is not _NOT_READ:
        rows = sorted(read or (), key=lambda row: (row["at"], row["id"]))
        return {(row["code"], row["found"], row["basis"]): row["reason"] for row in rows}
    return {
        (one.code, one.found, one.basis): one.reason
        for one in CheckOverride.objects.filter(notice=notice).order_by("overridden_at", "pk")
    }


def reason_for(finding: Finding, notice: Notice, reasons: Mapping[Key, str]) -> str:
    """Return the reason for which this finding stands; empty when nobody gave one."""
    return reasons.get(key_of(finding, notice), "") if reasons else ""
