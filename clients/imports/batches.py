"""The verbs of an import: look, confirm, discard, undo."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actor import Actor
from accounts.models import Team
from audit import clock
from audit import services as audit
from clients import recording
from clients.errors import ImportRefused
from clients.imports import reading
from clients.imports.reading import Row
from clients.imports.rows import BadCell, NewClient, check
from clients.models import Client, Contact, Engagement, ImportBatch, ImportStatus
from clients.policies import require_client_editing

_AT_A_TIME = 500


@dataclass(frozen=True)
class ImportReport:
    """What a dry run found.

    Attributes:
        batch: the import, to confirm or to discard.
        rows: the cells of every row that would become a client; empty when one row is bad.
        bad_rows: row number, column and reason of everything that is wrong.
        good_count: how many rows are good.
        warnings: sentences about what is allowed, but perhaps not meant.
    """

    batch: ImportBatch
    rows: list[dict[str, str]]
    bad_rows: list[BadCell]
    good_count: int
    warnings: list[str]

    @property
    def can_be_confirmed(self) -> bool:
        """Whether nothing stands against it: a file comes in whole or not at all."""
        return self.batch.status == ImportStatus.DRY_RUN and not self.bad_rows


def dry_run(file_bytes: bytes, team: Team, *, by: Actor, file_name: str = "") -> ImportReport:
    """Read a file and say what would come of it; no client is touched.

    Args:
        file_bytes: the file, CSV in UTF-8.
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
    rows = reading.read(file_bytes)
    checked = check(rows, team=team, by=by)
    batch = ImportBatch.objects.create(
        team=team,
        created_by=by.user,
        file_name=_tidy_name(file_name),
        sha256=hashlib.sha256(file_bytes).hexdigest(),
        # A file with a bad row can never be confirmed, so its people are not kept.
        rows=[] if checked.bad else [{"row": row.number, "cells": row.cells} for row in rows],
        bad_rows=[list(cell) for cell in checked.bad],
        warnings=checked.warnings,
        row_count=len(rows),
        good_count=len(checked.good),
    )
    return report_of(batch)


def report_of(batch: ImportBatch) -> ImportReport:
    """Show again what a dry run found."""
    return ImportReport(
        batch=batch,
        rows=[entry["cells"] for entry in batch.rows],
        bad_rows=[BadCell(*cell) for cell in batch.bad_rows],
        good_count=batch.good_count,
        warnings=list(batch.warnings),
    )


