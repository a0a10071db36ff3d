"""What a colleague writes to a client by hand: a draft, then a mail of the outbox."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock
from notices.models.delivery import DeliveryState


class Reply(models.Model):
    """A letter's small sister: written by one person, looked at, and sent with time to undo it."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="replies"
    )
    reaction = models.OneToOneField(
        "offboarding.Reaction", on_delete=models.PROTECT, null=True, related_name="reply"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=10)
    recipient_name = models.CharField(_("reader"), max_length=200, blank=True)
    recipient_email = models.EmailField(_("e-mail address"), blank=True)
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"), max_length=6000)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.CharField(max_length=200, blank=True)
    # The last time it went into the outbox; taken back, it is a draft again.
    delivery = models.OneToOneField(
        "notices.Delivery", on_delete=models.PROTECT, null=True, related_name="+"
    )
    times_queued = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("reply")
        verbose_name_plural = _("replies")

    def __str__(self) -> str:
        return self.subject

    @property
    def is_draft(self) -> bool:
        """It can be changed: it was never in the outbox, or was taken back."""
        return self.delivery is None or self.delivery.state == DeliveryState.TAKEN_BACK

    @property
    def waits(self) -> bool:
        """It is in the outbox and can still be taken back."""
        return self.delivery is not None and self.delivery.state == DeliveryState.QUEUED
