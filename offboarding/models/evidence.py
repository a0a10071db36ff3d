"""What a decision rests on: dated facts and what was tried before."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class Evidence(models.Model):
    """A fact with its date and source, with or without a document."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="evidence"
    )
    happened_on = models.DateField(_("date"))
    fact = models.TextField(_("fact"), max_length=4000)
    source = models.CharField(_("source"), max_length=200, blank=True)
    file = models.ForeignKey(
        "offboarding.CaseFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)
    # Undo never erases: a fact that turned out wrong is struck, with the reason.
    struck_at = models.DateTimeField(null=True)
    struck_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["happened_on", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.fact[:60]


class Remedy(models.Model):
    """Something that was tried to keep the client."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="remedies"
    )
    tried_on = models.DateField(_("date"))
    description = models.TextField(_("what was tried"), max_length=2000)
    outcome = models.TextField(_("what came of it"), max_length=2000, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["tried_on", "pk"]
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")

    def __str__(self) -> str:
        return self.description[:60]
