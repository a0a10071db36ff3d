"""What a file is, by its own content; a name or a browser's word for it proves nothing."""

from __future__ import annotations

import zipfile
from typing import IO

from django.utils.translation import gettext as _

from offboarding.errors import InvalidInput

MOST_ZIP_ENTRIES = 2_000
MOST_ZIP_BYTES = 200 * 1024 * 1024

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


def check(name: str, content: IO[bytes]) -> str:
    """Return the type of a file whose content is what its name says.

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
        fits = _fits(kind, content)
    finally:
        content.seek(0)
    if not fits:
        raise InvalidInput(
            "file",
            _("This file is not what its name says: it ends in .%(ending)s but is something else.")
            % {"ending": ending},
        )
    return ALLOWED[ending]


def _fits(kind: str, content: IO[bytes]) -> bool:
    if kind in _MAGIC:
        return content.read(16).startswith(_MAGIC[kind])
    if kind in ("txt", "csv", "eml"):
        return _is_text(content, needs_headers=kind == "eml")
    return _is_safe_zip(content, _INSIDE_ZIP.get(kind))


def _is_text(content: IO[bytes], *, needs_headers: bool) -> bool:
    head = content.read(64 * 1024)
    if b"\0" in head or head.lstrip()[:1] == b"<":
        return False
    if needs_headers:
        first = head.split(b"\n", 1)[0]
        return b":" in first and b" " not in first.split(b":", 1)[0].strip()
    return True


def _is_safe_zip(content: IO[bytes], must_hold: str | None) -> bool:
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    if len(entries) > MOST_ZIP_ENTRIES:
        raise InvalidInput("file", _("This archive holds too many files."))
    if sum(entry.file_size for entry in entries) > MOST_ZIP_BYTES:
        raise InvalidInput("file", _("This archive unpacks to more than 200 MB."))
    return must_hold is None or must_hold in {entry.filename for entry in entries}
