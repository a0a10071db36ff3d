"""What every letter of a campaign encloses: seen, added and taken out before it is confirmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from desk.campaigns.page import CampaignVerb, campaign_or_404
from desk.frame.inputs import UploadField
from desk.notice.sheets import pdf_response
from notices.models import CampaignEnclosure
from notices.services import campaign_enclosures
from offboarding.models import Campaign


class EnclosureForm(forms.Form):
    """A PDF, and how the letters name it."""

    file = UploadField(
        label=_("PDF"),
        help_text=_("All enclosures of a campaign together: up to 1 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
    )
    title = forms.CharField(
        label=_("Name on the letters"),
        max_length=100,
        help_text=_("As every client reads it under “Enclosures”."),
    )


class Enclose(CampaignVerb):
    """Enclose a file with every letter."""

    form_class = EnclosureForm
    title = _("Enclose a file with every letter")
    intro = _(
        "A PDF that is sealed with each letter of the campaign, attached to its e-mail, printed "
        "with it and named on it. It stands until the list is confirmed; then it cannot be changed."
    )
    button = _("Enclose it")
    done = _("Enclosed with every letter.")

    def perform(self, form: forms.Form) -> None:
        """Enclose it."""
        said = form.cleaned_data
        campaign_enclosures.enclose(
            self.campaign, by=self.actor, file=said["file"], title=said["title"]
        )


def _one(campaign: Campaign, position: int) -> CampaignEnclosure:
    found = CampaignEnclosure.objects.filter(campaign=campaign, position=position).first()
    if found is None:
        raise Http404(_text("There is no such enclosure."))
    return found


class TakeOut(CampaignVerb):
    """Take an enclosure out of every letter again."""

    title = _("Take the enclosure out")
    intro = _("No letter of the campaign encloses it then.")
    button = _("Take it out")
    done = _("Taken out.")
    is_destructive = True
    enclosure: CampaignEnclosure

    def allow(self) -> None:
        """Let somebody on who prepares campaigns, while there is such an enclosure."""
        super().allow()
        self.enclosure = _one(self.campaign, self.kwargs["position"])

    def perform(self, form: forms.Form) -> None:
        """Take it out."""
        campaign_enclosures.take_out(self.enclosure, by=self.actor)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name it."""
        return super().context(form) | {"enclosure": self.enclosure}


@require_safe
def enclosure(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Hand out an enclosure as every letter carries it."""
    row = _one(campaign_or_404(request, pk), position)
    return pdf_response(campaign_enclosures.bytes_of(row), f"enclosure-{row.position}.pdf")


_PLACE = "campaigns/<int:pk>/enclosures"
urlpatterns: list[URLPattern] = [
    path(f"{_PLACE}/", Enclose.as_view(), name="campaign-enclose"),
    path(f"{_PLACE}/<int:position>.pdf", enclosure, name="campaign-enclosure"),
    path(
        f"{_PLACE}/<int:position>/removal/",
        TakeOut.as_view(),
        name="campaign-enclosure-removal",
    ),
]
