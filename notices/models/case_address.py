"""The mail address of a case, where it is not the one that every case begins with."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class CaseMailAddress(models.Model):
    """Which of its addresses a case has; a case without a row has its first one.

    An address is derived and never stored: the generation tells one from the next.
    """

    case = models.OneToOneField(
        "offboarding.TerminationCase",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="mail_address",
    )
    generation = models.PositiveSmallIntegerField(default=0)
    # There is no address at all until a lead makes a new one.
    revoked_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("mail address of a case")
        verbose_name_plural = _("mail addresses of cases")

    def __str__(self) -> str:
        return f"{self.case} · {self.generation}"
