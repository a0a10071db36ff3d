"""A run says what it left out, and the strict run leaves nothing out."""

import os
import subprocess
import sys

import pytest

from offboarding.models import TerminationGround
from tests.deployment.production import ROOT

SUITE = """
import pytest

@pytest.mark.strict
def test_with_services(): pass

@pytest.mark.browser
def test_in_a_browser(): pass

@pytest.mark.scale
def test_of_a_million(): pass

@pytest.mark.once
def test_of_a_process(): pass

def test_of_one(): pass

@pytest.mark.django_db
def test_of_a_row(): pass

{more}
"""
SKIPPING = """
def test_skipping(): pytest.skip("no pdftoppm here")

@pytest.mark.django_db
def test_skipping_with_rows(): pytest.skip("no PostgreSQL here")
"""


@pytest.fixture
def run_suite(tmp_path):
    def run(*arguments, more="", strict=False, ci=False):
        (tmp_path / "test_it.py").write_text(SUITE.format(more=more))
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("STRICT", "CI") and not name.startswith("PYTEST")
        }
        environment |= {"STRICT": "1"} if strict else {}
        environment |= {"CI": "true"} if ci else {}
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"]
            + ["-c", str(ROOT / "pyproject.toml"), str(tmp_path), *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run


@pytest.mark.once
@pytest.mark.parametrize("arguments", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_a_run_without_services_says_what_it_left_out_and_closes_with_the_summary(
    run_suite, arguments
):
    ran = run_suite(*arguments)

    assert ran.returncode == 0, ran.stdout
    assert "1 marked strict" in ran.stdout
    assert "1 marked browser" in ran.stdout
    assert "1 marked scale" in ran.stdout
    assert "3 passed" in ran.stdout.strip().splitlines()[-1]


@pytest.mark.once
def test_what_is_asked_for_by_mark_runs(run_suite):
    ran = run_suite("-m", "scale")

    assert "1 passed" in ran.stdout
    assert "left out" not in ran.stdout


@pytest.mark.once
def test_the_strict_run_leaves_out_what_takes_long_and_what_another_database_cannot_change(
    run_suite,
):
    ran = run_suite(strict=True)

    assert ran.returncode == 0, ran.stdout
    assert "3 passed" in ran.stdout
    assert "1 marked scale" in ran.stdout
    assert "1 marked once" in ran.stdout
    assert "1 by their fixtures: ask no database" in ran.stdout
    assert "marked strict" not in ran.stdout


@pytest.mark.once
def test_a_skip_is_a_pass_here_and_a_failure_in_both_runs_of_the_gate(run_suite):
    assert run_suite(more=SKIPPING).returncode == 0

    strict = run_suite(more=SKIPPING, strict=True)
    first = run_suite(more=SKIPPING, ci=True)

    assert (strict.returncode, first.returncode) == (1, 1)
    assert "Nothing may be skipped in .ci/run. Skipped: no PostgreSQL here" in strict.stdout
    assert "Nothing may be skipped in .ci/run. Skipped: no pdftoppm here" in first.stdout


@pytest.mark.once
def test_a_module_that_skips_itself_fails_the_strict_run(run_suite):
    ran = run_suite(more="pytest.skip('not here', allow_module_level=True)", strict=True)

    assert ran.returncode != 0
    assert "Nothing may be skipped" in ran.stdout


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_that_empties_its_tables_leaves_the_catalogue_to_the_next(time):
    expectations = TerminationGround.objects.get(code="unfulfilled-expectations")

    assert expectations.checklist.exists()
    expectations.checklist.all().delete()
