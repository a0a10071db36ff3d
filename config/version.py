"""The version of the application, read from CHANGELOG.md, where it is written once."""

from __future__ import annotations

import re
from pathlib import Path

_CHANGELOG = Path(__file__).resolve().parent.parent / "CHANGELOG.md"
_HEADING = re.compile(r"^## \[?v?(\d+\.\d+\.\d+(?:[a-z0-9.+-]*))\]?", re.MULTILINE)


def newest_version(changelog: str) -> str:
    """Return the first version that has a heading, passing over "Unreleased".

    Raises:
        ValueError: no heading names a version.
    """
    heading = _HEADING.search(changelog)
    if heading is None:
        raise ValueError("CHANGELOG.md has no heading with a version, such as “## 0.1.0”.")
    return heading.group(1)


VERSION = newest_version(_CHANGELOG.read_text(encoding="utf-8"))
