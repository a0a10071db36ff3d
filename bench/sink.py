"""A mail server that takes everything quickly, keeps nothing but counts, and can answer late.

    python -m bench.sink --delay-ms 5

prints its port. `XCOUNT` answers how many mails it took and how many different Message-IDs they
had; `XRESET` forgets them.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.measuring import BrokenWork

_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"


class Counts:
    """What was taken since the last reset."""

    def __init__(self) -> None:
        self.taken = 0
        self.ids: set[bytes] = set()


class Session(asyncio.Protocol):
    """One connection, as much of the protocol as a friendly client needs."""

    def __init__(self, counts: Counts, delay: float) -> None:
        self.counts = counts
        self.delay = delay
        self.buffer = bytearray()
        self.in_message = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.answer(b"220 sink")

    def answer(self, words: bytes) -> None:
        """Answer now, or as late as asked."""
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.write, words)
        else:
            self.write(words)

    def write(self, words: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(words + b"\r\n")
            if words.startswith(b"221"):
                self.transport.close()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self.one_step():
            pass

    def one_step(self) -> bool:
        if self.in_message:
            end = self.buffer.find(_END)
            if end < 0:
                return False
            self.take(bytes(self.buffer[:end]))
            del self.buffer[: end + len(_END)]
            self.in_message = False
            self.answer(b"250 2.0.0 Taken")
            return True
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return False
        command = bytes(self.buffer[:end]).upper()
        del self.buffer[: end + 2]
        self.obey(command)
        return True

    def take(self, message: bytes) -> None:
        self.counts.taken += 1
        found = _MESSAGE_ID.search(message.partition(b"\r\n\r\n")[0])
        if found:
            self.counts.ids.add(found[1])

    def obey(self, command: bytes) -> None:
        if command.startswith(b"EHLO"):
            self.answer(b"250-sink\r\n250-8BITMIME\r\n250 SIZE 50000000")
        elif command == b"DATA":
            self.in_message = True
            self.answer(b"354 Go on")
        elif command == b"QUIT":
            self.answer(b"221 Bye")
        elif command == b"XCOUNT":
            self.answer(b"250 %d %d" % (self.counts.taken, len(self.counts.ids)))
        elif command == b"XRESET":
            self.counts.taken = 0
            self.counts.ids.clear()
            self.answer(b"250 Forgotten")
        else:
            self.answer(b"250 OK")


async def _serve(delay: float) -> None:
    counts = Counts()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(counts, delay), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


# -- from outside ----------------------------------------------------------------------------------


@dataclass
class Sink:
    """A running sink."""

    port: int

    def counts(self) -> tuple[int, int]:
        """Return how many mails it took, and how many different ones."""
        taken, different = self._ask("XCOUNT").split()
        return int(taken), int(different)

    def reset(self) -> None:
        """Forget all mails."""
        self._ask("XRESET")

    def _ask(self, command: str) -> str:
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="bench") as line:
            code, words = line.docmd(command)
        if code != 250:
            raise BrokenWork(f"the sink answered {code}")
        return words.decode()


@contextmanager
def running(delay_ms: float = 0) -> Iterator[Sink]:
    """Run a sink in a process of its own; it ends with its input."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink", "--delay-ms", str(delay_ms)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield Sink(int(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay-ms", type=float, default=0)
    asyncio.run(_serve(parser.parse_args().delay_ms / 1000))
