"""How far we have come in asking whether a notice arrived."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Chase(models.Model):
    """The next step of a case's chasing ladder, so that a sweep reads only what is due.

    The steps themselves are in the case's copy of its ground; see `chasing`.
    """

    case = models.OneToOneField(
        "offboarding.TerminationCase",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="chase",
    )
    # Empty for a case that was already in flight elsewhere: its notice was not written here.
    notice = models.ForeignKey(
        "notices.Notice", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Above 1 when a receipt fell and the asking began again.
    round = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(_("next step due on"), null=True)
    # What was done: kind, number, day, and whether it was skipped.
    history = models.JSONField(default=list)

    class Meta:
        verbose_name = _("chase")
        verbose_name_plural = _("chases")
        indexes = [
            models.Index(fields=["due_on"], name="chase_due", condition=Q(due_on__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.position}"
