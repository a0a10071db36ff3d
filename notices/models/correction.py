"""Why a letter is replaced by a newer one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class CorrectionReason(models.TextChoices):
    """What was wrong, or what changed."""

    ADDRESS = "address", _("The address or the addressee")
    DATE = "date", _("A date")
    AMOUNT = "amount", _("An amount")
    WORDS = "words", _("Something else in the text")
    NEGOTIATED = "negotiated", _("Terms changed after negotiation")


class Correction(models.Model):
    """What stands behind a correction; for colleagues, and for the thread of a negotiation."""

    notice = models.OneToOneField(
        "notices.Notice", on_delete=models.CASCADE, related_name="correction"
    )
    reason = models.CharField(
        _("what is corrected"), max_length=12, choices=CorrectionReason.choices
    )
    note = models.TextField(_("why"), max_length=2000)
    # What was said in a negotiation: the calls, letters and mails that led to the new terms.
    negotiated_in = models.ManyToManyField("offboarding.Communication", related_name="+")
    begun_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return f"{self.notice} · {self.get_reason_display()}"
