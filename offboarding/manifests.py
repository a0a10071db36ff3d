"""The list of what is handed over, as files and for pages; each line is what the record says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO, cast

from clients.csv_cells import csv_file
from offboarding.archives import Archive, Entry, entry_of_bytes
from offboarding.models import CaseFile, HandoverRelease, ReleasedFile

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
    name = MANIFEST_NAME if MANIFEST_NAME not in taken else f"_{MANIFEST_NAME}"
    entries = [entry_of_bytes(name, manifest)]
    entries += [_entry(row) for row in files]
    return Archive(entries, made_at=release.prepared_at)


def _entry(row: ReleasedFile) -> Entry:
    file = row.file
    return Entry(row.name, file.size_bytes, row.crc32, file.sha256, lambda: opened(file))


def opened(file: CaseFile) -> BinaryIO:
    """Open a stored file for reading any part of it."""
    return cast(BinaryIO, file.content.storage.open(str(file.content.name), "rb"))
