"""What people decide about an import: look, confirm, discard, undo.

Each of them writes down what was decided and goes through the first chunk of rows at once, so that
a short file is done when the page answers. The rest of a long one is a worker's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import Team
from audit import clock
from clients.csv_cells import UTF_8_MARK, csv_line
from clients.errors import ImportRefused
from clients.imports import columns, reading, working
from clients.imports.rows import BadCell
from clients.models import ImportBatch, ImportRow, ImportStatus, RowState
from clients.policies import require_client_editing

_AT_A_TIME = 500


@dataclass(frozen=True)
class ImportReport:
    """What a dry run found.

    Attributes:
        batch: the import, to confirm or to discard.
        bad_rows: row number, column and reason of everything that is wrong.
        good_count: how many rows are good.
        warnings: sentences about what is allowed, but perhaps not meant.
    """

    batch: ImportBatch
    bad_rows: list[BadCell]
    good_count: int
    warnings: list[str]

    @property
    def can_be_confirmed(self) -> bool:
        """Whether there is a good row that waits for somebody's word."""
        return self.batch.status == ImportStatus.DRY_RUN and self.good_count > 0


def dry_run(file_bytes: bytes, team: Team, *, by: Actor, file_name: str = "") -> ImportReport:
    """Read a file and say what would come of it; no client is touched.

    Args:
        file_bytes: the file, CSV in UTF-8 or Windows-1252.
        team: who will look after the clients.
        by: who uploads it, a member of the team.
        file_name: what the file was called, to recognise it by.

    Raises:
        FileRefused: it is no list of clients at all.
        PermissionDenied: the actor does not work in the team.
    """
    require_client_editing(by, team)
    if by.user is None:
        raise PermissionDenied(_("Only a person imports clients."))
    file = reading.read(file_bytes)
    warnings = []
    if file.is_windows:
        warnings.append(
            _("The file is not in UTF-8 and was read as Windows-1252. Look at names with accents.")
        )
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            team=team,
            created_by=by.user,
            file_name=_tidy_name(file_name),
            sha256=hashlib.sha256(file_bytes).hexdigest(),
            headings=file.headings,
            warnings=warnings,
            row_count=len(file.records),
        )
        at = file.headings.index("reference")
        ImportRow.objects.bulk_create(
            (
                ImportRow(
                    batch=batch,
                    number=number,
                    key=cells[at].lower()[:200] if at < len(cells) else "",
                    cells=cells,
                )
                for number, cells in file.records
            ),
            batch_size=_AT_A_TIME,
        )
        working.work_on(batch.pk)
    batch.refresh_from_db()
    return report_of(batch)


def report_of(batch: ImportBatch, *, most: int | None = None) -> ImportReport:
    """Show again what a dry run found.

    Args:
        batch: the import.
        most: how many bad rows are read.
    """
    bad = batch.rows.filter(state=RowState.BAD).order_by("number")
    return ImportReport(
        batch=batch,
        bad_rows=[
            BadCell(number, column, reason)
            for number, problems in bad.values_list("number", "problems")[:most]
            for column, reason in problems
        ],
        good_count=batch.good_count,
        warnings=list(batch.warnings),
    )


def bad_rows_csv(batch: ImportBatch) -> Iterator[str]:
    """Write the rows that could not be used as a file to mend and upload again.

    What is wrong stands in front of each; these columns are passed over when the file comes back.
    """
    yield UTF_8_MARK + csv_line([columns.ROW, columns.WRONG, *batch.headings])
    bad = batch.rows.filter(state=RowState.BAD).order_by("number")
    for row in bad.iterator(chunk_size=_AT_A_TIME):
        wrong = " ".join(f"{column}: {why}" if column else why for column, why in row.problems)
        yield csv_line([row.number, wrong, *row.cells])


def confirm(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Bring the good rows of a file in; a second time changes nothing.

    Every row is checked again, because the database went on since the dry run. What is bad by now
    is left out and named.

    Raises:
        ImportRefused: no row is good, or the import was discarded or undone.
        PermissionDenied: the actor does not work in the team.
    """
    with transaction.atomic():
        fresh = _locked(batch)
        require_client_editing(by, fresh.team)
        if fresh.status in (ImportStatus.IMPORTING, ImportStatus.CONFIRMED):
            return fresh
        _require_undecided(fresh)
        if not fresh.good_count:
            raise ImportRefused([_("The file has no good row. Correct it and upload it again.")])
        _order(fresh, ImportStatus.IMPORTING, "import.confirmed", by=by)
        working.work_on(fresh.pk)
    fresh.refresh_from_db()
    return fresh


@transaction.atomic
def discard(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Throw a looked-at file away, with all that stood in it; a second time changes nothing.

    Raises:
        ImportRefused: it has been confirmed.
        PermissionDenied: the actor does not work in the team.
    """
    fresh = _locked(batch)
    require_client_editing(by, fresh.team)
    if fresh.status == ImportStatus.DISCARDED:
        return fresh
    if fresh.status != ImportStatus.CHECKING:
        _require_undecided(fresh)
    fresh.ordered_by = by.user
    working.discard(fresh, by=by)
    return fresh


def undo(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Take the clients of an import out again; a second time changes nothing.

    A client that was changed since, or that something was built on, is kept and named.

    Raises:
        ImportRefused: the import has not come to its end.
        PermissionDenied: the actor does not work in the team.
    """
    with transaction.atomic():
        fresh = _locked(batch)
        require_client_editing(by, fresh.team)
        if fresh.status in (ImportStatus.UNDOING, ImportStatus.UNDONE):
            return fresh
        if fresh.status == ImportStatus.IMPORTING:
            raise ImportRefused([_("The import is still going on. Undo it once it is complete.")])
        if fresh.status != ImportStatus.CONFIRMED:
            raise ImportRefused([_("This import was not confirmed, so there is nothing to undo.")])
        _order(fresh, ImportStatus.UNDOING, "import.undo_ordered", by=by)
        working.work_on(fresh.pk)
    fresh.refresh_from_db()
    return fresh


def _order(batch: ImportBatch, status: ImportStatus, action: str, *, by: Actor) -> None:
    if by.user is None:
        raise PermissionDenied(_("Only a person imports clients."))
    batch.status = status
    batch.ordered_by = by.user
    batch.decided_at = clock.now()
    batch.worked_on_count = 0
    batch.save()
    working.record(batch, action, by=by)


def _require_undecided(batch: ImportBatch) -> None:
    if batch.status == ImportStatus.CHECKING:
        raise ImportRefused([_("The file is still being checked. Wait until all rows are seen.")])
    if batch.status != ImportStatus.DRY_RUN:
        raise ImportRefused([_("This import has been decided already. Upload the file again.")])


def _locked(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)


def _tidy_name(file_name: str) -> str:
    return "".join(char for char in file_name if char.isprintable()).strip()[-200:]
