"""Walks a way once and writes the same statements again for the next test that begins alike.

Most tests stand on a house or on a notice that was walked there by the real verbs: hundreds of
questions and answers, thousands of times in a run, with the same end each time. A function marked
`@retraced` is really walked the first time; what it wrote is kept, statement by statement. A test
that comes to the same function by the same way - the same statements since its own beginning, the
same arguments, clock, language - within a minute has those statements written again, with every
trigger and constraint in force, and gets the same result. Anything else is walked:

- settings or objects that the test has changed, or a clock that it has stopped;
- tests with transactions of their own, and whatever was written beside the database;
- what was rolled back on the way.

RETRACE=0 walks every way each time.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, is_dataclass
from typing import Any, ParamSpec, TypeVar

import pytest
from django.conf import UserSettingsHolder, settings
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.transaction import Atomic
from django.utils import timezone, translation

from audit import clock

P = ParamSpec("P")
R = TypeVar("R")

IS_ON = os.environ.get("RETRACE") != "0"
SECONDS_KEPT = 60
"""A test finds nothing older than this, so that "just now" stays true."""
MOST_KEPT = 100
MOST_WRITTEN = 5000
"""A test that writes more than this is about many rows, and its way is no longer kept."""

_READS = ("SELECT ", "SAVEPOINT ", "RELEASE SAVEPOINT ")
_WRITES_ALL_THE_SAME = "audit_append("
"""A question to PostgreSQL that stores what it is asked with."""
_GAP = 1000
"""Each table's numbers begin this far from the last one's: rows of two are never mixed up."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that was written: as text for PostgreSQL, with its values for SQLite."""

    sql: str
    values: Any
    is_many: bool
    digest: bytes


@dataclass(slots=True)
class Way:
    """What one test has written since it began."""

    beginning: Atomic
    written: list[Statement] = field(default_factory=list)
    digest: bytes = b""
    is_lost: bool = False

    def add(self, statement: Statement) -> None:
        self.written.append(statement)
        self.digest = hashlib.sha256(self.digest + statement.digest).digest()
        if len(self.written) > MOST_WRITTEN:
            self.lose()

    def lose(self) -> None:
        self.is_lost = True
        self.written.clear()


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk came to, and how."""

    at: float
    written: list[Statement]
    result: bytes
    offset: Any
    rings: list[tuple[Callable[[], Any], bool]]


_way: Way | None = None
_walked: OrderedDict[bytes, Walked] = OrderedDict()
_patched: pytest.MonkeyPatch | None = None
_files = 0
_began = (time.time(), time.perf_counter())
counts = {"walked": 0, "retraced": 0}


def watch(over: BaseDatabaseWrapper) -> None:
    """Take note of what tests write through a connection, and of the files that they keep."""
    if not IS_ON:
        return
    over.execute_wrappers.append(_noted)
    keep = FileSystemStorage._save

    def counted(self: FileSystemStorage, name: str, content: Any) -> str:
        global _files
        _files += 1
        return keep(self, name, content)

    FileSystemStorage._save = counted


def forget() -> None:
    """Begin anew: the tables were emptied, and their numbers go on from somewhere else."""
    _walked.clear()


def begin(patched: pytest.MonkeyPatch | None) -> None:
    """Know the test's means to change objects, so that a walk among changed ones is walked."""
    global _patched, _way
    _patched, _way = patched, None


def retraced(walk: Callable[P, R]) -> Callable[P, R]:
    """Mark a function of the tests whose whole effect are its result and what it writes."""

    @functools.wraps(walk)
    def going(*args: P.args, **kwargs: P.kwargs) -> R:
        given = (args, kwargs)
        before = _place(walk, given)
        if before is None:
            return walk(*args, **kwargs)
        known = _walked.get(before)
        if known is not None and time.perf_counter() - known.at < SECONDS_KEPT:
            counts["retraced"] += 1
            _walked.move_to_end(before)
            return _again(known)
        counts["walked"] += 1
        return _really(walk, given, before)

    return going


def _really(walk: Callable[..., R], given: tuple[Any, Any], before: bytes) -> R:
    way = _way
    assert way is not None
    at, length, looks = time.perf_counter(), len(way.written), _looks(given)
    rings, beside = len(connection.run_on_commit), _beside_the_database()
    result = walk(*given[0], **given[1])
    if way.is_lost or _looks(given) != looks or _beside_the_database() != beside:
        return result
    _walked[before] = Walked(
        at=at,
        written=way.written[length:],
        result=pickle.dumps(result),
        offset=clock.offset(),
        rings=[(func, robust) for _sids, func, robust in connection.run_on_commit[rings:]],
    )
    while len(_walked) > MOST_KEPT:
        _walked.popitem(last=False)
    return result


