"""One small case, kept four ways; and the mail of a task queue."""

from __future__ import annotations

from importlib.util import find_spec

from django.db import models

HAS_HISTORY = find_spec("simple_history") is not None
HAS_AUDITLOG = find_spec("auditlog") is not None

if HAS_HISTORY:
    from simple_history.models import HistoricalRecords
if HAS_AUDITLOG:
    from auditlog.registry import auditlog


class Case(models.Model):
    """The columns that a change of state touches, and some that it does not."""

    reference = models.CharField(max_length=20)
    state = models.CharField(max_length=32, default="evaluation")
    version = models.PositiveIntegerField(default=0)
    owner_name = models.CharField(max_length=200)
    summary = models.TextField()
    effective_on = models.DateField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    def move(self) -> tuple[str, str]:
        """Change the state; return the one before and the one after."""
        before = self.state
        self.state = "notice" if before == "evaluation" else "evaluation"
        self.version += 1
        return before, self.state


class PlainCase(Case):
    """Saved, and nothing remembered."""


class ChainedCase(Case):
    """Saved with an event of our own trail."""


if HAS_HISTORY:

    class HistoryCase(Case):
        """Saved with a copy of the row by django-simple-history."""

        history = HistoricalRecords()


if HAS_AUDITLOG:

    class LoggedCase(Case):
        """Saved with a difference by django-auditlog."""

    auditlog.register(LoggedCase)


class OutgoingMail(models.Model):
    """A mail that a task sends and then marks."""

    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    is_sent = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.subject
