"""A word that a team sorts its cases by."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Tone(models.TextChoices):
    """The colours a tag may have: those of the house, which read well in light and dark."""

    EVALUATE = "evaluate", _("Grey")
    NOTICE = "notice", _("Blue")
    ACKNOWLEDGED = "acknowledged", _("Teal")
    OBLIGATIONS = "obligations", _("Violet")
    TRANSITION = "transition", _("Amber")
    FOLLOW_UP = "follow-up", _("Green")


class Tag(models.Model):
    """A word of one team, put on cases and taken off again; no other team sees it."""

    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, related_name="tags", verbose_name=_("team")
    )
    name = models.CharField(_("tag"), max_length=40)
    tone = models.CharField(_("colour"), max_length=12, choices=Tone.choices, default=Tone.EVALUATE)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.UniqueConstraint(
                "team",
                Lower("name"),
                name="tag_once_a_team",
                violation_error_message=_("Your team has this tag already."),
            ),
            models.CheckConstraint(
                condition=models.Q(tone__in=Tone.values), name="tag_tone_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
