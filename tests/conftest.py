"""What every test stands on: databases that flush, a cache that is empty, honest selection.

Run as `python -m pytest`, a test needs no service. Tests marked `strict`, `browser` or `scale` are
left out then, and the end of the run says how many. `.ci/run` sets STRICT=1: nothing but `scale`,
`once` and what asks no database is left out, and a skipped test is a failed one.
"""

from __future__ import annotations

import gc
import importlib
import os
import shutil
from collections import Counter
from collections.abc import Generator, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.core.serializers import sort_dependencies
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.test import TransactionTestCase
from django.utils import translation
from django.utils.module_loading import module_has_submodule
from zeal import zeal_context

from tests import migrated, retracing, services

STRICT = os.environ.get("STRICT") == "1"
MAY_SKIP = not STRICT and os.environ.get("CI") != "true"
"""In `.ci/run` nothing may: what its strict run leaves out has run there before, without a skip."""
DATABASELESS = "by their fixtures"
REASONS = {
    "strict": "need PostgreSQL, Redis and a worker (.ci/run)",
    "browser": "need Chromium (.ci/run)",
    "scale": "take long (make test-scale)",
    "once": "start processes with databases of their own (make test, which .ci/run calls first)",
    DATABASELESS: "ask no database, so that another one changes nothing (make test, as above)",
}
LEFT_OUT = pytest.StashKey[Counter[str]]()
FIRST = (
    "tests/journeys/",
    "tests/portal/test_browser.py",
    "tests/deployment/test_supervisor.py",
    "tests/deployment/",
    "tests/portal/test_scanners.py",
    "tests/notices/test_faults.py",
    "tests/config/test_sample_firm.py",
)
"""What takes longest comes first: at the end one worker would be alone with it."""


# -- what runs -------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run has no services for, unless it was asked for by mark."""
    items.sort(key=_turn)
    if config.getoption("markexpr"):
        return
    left_out_marks = ["scale", "once"] if STRICT else ["scale", "browser", "strict"]
    kept, left_out = [], []
    for item in items:
        mark = next((name for name in left_out_marks if item.get_closest_marker(name)), None)
        if mark is None and STRICT and _asks_no_database(item):
            mark = DATABASELESS
        if mark is None:
            kept.append(item)
        else:
            left_out.append(item)
            config.stash[LEFT_OUT][mark] += 1
    if left_out:
        items[:] = kept
        config.hook.pytest_deselected(items=left_out)


def _asks_no_database(item: pytest.Item) -> bool:
    """Tell a test that Django lets nowhere near a database, and that no service was started for."""
    if not isinstance(item, pytest.Function) or item.cls is not None:
        return False
    if any(item.get_closest_marker(name) for name in ("django_db", "strict", "browser")):
        return False
    return not {"db", "transactional_db", "live_server"}.intersection(item.fixturenames)


def pytest_collection_finish() -> None:
    """Let the collector pass by what stays until the end: it took a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def _turn(item: pytest.Item) -> int:
    place = item.nodeid
    return next((turn for turn, start in enumerate(FIRST) if place.startswith(start)), len(FIRST))


def pytest_sessionfinish(session: pytest.Session) -> None:
    # Under xdist the workers select; they tell the process that prints the summary.
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = dict(session.config.stash[LEFT_OUT])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    # Every worker collects the whole suite, so any one of them knows the numbers.
    node.config.stash[LEFT_OUT] = Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what was left out and how to run it; a silent gap would look like a pass."""
    left_out = config.stash[LEFT_OUT]
    if left_out:
        terminalreporter.section("left out of this run", sep="-")
        for mark, count in sorted(left_out.items()):
            which = mark if mark == DATABASELESS else f"marked {mark}"
            terminalreporter.write_line(f"{count} {which}: {REASONS[mark]}")


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not MAY_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"Nothing may be skipped in .ci/run. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


# -- the database ----------------------------------------------------------------------------------


def _protections() -> list[Any]:
    """Return each app's module of triggers; it has `drop(connection)` and `create(connection)`."""
    return [
        importlib.import_module(f"{app.name}.triggers")
        for app in apps.get_app_configs()
        if module_has_submodule(app.module, "triggers")
    ]


BROUGHT_BY_MIGRATIONS: dict[type[Model], list[Model]] = {}
"""The catalogue that every installation starts with: rows by model, parents first."""
DJANGOS_OWN = {"auth_permission", "django_content_type", "django_migrations", "django_site"}
"""Tables whose rows belong to the tables and not to a test."""


def _emptying_lifts_the_triggers_and_leaves_the_catalogue() -> None:
    """Let transactional tests empty their tables, but for what an installation starts with.

    The triggers rightly refuse that, and a later test of the same process finds the catalogue.
    """
    emptying = TransactionTestCase._fixture_teardown

    def emptying_unprotected(self: TransactionTestCase) -> None:
        names = sorted(self._databases_names(include_mirrors=False))
        retracing.forget()
        if all(_emptied_at_once(connections[name]) for name in names) and all(
            _triggers_of(connections[name]) == AS_LAID[name] for name in names
        ):
            return
        protections = _protections()
        for name, protection in product(names, protections):
            protection.drop(connections[name])
        try:
            if not all(_emptied_at_once(connections[name]) for name in names):
                emptying(self)
                _bring_the_catalogue()
        finally:
            for name, protection in product(names, protections):
                protection.create(connections[name])

    TransactionTestCase._fixture_teardown = emptying_unprotected


