"""What is said before a case closes, and how we meet the same client if they return."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class WayBack(models.TextChoices):
    """How the same client is met when they return."""

    WELCOME_BACK = "welcome_back", _("Welcome back")
    REVIEW_FIRST = "review_first", _("Review first")
    DO_NOT_ENGAGE = "do_not_engage", _("Do not engage")


class TheirProperty(models.TextChoices):
    """What became of what belongs to the client."""

    NOTHING_HELD = "nothing_held", _("We hold nothing of theirs")
    RETURNED = "returned", _("It was returned, and they signed for it")


class Closing(models.Model):
    """The closing checklist of a case: what a person has to say, because no record can.

    What the record knows by itself (obligations, access, questions, look backs) is asked there.
    """

    case = models.OneToOneField(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="closing"
    )
    final_invoice = models.CharField(_("final invoice"), max_length=200, blank=True)
    balance = models.CharField(_("balance"), max_length=300, blank=True)
    their_property = models.CharField(
        _("what belongs to the client"), max_length=16, choices=TheirProperty.choices, blank=True
    )
    property_returned_on = models.DateField(_("returned on"), null=True, blank=True)
    property_receipt = models.CharField(_("receipt"), max_length=300, blank=True)
    controls_now = models.TextField(_("who controls what now"), max_length=2000, blank=True)
    retain_until = models.DateField(_("kept until"), null=True, blank=True)
    way_back = models.CharField(
        _("if they return"), max_length=16, choices=WayBack.choices, blank=True
    )
    way_back_reason = models.TextField(_("why"), max_length=1000, blank=True)
    way_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    way_back_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("closing checklist")
        verbose_name_plural = _("closing checklists")
        constraints = [
            models.CheckConstraint(
                condition=~Q(their_property="returned")
                | (Q(property_returned_on__isnull=False) & ~Q(property_receipt="")),
                name="property_returned_with_a_receipt",
            ),
            models.CheckConstraint(
                condition=Q(way_back="") | Q(way_back_by__isnull=False, way_back_at__isnull=False),
                name="way_back_has_its_author",
            ),
            models.CheckConstraint(
                condition=~Q(way_back__in=["review_first", "do_not_engage"])
                | ~Q(way_back_reason=""),
                name="way_back_that_warns_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_way_back_display()}"
