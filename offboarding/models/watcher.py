"""Who wants to hear of a case that is not theirs to work on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class Watcher(models.Model):
    """One person who watches one case; it gives no right to read it."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.CASCADE, related_name="watchers"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watched_cases"
    )
    since = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints = [
            models.UniqueConstraint(fields=["user", "case"], name="watched_once_by_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} watches {self.case_id}"
