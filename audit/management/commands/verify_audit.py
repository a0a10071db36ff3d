"""`manage.py verify_audit`: does the audit trail still hold?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.verification import Report, verify

ANCHOR_KEYS = {"number", "at", "root", "leaves", "prev_hash", "hash", "key_id", "signature"}


class Command(BaseCommand):
    """Checks the whole audit trail and says where it does not hold."""

    help = (
        "Check the whole audit trail. Exit codes: 0 whole, 2 an event was altered, 3 an event is "
        "missing or out of order, 4 shorter than an anchor says, 5 a trigger is missing, 6 a fact "
        "has no event, 64 an anchor file cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            type=Path,
            action="append",
            default=[],
            help="an anchor file kept elsewhere, or a folder of them; may be given several times",
        )
        parser.add_argument("--json", action="store_true", help="answer for a machine reader")

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify(_read(options["anchor"]))
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), indent=1))
        else:
            self._tell(report)
        if not report.is_whole:
            sys.exit(report.exit_code)

    def _tell(self, report: Report) -> None:
        for problem in report.problems:
            self.stdout.write(problem.words)
        read = f"{report.events} events in {report.streams} streams, {report.anchors} anchors"
        if report.is_whole:
            self.stdout.write(f"The audit trail is whole: {read}.")
        else:
            self.stdout.write(f"The audit trail does not hold. Read: {read}.")


def _read(paths: list[Path]) -> list[dict[str, Any]]:
    files = [
        file
        for path in paths
        for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])
    ]
    try:
        kept = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    except (OSError, ValueError) as error:
        raise CommandError(f"An anchor cannot be read: {error}", returncode=64) from error
    for file, anchor in zip(files, kept, strict=True):
        if not isinstance(anchor, dict) or not anchor.keys() >= ANCHOR_KEYS:
            raise CommandError(f"{file} is not an anchor.", returncode=64)
    return kept
