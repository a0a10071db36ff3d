"""What a load balancer is told."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from audit import triggers
from config import health


@pytest.fixture(autouse=True)
def nothing_known_yet():
    health._once_applied.cache_clear()
    yield
    health._once_applied.cache_clear()


def test_being_up_asks_nothing_of_the_database(client):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_whole_installation_is_ready(client):
    answer = client.get("/readyz")

    assert answer.json() == {
        "ready": True,
        "parts": {
            "database": "ok",
            "migrations": "ok",
            "triggers": "ok",
            "static files": "ok",
        },
    }
    assert answer.status_code == 200


@pytest.mark.django_db
def test_a_migration_that_was_not_applied_makes_it_not_ready(client):
    MigrationRecorder.Migration.objects.filter(app="audit").delete()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"] == "failed"


@pytest.mark.django_db(transaction=True)
def test_a_missing_audit_trigger_makes_it_not_ready(client):
    triggers.drop(connection)
    try:
        answer = client.get("/readyz")
    finally:
        triggers.create(connection)

    assert answer.status_code == 503
    assert answer.json()["parts"]["triggers"] == "failed"
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_database_that_does_not_answer_makes_it_not_ready_and_tells_no_stranger_why(
    client, monkeypatch
):
    def down():
        raise ConnectionError("password of postgres at 10.0.0.3 is wrong")

    monkeypatch.setitem(health.CHECKS, "database", down)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["parts"]["database"] == "failed"
    assert "10.0.0.3" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nothing_is_changed_by_asking(client, path):
    assert client.post(path).status_code == 405
