"""What a file is, by its own content; a name or a browser's word for it proves nothing."""

from __future__ import annotations

import os
import struct
import zipfile
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from offboarding.errors import InvalidInput

MOST_ZIP_ENTRIES = 2_000
MOST_ZIP_BYTES = 200 * 1024 * 1024
MOST_DIRECTORY_BYTES = 32 * 1024 * 1024
"""Of a ZIP archive's own list of files; it is read into memory, so it is measured first."""


@dataclass(frozen=True)
class ArchiveLimits:
    """What an archive may hold.

    Attributes:
        entries: at most so many files.
        unpacked_bytes: at most so much when it is unpacked, or
        times_its_size: so many times what it is itself, if that is more.
    """

    entries: int = MOST_ZIP_ENTRIES
    unpacked_bytes: int = MOST_ZIP_BYTES
    times_its_size: int = 0


EVIDENCE = ArchiveLimits()
HANDOVER = ArchiveLimits(entries=100_000, times_its_size=20)
"""A client's own records may be large; what unpacks to far more than it is stays a trap."""

ALLOWED = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
    "eml": "message/rfc822",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip",
}
"""Kinds of files a case keeps, by the ending of their name."""

_MAGIC = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
_INSIDE_ZIP = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "odt": "content.xml",
    "ods": "content.xml",
}


def check(name: str, content: IO[bytes], *, limits: ArchiveLimits = EVIDENCE) -> str:
    """Return the type of a file whose content is what its name says.

    Args:
        name: as it was uploaded; its ending says the kind.
        content: read from its beginning, and left there.
        limits: for archives, office files among them.

    Raises:
        InvalidInput: a kind that is not kept here, or a name that does not fit its content.
    """
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending not in ALLOWED:
        raise InvalidInput(
            "file",
            _("Files of this kind are not kept here. Allowed are: %(kinds)s.")
            % {"kinds": ", ".join(sorted(set(ALLOWED) - {"jpeg"}))},
        )
    kind = "jpg" if ending == "jpeg" else ending
    content.seek(0)
    try:
        fits = _fits(kind, content, limits)
    finally:
        content.seek(0)
    if not fits:
        raise InvalidInput(
            "file",
            _("This file is not what its name says: it ends in .%(ending)s but is something else.")
            % {"ending": ending},
        )
    return ALLOWED[ending]


def _fits(kind: str, content: IO[bytes], limits: ArchiveLimits) -> bool:
    if kind in _MAGIC:
        return content.read(16).startswith(_MAGIC[kind])
    if kind in ("txt", "csv", "eml"):
        return _is_text(content, needs_headers=kind == "eml")
    return _is_safe_zip(content, _INSIDE_ZIP.get(kind), limits)


def _is_text(content: IO[bytes], *, needs_headers: bool) -> bool:
    head = content.read(64 * 1024)
    if b"\0" in head or head.lstrip()[:1] == b"<":
        return False
    if needs_headers:
        first = head.split(b"\n", 1)[0]
        return b":" in first and b" " not in first.split(b":", 1)[0].strip()
    return True


def _is_safe_zip(content: IO[bytes], must_hold: str | None, limits: ArchiveLimits) -> bool:
    size = content.seek(0, os.SEEK_END)
    if _directory_bytes(content, size) > MOST_DIRECTORY_BYTES:
        raise InvalidInput("file", _("This archive holds too many files."))
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    if len(entries) > limits.entries:
        raise InvalidInput("file", _("This archive holds too many files."))
    most = max(limits.unpacked_bytes, limits.times_its_size * size)
    if sum(entry.file_size for entry in entries) > most:
        raise InvalidInput(
            "file",
            _("This archive unpacks to more than %(most)d MB.") % {"most": most // 1024 // 1024},
        )
    return must_hold is None or must_hold in {entry.filename for entry in entries}


def _directory_bytes(content: IO[bytes], size: int) -> int:
    """Return how large an archive says that its list of files is; 0 when it has none.

    Source: APPNOTE.TXT of the ZIP file format, 4.3.14 to 4.3.16.
    """
    content.seek(max(size - 65_557, 0))
    tail = content.read(65_557)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return 0
    (directory_bytes,) = struct.unpack_from("<I", tail, at + 12)
    locator = tail[at - 20 : at] if at >= 20 else b""
    if locator[:4] == b"PK\x06\x07":
        (place,) = struct.unpack_from("<Q", locator, 8)
        if place + 56 > size:
            return 0
        content.seek(place)
        end = content.read(56)
        if end[:4] == b"PK\x06\x06":
            (large,) = struct.unpack_from("<Q", end, 40)
            return max(int(large), int(directory_bytes) if directory_bytes != 0xFFFFFFFF else 0)
    return int(directory_bytes)
