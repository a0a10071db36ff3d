"""What came back by post: scanned slips and return cards, and carriers' files about letters."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


def stored_name(scan: SlipScan, filename: str) -> str:
    """Return a name on disk that says nothing about its content and cannot be guessed."""
    return f"scans/{uuid.uuid4().hex}"


class ScanState(models.TextChoices):
    """How far a scan has come."""

    WAITING = "waiting", _("Being read")
    MATCHED = "matched", _("Matched to its letter")
    UNMATCHED = "unmatched", _("Without a letter")
    REFUSED = "refused", _("Cannot be used")
    SPLIT = "split", _("Taken apart into its slips")
    ACCEPTED = "accepted", _("Accepted as proof")
    DISCARDED = "discarded", _("Discarded")


OPEN_SCANS = (
    ScanState.WAITING,
    ScanState.MATCHED,
    ScanState.UNMATCHED,
    ScanState.REFUSED,
)
"""States in which a person still has something to do with a scan."""


class SlipScan(models.Model):
    """A scanned sheet. A worker reads its QR code; a person looks at it and accepts it or not.

    A scan is proof of nothing by itself, whatever code is on it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=clock.now)
    # The stack of several slips that this one was taken from.
    part_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    content = models.FileField(upload_to=stored_name, max_length=200)
    state = models.CharField(
        max_length=10, choices=ScanState.choices, default=ScanState.WAITING, editable=False
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    # Told by the database's clock; a worker that reads for longer has ended.
    leased_until = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    # The letter that the code on the sheet names, and the one that it is filed with.
    named_delivery = models.ForeignKey(
        "notices.Delivery", on_delete=models.PROTECT, null=True, related_name="+"
    )
    delivery = models.ForeignKey(
        "notices.Delivery", on_delete=models.PROTECT, null=True, related_name="scans"
    )
    problem = models.TextField(blank=True)
    picture = models.BinaryField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    case_file = models.ForeignKey(
        "offboarding.CaseFile", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["uploaded_at", "pk"]
        verbose_name = _("scanned slip")
        verbose_name_plural = _("scanned slips")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ScanState.values), name="scan_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["matched", "accepted"]) | Q(delivery__isnull=False),
                name="matched_scan_has_its_letter",
            ),
        ]
        indexes = [
            models.Index(fields=["uploaded_at"], name="scan_to_read", condition=Q(state="waiting"))
        ]

    def __str__(self) -> str:
        return self.name


class ReportState(models.TextChoices):
    """How far a carrier's file has come."""

    DRY_RUN = "dry_run", _("Checked, nothing recorded yet")
    CONFIRMED = "confirmed", _("Recorded")
    DISCARDED = "discarded", _("Discarded")


class CarrierReport(models.Model):
    """A carrier's file about letters: looked at first, recorded when a person confirms it."""

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=clock.now)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=ReportState.choices, default=ReportState.DRY_RUN
    )
    # Emptied once it is decided: the letters are the truth then.
    rows = models.JSONField(default=list)
    # Row number, column, reason.
    bad_rows = models.JSONField(default=list)
    # Row number, carrier's number: no letter of the uploader's teams.
    unknown = models.JSONField(default=list)
    # Row number, carrier's number, what is known already or not an outcome yet.
    passed_over = models.JSONField(default=list)
    row_count = models.PositiveIntegerField(default=0)
    recorded_count = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("carrier's file")
        verbose_name_plural = _("carriers' files")

    def __str__(self) -> str:
        return self.file_name or self.sha256[:12]
