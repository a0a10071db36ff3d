"""Pages that a worker has to set: previews, the letter, receipt slips, the client's receipts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class RenderingPurpose(models.TextChoices):
    """What the pages are for."""

    PREVIEW = "preview", _("Preview")
    APPROVAL = "approval", _("For approval")
    SLIP = "slip", _("Receipt slip")
    RECEIPT = "receipt", _("Client's receipt")


SUPERSEDED = "superseded"
"""The only problem of an order that a newer text has overtaken."""


class Rendering(models.Model):
    """An order for pages and, once a worker has set them, the pages.

    Setting type is slow and needs a library that stays out of the web process. The order is a row,
    so a lost ring delays it by one sweep and loses nothing.
    """

    notice = models.ForeignKey(
        "notices.Notice", on_delete=models.CASCADE, related_name="renderings"
    )
    notice_version = models.PositiveIntegerField()
    delivery = models.ForeignKey(
        "notices.Delivery", on_delete=models.CASCADE, null=True, related_name="+"
    )
    confirmation = models.OneToOneField(
        "notices.Confirmation", on_delete=models.CASCADE, null=True, related_name="receipt"
    )
    purpose = models.CharField(max_length=10, choices=RenderingPurpose.choices)
    ordered_at = models.DateTimeField(default=clock.now)
    # One of many that nobody waits for at this moment; whatever one person ordered goes before.
    is_bulk = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    # Sentences for people when the pages cannot be set as the text stands.
    problems = models.JSONField(default=list)
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    page_count = models.PositiveSmallIntegerField(default=0)
    renderer = models.CharField(max_length=100, blank=True)
    font_versions = models.TextField(blank=True)
    template_version = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["ordered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "notice_version", "purpose"],
                condition=Q(delivery=None, confirmation=None),
                name="pages_are_set_once_per_version",
            ),
            models.UniqueConstraint(
                fields=["delivery", "purpose"],
                condition=Q(delivery__isnull=False),
                name="pages_are_set_once_per_delivery",
            ),
        ]
        indexes = [
            models.Index(
                fields=["is_bulk", "ordered_at", "id"],
                name="rendering_to_do",
                condition=Q(done_at=None),
            ),
            models.Index(fields=["sha256"], name="receipt_by_hash", condition=Q(purpose="receipt")),
        ]

    def __str__(self) -> str:
        return f"{self.notice} · {self.get_purpose_display()}"

    @property
    def is_good(self) -> bool:
        """The pages are set and nothing is wrong with them."""
        return self.done_at is not None and not self.problems and bool(self.sha256)


class RenderedPage(models.Model):
    """One page of a rendering as a picture, for the preview."""

    rendering = models.ForeignKey(Rendering, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    png = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["rendering", "number"], name="page_drawn_once")
        ]

    def __str__(self) -> str:
        return f"{self.rendering} · {self.number}"
