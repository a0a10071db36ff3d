"""How long a case has been in each stage that it left."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock
from offboarding.lifecycle import State


class StageStay(models.Model):
    """The days that a case spent in one stage, added up when it came back and left again.

    Where a case stands now is on the case itself; `services.advance()` writes a row when it leaves.
    """

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.CASCADE, related_name="stays"
    )
    state = models.CharField(_("stage"), max_length=32, choices=State.choices)
    days = models.PositiveIntegerField(_("days"))
    left_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("stay in a stage")
        verbose_name_plural = _("stays in stages")
        constraints = [
            models.UniqueConstraint(fields=["case", "state"], name="one_stay_a_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.days}"
