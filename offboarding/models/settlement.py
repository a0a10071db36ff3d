"""What is open in money between both sides, as it stood on a day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class SettlementStatement(models.Model):
    """One version of the statement: its lines as they stood, and its pages once they are set.

    What changes afterwards makes another version. The pages are a file of the case, so that a
    letter can enclose them.
    """

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="statements"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    as_of_on = models.DateField(_("as of"))
    language = models.CharField(_("language"), max_length=10)
    # Copies of `offboarding.settlement.Line`, in their order.
    lines = models.JSONField(default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    # The client reads the newest of those that somebody shared, on their page.
    shared_at = models.DateTimeField(null=True)
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    problems = models.JSONField(default=list)
    case_file = models.OneToOneField(
        "offboarding.CaseFile", on_delete=models.PROTECT, null=True, related_name="statement"
    )

    class Meta:
        ordering = ["case", "-number"]
        verbose_name = _("settlement statement")
        verbose_name_plural = _("settlement statements")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_statement_per_number")
        ]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=models.Q(done_at__isnull=True),
                name="statement_to_be_set",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.number}"

    @property
    def is_set(self) -> bool:
        """Its pages can be read."""
        return self.case_file_id is not None

    @property
    def has_failed(self) -> bool:
        """Its pages could not be set; the problems say why."""
        return self.done_at is not None and self.case_file_id is None
