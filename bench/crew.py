"""Worker processes that stay warm between rounds: they are told what to call, one line a call.

    with Crew(2, environment) as crew:
        crew.call("bench.work.letters:set_due_pages", limit=20)

Each worker has Django set up and keeps its database connection, as the application's workers do. It
ends when its input does, so none outlives the run.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from bench.measuring import BrokenWork

TELLS_ALL = os.environ.get("BENCH_TRACEBACKS") == "1"


class Worker:
    """One process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.crew"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Peers talk a lot; BENCH_TRACEBACKS=1 lets them.
            stderr=None if TELLS_ALL else subprocess.DEVNULL,
            env=dict(environment),
        )

    def begin(self, function: str, **arguments: Any) -> None:
        """Tell it what to do, without waiting."""
        assert self.process.stdin is not None
        line = json.dumps({"function": function, "arguments": arguments})
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def result(self) -> Any:
        """Wait for what it returns.

        Raises:
            BrokenWork: it raised, or it is gone.
        """
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise BrokenWork("a worker ended in the midst of its work")
        answer = json.loads(line)
        if "error" in answer:
            raise BrokenWork(answer["error"])
        return answer["result"]

    def end(self) -> None:
        """Close its input and wait; a worker that hangs is killed."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Crew:
    """Some workers that do the same at the same time."""

    def __init__(self, size: int, environment: Mapping[str, str]) -> None:
        self.workers = [Worker(environment) for _ in range(size)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for worker in self.workers:
            worker.end()

    def call(self, function: str, **arguments: Any) -> list[Any]:
        """Let every worker call it at once and return what each of them returned."""
        return self.share(function, [{}] * len(self.workers), **arguments)

    def share(
        self, function: str, shares: Sequence[Mapping[str, Any]], **arguments: Any
    ) -> list[Any]:
        """Let every worker call it at once with arguments of its own besides the common ones."""
        busy = list(zip(self.workers, shares, strict=False))
        for worker, share in busy:
            worker.begin(function, **arguments, **share)
        # All are waited for, also when one of them failed: the next call must find them idle.
        answers = [_answer(worker) for worker, _share in busy]
        for answer in answers:
            if isinstance(answer, BrokenWork):
                raise answer
        return answers

    def one(self, function: str, **arguments: Any) -> Any:
        """Let the first worker alone call it."""
        return self.share(function, [{}], **arguments)[0]


def _answer(worker: Worker) -> Any:
    try:
        return worker.result()
    except BrokenWork as problem:
        return problem


# -- inside the worker -----------------------------------------------------------------------------


def serve() -> None:
    """Do what the lines of the input say until they end."""
    # Whatever prints must not stand between our answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    import django

    django.setup()
    for line in sys.stdin:
        order = json.loads(line)
        module, _colon, name = order["function"].partition(":")
        try:
            found = getattr(importlib.import_module(module), name)(**order["arguments"])
            answer = {"result": found}
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{os.path.basename(where.filename)}:{where.lineno}"
            words = str(error).strip().partition("\n")[0]
            answer = {"error": f"{type(error).__name__} at {place}: {words}"}
            if TELLS_ALL:
                traceback.print_exc()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
