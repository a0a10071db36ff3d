"""The bell without Redis: a queue of small files in one folder, for the demo and a laptop.

Kombu's own transport of this kind writes a message in place, so a reader may take half of it; it
also moves a taken file to the system's temporary folder, which may lie on another disk, where
moving means copying and two readers may both get the message. Here every step is one rename
inside the queue's folder, which the file system does wholly or not at all, for exactly one caller.

A message is only a ring ("look at what is due"). One that a killed worker had already taken is
gone, and the next round of the schedule rings again.

Kombu takes no import path from a URL: name this class in `CELERY_BROKER_TRANSPORT`, with
`filesystem://localhost` as the URL.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any, ClassVar

from kombu.exceptions import ChannelError
from kombu.transport import filesystem, virtual
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

# None of these endings equals "<queue>.msg", so nobody takes such a file for a message.
_BEING_WRITTEN = ".part"
_BEING_READ = ".taken"
_UNREADABLE = ".unreadable"

# What a killed process left half done is litter after this many seconds.
_LITTER_AGE = 3600

Binding = filesystem.exchange_queue_t


class Channel(filesystem.Channel):
    """One conversation with the folder of messages."""

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        """Make the folders if they are missing and clear what killed processes left behind."""
        super().__init__(connection, **kwargs)
        self._seen: dict[str, deque[str]] = {}
        self._make_folders()
        self._clear_litter()

    # -- messages ----------------------------------------------------------------------------------

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        """Add a message; readers see the whole of it or nothing."""
        if not queue or "/" in queue or "\0" in queue:
            raise ChannelError(f"A queue cannot be named {queue!r}.")
        # Wall clock, zero-padded: names then sort by age, also across a restart of the machine.
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        body = str_to_bytes(dumps(payload))
        try:
            self._write_whole(Path(self.data_folder_out), name, body)
        except FileNotFoundError:
            # Somebody emptied the data folder while we were running.
            self._make_folders()
            self._write_whole(Path(self.data_folder_out), name, body)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Take the oldest message of a queue.

        Raises:
            Empty: there is none.
        """
        for name in self._names(queue):
            payload = self._take(name)
            if payload is not None:
                return payload
        raise Empty

    def _names(self, queue: str) -> Iterator[str]:
        """Yield the queue's file names, oldest first; the folder is listed once per batch."""
        seen = self._seen.setdefault(queue, deque())
        if not seen:
            try:
                names = os.listdir(self.data_folder_in)
            except FileNotFoundError:
                self._make_folders()
                return
            ending = f"{queue}.msg"
            seen.extend(sorted(name for name in names if name.partition(".")[2] == ending))
        while seen:
            yield seen.popleft()

    def _take(self, name: str) -> Any | None:
        """Return a message's content, or nothing if another reader was faster or it is broken."""
        file = Path(self.data_folder_in, name)
        taken = file.with_name(name + _BEING_READ)
        try:
            file.rename(taken)
        except OSError:
            return None
        try:
            payload = loads(bytes_to_str(taken.read_bytes()))
            # The shape that every message of kombu has; anything else would break the worker.
            payload["properties"]["delivery_tag"]
        except (OSError, ValueError, LookupError, TypeError):
            logger.exception("A message of the queue cannot be read and was set aside: %s", name)
            self._set_aside(taken, name)
            return None
        self._forget(taken)
        return payload

    def _set_aside(self, taken: Path, name: str) -> None:
        """Keep a broken message under a name nobody consumes, for a person to look at."""
        try:
            taken.rename(taken.with_name(name + _UNREADABLE))
        except OSError:
            logger.warning("A broken message of the queue cannot be renamed: %s", name)

    @staticmethod
    def _forget(taken: Path) -> None:
        """Remove a message that was read; what cannot be removed is cleared later."""
        try:
            taken.unlink(missing_ok=True)
        except OSError:
            logger.warning("A read message of the queue cannot be removed: %s", taken.name)

    # -- who listens to which exchange -------------------------------------------------------------

    def get_table(self, exchange: str) -> list[Binding]:
        """Return the bindings of an exchange; a missing or broken table has none."""
        try:
            rows = loads(bytes_to_str(self._exchange_file(exchange).read_bytes()))
            return [Binding(*row) for row in rows]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError):
            logger.warning("The table of exchange %r is broken and starts anew.", exchange)
            return []

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        """Add a binding to the table on disk."""
        binding = Binding(routing_key or "", pattern or "", queue or "")

        def with_it(table: list[Binding]) -> list[Binding]:
            return table if binding in table else [binding, *table]

        self._change_table(exchange, with_it)

    def _delete(
        self,
        queue: str,
        exchange: str,
        routing_key: str | None,
        pattern: str | None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Remove a queue's messages and its binding from the table on disk."""
        self._purge(queue)
        binding = Binding(routing_key or "", pattern or "", queue or "")
        self._change_table(exchange, lambda table: [row for row in table if row != binding])

    def _change_table(
        self, exchange: str, change: Callable[[list[Binding]], list[Binding]]
    ) -> None:
        """Replace a table in one step, one writer at a time.

        Web, worker and scheduler start together and all declare the same queues: with a table
        written in place one of them reads it empty and ends.
        """
        file = self._exchange_file(exchange)
        with self._only_writer():
            before = self.get_table(exchange)
            after = change(before)
            if after != before:
                self._write_whole(file.parent, file.name, str_to_bytes(dumps(after)))

    @contextmanager
    def _only_writer(self) -> Iterator[None]:
        """Hold the tables' lock; the system frees it if this process dies."""
        self._make_folders()
        with (self.control_folder / "tables.lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    # -- the folder --------------------------------------------------------------------------------

    @staticmethod
    def _write_whole(folder: Path, name: str, body: bytes) -> None:
        """Write under a name nobody reads, in the same folder, then rename."""
        part = folder / f"{uuid.uuid4().hex}{_BEING_WRITTEN}"
        try:
            part.write_bytes(body)
            part.rename(folder / name)
        except BaseException as exc:
            part.unlink(missing_ok=True)
            if isinstance(exc, OSError) and not isinstance(exc, FileNotFoundError):
                raise ChannelError(f"The queue's folder {folder} cannot be written.") from exc
            raise

    def _make_folders(self) -> None:
        """Make the folders of messages and tables, readable by this user only."""
        for folder in (self.data_folder_in, self.data_folder_out, self.control_folder):
            Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)

    def _clear_litter(self) -> None:
        """Remove half-written and half-taken files of processes that died long ago."""
        # The file system's own clock is compared, so the wall clock is the right one here.
        oldest = time.time() - _LITTER_AGE
        for folder in {Path(self.data_folder_in), Path(self.data_folder_out), self.control_folder}:
            for entry in os.scandir(folder):
                if not entry.name.endswith((_BEING_WRITTEN, _BEING_READ)):
                    continue
                try:
                    # A rename sets the change time, so a message that waited long before it was
                    # taken is not litter yet.
                    if entry.stat().st_ctime < oldest:
                        os.unlink(entry.path)
                except FileNotFoundError:
                    continue


class Transport(filesystem.Transport):
    """A message queue in a folder, for one machine."""

    Channel = Channel
    polling_interval = 0.1

    # Kombu keeps one memory of declared queues per process; two folders must not share it, or the
    # second is never told who listens.
    _states: ClassVar[dict[str, virtual.BrokerState]] = {}

    def __init__(self, client: Any, **kwargs: Any) -> None:
        """Share what is declared among all connections to the same folder."""
        super().__init__(client, **kwargs)
        folder = str(client.transport_options.get("control_folder", "control"))
        self.state = self._states.setdefault(folder, virtual.BrokerState())
