"""After the effective date: checks, the client's final questions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class FollowUp(models.Model):
    """A look back at an agreed time after the effective date."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="follow_ups"
    )
    title = models.CharField(_("what to check"), max_length=200)
    due_on = models.DateField(_("due on"))
    writes_to_client = models.BooleanField(_("writes to the client"), default=False)
    raised_at = models.DateTimeField(null=True, editable=False)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=200, blank=True)
    outcome = models.TextField(_("outcome"), blank=True, max_length=2000)
    cancelled_reason = models.TextField(_("why it is not needed"), blank=True, max_length=2000)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [
            models.Index(
                fields=["due_on"],
                name="follow_up_to_raise",
                condition=Q(raised_at=None, done_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """It is neither done nor cancelled."""
        return self.done_at is None and not self.cancelled_reason


class Question(models.Model):
    """Something the client asked, and what we answered."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="questions"
    )
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.CharField(_("asked by"), max_length=200)
    text = models.TextField(_("question"), max_length=4000)
    # The page it was asked on, or what was said and written when it was asked.
    link = models.ForeignKey(
        "offboarding.ClientLink", on_delete=models.PROTECT, null=True, related_name="+"
    )
    communication = models.ForeignKey(
        "offboarding.Communication", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.TextField(_("answer"), blank=True, max_length=4000)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.text[:60]
