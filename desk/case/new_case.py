"""Opening a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.selectors import teams_of
from clients.models import Client
from clients.selectors import editable_clients
from desk.evaluation.page import active_grounds
from desk.frame.inputs import ProseField
from desk.frame.places import case_url
from desk.frame.scoping import cases_of, person_of
from desk.frame.verbs import Verb
from offboarding import returning
from offboarding.errors import NotAllowed
from offboarding.lifecycle import ENDED
from offboarding.models import Closing, InitiatedBy, TerminationCase, TerminationGround
from offboarding.services import cases


class _NewCase(forms.Form):
    client = forms.ModelChoiceField(
        label=_("Client"), queryset=Client.objects.none(), empty_label=_("Choose a client")
    )
    ground = forms.ModelChoiceField(
        label=_("Ground"),
        queryset=TerminationGround.objects.none(),
        required=False,
        empty_label=_("Not sure yet"),
        help_text=_("You can choose or change it while the case is evaluated."),
    )
    initiated_by = forms.ChoiceField(
        label=_("Whose wish it is"),
        choices=InitiatedBy.choices,
        widget=forms.RadioSelect,
        initial=InitiatedBy.US,
    )
    summary = ProseField(
        label=_("What this is about"),
        required=False,
        max_length=4000,
        help_text=_("First facts, with their dates. Nothing leaves the house by this."),
    )
    anyway = forms.BooleanField(
        label=_("Open another case for this client all the same"), required=False
    )

    def __init__(
        self,
        *args: Any,
        clients: QuerySet[Client],
        open_cases: QuerySet[TerminationCase],
        cases: QuerySet[TerminationCase],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._open_cases = open_cases
        self.rivals: list[TerminationCase] = []
        self.closing: Closing | None = None
        for name, rows in (("client", clients), ("ground", active_grounds())):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        chosen = str(self["client"].value() or "")
        if chosen.isdecimal() and len(chosen) < 19:
            self.rivals = list(self._open_cases.filter(client=int(chosen))[:5])
            self.closing = returning.said_of(list(clients.filter(pk=int(chosen))), cases=cases).get(
                int(chosen)
            )
        if not self.rivals:
            del self.fields["anyway"]

    def clean(self) -> dict[str, Any]:
        """Let a second case for the same client be opened only knowingly."""
        said = super().clean() or {}
        if self.rivals and not said.get("anyway"):
            self.add_error("anyway", _("This client has an open case already. Look at it first."))
        return said


class NewCase(Verb):
    """Begin to evaluate whether a client's relationship should end."""

    form_class = _NewCase
    template_name = "desk/case/new.html"
    title = _("New case")
    intro = _("Opening a case decides nothing and tells nobody; it is where the facts are kept.")
    button = _("Open the case")
    done = _("The case is open.")
    is_irreversible = True

    def allow(self) -> None:
        """Let people who work in a team open cases."""
        if not teams_of(person_of(self.request)).exists():
            raise NotAllowed(_("Only people who work in a team open cases."))

    def form_options(self) -> dict[str, Any]:
        """Offer the clients of the person's own teams."""
        open_cases = cases_of(self.request).exclude(state__in=ENDED).select_related("owner")
        clients = editable_clients(person_of(self.request)).order_by("legal_name", "pk")
        return {
            "clients": clients,
            "open_cases": open_cases.order_by("pk"),
            "cases": cases_of(self.request),
        }

    def initial(self) -> dict[str, Any]:
        """Start from the client whose page was left for this."""
        return {"client": self.request.GET.get("client", "")}

    def perform(self, form: forms.Form) -> str:
        """Open it."""
        said = form.cleaned_data
        case = cases.open_case(
            said["client"],
            by=self.actor,
            ground=said["ground"],
            summary=said["summary"],
            initiated_by=said["initiated_by"],
        )
        return case_url(case.reference)

    def back_url(self) -> str:
        """Return to the front page."""
        return "/"


urlpatterns: list[URLPattern] = [
    path("cases/new/", NewCase.as_view(), name="case-new"),
]
