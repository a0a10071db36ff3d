"""Set-up brings what is missing or says in one line what to do; it never asks."""

import os
import subprocess
import sys

import pytest

from tests.deployment.production import ROOT

# Pretends that Pango and HarfBuzz do not load until a file "installed" is there.
PYTHON = """#!/bin/sh
case "$2" in
    *ctypes*) [ -e "{folder}/installed" ] ;;
    *) exec {python} "$@" ;;
esac
"""
APT_GET = """#!/bin/sh
echo "$DEBIAN_FRONTEND $*" >> "{folder}/asked"
case "$1" in install) {effect} ;; esac
"""


@pytest.fixture
def machine(tmp_path):
    """Return a function that runs a script of ours on a machine without Pango."""

    def program(name, text):
        file = tmp_path / name
        file.write_text(text.format(folder=tmp_path, python=sys.executable, effect="{effect}"))
        file.chmod(0o755)

    def run(*command, user, installs=True):
        program("python3", PYTHON)
        effect = f"touch {tmp_path}/installed" if installs else "exit 100"
        program("apt-get", APT_GET.replace("{effect}", effect))
        program("id", f"#!/bin/sh\necho {user}\n")
        return subprocess.run(
            [str(ROOT / command[0]), *command[1:]],
            cwd=tmp_path,
            env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_without_rights_one_line_names_the_packages_and_the_command(machine):
    said = machine("scripts/system-packages", "python3", user=1000)

    assert said.returncode == 1
    (line,) = said.stderr.splitlines()
    assert "apt-get install --yes libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in line


def test_as_root_they_are_installed_without_a_question(machine, tmp_path):
    said = machine("scripts/system-packages", "python3", user=0)

    assert said.returncode == 0, said.stderr
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[0].startswith("noninteractive update")
    assert asked[1].startswith("noninteractive install -y")
    assert asked[1].endswith("libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")


def test_when_installing_fails_the_line_is_said_all_the_same(machine):
    said = machine("scripts/system-packages", "python3", user=0, installs=False)

    assert said.returncode == 1
    assert "Missing system packages" in said.stderr.splitlines()[-1]


def test_nothing_is_asked_of_a_machine_that_has_everything(machine, tmp_path):
    (tmp_path / "installed").touch()

    said = machine("scripts/system-packages", "python3", user=1000)

    assert said.returncode == 0
    assert said.stderr == ""
    assert not (tmp_path / "asked").exists()


def test_a_python_too_old_is_refused_with_a_clear_line_and_nothing_is_made(tmp_path):
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    said = subprocess.run(
        [str(ROOT / "scripts" / "environment"), "requirements.txt"],
        env={"PATH": os.environ["PATH"], "PYTHON": str(old)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert said.returncode == 1
    assert "needs Python 3.11 or newer" in said.stderr
