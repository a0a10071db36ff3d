"""Everything said and written, in both directions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class Direction(models.TextChoices):
    """Who spoke."""

    INCOMING = "in", _("From the client")
    OUTGOING = "out", _("From us")


class Medium(models.TextChoices):
    """How it was said."""

    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")
    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    PAGE = "page", _("Client page")


class Communication(models.Model):
    """One message, call or meeting on a case's timeline."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="communications"
    )
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    medium = models.CharField(_("medium"), max_length=8, choices=Medium.choices)
    occurred_at = models.DateTimeField(_("when"))
    counterpart = models.CharField(_("with whom"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("content"), blank=True, max_length=100_000)
    is_privileged = models.BooleanField(
        _("privileged (with counsel)"),
        default=False,
        help_text=_("Stays outside the evidence pack."),
    )
    is_automatic = models.BooleanField(_("written by a machine"), default=False)
    file = models.ForeignKey(
        "offboarding.CaseFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    logged_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        verbose_name = _("communication")
        verbose_name_plural = _("communications")
        indexes = [models.Index(fields=["case", "-occurred_at"], name="communication_by_case")]

    def __str__(self) -> str:
        return self.subject
