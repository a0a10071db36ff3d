"""Papers of the hand-over: the list of what was handed over, the certificate of deletion."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class PaperKind(models.TextChoices):
    """What a paper says."""

    MANIFEST = "manifest", _("Hand-over list")
    DELETION = "deletion", _("Certificate of deletion")


class PaperOrder(models.Model):
    """An order for one paper; what it says is fixed with it, so that it is set alike each time."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="papers"
    )
    kind = models.CharField(max_length=10, choices=PaperKind.choices)
    content = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    audit_head = models.CharField(max_length=16, blank=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    problems = models.JSONField(default=list)

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        verbose_name = _("paper of the hand-over")
        verbose_name_plural = _("papers of the hand-over")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "fingerprint"], name="paper_ordered_once"
            )
        ]
        indexes = [
            models.Index(fields=["ordered_at"], name="paper_to_set", condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.fingerprint[:12]}"


class SealedPaper(models.Model):
    """The bytes of a paper, as they were set; the database refuses to change them."""

    order = models.OneToOneField(PaperOrder, on_delete=models.PROTECT, related_name="paper")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    page_count = models.PositiveSmallIntegerField()
    sealed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("sealed paper")
        verbose_name_plural = _("sealed papers")

    def __str__(self) -> str:
        return f"{self.order} · {self.sha256[:12]}"
