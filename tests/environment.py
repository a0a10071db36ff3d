"""Sets the stage before Django reads its settings: the test environment, a folder per process.

Loaded with `-p tests.environment`, because pytest-django reads the settings before any conftest.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def _redis_of_this_worker(url: str) -> str:
    """Give every xdist worker its own numbered database of one Redis server."""
    if not WORKER or not url.startswith("redis"):
        return url
    number = int(WORKER.removeprefix("gw")) + 1
    return urlsplit(url)._replace(path=f"/{number}").geturl()


def _prepare() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"offboarding-tests-{WORKER or 'main'}-"))
    os.environ["OFFBOARDING_ENV"] = "test"
    os.environ["DATA_DIR"] = str(folder)
    for name in ("REDIS_URL", "CELERY_BROKER_URL"):
        if os.environ.get(name):
            os.environ[name] = _redis_of_this_worker(os.environ[name])
    # What production needs must not leak in from the shell that runs the tests.
    for name in ("DEBUG", "SECRET_KEY", "LINK_KEY", "PUBLIC_BASE_URL", "ALLOWED_HOSTS"):
        os.environ.pop(name, None)
    return folder


DATA_DIR = _prepare()
# Also when the settings cannot be read and no hook is called any more.
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