AS_LAID: dict[str, list[tuple[Any, ...]]] = {}
"""The triggers as the migrations left them, by database."""


def _triggers_of(connection: BaseDatabaseWrapper) -> list[tuple[Any, ...]]:
    """Return PostgreSQL's triggers with what they do: a test may have tampered with them."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgrelid, tgenabled, pg_get_triggerdef(t.oid), prosrc"
            " FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal ORDER BY 1"
        )
        return cursor.fetchall()


def _bring_the_catalogue() -> None:
    for model, rows in BROUGHT_BY_MIGRATIONS.items():
        model._base_manager.bulk_create(rows)


def _emptied_at_once(connection: BaseDatabaseWrapper) -> bool:
    """Delete what a test left on our own PostgreSQL, where truncating every table takes a second.

    Rows are deleted from the tables that have any, and the catalogue's are brought again, without
    asking triggers and foreign keys, which stay as they are; only a superuser may do so, elsewhere
    Django empties.
    """
    if connection.vendor != "postgresql":
        return False
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        if cursor.fetchone() != ("on",):
            return False
        quoted = [
            (name, connection.ops.quote_name(name))
            for name in connection.introspection.table_names()
            if name not in DJANGOS_OWN
        ]
        any_rows = " UNION ALL ".join(
            f"SELECT %s WHERE EXISTS (SELECT FROM {table})" for _name, table in quoted
        )
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(any_rows, [name for name, _table in quoted])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
        _bring_the_catalogue()
    return True


_emptying_lifts_the_triggers_and_leaves_the_catalogue()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Start from the database that an earlier run migrated, if nothing that decides it changed."""
    database = settings.DATABASES["default"]
    return database["ENGINE"].endswith("sqlite3") and migrated.put_in_place(
        Path(database["TEST"]["NAME"])
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_keepdb: bool, django_db_setup: None, django_db_blocker: Any) -> None:
    """Note what the migrations brought; Django makes its own rows again by itself."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not django_db_keepdb:
        migrated.keep(Path(database["NAME"]))
    retracing.watch(connections["default"])
    with django_db_blocker.unblock():
        AS_LAID["default"] = _triggers_of(connections["default"])
        for model in sort_dependencies([(app, None) for app in apps.get_app_configs()]):
            if model._meta.app_label in {"contenttypes", "auth", "sites"} or model._meta.proxy:
                continue
            if rows := list(model._base_manager.order_by("pk")):
                BROUGHT_BY_MIGRATIONS[model] = rows


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """Return the environment in which another process sees this test's database and folder."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        url = f"sqlite:///{database['NAME']}"
    else:
        password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
        port = f":{database['PORT']}" if database["PORT"] else ""
        url = f"postgres://{database['USER']}{password}@{database['HOST']}{port}/{database['NAME']}"
    return os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}


@pytest.fixture
def no_repeated_queries() -> Iterator[None]:
    """Fail the test that asks the database once per row (django-zeal)."""
    with zeal_context():
        yield


# -- between two tests -----------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _a_fresh_start(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits, a moved clock, anchors and the language of a page belong to one test only."""
    patches = "monkeypatch" in request.fixturenames
    retracing.begin(request.getfixturevalue("monkeypatch") if patches else None)
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)
    settings.CLOCK_OFFSET_FILE.unlink(missing_ok=True)
    # `audit.anchors` cannot be imported here: this is read before Django is set up.
    shutil.rmtree(Path(settings.DATA_DIR) / "anchors", ignore_errors=True)
    yield
    settings.CLOCK_OFFSET_FILE.unlink(missing_ok=True)


# -- a browser's server ----------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def browsers_keep_style_and_script() -> Iterator[None]:
    """Let a browser keep a page's style, script and fonts from one page to the next, as outside."""
    serving = StaticFilesHandler.serve

    def serving_to_keep(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponse:
        answer = serving(handler, request)
        answer["Cache-Control"] = "public, max-age=600"
        return answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(StaticFilesHandler, "serve", serving_to_keep)
        yield


# -- real services, for tests marked strict --------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Run a PostgreSQL server of this test process's own; yield an empty database's address."""
    with services.postgres() as url:
        yield url


@pytest.fixture
def redis_server() -> Iterator[services.Redis]:
    """Run a Redis server that the test may stop, empty and start again."""
    with services.redis() as server:
        yield server


@pytest.fixture
def smtp_sink() -> Iterator[services.Sink]:
    """Run a mail server that keeps what it is given in `mails`; its port is `port`."""
    with services.smtp() as sink:
        yield sink
