"""What a decision rests on: dated facts and what was tried before."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock
from offboarding.models.service_rule import ServiceChannel


class Bearing(models.TextChoices):
    """What a fact speaks for, as whoever recorded it sees it; many speak for neither."""

    ENDING = "ending", _("For ending the relationship")
    KEEPING = "keeping", _("For keeping the client")


class Evidence(models.Model):
    """A fact with its date and source, with or without a document."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="evidence"
    )
    happened_on = models.DateField(_("date"))
    fact = models.TextField(_("fact"), max_length=4000)
    source = models.CharField(_("source"), max_length=200, blank=True)
    bearing = models.CharField(
        _("what it speaks for"), max_length=8, choices=Bearing.choices, blank=True
    )
    file = models.ForeignKey(
        "offboarding.CaseFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)
    # Undo never erases: a fact that turned out wrong is struck, with the reason.
    struck_at = models.DateTimeField(null=True)
    struck_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["happened_on", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.fact[:60]


class RemedyState(models.TextChoices):
    """What became of something that could keep the client."""

    TRIED = "tried", _("Tried")
    RUNNING = "running", _("Under way")
    HELPED = "helped", _("It helped")
    FAILED = "failed", _("It did not help")
    LEFT_OUT = "left_out", _("Left out")


class Remedy(models.Model):
    """Something that was tried to keep the client, or left out with its reason.

    A cure warning is one of them: it gives the client until `cure_ends_on` to put things right.
    """

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="remedies"
    )
    # The remedy of the ground that this was, in the words of the case's own copy.
    measure = models.CharField(_("remedy of the ground"), max_length=200, blank=True)
    tried_on = models.DateField(_("date"))
    description = models.TextField(_("what was tried"), max_length=2000)
    state = models.CharField(
        _("state"), max_length=8, choices=RemedyState.choices, default=RemedyState.TRIED
    )
    outcome = models.TextField(_("what came of it"), max_length=2000, blank=True)

    # Of a cure warning only; `tried_on` is the day on which it was sent.
    is_cure_warning = models.BooleanField(_("cure warning"), default=False)
    channel = models.CharField(
        _("sent by"), max_length=16, choices=ServiceChannel.choices, blank=True
    )
    received_on = models.DateField(_("received on"), null=True)
    cure_days = models.PositiveSmallIntegerField(_("days to put it right"), default=0)
    cure_ends_on = models.DateField(_("to be put right by"), null=True)
    file = models.ForeignKey(
        "offboarding.CaseFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Of a warning that was written and sent from here: the number of its letter, the day that the
    # letter names, and the day on which it counts as received as long as nothing proves another.
    notice_number = models.PositiveSmallIntegerField(_("notice number"), null=True, editable=False)
    asked_until_on = models.DateField(null=True, editable=False)
    deemed_on = models.DateField(null=True, editable=False)
    # No copy of its letter arrived: it stands by a receipt alone, or is struck until one comes.
    is_undelivered = models.BooleanField(default=False, editable=False)

    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)
    # Undo never erases: one that turned out wrong is struck, with the reason.
    struck_at = models.DateTimeField(null=True)
    struck_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["tried_on", "pk"]
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=RemedyState.values), name="remedy_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(is_cure_warning=False)
                | models.Q(received_on__isnull=False, cure_ends_on__isnull=False),
                name="cure_warning_has_its_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.description[:60]

    @property
    def stands(self) -> bool:
        """It was not struck as wrong."""
        return self.struck_at is None

    @property
    def is_open(self) -> bool:
        """Nobody has said yet what came of it."""
        return self.stands and self.state in (RemedyState.TRIED, RemedyState.RUNNING)
