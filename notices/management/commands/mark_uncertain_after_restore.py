"""After a restore from backup: nothing open may leave before a person has looked at it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from notices import dispatch


class Command(BaseCommand):
    """Marks every mail that had not left as uncertain and puts it on the leads' lists."""

    help = (
        "Run once after restoring a backup, before workers start: mails that wait or were leaving "
        "when the backup was made may have left since. Each becomes uncertain; a team lead decides."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark them, and say how many there were."""
        marked = dispatch.mark_open_rows_uncertain()
        self.stdout.write(f"{marked} open deliveries were marked uncertain.")
