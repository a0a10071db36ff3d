"""The client's own act on the receipt page."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class Confirmation(models.Model):
    """A name typed and a box ticked on the receipt page; one per link, the first one stays."""

    link = models.OneToOneField(
        "offboarding.ClientLink", on_delete=models.PROTECT, related_name="confirmation"
    )
    proof = models.OneToOneField(
        "offboarding.ProofOfReceipt", on_delete=models.PROTECT, related_name="confirmation"
    )
    name = models.CharField(_("name"), max_length=200)
    confirmed_at = models.DateTimeField(default=clock.now)
    by_code = models.BooleanField(default=False)
    # What speaks for or against a person: never more than a lower grade.
    signs = models.JSONField(default=list)
    address_hash = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")

    def __str__(self) -> str:
        return self.name
