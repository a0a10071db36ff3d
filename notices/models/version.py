"""How a draft came about: every text that was kept, and who is writing just now."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class VersionKind(models.TextChoices):
    """What made a version."""

    DRAFTED = "drafted", _("Drafted from the case")
    TYPED = "typed", _("Saved while writing")
    SAVED = "saved", _("Saved")
    RESTORED = "restored", _("An earlier version restored")
    FOUND = "found", _("As it was found")


class NoticeVersion(models.Model):
    """The text of a notice as it was kept once; what one person typed in one go is one version.

    While somebody writes, their version is open and follows every autosave. It is closed when they
    save, when anybody else does, when approval is asked for, or after some minutes of rest; from
    then on it does not change.
    """

    notice = models.ForeignKey("notices.Notice", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    notice_version = models.PositiveIntegerField()
    kind = models.CharField(_("how"), max_length=8, choices=VersionKind.choices)
    # What people write, by name: the editable fields as text, and the parts as they are.
    fields = models.JSONField(default=dict)
    parts = models.JSONField(default=dict)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    writer_name = models.CharField(max_length=200, blank=True)
    begun_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["notice", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "number"], name="notice_version_numbered_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["saved_at"],
                name="version_still_open",
                condition=models.Q(closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} · {self.number}"


class Writer(models.Model):
    """Somebody who has the draft open; a row that was not renewed for a minute says nothing."""

    notice = models.ForeignKey("notices.Notice", on_delete=models.CASCADE, related_name="writers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "user"], name="writer_once_per_notice"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.notice}"
