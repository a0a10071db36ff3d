"""One run: its services, its databases, and what it found."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.crew import Crew
from bench.databases import Databases
from bench.measuring import BrokenWork, NotHere
from bench.report import Report
from tests import services

# What a shell may carry over from somebody's own installation.
_NOT_OURS = ("SECRET_KEY", "LINK_KEY", "PUBLIC_BASE_URL", "ALLOWED_HOSTS", "DEBUG", "EMAIL_HOST")


@dataclass
class Run:
    """What every topic is given."""

    report: Report
    rounds: int
    quick: bool
    size: int
    environment: dict[str, str]
    databases: Databases

    def crew(self, size: int, database: str, **environment: object) -> Crew:
        """Start workers on a database."""
        own = {name: str(value) for name, value in environment.items()}
        return Crew(size, self.environment | {"DATABASE_URL": database} | own)

    def pieces(self, quick: int, otherwise: int) -> int:
        """Choose how much work one turn is."""
        return quick if self.quick else otherwise

    @contextmanager
    def metric(self, *names: str) -> Iterator[None]:
        """Turn broken work and missing peers into lines of the report, for what has none yet."""
        try:
            yield
        except (NotHere, BrokenWork) as problem:
            tell = self.report.skip if isinstance(problem, NotHere) else self.report.fail
            told = {line.metric for line in self.report.lines}
            for name in names:
                if name not in told:
                    tell(name, str(problem))


@contextmanager
def prepared(report: Report, *, rounds: int, quick: bool, size: int) -> Iterator[Run]:
    """Start PostgreSQL and Redis of our own, migrate once, build the firm; end all of it after."""
    folder = Path(tempfile.mkdtemp(prefix="offboarding-bench-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        # Durable as in production: what a commit costs is part of every figure.
        url = stack.enter_context(services.postgres(durable=True))
        redis = stack.enter_context(services.redis())
        environment = {
            **{name: value for name, value in os.environ.items() if name not in _NOT_OURS},
            "OFFBOARDING_ENV": "development",
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "SECOND_FACTOR_REQUIRED": "no",
            "DATA_DIR": str(folder),
            "REDIS_URL": redis.url,
            "CELERY_BROKER_URL": redis.url,
        }
        run = Run(report, rounds, quick, size, environment, Databases(url))
        with run.crew(1, url) as crew:
            crew.one("bench.work.house:build")
        yield run
