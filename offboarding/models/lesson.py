"""What an ending taught."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class Avoidable(models.TextChoices):
    """Whether this ending could have been avoided."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")


class Lesson(models.Model):
    """Recorded before a case closes: could we have seen it, and what do we do next time."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="lessons"
    )
    avoidable = models.CharField(_("was it avoidable"), max_length=8, choices=Avoidable.choices)
    first_sign = models.CharField(_("first sign"), max_length=300, blank=True)
    first_sign_on = models.DateField(_("date of the first sign"), null=True, blank=True)
    next_time = models.TextField(_("what we do next time"), max_length=2000)
    measure = models.CharField(_("measure to adopt"), max_length=300, blank=True)
    # The ground whose preventive measure it asks for, if it is one of the catalogue's.
    measure_of = models.ForeignKey(
        "offboarding.TerminationGround",
        on_delete=models.PROTECT,
        null=True,
        related_name="lessons",
        verbose_name=_("measure of the catalogue"),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["recorded_at", "pk"]
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def __str__(self) -> str:
        return self.next_time[:60]