def _again(known: Walked) -> Any:
    assert _way is not None
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if known.written:
                cursor.cursor.execute(";".join(one.sql for one in known.written))
        else:
            for one in known.written:
                run = cursor.cursor.executemany if one.is_many else cursor.cursor.execute
                run(one.sql, one.values)
    for one in known.written:
        _way.add(one)
    for func, robust in known.rings:
        connection.run_on_commit.append((set(connection.savepoint_ids), func, robust))
    if clock.offset() != known.offset:
        clock.move(known.offset)
    return pickle.loads(known.result)


# -- where a test is -------------------------------------------------------------------------------


def _place(walk: Callable[..., Any], given: tuple[Any, Any]) -> bytes | None:
    """Return what decides a walk's result; nothing if something does that cannot be told."""
    if not IS_ON or not _is_as_usual():
        return None
    way = _present_way()
    looks = None if way is None or way.is_lost else _looks(given)
    if way is None or looks is None:
        return None
    decisive = (
        walk.__module__,
        walk.__qualname__,
        looks,
        clock.offset(),
        translation.get_language(),
        timezone.get_current_timezone_name(),
        way.digest,
    )
    return hashlib.sha256(repr(decisive).encode()).digest()


def _is_as_usual() -> bool:
    if isinstance(settings._wrapped, UserSettingsHolder):
        return False
    if _patched is not None and (_patched._setattr or _patched._setitem or _patched._cwd):
        return False
    passed = time.perf_counter() - _began[1]
    return abs(time.time() - _began[0] - passed) < 2


def _present_way() -> Way | None:
    """Return this test's way, if all of it will be rolled back."""
    global _way
    blocks = connection.atomic_blocks
    if not blocks or not blocks[0]._from_testcase:
        return None
    if _way is None or _way.beginning is not blocks[0]:
        _way = Way(blocks[0])
        _numbers_begin_alike()
    return _way


def _looks(given: tuple[Any, Any]) -> str | None:
    """Spell arguments out to the last field; nothing for what cannot be spelled."""
    try:
        return repr(_spelled(given))
    except TypeError:
        return None


def _spelled(value: Any) -> Any:
    if isinstance(value, Model):
        fields = vars(value).items()
        return (value._meta.label, [(k, v) for k, v in fields if not k.startswith("_")])
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, [_spelled(part) for part in vars(value).values()])
    if isinstance(value, tuple | list):
        return [_spelled(part) for part in value]
    if isinstance(value, dict):
        return [(key, _spelled(part)) for key, part in value.items()]
    if value is None or isinstance(value, str | int | float | bool | bytes):
        return value
    if type(value).__module__ == "datetime":
        return value
    raise TypeError


def _beside_the_database() -> tuple[int, int, int]:
    """Tell what else a walk may change: mails, what is cached, files."""
    return len(getattr(mail, "outbox", ())), len(getattr(cache, "_cache", ())), _files


# -- what is written -------------------------------------------------------------------------------


def _noted(
    execute: Callable[..., Any], sql: str, values: Any, many: bool, context: dict[str, Any]
) -> Any:
    way = _present_way()
    if way is None or way.is_lost:
        return execute(sql, values, many, context)
    if sql.startswith(_READS) and _WRITES_ALL_THE_SAME not in sql:
        return execute(sql, values, many, context)
    if sql.startswith("ROLLBACK"):
        way.lose()
        return execute(sql, values, many, context)
    if values is not None:
        values = [tuple(row) for row in values] if many else tuple(values)
    statement = _statement(sql, values, many, context["cursor"].cursor)
    answer = execute(sql, values, many, context)
    way.add(statement)
    return answer


def _statement(sql: str, values: Any, many: bool, cursor: Any) -> Statement:
    if connection.vendor != "postgresql":
        return Statement(sql, values, many, repr((sql, values)).encode())
    if many:
        sql = ";".join(cursor.mogrify(sql, row) for row in values)
    elif values is not None:
        sql = cursor.mogrify(sql, values)
    return Statement(sql, None, False, sql.encode())


def _numbers_begin_alike() -> None:
    """Let every test's rows have the same numbers, as SQLite does.

    PostgreSQL goes on counting after a rollback.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.cursor.execute(_restarting())


@functools.cache
def _restarting() -> str:
    with connection.cursor() as cursor:
        cursor.cursor.execute(
            "SELECT quote_ident(sequencename) FROM pg_sequences"
            " WHERE schemaname = current_schema() ORDER BY 1"
        )
        names = [name for (name,) in cursor.cursor.fetchall()]
    calls = [f"setval('{name}', {_GAP * (10 + place)}, false)" for place, name in enumerate(names)]
    return f"SELECT {', '.join(calls)}"
