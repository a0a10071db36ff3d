"""Clients: the list, the page of one client, and the forms about the client itself."""

from __future__ import annotations

import copy
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import selectors as people
from accounts.models import Team, User
from audit import clock
from clients import services
from clients.exports import clients_csv
from clients.models import Client, Office
from clients.policies import may_edit_clients
from clients.selectors import (
    money_at_stake,
    search_clients,
    visible_clients,
    with_list_facts,
)
from desk.case.tag_rows import with_tags
from desk.clients.verbs import VersionedVerb, client_url
from desk.follow_up import returning_clients
from desk.frame import keyset
from desk.frame.scoping import actor_of, cases_of, client_or_404, person_of
from desk.frame.verbs import Verb
from desk.lists.cases import colleagues_of
from desk.lists.lines import SHOWN_WITH, lines_of
from desk.notice import clause as notice_clause
from offboarding import returning

ORDER = ("legal_name", "pk")
_INVOICES_SHOWN = 100
_PAID_SHOWN = 10
_CASES_SHOWN = 20


# -- the list --------------------------------------------------------------------------------------


class ClientFilter(forms.Form):
    """What the list can be narrowed down by."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, reference, city or contact")}
        ),
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("Every team")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.all() if user.is_auditor else people.teams_of(user)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    """Show the clients of a person's teams in the order of their names."""
    user = person_of(request)
    chosen = ClientFilter(request.GET, user=user)
    visible = visible_clients(user)
    is_valid = chosen.is_valid()
    clients = _narrowed(chosen, visible) if is_valid else visible.none()
    page = keyset.page_of(request, with_list_facts(clients), order=ORDER, among=visible)
    roles = people.roles_of(user)
    context = {
        "filter": chosen,
        "has_teams": len(roles) > 1 or user.is_auditor,
        "page": page,
        "total": keyset.count_in_words(clients) if page.rows else "0",
        "is_narrowed": bool(request.GET.get("q") or request.GET.get("team")),
        "csv_url": f"{reverse('desk:client-list-csv')}?{request.GET.urlencode()}",
        "may_edit": bool(roles) and not user.is_auditor,
        "sees_clients": bool(roles) or user.is_auditor,
    }
    status = HTTPStatus.OK if is_valid else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "desk/clients/list.html", context, status=status)


def _narrowed(chosen: ClientFilter, clients: Any) -> Any:
    if chosen.cleaned_data["team"]:
        clients = clients.filter(team=chosen.cleaned_data["team"])
    return search_clients(clients, chosen.cleaned_data["q"])


