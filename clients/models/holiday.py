"""A day on which an office is closed although the calendar does not say so."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.fields import LineField
from clients.models.office import Office


class Holiday(models.Model):
    """A day off of one office, beside the public holidays of its country."""

    office = models.ForeignKey(
        Office, verbose_name=_("office"), on_delete=models.CASCADE, related_name="holidays"
    )
    on = models.DateField(_("day"))
    name = LineField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "on"],
                name="one_holiday_per_office_and_day",
                violation_error_message=_("The office already is closed on this day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.name}"
