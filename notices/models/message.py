"""Every mail that is not a notice: reminders, follow-ups, confirmations."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class MessageKind(models.TextChoices):
    """What a message is for."""

    REMINDER = "reminder", _("Reminder")
    FOLLOW_UP = "follow_up", _("Follow-up")
    RECEIPT_CONFIRMED = "receipt_confirmed", _("Receipt confirmed")
    ANSWER = "answer", _("Answer to a question")
    HANDOVER = "handover", _("Files of the hand-over")
    HANDOVER_CODE = "handover_code", _("One-time code for files")
    OWED = "owed", _("What is still to do")
    OWED_REMINDER = "owed_reminder", _("Reminder of what is due")
    REPLY = "reply", _("Reply")


class Message(models.Model):
    """The words of one mail, kept as they were written."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="messages"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=MessageKind.choices)
    # A machine that writes the same message twice writes one: "reminder:12:1".
    origin = models.CharField(max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "origin"], condition=~Q(origin=""), name="message_written_once"
            )
        ]

    def __str__(self) -> str:
        return self.subject
