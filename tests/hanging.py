"""Guards a test against code that would never come back, without asking how fast it is."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

CPU_SECONDS = 30
"""Far more than any of it takes; a search that tries everything twice takes hours."""


class Hangs(AssertionError):
    """It was still computing when nobody would have waited any longer."""


@contextmanager
def it_comes_back() -> Iterator[None]:
    """Interrupt what computes without end; only the process's own seconds count."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise Hangs(f"Still at it after {CPU_SECONDS} seconds of computing.")

    before = signal.signal(signal.SIGVTALRM, interrupt)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
