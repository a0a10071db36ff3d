"""The departure of a campaign's letters: begin, pause, go on, or stop for good."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from desk.campaigns.page import CampaignVerb
from desk.frame.inputs import ProseField
from notices.models import MOST_A_MINUTE, CampaignSending
from notices.services import campaign_sending
from offboarding import policies


class RateForm(forms.Form):
    """How fast letters leave."""

    rate_per_minute = forms.IntegerField(
        label=_("Letters a minute"),
        min_value=1,
        max_value=MOST_A_MINUTE,
        help_text=_("What your mail server takes without throttling; 60 is a calm rate."),
    )


class Start(CampaignVerb):
    """Let the approved letters leave, and those that are approved later."""

    permission = "offboarding.send_campaign"
    form_class = RateForm
    template_name = "desk/campaigns/send.html"
    title = _("Send the letters")
    button = _("Begin sending")
    done = _("The letters leave one after the other.")
    is_irreversible = True
    asks_who_it_is = True

    def initial(self) -> dict[str, Any]:
        """Begin with a calm rate."""
        return {"rate_per_minute": 60}

    def perform(self, form: forms.Form) -> None:
        """Begin."""
        campaign_sending.start(
            self.campaign, by=self.actor, rate_per_minute=form.cleaned_data["rate_per_minute"]
        )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say how many leave now and how long each can be taken back."""
        return super().context(form) | {
            "letters": campaign_sending.letters_to_queue(self.campaign).count(),
            "wait_minutes": settings.OUTBOX_DELAY_MINUTES,
        }


class Pause(CampaignVerb):
    """Hold back what has not left."""

    permission = "offboarding.send_campaign"
    title = _("Pause sending")
    intro = _("What has not begun to leave stays in the outbox until somebody lets it go on.")
    button = _("Pause sending")
    done = _("Paused. Nothing more of this campaign leaves.")

    def perform(self, form: forms.Form) -> None:
        """Pause."""
        campaign_sending.pause(self.campaign, by=self.actor)


class Resume(CampaignVerb):
    """Let the letters leave again, from now on at the set rate."""

    permission = "offboarding.send_campaign"
    form_class = RateForm
    title = _("Go on sending")
    intro = _("The letters leave again from now on, spread at this rate; none rushes out at once.")
    button = _("Go on sending")
    done = _("The letters leave again.")

    def initial(self) -> dict[str, Any]:
        """Go on at the rate it had."""
        row = CampaignSending.objects.filter(campaign=self.campaign).first()
        return {"rate_per_minute": row.rate_per_minute if row else 60}

    def perform(self, form: forms.Form) -> None:
        """Go on."""
        campaign_sending.resume(
            self.campaign, by=self.actor, rate_per_minute=form.cleaned_data["rate_per_minute"]
        )


class CancelForm(forms.Form):
    """Why a campaign stops."""

    reason = ProseField(label=_("Why"), help_text=_("It stays on the record of the campaign."))


class Cancel(CampaignVerb):
    """Stop a campaign for good."""

    form_class = CancelForm
    title = _("Cancel the campaign")
    intro = _(
        "What stands in the outbox is taken back, and no further case is opened. Letters that have "
        "left stay out, and cases that are open stay open: each is kept, ended or withdrawn by "
        "itself."
    )
    button = _("Cancel the campaign")
    done = _("Cancelled. What had not left is being taken back.")
    is_destructive = True
    is_irreversible = True

    def allow(self) -> None:
        """Who prepares a campaign may drop it; once it is under way a lead stops it."""
        permission = (
            "offboarding.prepare_campaign"
            if self.campaign.is_being_prepared
            else "offboarding.send_campaign"
        )
        policies.require_on_campaign(self.actor, permission, self.campaign)

    def perform(self, form: forms.Form) -> None:
        """Cancel it."""
        campaign_sending.cancel(self.campaign, by=self.actor, reason=form.cleaned_data["reason"])


_ONE = "campaigns/<int:pk>"
urlpatterns: list[URLPattern] = [
    path(f"{_ONE}/send/", Start.as_view(), name="campaign-send"),
    path(f"{_ONE}/pause/", Pause.as_view(), name="campaign-pause"),
    path(f"{_ONE}/resume/", Resume.as_view(), name="campaign-resume"),
    path(f"{_ONE}/cancel/", Cancel.as_view(), name="campaign-cancel"),
]
