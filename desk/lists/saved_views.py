"""Views of the list of cases that people keep under a name, for themselves or for their team.

A view is nothing but an address: its conditions stand there, and what it shows is read with the
eyes of whoever opens it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from accounts.models import Role, Team, User
from desk.frame.scoping import person_of
from desk.frame.verbs import Verb
from desk.lists.cases import FILTERS, CaseFilter
from desk.lists.view_counts import MOST_VIEWS, views_of
from desk.models import SavedView
from offboarding.errors import InvalidInput


class _View(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    team = forms.ModelChoiceField(
        label=_("For whom"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("Only me"),
        help_text=_("A team's view stands on the list of everybody in the team."),
    )

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class SaveView(Verb):
    """Keep the conditions of the address under a name."""

    form_class = _View
    title = _("Keep this view")
    intro = _("Its conditions are kept, not its rows: it always shows how things stand.")
    button = _("Keep it")
    done = _("The view is kept.")

    def find(self) -> None:
        """Read the conditions from the address."""
        self.conditions = {
            name: value for name, value in self.request.GET.items() if name in FILTERS and value
        }

    def allow(self) -> None:
        """Refuse conditions that no list has."""
        if not people.roles_of(self.person):
            raise PermissionDenied(_text("Views are kept by people who work in a team."))
        chosen = CaseFilter(self.conditions, user=self.person)
        if not self.conditions or not chosen.is_valid():
            raise InvalidInput("", _text("Narrow the list of cases first; then keep the view."))

    @property
    def person(self) -> User:
        """Whose view it will be."""
        return person_of(self.request)

    def form_options(self) -> dict[str, Any]:
        """Offer the person's teams."""
        return {"teams": people.teams_of(self.person).order_by("name")}

    def perform(self, form: forms.Form) -> None:
        """Keep it."""
        said = form.cleaned_data
        name = " ".join(said["name"].split())
        view = SavedView(owner=self.person, conditions=self.conditions, name=name)
        view.team = said["team"]
        if views_of(self.person).count() >= MOST_VIEWS:
            raise InvalidInput(
                "name",
                _text("You have %(most)d views, your teams' among them. Give one up first.")
                % {"most": MOST_VIEWS},
            )
        view.full_clean()
        view.save()

    def next_url(self) -> str:
        """Return to the list, as it was."""
        return f"{reverse('desk:case-list')}?{urlencode(self.conditions)}"


class DropView(Verb):
    """Give up a view; no case is touched."""

    title = _("Give up this view?")
    intro = _("Its cases stay as they are.")
    button = _("Give it up")
    done = _("The view is gone.")

    def find(self) -> None:
        """Read a view that is the person's to give up: their own, or one of a team they lead."""
        person = person_of(self.request)
        led = [team for team, role in people.roles_of(person).items() if role == Role.TEAM_LEAD]
        mine = Q(owner=person) | Q(team__in=led)
        found = views_of(person).filter(mine, pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_text("There is no such view."))
        self.view = found

    def perform(self, form: forms.Form) -> None:
        """Drop it."""
        self.view.delete()

    def next_url(self) -> str:
        """Return to the whole list."""
        return reverse("desk:case-list")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the view."""
        return {"title": f"{self.title} {self.view.name}"}


urlpatterns: list[URLPattern] = [
    path("cases/views/new/", SaveView.as_view(), name="view-new"),
    path("cases/views/<int:pk>/drop/", DropView.as_view(), name="view-drop"),
]
