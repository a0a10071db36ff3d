"""The decision paper as a file: what a lead read before deciding, on one page."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class DecisionPaper(models.Model):
    """An order for the paper of one moment and, once a worker has set it, its page.

    `content` holds the sentences as they stood when it was ordered, so that the page does not
    change with what is recorded later.
    """

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="decision_papers"
    )
    decision = models.ForeignKey(
        "offboarding.Decision", on_delete=models.PROTECT, null=True, related_name="papers"
    )
    content = models.JSONField()
    language = models.CharField(max_length=10)
    # The head of the case's audit chain when it was ordered; printed at the foot.
    audit_head = models.CharField(max_length=16)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    # Sentences for people when the page cannot be set.
    problems = models.JSONField(default=list)
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        verbose_name = _("decision paper")
        verbose_name_plural = _("decision papers")
        indexes = [
            models.Index(
                fields=["ordered_at"], name="decision_paper_to_set", condition=Q(done_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.ordered_at:%Y-%m-%d %H:%M}"

    @property
    def is_good(self) -> bool:
        """The page is there to be read."""
        return self.done_at is not None and bool(self.sha256)
