"""`manage.py export_audit`: the trail as lines for the stand-alone verifier."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit import export


class Command(BaseCommand):
    """Writes whole streams as JSON lines to standard output."""

    help = "Write the audit trail, or some of its streams, as JSON lines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("streams", nargs="*", help="streams such as case:12; all when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        for line in export.whole_streams(options["streams"] or None):
            self.stdout.write(line, ending="")
