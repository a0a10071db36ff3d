"""Nothing of the demo exists where clients are real."""

import json

import pytest

from tests.deployment.production import environment, run

LOOK = """
import json
import django
django.setup()
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands
from django.urls import Resolver404, resolve
def leads_somewhere(path):
    try:
        return resolve(path).view_name
    except Resolver404:
        return None
print(json.dumps({
    "installed": [app.name for app in apps.get_app_configs()],
    "commands": sorted(get_commands()),
    "mailbox": leads_somewhere("/demo/mailbox/"),
    "health": leads_somewhere("/healthz"),
    "clock": settings.CLOCK_OFFSET_FILE,
    "second factor": settings.SECOND_FACTOR_REQUIRED,
    "cache": settings.CACHES["default"]["BACKEND"],
    "mail host": settings.EMAIL_HOST,
}))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    folder = tmp_path_factory.mktemp("production")
    looked = run(
        "-c",
        LOOK,
        environment=environment(folder, DJANGO_SETTINGS_MODULE="config.settings"),
    )
    assert looked.returncode == 0, looked.stderr
    return json.loads(looked.stdout)


def test_the_demo_app_is_not_installed(production):
    assert "config.demo" not in production["installed"]
    assert "zeal" not in production["installed"]


def test_the_mailbox_page_does_not_exist(production):
    assert production["mailbox"] is None
    assert production["health"] == "healthz"


def test_its_commands_do_not_exist(production):
    assert not {"up", "clock", "load_sample_firm"} & set(production["commands"])


def test_time_cannot_be_moved(production):
    assert production["clock"] is None


def test_a_second_factor_is_asked_and_limits_hold_across_processes(production):
    assert production["second factor"] is True
    assert "locmem" not in production["cache"]


def test_mail_goes_to_the_named_server_only(production):
    assert production["mail host"] == "mail.example.com"


@pytest.mark.parametrize("command", ["up", "load_sample_firm", "clock"])
def test_asking_for_one_is_refused(tmp_path, command):
    refused = run("manage.py", command, environment=environment(tmp_path))

    assert refused.returncode != 0
    assert "Unknown command" in refused.stderr
