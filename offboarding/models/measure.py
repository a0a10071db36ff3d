"""What the house does so that a reason to end does not come back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class MeasureState(models.TextChoices):
    """Whether the house does it."""

    PROPOSED = "proposed", _("Proposed")
    ADOPTED = "adopted", _("Adopted")
    DROPPED = "dropped", _("Dropped")


class PreventiveMeasure(models.Model):
    """One entry of the playbook: what avoids a ground the next time, and who sees to it."""

    ground = models.ForeignKey(
        "offboarding.TerminationGround",
        on_delete=models.PROTECT,
        related_name="measures",
        verbose_name=_("ground"),
    )
    title = models.CharField(_("what we do"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who sees to it"),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=MeasureState.choices,
        default=MeasureState.PROPOSED,
        editable=False,
    )
    adopted_on = models.DateField(_("adopted on"), null=True, editable=False)
    dropped_reason = models.TextField(_("why it was dropped"), blank=True, max_length=1000)
    review_on = models.DateField(_("look at it again on"), null=True)
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["ground__position", "ground__name", "pk"]
        verbose_name = _("preventive measure")
        verbose_name_plural = _("preventive measures")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MeasureState.values), name="measure_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="adopted") | Q(adopted_on__isnull=False, owner__isnull=False),
                name="adopted_measure_has_day_and_owner",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(dropped_reason=""),
                name="dropped_measure_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_adopted(self) -> bool:
        """The house does it."""
        return self.state == MeasureState.ADOPTED

    @property
    def is_dropped(self) -> bool:
        """The house does it no more, or never did."""
        return self.state == MeasureState.DROPPED