@require_safe
def client_list_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Write every client of this view out, in the columns that the import reads."""
    user = person_of(request)
    chosen = ClientFilter(request.GET, user=user)
    if not chosen.is_valid():
        return client_list(request)
    lines = clients_csv(_narrowed(chosen, visible_clients(user)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"clients-{clock.today().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


# -- one client ------------------------------------------------------------------------------------


@require_safe
def client(request: HttpRequest, client_id: int) -> HttpResponse:
    """Show what is known about a client: address, people, agreements, open money, cases."""
    found = client_or_404(request, client_id)
    today = clock.today(found.office.time_zone)
    # What is not paid comes first, the longest due on top; then what was paid last.
    latest_first = (F("paid_on").desc(nulls_first=True), "due_on", "pk")
    invoices = list(found.invoices.order_by(*latest_first)[:_INVOICES_SHOWN])
    unpaid = [invoice for invoice in invoices if invoice.paid_on is None]
    cases = with_tags(cases_of(request).filter(client=found).select_related(*SHOWN_WITH))
    context = {
        "client": found,
        "paper_lines": found.paper_lines(from_country=str(found.office.country)),
        "contacts": list(found.contacts.all()),
        "engagements": [
            {
                "engagement": engagement,
                "clause": notice_clause.sentences(engagement),
                "is_running": engagement.is_running_on(today),
            }
            for engagement in found.engagements.all()
        ],
        "unpaid": [
            {"invoice": invoice, "days_late": invoice.days_overdue_on(today)} for invoice in unpaid
        ],
        "paid": invoices[len(unpaid) :][:_PAID_SHOWN],
        "money": money_at_stake(found, on=today),
        "lines": lines_of(cases.order_by("-opened_at", "-pk")[:_CASES_SHOWN]),
        "may_edit": may_edit_clients(actor_of(request), found.team),
        "closing": returning_clients.said_of(request, found),
    }
    return render(request, "desk/clients/client.html", context)


# -- adding and changing ---------------------------------------------------------------------------


class ClientForm(forms.ModelForm):
    """What is known about a client."""

    class Meta:
        model = Client
        fields = (
            "legal_name",
            "display_name",
            "reference",
            "office",
            "owner",
            "language",
            "care_of",
            "street",
            "postal_code",
            "city",
            "region",
            "country",
        )
        widgets = {"street": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = cast(forms.ModelChoiceField, self.fields["owner"])
        owner.queryset = owners
        owner.empty_label = None
        office = cast(forms.ModelChoiceField, self.fields["office"])
        office.empty_label = _("Choose one")

    def clean_reference(self) -> str:
        """Say beside the field what the database would say for the whole client."""
        reference: str = self.cleaned_data["reference"]
        others = Client.objects.exclude(pk=self.instance.pk)
        if others.filter(reference__iexact=reference).exists():
            raise ValidationError(_("Another client already has this reference."))
        return reference

    @property
    def values(self) -> dict[str, Any]:
        """What a service is asked to keep."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class NewClientForm(ClientForm):
    """A client and the team that looks after it."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None)
    anyway = forms.BooleanField(
        label=_("It is another client; add it all the same"), required=False
    )

    def __init__(self, *args: Any, teams: Any, cases: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = cast(forms.ModelChoiceField, self.fields["team"])
        team.queryset = teams
        self.order_fields(["legal_name", "display_name", "reference", "team"])
        names = [str(self[name].value() or "") for name in ("legal_name", "display_name")]
        self.resembling = returning.resembling(names=names, cases=cases) if self.is_bound else []
        if not self.resembling:
            del self.fields["anyway"]

    def clean(self) -> dict[str, Any]:
        """Let a client who looks like an ended one be entered only knowingly."""
        said: dict[str, Any] = super().clean() or {}
        if self.resembling and not said.get("anyway"):
            self.add_error(
                "anyway",
                _("A client who looks like this one was ended before. Look at what was said then."),
            )
        return said


class NewClient(Verb):
    """Take on a client."""

    form_class = NewClientForm
    template_name = "desk/clients/client_form.html"
    title = _("New client")
    button = _("Add client")
    done = _("The client is added. Next: who receives notices, and what was agreed.")

    def allow(self) -> None:
        """Only who works in a team takes clients on; an auditor changes nothing."""
        user = person_of(self.request)
        self.teams = people.teams_of(user)
        if user.is_auditor or not self.teams:
            raise PermissionDenied(_text("Only who works in a team takes clients on."))

    def form_options(self) -> dict[str, Any]:
        """Offer the person's teams and the colleagues in them."""
        colleagues = colleagues_of(person_of(self.request)).filter(is_active=True)
        return {"teams": self.teams, "owners": colleagues, "cases": cases_of(self.request)}

    def initial(self) -> dict[str, Any]:
        """Begin with oneself as account manager, and with the only office if there is one."""
        offices = list(Office.objects.all()[:2])
        begun: dict[str, Any] = {"owner": self.actor.user_id, "team": self.teams[0]}
        if len(offices) == 1:
            begun |= {"office": offices[0], "language": offices[0].language}
        return begun

    def perform(self, form: NewClientForm) -> str:
        """Add the client and go to its page."""
        created = services.create_client(
            by=self.actor, team=form.cleaned_data["team"], **form.values
        )
        return client_url(created)

    def next_url(self) -> str:
        """Return to the list."""
        return reverse("desk:client-list")


class EditClient(VersionedVerb):
    """Change what is known about a client."""

    form_class = ClientForm
    template_name = "desk/clients/client_form.html"
    title = _("Edit client")
    button = _("Save")
    done = _("The client is saved.")

    def record(self) -> Client:
        """Return the client."""
        return self.client

    def form_options(self) -> dict[str, Any]:
        """Fill a copy in, so that the head of the page keeps saying what is saved."""
        owners = people.members_of(self.client.team) | User.objects.filter(pk=self.client.owner_id)
        return {
            "instance": copy.copy(self.client),
            "owners": owners.distinct().order_by("name", "pk"),
        }

    def perform(self, form: ClientForm) -> None:
        """Save it, if it still is the version the form was opened with."""
        services.edit_client(
            self.client,
            by=self.actor,
            expected_version=form.cleaned_data["version"],
            **form.values,
        )


urlpatterns: list[URLPattern] = [
    path("clients/", client_list, name="client-list"),
    path("clients.csv", client_list_csv, name="client-list-csv"),
    path("clients/new/", NewClient.as_view(), name="client-new"),
    path("clients/<int:client_id>/", client, name="client"),
    path("clients/<int:client_id>/edit/", EditClient.as_view(), name="client-edit"),
]
