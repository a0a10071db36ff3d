"""The version is written once, in CHANGELOG.md."""

import tomllib
from pathlib import Path

import pytest

from config.version import VERSION, newest_version

ROOT = Path(__file__).resolve().parents[2]


def test_the_first_heading_with_a_version_counts_and_unreleased_does_not():
    assert (
        newest_version("# Changelog\n\n## Unreleased\n- x\n\n## 1.4.0 (2027-01-31)\n\n## 1.3.0\n")
        == "1.4.0"
    )


def test_a_changelog_without_a_version_is_refused():
    with pytest.raises(ValueError, match="no heading with a version"):
        newest_version("# Changelog\n\n## Unreleased\n")


def test_the_package_takes_its_version_from_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"]["attr"] == "config.version.VERSION"
    assert VERSION[0].isdigit()
