"""Going through the rows of an import, a chunk at a time.

Where the work stands is in the rows themselves, and a chunk is one transaction: whoever stops in
its midst loses that chunk, and the next round begins there. No row is gone through twice, because
the import is locked meanwhile. The work is done in the name of the person who ordered it, whose
permission is asked again for each chunk.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import structlog
from django.db import IntegrityError, models, transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from audit import services as audit
from audit.models import AuditEvent
from audit.services import Note
from clients import recording
from clients.imports.reading import row_of
from clients.imports.rows import NewClient, check, warnings_about
from clients.models import (
    Client,
    Contact,
    Engagement,
    ImportBatch,
    ImportRow,
    ImportStatus,
    RowState,
)
from clients.models.import_batch import WORKED_ON
from clients.policies import may_edit_clients

log = structlog.get_logger(__name__)

CHUNK = 250
"""So many rows are gone through in one transaction."""

MOST_SECONDS = 4.0
"""A round ends after this; other work waits in the same queue."""

KEPT_DAYS = 30
"""So long the cells of rows that became no client are kept, to be mended or decided on."""

_IMPORTED = "client.imported"


def carry_on(*, most_seconds: float = MOST_SECONDS) -> int:
    """Go on with all imports that have rows waiting, until none has or the time is up.

    Returns:
        How many chunks were gone through.
    """
    deadline = time.monotonic() + most_seconds
    done = 0
    waiting = ImportBatch.objects.filter(status__in=WORKED_ON).order_by("created_at", "pk")
    for key in list(waiting.values_list("pk", flat=True)):
        try:
            while work_on(key, is_patient=False):
                done += 1
                if time.monotonic() > deadline:
                    return done
        except Exception:
            # The others do not wait for it; the next round tries this one again.
            log.exception("import.interrupted", batch=key)
    return done


@transaction.atomic
def work_on(key: int, *, is_patient: bool = True) -> bool:
    """Go through one chunk of an import's rows, or bring it to its end.

    Args:
        key: the import's.
        is_patient: wait for another who works on it; else leave it to them.

    Returns:
        Whether there was something to do.
    """
    batch = (
        ImportBatch.objects.select_for_update(of=("self",), skip_locked=not is_patient)
        .select_related("team", "created_by", "ordered_by")
        .filter(pk=key, status__in=WORKED_ON)
        .first()
    )
    if batch is None:
        return False
    status = ImportStatus(batch.status)
    rows = list(batch.rows.filter(state=_NEXT[status]).order_by("number")[:CHUNK])
    if rows:
        _STEP[status](batch, rows)
        batch.worked_on_count += len(rows)
    if len(rows) < CHUNK:
        _END[status](batch)
    batch.save()
    return True


def record(batch: ImportBatch, action: str, *, by: Actor, **counts: int) -> None:
    """Write down what became of an import as a whole."""
    audit.record(
        stream=recording.SETTINGS_STREAM,
        action=action,
        by=by,
        subject=batch,
        details={"sha256": batch.sha256, "team_id": batch.team_id, **counts},
        after={"file_name": batch.file_name, "status": batch.status},
    )


def discard(batch: ImportBatch, *, by: Actor) -> None:
    """Throw away a locked import that nothing came of, with the cells of its rows."""
    batch.status = ImportStatus.DISCARDED
    batch.decided_at = clock.now()
    batch.save()
    batch.rows.all().delete()
    record(batch, "import.discarded", by=by)


def forget_old_rows() -> int:
    """Empty the rows that nobody mended in time, and discard the files nobody decided on.

    Returns:
        How many rows were emptied.
    """
    before = clock.now() - timedelta(days=KEPT_DAYS)
    machine = Actor.machine("clients.imports")
    undecided = ImportBatch.objects.filter(status=ImportStatus.DRY_RUN, created_at__lt=before)
    for key in list(undecided.values_list("pk", flat=True)):
        with transaction.atomic():
            batch = undecided.select_for_update(of=("self",)).filter(pk=key).first()
            if batch is not None:
                discard(batch, by=machine)
    decided = ImportBatch.objects.filter(
        status__in=[ImportStatus.CONFIRMED, ImportStatus.UNDONE], decided_at__lt=before
    )
    kept = ImportRow.objects.filter(batch__in=decided, state=RowState.BAD).exclude(cells=[])
    return kept.update(cells=[])


# -- looking ---------------------------------------------------------------------------------------


def _look(batch: ImportBatch, rows: list[ImportRow]) -> None:
    good = _checked(batch, rows, by=Actor.person(batch.created_by))
    _put_down(good)
    batch.good_count += len(good)


def _end_of_looking(batch: ImportBatch) -> None:
    noted = batch.rows.filter(state=RowState.GOOD).exclude(notes=[]).order_by("number")
    batch.warnings = [*batch.warnings, *warnings_about(noted.values_list("number", "notes"))]
    batch.status = ImportStatus.DRY_RUN
    batch.worked_on_count = 0


def _checked(
    batch: ImportBatch, rows: list[ImportRow], *, by: Actor
) -> list[tuple[ImportRow, NewClient]]:
    """Check rows against the present database; mark the bad ones, and return the good ones."""
    keys = {row.key for row in rows if row.key}
    firsts = batch.rows.filter(key__in=keys).order_by().values("key").annotate(first=Min("number"))
    checked = check(
        [row_of(row.number, batch.headings, row.cells) for row in rows],
        team=batch.team,
        by=by,
        first_rows={row["key"]: row["first"] for row in firsts},
    )
    problems: dict[int, list[list[str]]] = defaultdict(list)
    for cell in checked.bad:
        problems[cell.row].append([cell.column, cell.reason])
    _mark_bad({row: problems[row.number] for row in rows if row.number in problems})
    of_number = {row.number: row for row in rows}
    return [(of_number[new.row], new) for new in checked.good]


def _mark_bad(problems: dict[ImportRow, list[list[str]]]) -> None:
    for row, found in problems.items():
        row.state, row.problems = RowState.BAD, found
    if problems:
        ImportRow.objects.bulk_update(problems, ["state", "problems"])


def _put_down(good: list[tuple[ImportRow, NewClient]]) -> None:
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, new in good:
        alike[tuple(new.notes)].append(row.pk)
    for notes, keys in alike.items():
        ImportRow.objects.filter(pk__in=keys).update(state=RowState.GOOD, notes=list(notes))


# -- importing -------------------------------------------------------------------------------------


def _bring_in(batch: ImportBatch, rows: list[ImportRow]) -> None:
    by = _in_whose_name(batch)
    if not may_edit_clients(by, batch.team):
        sentence = _("%(who)s does not work in the team any more.") % {"who": by.name}
        _mark_bad({row: [["", sentence]] for row in rows})
        return
    good = _checked(batch, rows, by=Actor.person(batch.created_by))
    try:
        with transaction.atomic():
            _save(batch, good, by=by)
    except IntegrityError:
        # Somebody added one of these clients just now; only the others come in.
        _one_by_one(batch, [row for row, _new in good], by=by)


def _one_by_one(batch: ImportBatch, rows: list[ImportRow], *, by: Actor) -> None:
    for row in rows:
        try:
            with transaction.atomic():
                # Read anew: what was refused may carry a key already.
                _save(batch, _checked(batch, [row], by=Actor.person(batch.created_by)), by=by)
        except IntegrityError:
            taken = _("Somebody added a client with this reference just now.")
            _mark_bad({row: [["reference", taken]]})


def _save(batch: ImportBatch, good: list[tuple[ImportRow, NewClient]], *, by: Actor) -> None:
    now = clock.now()
    for _row, new in good:
        new.client.import_batch = batch
        for versioned in (new.client, new.engagement):
            if versioned is not None:
                versioned.changed_at = now
                versioned.changed_by = by.name[:150]
    Client.objects.bulk_create([new.client for _row, new in good])
    Contact.objects.bulk_create([new.contact for _row, new in good if new.contact])
    Engagement.objects.bulk_create([new.engagement for _row, new in good if new.engagement])
    audit.record_all(
        [
            Note(
                stream=recording.stream_of(new.client),
                action=_IMPORTED,
                by=by,
                subject=new.client,
                after={
                    "client": recording.facts_of(new.client),
                    "contact": recording.facts_of(new.contact) if new.contact else None,
                    "engagement": recording.facts_of(new.engagement) if new.engagement else None,
                },
                details={"import_id": batch.pk, "row": row.number},
            )
            for row, new in good
        ]
    )
    for row, new in good:
        row.client = new.client
    changed = [row for row, _new in good]
    ImportRow.objects.bulk_update(changed, ["client"])
    ImportRow.objects.filter(pk__in=[row.pk for row in changed]).update(
        state=RowState.IMPORTED, cells=[], notes=[]
    )
    batch.imported_count += len(good)


def _end_of_importing(batch: ImportBatch) -> None:
    batch.status = ImportStatus.CONFIRMED
    record(
        batch,
        "import.finished",
        by=_in_whose_name(batch),
        client_count=batch.imported_count,
        left_out_count=batch.row_count - batch.imported_count,
    )


# -- undoing ---------------------------------------------------------------------------------------


def _take_out(batch: ImportBatch, rows: list[ImportRow]) -> None:
    by = _in_whose_name(batch)
    of_client = {row.client_id: row for row in rows if row.client_id}
    clients = list(Client.objects.select_for_update().filter(pk__in=of_client).order_by("pk"))
    reasons = _reasons_to_keep([client.pk for client in clients])
    if not may_edit_clients(by, batch.team):
        sentence = _("%(who)s does not work in the team any more.") % {"who": by.name}
        reasons = {client.pk: sentence for client in clients}
    kept = [of_client[key] for key in reasons]
    for row in kept:
        row.state, row.problems = RowState.KEPT, [["", reasons[row.client_id]]]  # type: ignore[index]
    ImportRow.objects.bulk_update(kept, ["state", "problems"])
    going = [client for client in clients if client.pk not in reasons]
    audit.record_all(
        [
            Note(
                stream=recording.stream_of(client),
                action="client.import_undone",
                by=by,
                subject=client,
                before=recording.facts_of(client),
                details={"import_id": batch.pk},
            )
            for client in going
        ]
    )
    are_kept = {row.pk for row in kept}
    gone = [row.pk for row in rows if row.pk not in are_kept]
    ImportRow.objects.filter(pk__in=gone).update(state=RowState.UNDONE)
    Client.objects.filter(pk__in=[client.pk for client in going]).delete()
    batch.undone_count += len(going)


def _end_of_undoing(batch: ImportBatch) -> None:
    batch.status = ImportStatus.UNDONE
    record(
        batch,
        "import.undone",
        by=_in_whose_name(batch),
        client_count=batch.undone_count,
        kept_count=batch.rows.filter(state=RowState.KEPT).count(),
    )


def _reasons_to_keep(clients: list[int]) -> dict[int, str]:
    """Say of each client that was built on what speaks against taking it out again."""
    found: dict[int, list[str]] = defaultdict(list)
    for relation, path in _relations():
        # The import itself made one contact and one engagement for a client at most.
        own = 1 if relation.related_model in (Contact, Engagement) else 0
        things = relation.related_model._base_manager.filter(**{f"{path}__in": clients})
        counts = things.order_by().values_list(path).annotate(count=models.Count("pk"))
        for client, count in counts.filter(count__gt=own):
            names = relation.related_model._meta
            name = names.verbose_name if count - own == 1 else names.verbose_name_plural
            found[client].append(f"{count - own} {name}")
    reasons = {
        client: _("Built on since: %(things)s.") % {"things": ", ".join(things)}
        for client, things in found.items()
    }
    for client in _changed(clients):
        reasons.setdefault(client, _("Changed since."))
    return reasons


def _changed(clients: Iterable[int]) -> set[int]:
    """Return the clients that more is told of than their import."""
    streams = {f"client:{key}": key for key in clients}
    told = AuditEvent.objects.filter(stream__in=streams).exclude(action=_IMPORTED)
    changed = {streams[stream] for stream in told.values_list("stream", flat=True).distinct()}
    edited = Client.objects.filter(pk__in=list(clients)).filter(
        models.Q(version__gt=1) | models.Q(engagements__version__gt=1)
    )
    return changed | set(edited.values_list("pk", flat=True))


def _relations() -> list[tuple[Any, str]]:
    """List everything that can refer to an imported client, from whatever app it comes."""
    found: list[tuple[Any, str]] = []
    for model, path in ((Client, ""), (Contact, "__client"), (Engagement, "__client")):
        # An invoice of an engagement is an invoice of its client too: it is counted once.
        counted = {relation.related_model for relation, _path in found}
        found += [
            (relation, f"{relation.field.name}{path}")
            for relation in model._meta.get_fields(include_hidden=True)
            if isinstance(relation, models.ForeignObjectRel)
            and not relation.related_model._meta.auto_created
            and relation.related_model is not ImportRow
            and relation.related_model not in counted
        ]
    return found


def _in_whose_name(batch: ImportBatch) -> Actor:
    return Actor.person(batch.ordered_by or batch.created_by)


_NEXT = {
    ImportStatus.CHECKING: RowState.WAITING,
    ImportStatus.IMPORTING: RowState.GOOD,
    ImportStatus.UNDOING: RowState.IMPORTED,
}
_STEP = {
    ImportStatus.CHECKING: _look,
    ImportStatus.IMPORTING: _bring_in,
    ImportStatus.UNDOING: _take_out,
}
_END = {
    ImportStatus.CHECKING: _end_of_looking,
    ImportStatus.IMPORTING: _end_of_importing,
    ImportStatus.UNDOING: _end_of_undoing,
}
