"""Keeps an SQLite database as the migrations left it, so that the next run starts from there.

The migrations take ten seconds and change far less often than the tests run. What is kept lies
beside the installed libraries and is named by everything that decides it: our migrations and the
locked requirements. Django still looks for anything to apply, and the triggers are laid anew, as
after every `migrate`.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(sys.prefix) / "migrated-for-tests"
MOST_KEPT = 12


def _kept() -> Path:
    """Return where the database of these very migrations is kept."""
    decisive = [*sorted(ROOT.glob("*/migrations/**/*.py")), ROOT / "requirements-dev.txt"]
    name = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    for path in decisive:
        name.update(f"\n{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return FOLDER / f"{name.hexdigest()[:32]}.sqlite3"


def put_in_place(database: Path) -> bool:
    """Copy the kept database to where the tests expect theirs, if there is one."""
    try:
        shutil.copyfile(_kept(), database)
    except OSError:
        return False
    return True


def keep(database: Path) -> None:
    """Keep a database that has just been migrated; where that fails, the next run migrates."""
    kept = _kept()
    with contextlib.suppress(OSError):
        FOLDER.mkdir(exist_ok=True)
        part = kept.with_suffix(f".{database.parent.name}")
        with (
            contextlib.closing(sqlite3.connect(database)) as source,
            contextlib.closing(sqlite3.connect(part)) as target,
        ):
            source.backup(target)
        part.replace(kept)
        by_age = sorted(FOLDER.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)
        for old in by_age[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
