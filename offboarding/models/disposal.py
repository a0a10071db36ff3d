"""What becomes of the client's data, kind by kind: returned, deleted or kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class Disposal(models.TextChoices):
    """What happens to a kind of data."""

    RETURN = "return", _("Return it")
    DELETE = "delete", _("Delete it")
    KEEP = "keep", _("Keep it, then delete it")


class DataCategory(models.Model):
    """One kind of the client's data, where it is, and what becomes of it on which ground."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="data_categories"
    )
    name = models.CharField(_("data"), max_length=200)
    held_in = models.CharField(_("where it is"), max_length=200)
    disposal = models.CharField(_("what becomes of it"), max_length=8, choices=Disposal.choices)
    ground = models.CharField(_("ground"), max_length=500)
    due_on = models.DateField(_("until"), null=True)
    done_on = models.DateField(_("done on"), null=True)
    done_how = models.CharField(_("how"), max_length=200, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("kind of data")
        verbose_name_plural = _("kinds of data")
        constraints = [
            models.CheckConstraint(
                condition=~Q(disposal="keep") | Q(due_on__isnull=False),
                name="kept_data_has_its_day",
            ),
            models.CheckConstraint(condition=~Q(ground=""), name="disposal_has_its_ground"),
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(done_how=""), name="disposal_done_says_how"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_done(self) -> bool:
        """It was returned or deleted."""
        return self.done_on is not None

    @property
    def is_deleted(self) -> bool:
        """It is gone, at once or after it had been kept."""
        return self.is_done and self.disposal != Disposal.RETURN
