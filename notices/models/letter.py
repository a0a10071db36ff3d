"""Frozen pages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class Letter(models.Model):
    """The PDF of a notice as it was approved: these bytes leave, and no others.

    The database refuses a change of the row; sending compares the bytes with their hash first.
    """

    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, related_name="letters")
    # Which version of the notice's text these pages show; a new approval makes a new letter.
    notice_version = models.PositiveIntegerField()
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveIntegerField()
    page_count = models.PositiveSmallIntegerField()
    profile = models.CharField(_("stationery"), max_length=20)
    text = models.TextField()
    template_version = models.CharField(max_length=64)
    renderer = models.CharField(max_length=100)
    font_versions = models.TextField()
    sealed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["sealed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "notice_version"], name="one_letter_per_version"
            )
        ]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")

    def __str__(self) -> str:
        return f"{self.notice} ({self.sha256[:12]})"


class ReceiptSlip(models.Model):
    """The sheet that goes with a registered letter and comes back signed; never e-mailed."""

    delivery = models.OneToOneField(
        "notices.Delivery", on_delete=models.PROTECT, related_name="slip"
    )
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("receipt slip")
        verbose_name_plural = _("receipt slips")

    def __str__(self) -> str:
        return f"{self.delivery} ({self.sha256[:12]})"
