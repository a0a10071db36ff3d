"""How many days a stage should take, as a firm decides."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from offboarding.lifecycle import STAGES, State

MOST_DAYS = 999

USUAL_DAYS = {
    State.EVALUATION: 14,
    State.NOTICE: 14,
    State.ACKNOWLEDGED: 30,
    State.OBLIGATIONS_FULFILLED: 7,
    State.TRANSITION: 30,
    State.FOLLOW_UP: 45,
}
"""What an installation starts with."""


class StageTarget(models.Model):
    """The days that one stage should take; what takes longer is worth a look, nothing is stopped.

    There is one for each stage from the start; admins change the days.
    """

    state = models.CharField(
        _("stage"),
        max_length=32,
        unique=True,
        editable=False,
        choices=[(state.value, state.label) for state in STAGES],
    )
    days = models.PositiveSmallIntegerField(
        _("target, days"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text=_("A case that stands here for more days is marked on the board and counted."),
    )

    class Meta:
        verbose_name = _("target of a stage")
        verbose_name_plural = _("targets of stages")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(days__gte=1), name="stage_target_is_a_day"),
        ]

    def __str__(self) -> str:
        return str(State(self.state).label)
