"""The client's own deadlines: what they have to file or pay, whoever looks after them."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock

NEAR = timedelta(days=14)
"""A deadline so close is a stop sign: an ending now leaves the client alone with it."""


class ClientDeadline(models.Model):
    """A date that the client has to keep towards somebody else, with where it is known from."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="deadlines"
    )
    due_on = models.DateField(_("date"))
    title = models.CharField(_("what is due"), max_length=200)
    source = models.CharField(_("source"), max_length=200, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)
    # Why the relationship may end although this is near; a second person says so.
    answer = models.TextField(_("why it may end all the same"), blank=True, max_length=2000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    # Undo never erases: a deadline that was none, or is met, is struck, with the reason.
    struck_at = models.DateTimeField(null=True)
    struck_reason = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("client's deadline")
        verbose_name_plural = _("client's deadlines")

    def __str__(self) -> str:
        return self.title

    @property
    def stands(self) -> bool:
        """Nobody has struck it."""
        return self.struck_at is None

    def is_near(self, today: date) -> bool:
        """It is still ahead, and within the days of a stop sign."""
        return self.stands and today <= self.due_on <= today + NEAR

    def is_ahead(self, today: date) -> bool:
        """The client has yet to keep it."""
        return self.stands and self.due_on >= today
