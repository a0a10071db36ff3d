"""A person's next step."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class TaskKind(models.TextChoices):
    """What sort of step it is."""

    DECIDE = "decide", _("Decide")
    APPROVE = "approve", _("Approve")
    CALL = "call", _("Call")
    POST = "post", _("Post")
    LOOK_AT = "look_at", _("Look at")
    FOLLOW_UP = "follow_up", _("Follow up")
    OTHER = "other", _("To do")


class Task(models.Model):
    """Something a named person has to do on a case by a date."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="tasks"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=TaskKind.choices)
    title = models.CharField(_("task"), max_length=200)
    details = models.TextField(_("details"), blank=True, max_length=4000)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="case_tasks"
    )
    due_on = models.DateField(_("due on"))
    snoozed_until = models.DateField(null=True)
    # A machine that raises the same task twice raises one: "chase:12:call".
    origin = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=200, blank=True)
    outcome = models.TextField(_("outcome"), blank=True, max_length=2000)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "origin"], condition=~Q(origin=""), name="task_raised_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["assignee", "due_on"], name="open_task_by_person", condition=Q(done_at=None)
            ),
            models.Index(fields=["due_on"], name="open_task_by_day", condition=Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Nobody has done it yet."""
        return self.done_at is None
