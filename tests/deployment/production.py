"""A production environment for tests that start processes: complete, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Return what production needs and no more; an empty value leaves a variable out.

    Args:
        folder: where the process keeps its data.
        changes: variables to set or, with an empty value, to leave out.
    """
    variables = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "OFFBOARDING_ENV": "production",
        "DATA_DIR": str(folder),
        "SECRET_KEY": "a-secret-that-was-made-for-this-test-and-is-long-enough-0123456789",
        "PUBLIC_BASE_URL": "https://offboarding.example.com",
        "ALLOWED_HOSTS": "offboarding.example.com",
        "EMAIL_HOST": "mail.example.com",
    }
    return {name: value for name, value in (variables | changes).items() if value}


def run(*command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one command of ours to its end, with this interpreter, from the project's folder."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
