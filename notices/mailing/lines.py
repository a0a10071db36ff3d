"""This process's lines to the mail server: several at once, each kept from one mail to the next.

Each line works in a thread of its own and nothing in it reads or writes the database. Before the
first byte of a mail it asks, and waits for a yes; whoever drains the outbox commits what has to be
committed for all that ask at that moment, answers them, and hears in the end what became of each.
"""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Any, Self, cast

import structlog
from django.conf import settings

from notices.mailing.smtp import Envelope, Kind, Outcome, Security, SmtpTransport, Stage

log = structlog.get_logger(__name__)

MOST_SILENCES = 3
"""The lines give up when the server could not be reached so often in a row."""

MAILS_A_LINE = 6
"""Another line is opened for every so many mails that wait, up to the setting."""

TOGETHER_SECONDS = 0.001
"""How long what a line says may wait for what others are about to ask: one commit lets all go."""

_UNREACHED = frozenset({Stage.CONNECT, Stage.EHLO, Stage.TLS, Stage.AUTH})

_transports: dict[tuple[Any, ...], list[SmtpTransport]] = {}


def transport() -> SmtpTransport:
    """Return this process's first line."""
    return _lines(1)[0]


def close() -> None:
    """Take leave of the server on every line that is open."""
    for lines in _transports.values():
        for line in lines:
            line.close()


def _lines(count: int) -> list[SmtpTransport]:
    host, port, user, password, security, timeout = reach = (
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        settings.EMAIL_HOST_USER,
        settings.EMAIL_HOST_PASSWORD,
        settings.EMAIL_SECURITY,
        settings.EMAIL_TIMEOUT,
    )
    if reach not in _transports:
        close()
        _transports.clear()
        _transports[reach] = []
    lines = _transports[reach]
    while len(lines) < count:
        lines.append(
            SmtpTransport(
                host,
                port,
                user=user,
                password=password,
                security=cast(Security, security),
                timeout=timeout,
            )
        )
    return lines[:count]


@dataclass(frozen=True, slots=True)
class Asked:
    """A line has named sender and recipient to the server and asks whether the mail may go."""

    key: int
    answers: queue.SimpleQueue[bool] = field(default_factory=queue.SimpleQueue)

    def answer(self, go: bool) -> None:
        """Let the line go on, or make it forget the mail."""
        self.answers.put(go)


@dataclass(frozen=True, slots=True)
class Ended:
    """A line is done with a mail; without an outcome something of ours broke."""

    key: int
    outcome: Outcome | None


class MailLines:
    """Several lines in threads, for as long as the outbox is drained.

    Lines that cannot be opened while another one works are given up for this time: a server may
    take fewer at once than we would use.
    """

    def __init__(self, most: int) -> None:
        """Open nothing yet.

        Args:
            most: how many lines may be open at once.
        """
        self._most = most
        self._threads: list[threading.Thread] = []
        self._alive = 0
        self._silences = 0
        self._lock = threading.Lock()
        self._offers: queue.SimpleQueue[tuple[int, Envelope] | None] = queue.SimpleQueue()
        self._told: queue.SimpleQueue[Asked | Ended] = queue.SimpleQueue()
        self._asking: dict[int, Asked] = {}
        self.busy_with = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def are_silent(self) -> bool:
        """The server could not be reached again and again."""
        return self._silences >= MOST_SILENCES

    def have_room(self, waiting: int) -> bool:
        """Tell whether another mail may be offered while so many wait."""
        wanted = min(self._most, 1 + (waiting + self.busy_with - 1) // MAILS_A_LINE)
        with self._lock:
            if len(self._threads) < wanted and self._alive == len(self._threads):
                self._begin()
            # One ahead of each line, so that none waits for us.
            return self.busy_with < 2 * self._alive

    def offer(self, key: int, envelope: Envelope) -> None:
        """Give a mail to the next line that is free."""
        self.busy_with += 1
        self._offers.put((key, envelope))

    def take_back(self) -> list[int]:
        """Return the mails that no line has begun with."""
        keys = []
        with suppress(queue.Empty):
            while True:
                offer = self._offers.get_nowait()
                if offer is not None:
                    keys.append(offer[0])
        self.busy_with -= len(keys)
        return keys

    def wait(self, seconds: float) -> list[Asked | Ended]:
        """Return all that the lines have to say, after waiting for the first at most so long.

        What follows within a moment comes along, unless all lines wait for a yes already.
        """
        told: list[Asked | Ended] = []
        with suppress(queue.Empty):
            told.append(self._told.get(timeout=seconds))
            together_until = time.monotonic() + TOGETHER_SECONDS
            while sum(isinstance(one, Asked) for one in told) < self._alive:
                told.append(self._told.get(timeout=max(together_until - time.monotonic(), 0)))
        for one in told:
            if isinstance(one, Ended):
                self.busy_with -= 1
                self._asking.pop(one.key, None)
            else:
                self._asking[one.key] = one
        return told

    def close(self) -> list[Ended]:
        """End the threads; mails that wait for a yes do not go.

        Returns:
            What became of mails that were still on their way.
        """
        self.take_back()
        for _thread in self._threads:
            self._offers.put(None)
        ended: list[Ended] = []
        while self.busy_with:
            for one in self.wait(1):
                if isinstance(one, Asked):
                    one.answer(False)
                else:
                    ended.append(one)
            for asked in self._asking.values():
                asked.answer(False)
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        return ended

    # -- in the threads ----------------------------------------------------------------------------

    def _begin(self) -> None:
        number = len(self._threads)
        line = _lines(number + 1)[number]
        thread = threading.Thread(
            target=self._work, args=[line], name=f"mail line {number}", daemon=True
        )
        self._threads.append(thread)
        self._alive += 1
        thread.start()

    def _work(self, line: SmtpTransport) -> None:
        while (offer := self._offers.get()) is not None:
            key, envelope = offer
            outcome = None
            try:
                outcome = line.hand_over(envelope, before_data=partial(self._ask, key))
            except Exception:
                log.exception("delivery.interrupted", delivery=key)
            stays = outcome is None or self._stays_after(outcome)
            self._told.put(Ended(key, outcome))
            if not stays:
                return

    def _ask(self, key: int) -> bool:
        asked = Asked(key)
        self._told.put(asked)
        return asked.answers.get()

    def _stays_after(self, outcome: Outcome) -> bool:
        """Tell whether this line goes on; one that nobody answers leaves the rest to the others."""
        with self._lock:
            if outcome.stage not in _UNREACHED or outcome.kind is Kind.ACCEPTED:
                self._silences = 0
                return True
            self._silences += 1
            if self._alive > 1 or self._silences >= MOST_SILENCES:
                self._alive -= 1
                return False
            return True
