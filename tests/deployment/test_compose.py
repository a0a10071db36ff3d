"""docker-compose.yml says what runs in production; here each command really runs.

The image itself is not built: that needs Docker, which a test machine need not have.
"""

from __future__ import annotations

import http.client
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import redis
import yaml

from tests import services
from tests.deployment.production import ROOT, environment, run
from tests.services import end, free_port, wait_until

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OURS = ("web", "worker", "previews", "beat")
PASSWORD = "p4ssw0rd"


def filled_in(text: str) -> str:
    """Put passwords where compose would put them from .env."""
    return re.sub(r"\$\{(POSTGRES_PASSWORD|REDIS_PASSWORD)[^}]*\}", PASSWORD, text)


# -- what the file says ----------------------------------------------------------------------------


def test_nothing_serves_before_the_database_was_migrated():
    assert COMPOSE["migrate"]["restart"] == "no"
    for name in OURS:
        needed = COMPOSE[name]["depends_on"]
        assert needed["migrate"]["condition"] == "service_completed_successfully"
        assert needed["postgres"]["condition"] == "service_healthy"
        assert needed["redis"]["condition"] == "service_healthy"


def test_everything_that_stays_up_is_watched_and_started_again():
    for name in (*OURS, "postgres", "redis"):
        assert COMPOSE[name]["healthcheck"]["test"], name
        assert COMPOSE[name]["restart"] == "unless-stopped", name


def test_data_outlives_its_containers():
    assert any(volume.startswith("data:") for volume in COMPOSE["web"]["volumes"])
    assert any(volume.startswith("postgres:") for volume in COMPOSE["postgres"]["volumes"])
    assert any(volume.startswith("redis:") for volume in COMPOSE["redis"]["volumes"])


def test_no_password_has_a_default_and_only_the_web_server_is_reachable_from_this_machine_alone():
    text = (ROOT / "docker-compose.yml").read_text()

    assert re.findall(r"\$\{\w*PASSWORD:?-", text) == []
    published = [name for name, service in COMPOSE.items() if "ports" in service]
    assert published == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["web"]["ports"])


def test_the_image_runs_as_nobody_in_particular_and_brings_what_letters_need():
    lines = (ROOT / "Dockerfile").read_text()

    assert re.search(r"^USER (?!root)\w+$", lines, re.MULTILINE)
    assert lines.index("collectstatic") < lines.index("\nUSER ")
    assert "--require-hashes" in lines
    for library in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"):
        assert library in lines


# -- what its commands do --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compose_redis() -> Iterator[services.Redis]:
    """Run Redis with the arguments of the compose file."""
    program, *arguments = shlex.split(filled_in(COMPOSE["redis"]["command"]))
    assert program == "redis-server"
    with services.redis(*arguments, password=PASSWORD) as server:
        yield server


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str, compose_redis: services.Redis
) -> dict[str, str]:
    """Return the environment of an installation whose migrate step has run."""
    folder = tmp_path_factory.mktemp("installation")
    variables = environment(
        folder,
        **{name: str(value) for name, value in COMPOSE["web"]["environment"].items()}
        | {
            "DATABASE_URL": postgres_url,
            "REDIS_URL": compose_redis.url,
            "DATA_DIR": str(folder / "data"),
            "STATIC_ROOT": str(folder / "static"),
            "PORT": str(free_port()),
        },
    )
    collected = run("manage.py", "collectstatic", "--noinput", "-v0", environment=variables)
    assert collected.returncode == 0, collected.stderr
    program, *arguments = shlex.split(COMPOSE["migrate"]["command"])
    assert program == "python"
    migrated = run(*arguments, environment=variables)
    assert migrated.returncode == 0, migrated.stderr
    return variables


def is_healthy(service: dict[str, Any], variables: dict[str, str]) -> bool:
    kind, *command = service["healthcheck"]["test"]
    assert kind == "CMD"
    checked = subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, timeout=20, check=False
    )
    return checked.returncode == 0


@contextmanager
def started(name: str, variables: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        shlex.split(COMPOSE[name]["command"]),
        cwd=ROOT,
        env=variables,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        end(process)


@pytest.mark.strict
@pytest.mark.parametrize("name", OURS)
def test_each_command_gets_healthy_and_stops_when_it_is_told_to(name, installation):
    service = COMPOSE[name]
    assert not is_healthy(service, installation)

    with started(name, installation) as process:
        wait_until(
            lambda: process.poll() is not None or is_healthy(service, installation),
            seconds=60,
            what=f"{name} to be healthy",
        )
        assert process.poll() is None
        process.terminate()
        process.wait(120)

    assert process.returncode == 0


@pytest.mark.strict
def test_a_worker_takes_what_beat_rings(installation, compose_redis):
    queue = redis.Redis.from_url(compose_redis.url)
    queue.flushall()
    with started("beat", installation):
        wait_until(lambda: queue.llen("celery") > 0, seconds=40, what="beat to ring")
    with started("worker", installation):
        wait_until(lambda: queue.llen("celery") == 0, seconds=40, what="the worker to take it")


@pytest.mark.strict
def test_redis_asks_for_a_password_throws_nothing_out_and_writes_everything_down(compose_redis):
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=compose_redis.port).ping()

    server = redis.Redis.from_url(compose_redis.url)

    assert server.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    assert server.config_get("appendonly")["appendonly"] == "yes"


@pytest.mark.strict
def test_the_web_process_answers_only_to_its_own_name_and_over_https(installation):
    port = int(installation["PORT"])

    def status(host: str, path: str, **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", path, headers={"Host": host, **headers})
        return connection.getresponse().status

    with started("web", installation):
        wait_until(
            lambda: is_healthy(COMPOSE["web"], installation), seconds=60, what="web to be healthy"
        )
        secure = {"X-Forwarded-Proto": "https"}
        assert status("offboarding.example.com", "/accounts/login/") == 301
        assert status("offboarding.example.com", "/accounts/login/", **secure) == 200
        assert status("evil.example", "/accounts/login/", **secure) == 400
        assert status("offboarding.example.com", "/demo/mailbox/", **secure) == 404
