"""The bytes that go with a letter, handed out only as they were sealed."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from notices.errors import BytesDiffer
from notices.models import Letter, Notice, NoticeEnclosure, ReceiptSlip, Rendering


def enclosures_of(notice: Notice) -> list[NoticeEnclosure]:
    """Return the enclosures of a notice in their order, compared with their hashes.

    Raises:
        BytesDiffer: one was changed; nothing of the letter is sent or printed.
    """
    found = list(NoticeEnclosure.objects.filter(notice=notice))
    for enclosure in found:
        bytes_of(enclosure)
    return found


def bytes_of(enclosure: NoticeEnclosure) -> bytes:
    """Return an enclosure's bytes, compared with their hash.

    Raises:
        BytesDiffer: they were changed; nobody gets to see them.
    """
    content = bytes(enclosure.pdf)
    if hashlib.sha256(content).hexdigest() != enclosure.sha256:
        raise BytesDiffer(
            _("A stored enclosure differs from the sealed one. Tell an admin."),
            notice=enclosure.notice,
            differs=f"enclosure-{enclosure.position}",
        )
    return content


def pages_of(row: Letter | ReceiptSlip | Rendering, notice: Notice | None) -> bytes:
    """Return the set pages of a letter or a slip, compared with their hash.

    Args:
        row: what holds them.
        notice: what they belong to.

    Raises:
        BytesDiffer: they were changed; nobody gets to see, approve or print them.
    """
    content = bytes(row.pdf or b"")
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise BytesDiffer(
            _("The stored letter differs from the approved one. Tell an admin."),
            notice=notice,
            differs="slip" if isinstance(row, ReceiptSlip) else "letter",
        )
    return content


def file_name(notice: Notice, enclosure: NoticeEnclosure) -> str:
    """Return what an enclosure is called in a mail or on a disk."""
    return f"{notice.case.reference}-{notice.number}-enclosure-{enclosure.position}.pdf"
