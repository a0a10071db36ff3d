"""A file of clients on its way in: read, looked at, then confirmed or thrown away."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock
from clients.models.fields import LineField


class ImportStatus(models.TextChoices):
    """How far an import has come."""

    DRY_RUN = "dry_run", _("Checked, nothing imported yet")
    CONFIRMED = "confirmed", _("Imported")
    DISCARDED = "discarded", _("Discarded")
    UNDONE = "undone", _("Undone")


class ImportBatch(models.Model):
    """One uploaded file, what was found in it, and what came of it."""

    team = models.ForeignKey(
        "accounts.Team", verbose_name=_("team"), on_delete=models.PROTECT, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    file_name = LineField(_("file name"), max_length=200, blank=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    status = models.CharField(
        _("status"), max_length=10, choices=ImportStatus.choices, default=ImportStatus.DRY_RUN
    )
    # The cells as read. Emptied once the import is decided: the clients are the truth then, and
    # people's data is not kept twice.
    rows = models.JSONField(_("rows"), default=list, blank=True)
    bad_rows = models.JSONField(_("bad rows"), default=list, blank=True)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    row_count = models.PositiveIntegerField(_("rows in the file"), default=0)
    good_count = models.PositiveIntegerField(_("good rows"), default=0)
    imported_count = models.PositiveIntegerField(_("clients imported"), default=0)
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

    def __str__(self) -> str:
        return self.file_name or self.sha256[:12]
