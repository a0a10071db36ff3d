"""Asking for a decision, and deciding as a second person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class Verdict(models.TextChoices):
    """What the second person decided."""

    END = "end", _("End the relationship")
    KEEP = "keep", _("Keep the client")
    MORE = "more", _("Ask for more")


class Decision(models.Model):
    """A request for a decision and its answer; never by the same person."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="decisions"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(default=clock.now)
    note = models.TextField(_("note to the team lead"), blank=True, max_length=2000)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    # Asked for again, or the case was reopened: this one no longer counts.
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["requested_at", "pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                name="decision_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", decided_by=None, decided_at=None)
                | (~Q(verdict="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="verdict_has_its_person",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(superseded_at=None),
                name="one_current_decision_per_case",
            ),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display() or str(_("Open"))

    @property
    def is_open(self) -> bool:
        """Nobody has answered yet."""
        return not self.verdict

    @property
    def is_to_end(self) -> bool:
        """The second person decided that the relationship ends."""
        return self.verdict == Verdict.END
