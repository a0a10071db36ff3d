"""Write docs/lifecycle.md from the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from offboarding import diagram


class Command(BaseCommand):
    """Draw the state diagram and list every verb with its gate."""

    help = "Write docs/lifecycle.md from offboarding/lifecycle.py."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page in English."""
        with translation.override("en"):
            page = diagram.page()
        path = Path(settings.BASE_DIR) / "docs" / "lifecycle.md"
        path.write_text(page, encoding="utf-8")
        self.stdout.write(f"Wrote {path.name}.")
