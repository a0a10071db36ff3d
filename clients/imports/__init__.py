"""Bringing many clients in from a CSV file: look first, then confirm, and undo if need be.

What people decide is in `batches`; `working` goes through the rows, a chunk at a time.
"""

from clients.imports.batches import (
    ImportReport,
    bad_rows_csv,
    confirm,
    discard,
    dry_run,
    report_of,
    undo,
)
from clients.imports.columns import COLUMNS, Column, template_csv
from clients.imports.reading import MAX_BYTES, MAX_ROWS
from clients.imports.rows import BadCell
from clients.imports.working import CHUNK, work_on

__all__ = [
    "CHUNK",
    "COLUMNS",
    "MAX_BYTES",
    "MAX_ROWS",
    "BadCell",
    "Column",
    "ImportReport",
    "bad_rows_csv",
    "confirm",
    "discard",
    "dry_run",
    "report_of",
    "template_csv",
    "undo",
    "work_on",
]
