"""A mail that a colleague uploaded to a case, as it was read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AttachedMail(models.Model):
    """What an uploaded mail says of itself; the communication beside it stands on the timeline."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="attached_mails"
    )
    communication = models.OneToOneField(
        "offboarding.Communication", on_delete=models.PROTECT, related_name="attached_mail"
    )
    sha256 = models.CharField(max_length=64)
    message_id = models.CharField(max_length=500, blank=True)
    sender_name = models.CharField(_("sender"), max_length=200, blank=True)
    sender_email = models.CharField(_("sender's address"), max_length=254, blank=True)
    recipients = models.JSONField(_("recipients"), default=list)
    # As the mail says; empty when it says nothing that makes sense.
    sent_at = models.DateTimeField(null=True)
    files = models.ManyToManyField("offboarding.CaseFile", related_name="+")
    # Names of attachments that were not kept, each with its reason.
    files_left_out = models.JSONField(default=list)

    class Meta:
        verbose_name = _("attached mail")
        verbose_name_plural = _("attached mails")
        constraints = [
            models.UniqueConstraint(fields=["case", "sha256"], name="mail_attached_once")
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.sender_email}"
