"""An invitation: the only way a new person gets in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import LowerCaseEmailField
from accounts.models.team import Role, Team
from accounts.models.user import GlobalRole
from audit import clock

INVITATION_LIFETIME = timedelta(days=7)


def a_week_from_now() -> datetime:
    """Tell when an invitation made now runs out."""
    return clock.now() + INVITATION_LIFETIME


class Invitation(models.Model):
    """A place that waits for one person, behind a link only its mail contains.

    The link's token is nowhere in the database; `token_hash` is enough to recognise it.
    """

    email = LowerCaseEmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("team"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    global_role = models.CharField(
        _("role over all teams"), max_length=10, choices=GlobalRole.choices, blank=True
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="invitations_made",
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("invited at"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("runs out at"), default=a_week_from_now, editable=False)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(team__isnull=False, role__in=Role.values, global_role="")
                    | models.Q(
                        team__isnull=True,
                        role="",
                        global_role__in=[GlobalRole.ADMIN, GlobalRole.AUDITOR],
                    )
                ),
                name="invitation_names_a_team_role_or_a_global_one",
                violation_error_message=_(
                    "Choose either a team and a role in it, or a role over all teams."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def is_open(self, at: datetime) -> bool:
        """Whether the invitation can still be accepted at this moment."""
        return self.accepted_at is None and self.withdrawn_at is None and at < self.expires_at
