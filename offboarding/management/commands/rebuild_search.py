"""Write what search looks through anew, or say whether it is true."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from offboarding import search_index


class Command(BaseCommand):
    """Rebuild the entries of search from the rows that they copy."""

    help = (
        "Write the entries of search anew from the rows they copy. Triggers keep them true by "
        "themselves; this is for after a repair by hand. Whoever changes a case waits meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer to look only."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if an entry is not true"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild or check, and say how many."""
        if options["check"]:
            self._check()
            return
        search_index.lay(connection)
        count = search_index.rebuild(connection)
        self.stdout.write(f"{count:,} rows can be found.")

    def _check(self) -> None:
        wrong = [f"missing trigger: {name}" for name in search_index.missing(connection)]
        wrong += [
            f"{table}: {count:,} entries differ"
            for table, count in search_index.untrue(connection).items()
        ]
        if wrong:
            raise CommandError("\n".join([*wrong, "Run manage.py rebuild_search."]))
        self.stdout.write("Every entry is true.")