def confirm(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Bring the clients of a file in, all or none; a second time changes nothing.

    Every row is checked again, because the database went on since the dry run.

    Returns:
        The batch with its `imported_count` and `decided_at`; its `clients` are the new ones.

    Raises:
        ImportRefused: a row is no longer good, or the import was discarded or undone.
        PermissionDenied: the actor does not work in the team.
    """
    present = ImportBatch.objects.get(pk=batch.pk)
    require_client_editing(by, present.team)
    # Checking takes the longest, so it is done before anybody has to wait for the lock. What may
    # still change until then is a reference, and the database itself keeps those apart.
    rows = [Row(number=entry["row"], cells=entry["cells"]) for entry in present.rows]
    checked = check(rows, team=present.team, by=Actor.person(present.created_by))
    with transaction.atomic():
        fresh = _locked(batch)
        if fresh.status == ImportStatus.CONFIRMED:
            return fresh
        _require_undecided(fresh)
        if fresh.bad_rows:
            raise ImportRefused([_("The file has bad rows. Correct them and upload it again.")])
        if checked.bad:
            raise ImportRefused([_in_words(cell) for cell in checked.bad])
        try:
            with transaction.atomic():
                _save(checked.good, fresh, by=by)
        except IntegrityError as problem:
            raise ImportRefused(
                [_("Somebody added one of these clients just now. Upload the file again.")]
            ) from problem
        fresh.imported_count = len(checked.good)
        _decide(fresh, ImportStatus.CONFIRMED, "import.confirmed", by=by)
    return fresh


@transaction.atomic
def discard(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Throw a looked-at file away; a second time changes nothing.

    Raises:
        ImportRefused: it has been confirmed.
        PermissionDenied: the actor does not work in the team.
    """
    fresh = _locked(batch)
    require_client_editing(by, fresh.team)
    if fresh.status == ImportStatus.DISCARDED:
        return fresh
    _require_undecided(fresh)
    _decide(fresh, ImportStatus.DISCARDED, "import.discarded", by=by)
    return fresh


@transaction.atomic
def undo(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Take the clients of an import out again, as long as nothing was built on them.

    Raises:
        ImportRefused: a client was changed, or something refers to it.
        PermissionDenied: the actor does not work in the team.
    """
    fresh = _locked(batch)
    require_client_editing(by, fresh.team)
    if fresh.status == ImportStatus.UNDONE:
        return fresh
    if fresh.status != ImportStatus.CONFIRMED:
        raise ImportRefused([_("This import was not confirmed, so there is nothing to undo.")])
    clients = list(fresh.clients.select_for_update(of=("self",)))
    if reasons := _reasons_to_keep(fresh):
        raise ImportRefused(reasons)
    for client in clients:
        recording.record(
            client,
            "client.import_undone",
            by=by,
            before=recording.facts_of(client),
            details={"import_id": fresh.pk},
        )
    fresh.clients.all().delete()
    _decide(fresh, ImportStatus.UNDONE, "import.undone", by=by)
    return fresh


def _save(good: list[NewClient], batch: ImportBatch, *, by: Actor) -> None:
    now = clock.now()
    for new in good:
        new.client.import_batch = batch
        for versioned in (new.client, new.engagement):
            if versioned is not None:
                versioned.changed_at = now
                versioned.changed_by = by.name[:150]
    Client.objects.bulk_create([new.client for new in good], batch_size=_AT_A_TIME)
    contacts = [new.contact for new in good if new.contact]
    engagements = [new.engagement for new in good if new.engagement]
    Contact.objects.bulk_create(contacts, batch_size=_AT_A_TIME)
    Engagement.objects.bulk_create(engagements, batch_size=_AT_A_TIME)
    for new in good:
        recording.record(
            new.client,
            "client.imported",
            by=by,
            after={
                "client": recording.facts_of(new.client),
                "contact": recording.facts_of(new.contact) if new.contact else None,
                "engagement": recording.facts_of(new.engagement) if new.engagement else None,
            },
            details={"import_id": batch.pk, "row": new.row},
        )


def _decide(batch: ImportBatch, status: ImportStatus, action: str, *, by: Actor) -> None:
    batch.status = status
    batch.decided_at = clock.now()
    batch.rows = []
    batch.save()
    audit.record(
        stream=recording.SETTINGS_STREAM,
        action=action,
        by=by,
        subject=batch,
        details={
            "sha256": batch.sha256,
            "team_id": batch.team_id,
            "client_count": batch.imported_count,
        },
        after={"file_name": batch.file_name, "status": status},
    )


def _reasons_to_keep(batch: ImportBatch) -> list[str]:
    """Say what speaks against taking the clients of an import out again."""
    reasons = []
    changed = batch.clients.filter(
        models.Q(version__gt=1) | models.Q(engagements__version__gt=1)
    ).distinct()
    if count := changed.count():
        reasons.append(
            ngettext(
                "%(count)d client was changed since.",
                "%(count)d clients were changed since.",
                count,
            )
            % {"count": count}
        )
    for relation, path in _relations():
        found = relation.related_model._base_manager.filter(**{path: batch})
        # The import itself made one contact and one engagement for a client at most.
        own = relation.related_model in {Contact, Engagement}
        if own:
            per_client = found.values("client").annotate(count=models.Count("pk"))
            found = per_client.filter(count__gt=1)
        if count := found.count():
            reasons.append(
                _("There are %(count)d %(things)s that belong to these clients.")
                % {
                    "count": count,
                    "things": relation.related_model._meta.verbose_name_plural,
                }
            )
    return reasons


def _relations() -> list[tuple[Any, str]]:
    """List everything that can refer to an imported client, from whatever app it comes."""
    found: list[tuple[Any, str]] = []
    for model, path in (
        (Client, "import_batch"),
        (Contact, "client__import_batch"),
        (Engagement, "client__import_batch"),
    ):
        # An invoice of an engagement is an invoice of its client too: it is counted once.
        counted = {relation.related_model for relation, _path in found}
        found += [
            (relation, f"{relation.field.name}__{path}")
            for relation in model._meta.get_fields(include_hidden=True)
            if isinstance(relation, models.ForeignObjectRel)
            and not relation.related_model._meta.auto_created
            and relation.related_model not in counted
        ]
    return found


def _require_undecided(batch: ImportBatch) -> None:
    if batch.status != ImportStatus.DRY_RUN:
        raise ImportRefused([_("This import has been decided already. Upload the file again.")])


def _locked(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)


def _tidy_name(file_name: str) -> str:
    return "".join(char for char in file_name if char.isprintable()).strip()[-200:]


def _in_words(cell: BadCell) -> str:
    place = _("Row %(row)d") % {"row": cell.row}
    return f"{place}, {cell.column}: {cell.reason}" if cell.column else f"{place}: {cell.reason}"
