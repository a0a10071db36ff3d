"""Production does not start unprotected, and every variable it reads is explained."""

import re
import sqlite3
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment as variables
from tests.deployment.production import ROOT, environment, run

READ = re.compile(r"environment\.(?:text|flag|number|words)\(\s*\"([A-Z_]+)\"")
EXPLAINED = re.compile(r"^(?:# )?([A-Z][A-Z_]+)=", re.MULTILINE)
INTERPOLATED = re.compile(r"\$\{([A-Z_]+)")


def read_by_the_application() -> set[str]:
    sources = (ROOT / "config").rglob("*.py")
    return {name for file in sources for name in READ.findall(file.read_text())}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "too-short"),
        ("SECRET_KEY", "insecure-secret-for-demo-development-and-tests-only"),
        ("DEBUG", "yes"),
        ("PUBLIC_BASE_URL", ""),
        ("PUBLIC_BASE_URL", "http://offboarding.example.com"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("EMAIL_HOST", ""),
        ("EMAIL_SECURITY", "none"),
        ("EMAIL_SECURITY", "start-tls"),
        ("OFFBOARDING_ENV", "staging"),
        ("PORT", "eighty"),
    ],
)
def test_production_refuses_to_start_and_names_the_variable(tmp_path, name, value):
    refused = run(
        "-c", "import config.settings", environment=environment(tmp_path, **{name: value})
    )

    assert refused.returncode != 0
    last_line = refused.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last_line
    assert name in last_line


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("IMAP_USER", {"IMAP_HOST": "mail.example.com"}),
        (
            "IMAP_SECURITY",
            {
                "IMAP_HOST": "mail.example.com",
                "IMAP_USER": "cases",
                "IMAP_PASSWORD": "x",
                "IMAP_SECURITY": "none",
            },
        ),
        ("INBOUND_WEBHOOK_SECRET", {"INBOUND_WEBHOOK_SECRET": "hook:short"}),
    ],
)
def test_mail_is_not_read_over_an_open_line_or_by_a_weak_secret(tmp_path, name, more):
    refused = run("-c", "import config.settings", environment=environment(tmp_path, **more))

    assert refused.returncode != 0
    assert name in refused.stderr.strip().splitlines()[-1]


def test_one_refusal_names_everything_that_is_missing(tmp_path):
    bare = {"PATH": environment(tmp_path)["PATH"], "DATA_DIR": str(tmp_path)}

    refused = run("-c", "import config.settings", environment=bare)

    assert refused.returncode != 0
    for name in ("SECRET_KEY", "PUBLIC_BASE_URL", "ALLOWED_HOSTS", "EMAIL_HOST"):
        assert name in refused.stderr


def test_nothing_set_means_production(tmp_path):
    complete = environment(tmp_path, OFFBOARDING_ENV="")

    started = run("-c", "import config.settings as s; print(s.ENV, s.DEBUG)", environment=complete)

    assert started.stdout.split() == ["production", "False"], started.stderr


def test_the_deployment_check_is_clean(tmp_path):
    checked = run(
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        environment=environment(tmp_path),
    )

    assert checked.returncode == 0, checked.stderr


def test_every_variable_is_explained_and_no_other():
    example = set(EXPLAINED.findall((ROOT / ".env.example").read_text()))
    read = read_by_the_application()
    compose = set(INTERPOLATED.findall((ROOT / "docker-compose.yml").read_text()))

    assert read - example == set(), "read by the application, not explained in .env.example"
    assert example - read - compose == set(), "explained in .env.example, read by nobody"


def test_operations_names_every_variable_or_points_to_where_it_is_explained():
    assert ".env.example" in (ROOT / "docs" / "operations.md").read_text()


def test_a_real_sqlite_waits_for_the_disk_and_takes_the_write_lock_at_once(tmp_path):
    options = variables.database("sqlite:///db.sqlite3", tmp_path)["OPTIONS"]
    connection = sqlite3.connect(tmp_path / "db.sqlite3")
    connection.executescript(options["init_command"])

    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert options["transaction_mode"] == "IMMEDIATE"
    connection.close()


def test_a_database_address_is_read_with_its_password_and_port():
    database = variables.database("postgres://anna:p%40ss@db.internal:6543/cases", Path("/x"))

    assert database["NAME"] == "cases"
    assert database["USER"] == "anna"
    assert database["PASSWORD"] == "p@ss"
    assert database["HOST"] == "db.internal"
    assert database["PORT"] == "6543"


def test_another_kind_of_database_is_refused():
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must start with"):
        variables.database("mysql://x/y", Path("/x"))
