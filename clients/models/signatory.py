"""A person who may sign for an office."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.fields import LineField
from clients.models.office import Office


class Signatory(models.Model):
    """Name and position as they stand under a letter."""

    office = models.ForeignKey(
        Office, verbose_name=_("office"), on_delete=models.CASCADE, related_name="signatories"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person who signs in"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signatory_places",
        help_text=_("Empty for somebody who signs on paper only."),
    )
    name = LineField(_("name"), max_length=60)
    position = LineField(_("position"), max_length=60)

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        ordering = ["office", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "name"],
                name="one_signatory_per_office_and_name",
                violation_error_message=_("This person already signs for the office."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.position}"
