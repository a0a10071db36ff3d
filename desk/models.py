"""What the staff's pages remember for themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class Submission(models.Model):
    """One sent form: a double click, a retry or a second tab finds here that it was done.

    It is written in the transaction of what the form did, so it says neither too much nor too
    little.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    path = models.CharField(max_length=300)
    content_sha256 = models.CharField(max_length=64)
    outcome_url = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="submitted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.path} ({self.key})"


class SavedView(models.Model):
    """Conditions of the list of cases under a name: one person's, or their team's."""

    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    team = models.ForeignKey(
        "accounts.Team",
        on_delete=models.CASCADE,
        related_name="saved_views",
        null=True,
        blank=True,
        verbose_name=_("for the team"),
    )
    conditions = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=models.Q(team=None),
                name="own_view_once_by_name",
                violation_error_message=_("You have a view of this name already."),
            ),
            models.UniqueConstraint(
                fields=["team", "name"],
                condition=models.Q(team__isnull=False),
                name="team_view_once_by_name",
                violation_error_message=_("Your team has a view of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """Somebody has a page of a case open; a row that was not renewed for a minute says nothing."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.CASCADE, related_name="+"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], name="present_once_on_a_case"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.path}"
