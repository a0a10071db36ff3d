"""A ZIP archive that is never built: its bytes are computed where they are asked for.

Names, sizes and checksums are known beforehand and nothing is compressed, so every byte has its
place before the first one leaves. Any part of the archive can be read without what stands before
it, the same content always gives the same bytes, and memory does not grow with its size.

Source: APPNOTE.TXT of the ZIP file format, 4.3 and 4.5.3 (ZIP64).
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

CHUNK_BYTES = 256 * 1024

_LIMIT_32 = 0xFFFFFFFF
_LIMIT_16 = 0xFFFF
_UTF8 = 0x0800
_EARLIEST_YEAR, _LATEST_YEAR = 1980, 2107


@dataclass(frozen=True)
class Entry:
    """One file of an archive.

    Attributes:
        name: inside the archive, with `/` between folders.
        size_bytes: of its content.
        crc32: of its content.
        sha256: of its content, so that the archive has an identity of its own.
        open: gives the content from its beginning.
    """

    name: str
    size_bytes: int
    crc32: int
    sha256: str
    open: Callable[[], BinaryIO]


def entry_of_bytes(name: str, content: bytes) -> Entry:
    """Return the entry of a small file that is held in memory."""
    digest = hashlib.sha256(content).hexdigest()
    return Entry(name, len(content), zlib.crc32(content), digest, lambda: io.BytesIO(content))


@dataclass(frozen=True)
class _Part:
    """A stretch of the archive: bytes of ours, or the content of an entry."""

    start: int
    size: int
    own: bytes = b""
    entry: Entry | None = None


class Archive:
    """The archive of some entries, in their order."""

    def __init__(self, entries: Sequence[Entry], *, made_at: datetime) -> None:
        """Lay the archive out.

        Args:
            entries: with names that differ.
            made_at: the time that each file shows when it is unpacked.
        """
        self.entries = list(entries)
        self._stamp = _dos_time(made_at)
        self._parts: list[_Part] = []
        self.size_bytes = 0
        places = []
        for entry in self.entries:
            places.append(self.size_bytes)
            self._add(own=self._local_header(entry))
            self._add(entry=entry)
        begin = self.size_bytes
        for entry, place in zip(self.entries, places, strict=True):
            self._add(own=self._central_header(entry, place))
        self._add(own=self._end(begin, self.size_bytes - begin))

    @property
    def identity(self) -> str:
        """A hash that differs whenever any byte of the archive does."""
        digest = hashlib.sha256(struct.pack("<HH", *self._stamp))
        for entry in self.entries:
            digest.update(f"{entry.name}\0{entry.size_bytes}\0{entry.sha256}\n".encode())
        return digest.hexdigest()

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the bytes from `start` up to, not including, `stop`, in chunks.

        Raises:
            ContentDiffers: a file of it is not as it was kept.
        """
        for part in self._parts:
            first, last = max(start, part.start), min(stop, part.start + part.size)
            if first >= last:
                continue
            if part.entry is None:
                yield part.own[first - part.start : last - part.start]
            else:
                with part.entry.open() as content:
                    yield from read_as_kept(
                        content,
                        first - part.start,
                        last - part.start,
                        size_bytes=part.entry.size_bytes,
                        sha256=part.entry.sha256,
                    )

    # -- the layout --------------------------------------------------------------------------------

    def _add(self, *, own: bytes = b"", entry: Entry | None = None) -> None:
        size = len(own) if entry is None else entry.size_bytes
        self._parts.append(_Part(self.size_bytes, size, own, entry))
        self.size_bytes += size

    def _local_header(self, entry: Entry) -> bytes:
        name = entry.name.encode()
        is_large = entry.size_bytes >= _LIMIT_32
        extra = struct.pack("<HHQQ", 1, 16, entry.size_bytes, entry.size_bytes) if is_large else b""
        size = _LIMIT_32 if is_large else entry.size_bytes
        fixed = struct.pack(
            "<4sHHHHHIIIHH",
            b"PK\x03\x04",
            45 if is_large else 20,
            _UTF8,
            0,
            *self._stamp,
            entry.crc32,
            size,
            size,
            len(name),
            len(extra),
        )
        return fixed + name + extra

    def _central_header(self, entry: Entry, place: int) -> bytes:
        name = entry.name.encode()
        large = []
        size, offset = entry.size_bytes, place
        if size >= _LIMIT_32:
            large += [size, size]
            size = _LIMIT_32
        if offset >= _LIMIT_32:
            large.append(offset)
            offset = _LIMIT_32
        extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
        version = 45 if large else 20
        fixed = struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\x01\x02",
            (3 << 8) | version,
            version,
            _UTF8,
            0,
            *self._stamp,
            entry.crc32,
            size,
            size,
            len(name),
            len(extra),
            0,
            0,
            0,
            0o100600 << 16,
            offset,
        )
        return fixed + name + extra

    def _end(self, begin: int, size: int) -> bytes:
        count = len(self.entries)
        end = b""
        if begin >= _LIMIT_32 or size >= _LIMIT_32 or count >= _LIMIT_16:
            end = struct.pack(
                "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, begin
            )
            end += struct.pack("<4sIQI", b"PK\x06\x07", 0, begin + size, 1)
        return end + struct.pack(
            "<4sHHHHIIH",
            b"PK\x05\x06",
            0,
            0,
            min(count, _LIMIT_16),
            min(count, _LIMIT_16),
            min(size, _LIMIT_32),
            min(begin, _LIMIT_32),
            0,
        )


class ContentDiffers(Exception):
    """A stored file is not, byte for byte, what was kept.

    Attributes:
        sha256: of what was kept.
    """

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__("A stored file differs from what was kept.")


def read_as_kept(
    content: BinaryIO, start: int, stop: int, *, size_bytes: int, sha256: str
) -> Iterator[bytes]:
    """Yield a stretch of a file in chunks, the last of them only once the whole file is right.

    What stands before and after the stretch is read as well and not handed out, so that no part of
    a changed file is ever complete. No more than two chunks are held.

    Args:
        content: the file.
        start: of the stretch.
        stop: the first byte after it.
        size_bytes: of the file as it was kept.
        sha256: of the file as it was kept.

    Raises:
        ContentDiffers: the file was changed, cut or made longer.
    """
    content.seek(0)
    digest, held = hashlib.sha256(), b""
    at, bounds = 0, iter([start, stop, size_bytes + 1])
    bound = next(bounds)
    while True:
        while at >= bound:
            bound = next(bounds, size_bytes + 2)
        # One byte more than there should be: what was added at the end is seen as well.
        chunk = content.read(min(CHUNK_BYTES, bound - at))
        if not chunk or at > size_bytes:
            break
        digest.update(chunk)
        if start <= at < stop:
            if held:
                yield held
            held = chunk
        at += len(chunk)
    if at != size_bytes or digest.hexdigest() != sha256:
        raise ContentDiffers(sha256)
    if held:
        yield held


def _dos_time(at: datetime) -> tuple[int, int]:
    year = min(max(at.year, _EARLIEST_YEAR), _LATEST_YEAR) - _EARLIEST_YEAR
    return (
        (at.hour << 11) | (at.minute << 5) | (at.second // 2),
        (year << 9) | (at.month << 5) | at.day,
    )
