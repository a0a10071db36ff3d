"""Bringing many clients in from a CSV file: look first, then confirm, and undo if need be."""

from clients.imports.batches import ImportReport, confirm, discard, dry_run, report_of, undo
from clients.imports.columns import COLUMNS, Column, template_csv
from clients.imports.reading import MAX_BYTES, MAX_ROWS
from clients.imports.rows import BadCell

__all__ = [
    "COLUMNS",
    "MAX_BYTES",
    "MAX_ROWS",
    "BadCell",
    "Column",
    "ImportReport",
    "confirm",
    "discard",
    "dry_run",
    "report_of",
    "template_csv",
    "undo",
]
