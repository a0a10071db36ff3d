"""Asking a second person: what was shown to them, what they saw, and how it ended."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class ApprovalOutcome(models.TextChoices):
    """How a request ended."""

    OPEN = "", _("Waiting")
    APPROVED = "approved", _("Approved")
    SENT_BACK = "sent_back", _("Sent back")
    VOIDED = "voided", _("Void, because the notice was changed")


class ApprovalRequest(models.Model):
    """One time that somebody asked for approval of one version of a notice.

    `said` keeps the words of the notice by line (see `differences.said`), `findings` what the
    checks had to say at that moment, each with the reason for which a warning was overridden.
    """

    notice = models.ForeignKey(
        "notices.Notice", on_delete=models.CASCADE, related_name="approval_requests"
    )
    notice_version = models.PositiveIntegerField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now)
    said = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    outcome = models.CharField(
        max_length=10, choices=ApprovalOutcome.choices, default=ApprovalOutcome.OPEN, blank=True
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("request for approval")
        verbose_name_plural = _("requests for approval")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "notice_version"], name="approval_asked_once_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice} · {self.notice_version}"


class ApproverLook(models.Model):
    """The words that one approver had before their eyes, by version; the first look stays.

    It is a bookmark of the reader's own, like the note of when a client's link was first opened: it
    moves nothing and proves nothing. The next version is compared with it.
    """

    notice = models.ForeignKey("notices.Notice", on_delete=models.CASCADE, related_name="looks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    notice_version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    said = models.JSONField(default=dict)
    looked_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["looked_at", "pk"]
        verbose_name = _("look of an approver")
        verbose_name_plural = _("looks of approvers")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "person", "notice_version"], name="one_look_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.notice} · {self.notice_version}"


class NoticeEditor(models.Model):
    """Somebody who changed a line of a notice after it was drafted; they may not approve it.

    The database refuses it as well, see `triggers`.
    """

    notice = models.ForeignKey("notices.Notice", on_delete=models.CASCADE, related_name="editors")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("editor of a notice")
        verbose_name_plural = _("editors of notices")
        constraints = [
            models.UniqueConstraint(fields=["notice", "person"], name="editor_noted_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.notice}"
