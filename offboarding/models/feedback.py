"""What the client tells us about the ending, if they like."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class HasEverything(models.TextChoices):
    """Whether the client and their next provider have what they need from us."""

    YES = "yes", _("Yes")
    NO = "no", _("Not yet")


class Feedback(models.Model):
    """The answers to three optional questions, given on one link; the last ones count."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="feedback"
    )
    link = models.OneToOneField(
        "offboarding.ClientLink", on_delete=models.PROTECT, related_name="feedback"
    )
    has_everything = models.CharField(
        _("has everything"), max_length=4, choices=HasEverything.choices, blank=True
    )
    still_open = models.TextField(_("still open"), blank=True, max_length=4000)
    differently = models.TextField(_("what we should do differently"), blank=True, max_length=4000)
    given_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    times_changed = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["given_at", "pk"]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")

    def __str__(self) -> str:
        return f"{self.case} · {self.given_at:%Y-%m-%d}"

    @property
    def says_that_something_is_open(self) -> bool:
        """Somebody has to look after it."""
        return self.has_everything == HasEverything.NO or bool(self.still_open.strip())
