"""Words that a team keeps ready: calm answers, courtesies, and whatever it writes often."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock
from clients.languages import letter_languages
from offboarding.models import ReactionKind


class TextBlockKind(models.TextChoices):
    """What a block is there for: an answer to a reaction, or any other words."""

    ACCEPTANCE = ReactionKind.ACCEPTANCE.value, _("Answer to acceptance")
    DISAPPOINTMENT = ReactionKind.DISAPPOINTMENT.value, _("Answer to disappointment")
    ANGER = ReactionKind.ANGER.value, _("Answer to anger")
    NEGOTIATION = ReactionKind.NEGOTIATION.value, _("Answer to negotiation")
    THREAT_OF_CLAIM = ReactionKind.THREAT_OF_CLAIM.value, _("Answer to a threat of claim")
    SILENCE = ReactionKind.SILENCE.value, _("Answer to silence")
    GENERAL = "general", _("Other words")


class TextBlock(models.Model):
    """One text of a team, or of the house; whoever inserts it gets a copy."""

    # Empty: ours, which every team reads and none changes; a team takes a copy of it.
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, related_name="text_blocks"
    )
    taken_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(_("language"), max_length=10, choices=letter_languages)
    kind = models.CharField(_("kind"), max_length=16, choices=TextBlockKind.choices)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"), max_length=4000)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["kind", "language", "title", "pk"]
        verbose_name = _("text block")
        verbose_name_plural = _("text blocks")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "taken_from"],
                condition=Q(taken_from__isnull=False),
                name="text_block_taken_over_once",
            )
        ]

    def __str__(self) -> str:
        return self.title


class TextBlockVersion(models.Model):
    """What a block said before."""

    block = models.ForeignKey(TextBlock, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=80)
    text = models.TextField()
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version of a text block")
        verbose_name_plural = _("versions of text blocks")
        constraints = [
            models.UniqueConstraint(fields=["block", "number"], name="text_block_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
