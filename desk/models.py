"""What the staff's pages remember for themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from audit import clock


class Submission(models.Model):
    """One sent form: a double click, a retry or a second tab finds here that it was done.

    It is written in the transaction of what the form did, so it says neither too much nor too
    little.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    path = models.CharField(max_length=300)
    content_sha256 = models.CharField(max_length=64)
    outcome_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="submitted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.path} ({self.key})"
