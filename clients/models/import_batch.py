"""A file of clients on its way in: looked at row by row, then brought in or thrown away."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock
from clients.models.fields import LineField


class ImportStatus(models.TextChoices):
    """How far an import has come."""

    CHECKING = "checking", _("Being checked")
    DRY_RUN = "dry_run", _("Checked, nothing imported yet")
    IMPORTING = "importing", _("Being imported")
    CONFIRMED = "confirmed", _("Imported")
    DISCARDED = "discarded", _("Discarded")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


WORKED_ON = (ImportStatus.CHECKING, ImportStatus.IMPORTING, ImportStatus.UNDOING)
"""While an import is here, a worker has rows to go through."""


class ImportBatch(models.Model):
    """One uploaded file, what was found in it, and what came of it.

    Attributes:
        headings: the columns in the order of the file.
        good_count: rows that can be imported, as far as they are checked.
        ordered_by: who confirmed or undid it; the work is done in their name.
        worked_on_count: how many rows of the present work are behind us.
    """

    team = models.ForeignKey(
        "accounts.Team", verbose_name=_("team"), on_delete=models.PROTECT, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    file_name = LineField(_("file name"), max_length=200, blank=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    status = models.CharField(
        _("status"), max_length=10, choices=ImportStatus.choices, default=ImportStatus.CHECKING
    )
    headings = models.JSONField(_("columns"), default=list, blank=True)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    row_count = models.PositiveIntegerField(_("rows in the file"), default=0)
    good_count = models.PositiveIntegerField(_("good rows"), default=0)
    worked_on_count = models.PositiveIntegerField(_("rows worked on"), default=0)
    imported_count = models.PositiveIntegerField(_("clients imported"), default=0)
    undone_count = models.PositiveIntegerField(_("clients taken out again"), default=0)
    created_at = models.DateTimeField(_("uploaded at"), default=clock.now)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ImportStatus.values),
                name="import_status_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="import_to_work_on",
                condition=models.Q(status__in=WORKED_ON),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or self.sha256[:12]

    @property
    def is_worked_on(self) -> bool:
        """Whether rows are still waiting for a worker."""
        return self.status in WORKED_ON


class RowState(models.TextChoices):
    """What became of one row."""

    WAITING = "waiting", _("Not looked at yet")
    GOOD = "good", _("Good")
    BAD = "bad", _("Cannot be used")
    IMPORTED = "imported", _("Imported")
    UNDONE = "undone", _("Taken out again")
    KEPT = "kept", _("Kept")


class ImportRow(models.Model):
    """One row of a file.

    Attributes:
        number: as a spreadsheet counts, the headings being row 1.
        key: the client's reference in small letters; by it doubles are found.
        cells: as read, in the order of the headings. Emptied once the row has become a client,
            so that people's data is not kept twice.
        problems: column and sentence of what is wrong with it, or why its client was kept.
        notes: codes of what is allowed in it, but perhaps not meant.
        client: what it became.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    key = models.CharField(max_length=200, blank=True)
    cells = models.JSONField(_("cells"), default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=RowState.choices, default=RowState.WAITING
    )
    problems = models.JSONField(_("problems"), default=list)
    notes = models.JSONField(_("notes"), default=list)
    client = models.ForeignKey(
        "clients.Client", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="row_once_in_an_import"),
            models.CheckConstraint(
                condition=models.Q(state__in=RowState.values), name="import_row_state_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "state", "number"], name="import_row_by_state"),
            models.Index(fields=["batch", "key"], name="import_row_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.number}"
