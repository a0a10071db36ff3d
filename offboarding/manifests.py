"""The list of what is handed over, as files and for pages; each line is what the record says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, cast

from clients.csv_cells import csv_file
from offboarding.archives import (
    Archive,
    ContentDiffers,
    Entry,
    entry_of_bytes,
    read_as_kept,
)
from offboarding.models import CaseFile, HandoverRelease, ReleasedFile

LOOKED_THROUGH_BYTES = 32 * 1024 * 1024
"""Up to so much a file is read through before its first byte leaves, which takes no second."""

MANIFEST_NAME = "manifest.csv"

_HEADINGS = {
    "en": ("File", "What it is", "Kind", "Bytes", "SHA-256", "Exceptions"),
    "de": ("Datei", "Was es ist", "Art", "Bytes", "SHA-256", "Ausnahmen"),
}


def manifest_of(files: Iterable[ReleasedFile], language: str) -> bytes:
    """Return the list that lies in the archive beside the files; always the same for a release."""
    rows: list[Sequence[object]] = [_HEADINGS.get(language, _HEADINGS["en"])]
    rows += [
        (
            row.name,
            row.title,
            row.file.content_type,
            row.file.size_bytes,
            row.file.sha256,
            row.exceptions,
        )
        for row in files
    ]
    return csv_file(rows)


def archive_of(release: HandoverRelease, files: Sequence[ReleasedFile], language: str) -> Archive:
    """Return the archive of all files of a release with their list, laid out and not read."""
    manifest = manifest_of(files, language)
    taken = {row.name.casefold() for row in files}
    name = MANIFEST_NAME
    while name in taken:
        name = f"_{name}"
    entries = [entry_of_bytes(name, manifest)]
    entries += [_entry(row) for row in files]
    return Archive(entries, made_at=release.prepared_at)


def _entry(row: ReleasedFile) -> Entry:
    file = row.file
    return Entry(row.name, file.size_bytes, row.crc32, file.sha256, lambda: opened(file))


def read_kept(file: CaseFile, start: int, stop: int) -> Iterator[bytes]:
    """Yield a stretch of a stored file, never the end of it unless the file is as it was kept.

    Raises:
        ContentDiffers: it was changed or is gone.
    """
    try:
        content = opened(file)
    except OSError:
        raise ContentDiffers(file.sha256) from None
    with content:
        yield from read_as_kept(
            content, start, stop, size_bytes=file.size_bytes, sha256=file.sha256
        )


def is_as_it_was_kept(file: CaseFile) -> bool:
    """Tell, before a byte of it leaves, whether a stored file can be handed out.

    Of a large one only the size is looked at; its hash is compared while it is handed out.
    """
    if file.size_bytes > LOOKED_THROUGH_BYTES:
        try:
            return bool(file.content.storage.size(str(file.content.name)) == file.size_bytes)
        except OSError:
            return False
    try:
        for _chunk in read_kept(file, 0, file.size_bytes):
            pass
    except ContentDiffers:
        return False
    return True


def opened(file: CaseFile) -> BinaryIO:
    """Open a stored file for reading any part of it."""
    return cast(BinaryIO, file.content.storage.open(str(file.content.name), "rb"))
