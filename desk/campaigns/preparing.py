"""Preparing a campaign: its terms, its list of clients, and the step from list to cases."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from accounts.models import Team, User
from clients.csv_cells import without_separator_line
from clients.models import Client, Engagement, Office
from desk.campaigns.page import CampaignVerb
from desk.evaluation.page import active_grounds
from desk.frame.inputs import DayField, ProseField
from desk.frame.scoping import person_of
from desk.frame.verbs import Verb
from desk.notice import clause as notice_clause
from offboarding.errors import NotAllowed
from offboarding.models import (
    CampaignClient,
    ClientState,
    EffectiveRule,
    TerminationGround,
)
from offboarding.services import campaigns

MOST_BYTES = 1024 * 1024
"""A list of five thousand references is far smaller."""


# -- terms -----------------------------------------------------------------------------------------


class TermsForm(forms.Form):
    """What is the same for every client of a campaign."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None)
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Colleagues read it; clients never do.")
    )
    service_line = forms.ChoiceField(
        label=_("Service line that closes"),
        help_text=_("Only agreements of this line end; a client's others go on."),
    )
    ground = forms.ModelChoiceField(TerminationGround.objects.none(), label=_("Ground"))
    summary = ProseField(label=_("What this is about"), max_length=4000)
    fact = ProseField(
        label=_("The fact it rests on"),
        rows=2,
        help_text=_("It stands in every case, such as the decision to close the line."),
    )
    fact_on = DayField(label=_("Day of the fact"))
    fact_source = forms.CharField(label=_("Source"), max_length=200, required=False)
    no_remedies_reason = ProseField(
        label=_("Why no remedy was tried"),
        rows=2,
        help_text=_("For whoever decides about each case."),
    )
    leaves_on = DayField(
        label=_("The letters leave by"),
        help_text=_("Notice periods are counted from this day, so leave time to read them all."),
    )
    effective_rule = forms.ChoiceField(
        label=_("Effective date"), choices=EffectiveRule.choices, widget=forms.RadioSelect
    )
    effective_on = DayField(label=_("Date"))
    by_email = forms.BooleanField(label=_("By e-mail"), required=False)
    by_registered_mail = forms.BooleanField(label=_("By registered mail"), required=False)
    reason_en = ProseField(
        label=_("Reason in the letter, English"),
        rows=2,
        required=False,
        help_text=_("The ground's own words if empty. {client}, {service} and {date} are filled."),
    )
    reason_de = ProseField(label=_("Reason in the letter, German"), rows=2, required=False)
    handover_en = ProseField(
        label=_("Hand-over in the letter, English"),
        rows=2,
        required=False,
        help_text=_("What we offer to the next provider; the house's own words if empty."),
    )
    handover_de = ProseField(label=_("Hand-over in the letter, German"), rows=2, required=False)

    def __init__(self, *args: Any, teams: QuerySet[Team], has_team: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team, ground = self.fields["team"], self.fields["ground"]
        assert isinstance(team, forms.ModelChoiceField)
        assert isinstance(ground, forms.ModelChoiceField)
        team.queryset = teams
        ground.queryset = active_grounds().filter(is_sensitive=False)
        service_line = self.fields["service_line"]
        assert isinstance(service_line, forms.ChoiceField)
        lines = (
            Engagement.objects.filter(client__team__in=teams)
            .exclude(service_line="")
            .order_by("service_line")
            .values_list("service_line", flat=True)
            .distinct()
        )
        service_line.choices = [("", _("Choose a service line")), *((one, one) for one in lines)]
        if has_team:
            del self.fields["team"]
        elif len(teams) == 1:
            team.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Ask for a way of sending."""
        said = super().clean() or {}
        if not said.get("by_email") and not said.get("by_registered_mail"):
            self.add_error("by_email", _("Choose at least one way of sending."))
        return said


class Plan(Verb):
    """Write down what a campaign is about."""

    form_class = TermsForm
    template_name = "desk/campaigns/terms.html"
    title = _("New campaign")
    intro = _("Nothing happens to any client by this. Next you choose who is on the list.")
    button = _("Go on to the clients")
    is_irreversible = True

    def allow(self) -> None:
        """Let people who work in a team prepare campaigns."""
        self.teams = people.teams_of(person_of(self.request))
        if person_of(self.request).is_auditor or not self.teams:
            raise NotAllowed(_text("Only people who work in a team prepare campaigns."))

    def form_options(self) -> dict[str, Any]:
        """Offer the person's own teams and what their clients have."""
        return {"teams": self.teams, "has_team": False}

    def initial(self) -> dict[str, Any]:
        """Begin with the usual."""
        closes = TerminationGround.objects.filter(code="service-line-closes").first()
        return {
            "team": self.teams[0],
            "ground": closes,
            "effective_rule": EffectiveRule.EARLIEST,
            "by_email": True,
        }

    def perform(self, form: forms.Form) -> str:
        """Plan it, and go on to its list."""
        said = dict(form.cleaned_data)
        said.pop("key")
        team = said.pop("team")
        campaign = campaigns.plan_campaign(team, by=self.actor, **said)
        return reverse("desk:campaign-clients", args=[campaign.pk])

    def next_url(self) -> str:
        """Return to the list of campaigns."""
        return reverse("desk:campaigns")


class ChangeTerms(CampaignVerb):
    """Change what a campaign is about while it is being prepared."""

    form_class = TermsForm
    template_name = "desk/campaigns/terms.html"
    title = _("Terms of the campaign")
    intro = _("Every client on the list is looked at again with what you change.")
    button = _("Save")
    done = _("Saved; every client on the list was looked at again.")

    def form_options(self) -> dict[str, Any]:
        """Offer what the campaign's own team has."""
        return {"teams": Team.objects.filter(pk=self.campaign.team_id), "has_team": True}

    def initial(self) -> dict[str, Any]:
        """Show what is written down, and remember at which version."""
        now = {name: getattr(self.campaign, name) for name in campaigns.TERMS}
        return now | {"version": self.campaign.version}

    def add_hidden_fields(self, form: forms.Form) -> None:
        """Carry the version that was opened."""
        form.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def perform(self, form: forms.Form) -> None:
        """Change it."""
        said = dict(form.cleaned_data)
        said.pop("key")
        version = said.pop("version")
        campaigns.change_terms(self.campaign, by=self.actor, expected_version=version, **said)


# -- clients ---------------------------------------------------------------------------------------


class ChooseForm(forms.Form):
    """Which clients come onto the list: by what they have, or by their references."""

    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office"), required=False, empty_label=_("Every office")
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Account manager"),
        required=False,
        empty_label=_("Everybody"),
    )
    references = ProseField(
        label=_("References"),
        rows=6,
        required=False,
        max_length=200_000,
        help_text=_("One on each line, or separated by commas. If given, only these are taken."),
    )
    file = forms.FileField(
        label=_("Or a CSV file"),
        required=False,
        allow_empty_file=True,
        help_text=_("Its first column holds the references; up to 1 MB, in UTF-8."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office, owner = self.fields["office"], self.fields["owner"]
        assert isinstance(office, forms.ModelChoiceField)
        assert isinstance(owner, forms.ModelChoiceField)
        office.queryset = Office.objects.filter(clients__team=team).distinct().order_by("name")
        owner.queryset = people.members_of(team).order_by("name", "pk")

    def clean_file(self) -> list[str]:
        """Read the first column of the file."""
        file = self.cleaned_data["file"]
        if file is None:
            return []
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 1 MB; it is no list of references."))
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is not in UTF-8. Save it as CSV UTF-8.")) from error
        text, separator = without_separator_line(text)
        delimiter = separator or (";" if ";" in text.partition("\n")[0] else ",")
        try:
            rows = [row[0] for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
        except csv.Error as error:
            raise ValidationError(_("The file cannot be read as CSV.")) from error
        if rows and rows[0].strip().lower() in ("reference", "referenz"):
            rows = rows[1:]
        if not rows:
            raise ValidationError(_("The file names no client."))
        return rows

    def clean_references(self) -> list[str]:
        """Take the text apart."""
        text = self.cleaned_data["references"]
        return [one for line in text.splitlines() for one in line.replace(";", ",").split(",")]

    @property
    def named(self) -> list[str]:
        """Every reference that was given."""
        return [
            one for one in (*self.cleaned_data["references"], *self.cleaned_data["file"]) if one
        ]


class Choose(CampaignVerb):
    """Bring clients onto the list; each is looked at, and nobody is told anything."""

    form_class = ChooseForm
    template_name = "desk/campaigns/choose.html"
    title = _("Choose the clients")
    button = _("Look at these clients")

    def form_options(self) -> dict[str, Any]:
        """Offer what the team has."""
        return {"team": self.campaign.team}

    def perform(self, form: ChooseForm) -> str:
        """Put them onto the list, with what stands in their way."""
        named = form.named
        if named:
            campaigns.choose_references(self.campaign, named, by=self.actor)
        else:
            campaigns.choose_clients(self.campaign, self._filtered(form), by=self.actor)
        return reverse("desk:campaign-report", args=[self.campaign.pk])

    def _filtered(self, form: ChooseForm) -> QuerySet[Client]:
        line = Engagement.objects.filter(
            service_line__iexact=self.campaign.service_line, ended_on=None
        )
        clients = Client.objects.filter(pk__in=line.values("client"))
        if form.cleaned_data["office"]:
            clients = clients.filter(office=form.cleaned_data["office"])
        if form.cleaned_data["owner"]:
            clients = clients.filter(owner=form.cleaned_data["owner"])
        return clients


class TakeOff(CampaignVerb):
    """Take one client off the list."""

    http_method_names = ["post", "options"]

    def perform(self, form: forms.Form) -> str:
        """Take it off."""
        row = CampaignClient.objects.filter(
            campaign=self.campaign, pk=self.kwargs["member"]
        ).first()
        if row is None:
            raise Http404(_text("There is no such client on the list."))
        campaigns.take_off_the_list(row, by=self.actor)
        return reverse("desk:campaign-report", args=[self.campaign.pk])


class Empty(CampaignVerb):
    """Take every client off the list."""

    title = _("Empty the list")
    intro = _("Every client is taken off the list, so that you can choose anew.")
    button = _("Empty the list")
    done = _("The list is empty.")
    is_destructive = True

    def perform(self, form: forms.Form) -> None:
        """Empty it."""
        campaigns.empty_the_list(self.campaign, by=self.actor)


class ConfirmForm(forms.Form):
    """That the list was looked at."""

    read = forms.BooleanField(
        label=_("I have read the notice clauses above and stand for this list"),
        error_messages={"required": _("Read the clauses first; each case records who did.")},
    )
    chosen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class Confirm(CampaignVerb):
    """Have a case opened for every chosen client, each with its own request for a decision."""

    form_class = ConfirmForm
    template_name = "desk/campaigns/confirm.html"
    title = _("Confirm the list")
    button = _("Open the cases")
    done = _("The cases are being opened; you can leave this page.")
    is_irreversible = True

    def initial(self) -> dict[str, Any]:
        """Remember how many the page shows."""
        return {"chosen": self._chosen().count()}

    def _chosen(self) -> QuerySet[CampaignClient]:
        return self.campaign.members.filter(state=ClientState.CHOSEN)

    def perform(self, form: ConfirmForm) -> None:
        """Confirm it as it was shown."""
        campaigns.confirm(self.campaign, by=self.actor, chosen=form.cleaned_data["chosen"])

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show each clause that the list holds, with how many clients have it."""
        return super().context(form) | {
            "count": self._chosen().count(),
            "left_out": self.campaign.members.filter(state=ClientState.LEFT_OUT).count(),
            "clauses": self._clauses(),
        }

    def _clauses(self) -> list[tuple[list[str], int]]:
        said = (
            "notice_period_count",
            "notice_period_unit",
            "notice_period_in_business_days",
            "notice_to_end_of_month",
            "notice_method",
            "notice_form",
            "signatories_required",
            "cure_days",
        )
        rows = (
            Engagement.objects.filter(
                client__in=self._chosen().values("client"),
                service_line__iexact=self.campaign.service_line,
            )
            .order_by()
            .values(*said)
            .annotate(count=Count("pk"))
            .order_by("-count", *said)
        )
        found = []
        for row in rows:
            count = row.pop("count")
            found.append((notice_clause.sentences(Engagement(**row)), count))
        return found


_ONE = "campaigns/<int:pk>"
urlpatterns: list[URLPattern] = [
    path("campaigns/new/", Plan.as_view(), name="campaign-new"),
    path(f"{_ONE}/terms/", ChangeTerms.as_view(), name="campaign-terms"),
    path(f"{_ONE}/clients/", Choose.as_view(), name="campaign-clients"),
    path(f"{_ONE}/clients/none/", Empty.as_view(), name="campaign-clients-none"),
    path(
        f"{_ONE}/clients/<int:member>/removal/", TakeOff.as_view(), name="campaign-client-removal"
    ),
    path(f"{_ONE}/confirmation/", Confirm.as_view(), name="campaign-confirmation"),
]
