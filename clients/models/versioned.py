"""A record that knows when somebody else was faster."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class Versioned(models.Model):
    """Counts its saves, so that a page opened before the last one cannot overwrite it."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now, editable=False)
    changed_by = models.CharField(_("changed by"), max_length=150, blank=True, editable=False)

    class Meta:
        abstract = True
