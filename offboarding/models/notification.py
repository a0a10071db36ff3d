"""What a person is told: that something happened on a case, or that a day has come."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class NotificationKind(models.TextChoices):
    """What sort of thing a person is told."""

    MENTION = "mention", _("Mentions")
    DECISION = "decision", _("Decisions and approvals")
    DEADLINE = "deadline", _("Deadlines")
    DELIVERY = "delivery", _("Deliveries that went wrong")
    CLIENT = "client", _("Word from clients")
    TASK = "task", _("New tasks")


class Notification(models.Model):
    """One person told of one thing, once.

    It holds no words of its own. What happened is said by the event or the task it points at, so
    what is erased there is gone here; and whoever may not read the case any more reads none of it.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        db_index=False,
    )
    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=NotificationKind.choices)
    action = models.CharField(max_length=80)
    event = models.ForeignKey(
        "audit.AuditEvent", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    task = models.ForeignKey(
        "offboarding.Task", on_delete=models.CASCADE, null=True, related_name="+"
    )
    # The day that has come, for a deadline.
    due_on = models.DateField(null=True)
    # Who is told twice of the same is told once: "event:12", "task:7:2027-03-01".
    origin = models.CharField(max_length=100)
    at = models.DateTimeField(_("at"), default=clock.now)
    read_at = models.DateTimeField(_("read at"), null=True)
    # When it went into an e-mail, whatever became of that one.
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "origin"], name="told_once"),
            models.CheckConstraint(
                condition=Q(kind__in=NotificationKind.values), name="notification_kind_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notification_by_person"),
            models.Index(fields=["person"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["person", "at"],
                name="notification_to_mail",
                condition=Q(read_at=None, mailed_at=None),
            ),
            models.Index(fields=["at"], name="notification_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.action}"
