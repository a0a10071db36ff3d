"""The client's links: one purpose, one delivery, one effect."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class LinkPurpose(models.TextChoices):
    """What a link opens, and nothing else."""

    RECEIPT = "receipt", _("Receipt page")
    OBLIGATIONS = "obligations", _("Obligations page")
    HANDOVER = "handover", _("Hand-over page")
    FEEDBACK = "feedback", _("Feedback page")


class ClientLink(models.Model):
    """A page a client may open without signing in.

    The token is derived from `nonce` with a key that is not in the database; the database holds
    only its SHA-256, and that of the shorter code printed on the paper slip.
    """

    nonce = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="links"
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=LinkPurpose.choices)
    recipient_name = models.CharField(_("recipient"), max_length=200)
    notice_number = models.PositiveSmallIntegerField(null=True)
    delivery_id = models.PositiveBigIntegerField(null=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    code_sha256 = models.CharField(max_length=64, unique=True, null=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    first_opened_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("client link")
        verbose_name_plural = _("client links")
        constraints = [
            models.UniqueConstraint(
                fields=["delivery_id", "purpose"], name="one_link_per_delivery_and_purpose"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.recipient_name})"

    @property
    def is_valid(self) -> bool:
        """The link is neither revoked nor past its day."""
        return self.revoked_at is None and self.expires_at > clock.now()
