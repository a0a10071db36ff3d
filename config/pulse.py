"""A sign of life from the processes that serve no page, for whoever watches their containers.

Worker and beat touch a file while they work, `config.probe` looks at its age. Both stop touching it
when the broker is gone, so it says more than that a process exists.
"""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

from celery.signals import after_task_publish, beat_init, heartbeat_sent, worker_ready

from config import environment

# Beat rings every few seconds, a worker's heart beats every two.
OLDEST_SECONDS = 60


def _file(role: str) -> Path:
    # As the settings have it, without reading them all: a probe must be quick.
    default = str(Path(__file__).resolve().parent.parent / "data")
    return Path(environment.text("DATA_DIR", default)) / "pulse" / f"{role}-{socket.gethostname()}"


def is_felt(role: str) -> bool:
    """Whether this machine's worker, previews or beat gave a sign of life lately."""
    try:
        # The file system's clock is compared, so the wall clock is the right one here.
        return time.time() - _file(role).stat().st_mtime < OLDEST_SECONDS
    except FileNotFoundError:
        return False


def _touch(role: str) -> None:
    file = _file(role)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()


@worker_ready.connect
@heartbeat_sent.connect
def _worker_works(sender: Any = None, **_kwargs: Any) -> None:
    # The worker itself when it is ready, its heart afterwards; a name such as previews@host tells
    # which of the workers it is.
    name = getattr(sender, "hostname", "") or getattr(
        getattr(sender, "eventer", None), "hostname", ""
    )
    _touch("previews" if str(name).startswith("previews@") else "worker")


def _broker_took_a_message(**_kwargs: Any) -> None:
    _touch("beat")


@beat_init.connect
def _beat_begins(**_kwargs: Any) -> None:
    after_task_publish.connect(_broker_took_a_message)
