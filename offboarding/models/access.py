"""Who can still reach whose systems."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class AccessItem(models.Model):
    """One access that has to be taken back, and checked in the real system."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="access_items"
    )
    system = models.CharField(_("system"), max_length=200)
    held_by = models.CharField(_("who has access"), max_length=200)
    revoked_on = models.DateField(_("revoked on"), null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("access")
        verbose_name_plural = _("accesses")

    def __str__(self) -> str:
        return f"{self.system}: {self.held_by}"

    @property
    def is_open(self) -> bool:
        """The access still works, as far as we know."""
        return self.revoked_on is None
