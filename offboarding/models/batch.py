"""One change that a person made to many cases at once, so that it can be taken back as one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class BatchKind(models.TextChoices):
    """What can be done to many cases at once. None of it sends anything or moves a case."""

    ASSIGN = "assign", _("Give to a colleague")
    TAG = "tag", _("Add a tag")
    UNTAG = "untag", _("Take a tag off")
    SNOOZE = "snooze", _("Put my tasks off")
    WATCH = "watch", _("Watch")
    UNWATCH = "unwatch", _("Stop watching")
    HAND_ON = "hand_on", _("Hand tasks on")
    DONE = "done", _("Tick tasks")


class Batch(models.Model):
    """What one person did to many cases in one go.

    Attributes:
        argument: what it was done with: the key of the new owner or of the tag, or the day.
        label: the same in words, as they were that day.
    """

    kind = models.CharField(max_length=12, choices=BatchKind.choices)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="batches"
    )
    made_at = models.DateTimeField(default=clock.now)
    argument = models.JSONField(default=dict)
    label = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("batch")
        verbose_name_plural = _("batches")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.pk})"


class BatchRow(models.Model):
    """What a batch did to one case, and what was there before.

    Attributes:
        before: what undoing needs: the former owner, the tasks that moved, their days.
        left_out: why nothing was done to this case; empty where something was.
        kept: why undoing left this case as it is; empty where it did not.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.CASCADE, related_name="+"
    )
    before = models.JSONField(default=dict)
    left_out = models.CharField(max_length=200, blank=True)
    kept = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "case"], name="case_once_in_a_batch")
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.case_id}"

    def was(self, what: str) -> Any:
        """Return one thing that was there before."""
        return self.before.get(what)
