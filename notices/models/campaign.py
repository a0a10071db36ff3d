"""What a campaign says in writing, and how fast it leaves."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock

MOST_A_MINUTE = 1200


class LetterState(models.TextChoices):
    """Whether a worker has something to do for a campaign's letter."""

    TO_WRITE = "to_write", _("Being written")
    WRITTEN = "written", _("Written")
    QUEUED = "queued", _("Handed to the outbox")
    STUCK = "stuck", _("Needs a person")


class CampaignLetter(models.Model):
    """The notice of one client of a campaign, as it was written from the one template."""

    member = models.OneToOneField(
        "offboarding.CampaignClient", on_delete=models.PROTECT, related_name="letter"
    )
    state = models.CharField(
        max_length=10, choices=LetterState.choices, default=LetterState.TO_WRITE, editable=False
    )
    problem = models.TextField(blank=True)
    notice = models.OneToOneField(
        "notices.Notice", on_delete=models.PROTECT, null=True, related_name="campaign_letter"
    )
    # The version that the template gave; another one was changed by hand.
    written_version = models.PositiveIntegerField(default=0)
    # Which letters differ in nothing but names, dates and amounts.
    text_key = models.CharField(max_length=64, blank=True)
    # What the checks said of it that stops no approval, as level and sentence.
    findings = models.JSONField(default=list)
    warning_count = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    # How often its departure was tried; an approved letter that cannot be queued is a person's.
    departure_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("letter of a campaign")
        verbose_name_plural = _("letters of campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="campaign_letter_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="campaign_letter_to_write", condition=Q(state="to_write")
            ),
        ]

    def __str__(self) -> str:
        return str(self.notice or self.member)


class CampaignEnclosure(models.Model):
    """A PDF that every letter of a campaign encloses; each letter seals a copy of its own."""

    campaign = models.ForeignKey(
        "offboarding.Campaign", on_delete=models.PROTECT, related_name="enclosures"
    )
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=100)
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    page_count = models.PositiveSmallIntegerField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["campaign", "position"]
        verbose_name = _("enclosure of a campaign")
        verbose_name_plural = _("enclosures of campaigns")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "position"], name="campaign_enclosure_in_its_place"
            ),
            models.UniqueConstraint(fields=["campaign", "sha256"], name="campaign_encloses_once"),
        ]

    def __str__(self) -> str:
        return self.title


class CampaignSending(models.Model):
    """The departure of a campaign's approved letters, so many a minute."""

    campaign = models.OneToOneField(
        "offboarding.Campaign", on_delete=models.PROTECT, related_name="sending"
    )
    rate_per_minute = models.PositiveIntegerField(
        _("letters a minute"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_A_MINUTE)],
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(default=clock.now)
    # The departure of the next letter that is put into the outbox.
    next_departure_at = models.DateTimeField(default=clock.now)
    # The same for the reminders of those who have not confirmed.
    next_reminder_at = models.DateTimeField(default=clock.now)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    paused_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("departure of a campaign")
        verbose_name_plural = _("departures of campaigns")

    def __str__(self) -> str:
        return f"{self.campaign} · {self.rate_per_minute}/min"

    @property
    def interval(self) -> timedelta:
        """How long after one mail of the campaign the next one leaves."""
        return timedelta(minutes=1) / self.rate_per_minute

    @property
    def is_running(self) -> bool:
        """Letters leave as they come due."""
        return self.paused_at is None and self.cancelled_at is None
