"""What people get by e-mail of what they have not read: how often they want it, and each mail."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock
from clients.validators import time_zone
from offboarding.models import NotificationKind


class Rhythm(models.TextChoices):
    """How often a person wants an e-mail."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once on each working day")
    WEEKLY = "weekly", _("Once a week, on Monday")
    NEVER = "never", _("Never")


def every_kind() -> list[str]:
    """Return all kinds; that is what people hear of who have chosen nothing."""
    return list(NotificationKind.values)


class DigestChoice(models.Model):
    """How a person wants to be written to; who has no row gets a mail on each working day."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="digest_choice",
    )
    rhythm = models.CharField(
        _("how often"), max_length=8, choices=Rhythm.choices, default=Rhythm.DAILY
    )
    hour = models.PositiveSmallIntegerField(
        _("at what hour"), default=8, validators=[MaxValueValidator(23)]
    )
    # Empty for the firm's first office's.
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, validators=[time_zone])
    kinds = models.JSONField(_("about what"), default=every_kind)

    class Meta:
        default_permissions = ()
        verbose_name = _("choice of e-mails")
        verbose_name_plural = _("choices of e-mails")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rhythm__in=Rhythm.values), name="digest_rhythm_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(hour__lte=23), name="digest_hour_is_of_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.rhythm}"


class DigestState(models.TextChoices):
    """How far a digest has come; nothing is handed over twice."""

    WAITING = "waiting", _("Waiting to leave")
    LEAVING = "leaving", _("Being handed over")
    SENT = "sent", _("Accepted by the mail server")
    REFUSED = "refused", _("Refused")
    UNCERTAIN = "uncertain", _("Uncertain")
    NOTHING = "nothing", _("Nothing left to say")


class Digest(models.Model):
    """One mail to one person for one period; what it says is read when it leaves, and not kept."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests"
    )
    # "day:2027-03-01", "week:2027-03-01", or "once:812" for the newest it tells of.
    period = models.CharField(max_length=30)
    # It tells of what was there at this instant.
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=DigestState.choices, default=DigestState.WAITING)
    try_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    state_changed_at = models.DateTimeField(default=clock.now)
    line_count = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [
            models.UniqueConstraint(fields=["person", "period"], name="one_digest_a_period"),
            models.CheckConstraint(
                condition=models.Q(state__in=DigestState.values), name="digest_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["try_at"], name="digest_to_send", condition=models.Q(state="waiting")
            ),
            models.Index(
                fields=["state_changed_at"],
                name="digest_leaving",
                condition=models.Q(state="leaving"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.period}: {self.state}"
