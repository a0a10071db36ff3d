"""After a restore from backup: puts what was open before people, and lets machines send again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actor import Actor
from accounts.models import User
from notices.outbox import arming


class Command(BaseCommand):
    """Marks every mail that had not left as uncertain, then arms the dispatch."""

    help = (
        "Run after restoring a backup: mails that wait or were leaving when it was made may have "
        "left since. Each becomes uncertain and a team lead decides; new ones are sent again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask who arms it; the record keeps the name."""
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who arms it")

    def handle(self, *args: Any, by: str, **options: Any) -> None:
        """Mark them, arm, and say what was done."""
        person = User.objects.filter(email__iexact=by, is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody signs in as {by}.")
        marked, place = arming.arm(by=Actor.person(person))
        self.stdout.write(f"{marked} open deliveries were marked uncertain.")
        if place is not None:
            self.stdout.write(f"Anchors newer than this database were put into {place}.")
        self.stdout.write("Machines send again.")
