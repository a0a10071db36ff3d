"""The archive that is never built: any tool opens it, and any part of it can be asked for."""

from __future__ import annotations

import hashlib
import io
import itertools
import zipfile
import zlib
from datetime import UTC, datetime
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offboarding import stretches
from offboarding.archives import (
    Archive,
    ContentDiffers,
    Entry,
    entry_of_bytes,
    read_as_kept,
)

AT = datetime(2027, 5, 3, 14, 2, 10, tzinfo=UTC)
CONTENTS = {
    "manifest.csv": b"a,b\r\n",
    "Ledgers/Bücher 2026.pdf": bytes(range(256)) * 40,
    "empty.txt": b"",
}


def an_archive(contents: dict[str, bytes] = CONTENTS) -> Archive:
    entries = [entry_of_bytes(n, c) for n, c in contents.items()]
    return Archive(entries, made_at=AT)


def test_any_tool_opens_it_and_finds_every_file_whole() -> None:
    archive = an_archive()
    whole = b"".join(archive.read(0, archive.size_bytes))

    assert len(whole) == archive.size_bytes
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == CONTENTS
        assert opened.infolist()[0].date_time == (2027, 5, 3, 14, 2, 10)
    assert b"".join(an_archive().read(0, archive.size_bytes)) == whole
    assert an_archive().identity == archive.identity
    assert an_archive(CONTENTS | {"empty.txt": b"x"}).identity != archive.identity


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_part_of_it_is_the_same_as_in_the_whole(data: st.DataObject) -> None:
    archive = an_archive()
    whole = b"".join(archive.read(0, archive.size_bytes))
    start = data.draw(st.integers(0, archive.size_bytes))
    stop = data.draw(st.integers(start, archive.size_bytes))

    assert b"".join(archive.read(start, stop)) == whole[start:stop]


class Zeros(io.RawIOBase):
    """A file of so many zeros that takes no room."""

    def __init__(self, size: int) -> None:
        self.size, self.place = size, 0

    def seek(self, place: int, whence: int = 0) -> int:
        self.place = place + {0: 0, 1: self.place, 2: self.size}[whence]
        return self.place

    def read(self, count: int = -1) -> bytes:
        count = min(count, self.size - self.place)
        self.place += count
        return bytes(count)


def test_files_and_archives_beyond_four_gigabytes_are_told_by_zip64() -> None:
    size = 5 * 1024**3

    def zeros() -> BinaryIO:
        return Zeros(size)  # type: ignore[return-value]

    files = [Entry(f"{n}.zip", size, 0, str(n), zeros) for n in range(2)]
    archive = Archive([*files, entry_of_bytes("x", b"x")], made_at=AT)

    class Whole(io.RawIOBase):
        def __init__(self) -> None:
            self.place = 0

        def seekable(self) -> bool:
            return True

        def tell(self) -> int:
            return self.place

        def seek(self, place: int, whence: int = 0) -> int:
            self.place = place + {0: 0, 1: self.place, 2: archive.size_bytes}[whence]
            return self.place

        def read(self, count: int = -1) -> bytes:
            stop = archive.size_bytes if count < 0 else self.place + count
            part = b"".join(archive.read(self.place, min(stop, archive.size_bytes)))
            self.place += len(part)
            return part

    with zipfile.ZipFile(Whole()) as opened:
        assert [one.file_size for one in opened.infolist()] == [size, size, 1]
        assert opened.infolist()[1].header_offset > size
        assert opened.read("x") == b"x"


@pytest.mark.parametrize("stored", [b"a" * 9, b"a" * 11, b"a" * 9 + b"b", b""])
def test_a_stored_file_that_changed_is_not_passed_over(stored: bytes) -> None:
    kept = b"a" * 10
    digest = hashlib.sha256(kept).hexdigest()
    changed = Entry("a", 10, zlib.crc32(kept), digest, lambda: io.BytesIO(stored))
    archive = Archive([changed], made_at=AT)

    with pytest.raises(ContentDiffers):
        list(archive.read(0, archive.size_bytes))


@given(st.integers(1, 40), st.data())
def test_any_stretch_of_a_file_as_it_was_kept_comes_whole(size: int, data: st.DataObject) -> None:
    kept = bytes(range(size))
    start = data.draw(st.integers(0, size))
    stop = data.draw(st.integers(start, size))
    flipped = bytearray(kept)
    flipped[data.draw(st.integers(0, size - 1))] ^= 1
    digest = hashlib.sha256(kept).hexdigest()

    def read(content: bytes) -> bytes:
        chunks = read_as_kept(io.BytesIO(content), start, stop, size_bytes=size, sha256=digest)
        return b"".join(chunks)

    assert read(kept) == kept[start:stop]
    with pytest.raises(ContentDiffers):
        read(bytes(flipped))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12))
def test_stretches_say_exactly_which_bytes_were_handed_out(parts: list[tuple[int, int]]) -> None:
    told: list[tuple[int, int]] = []
    for start, stop in parts:
        told = stretches.add(told, start, stop)
    handed_out = {place for start, stop in parts for place in range(start, stop)}

    assert {place for start, stop in told for place in range(start, stop)} == handed_out
    assert stretches.length(told) == len(handed_out)
    assert all(one[1] < after[0] for one, after in itertools.pairwise(told))


def test_very_many_stretches_are_kept_few() -> None:
    told: list[tuple[int, int]] = []
    for place in range(0, 1000, 3):
        told = stretches.add(told, place, place + 1)

    assert len(told) == stretches.MOST_STRETCHES
