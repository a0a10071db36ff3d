"""The page about the lifecycle is the lifecycle."""

from pathlib import Path

from django.conf import settings

from offboarding import diagram


def test_the_documented_lifecycle_is_the_one_in_the_code() -> None:
    written = (Path(settings.BASE_DIR) / "docs" / "lifecycle.md").read_text(encoding="utf-8")

    assert written == diagram.page(), "Run `manage.py draw_lifecycle`."
