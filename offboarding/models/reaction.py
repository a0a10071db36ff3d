"""How the client took it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class ReactionKind(models.TextChoices):
    """What a reaction sounds like."""

    ACCEPTANCE = "acceptance", _("Acceptance")
    DISAPPOINTMENT = "disappointment", _("Disappointment")
    ANGER = "anger", _("Anger")
    NEGOTIATION = "negotiation", _("Negotiation")
    THREAT_OF_CLAIM = "threat_of_claim", _("Threat of claim")
    SILENCE = "silence", _("Silence")


class Reaction(models.Model):
    """A reaction of the client, logged with its date."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="reactions"
    )
    kind = models.CharField(_("reaction"), max_length=16, choices=ReactionKind.choices)
    noticed_on = models.DateField(_("date"))
    note = models.TextField(_("note"), blank=True, max_length=2000)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    logged_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["noticed_on", "pk"]
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")

    def __str__(self) -> str:
        return self.get_kind_display()
