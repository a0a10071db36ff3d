"""The client's own act on the receipt page."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class Confirmation(models.Model):
    """A name typed and a box ticked on the receipt page; the first one of a link stays.

    Only when its proof falls ("this was not me") may the addressee confirm anew. The database
    allows one standing proof per delivery and kind, and a proof has one confirmation.
    """

    link = models.ForeignKey(
        "offboarding.ClientLink", on_delete=models.PROTECT, related_name="confirmations"
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
    # The head of the case's audit chain just after; printed on the client's receipt.
    audit_head = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["confirmed_at", "pk"]
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        indexes = [
            models.Index(fields=["address_hash", "confirmed_at"], name="confirmation_by_address")
        ]

    def __str__(self) -> str:
        return self.name
