"""The tags of a case, and the list of a team's tags."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import selectors as people
from accounts.models import Team, User
from audit.models import AuditEvent
from desk.frame.scoping import person_of
from desk.frame.verbs import CaseVerb, Verb
from desk.lists.cases import tags_for
from offboarding.models import Tag, TerminationCase, Tone
from offboarding.services import tags

# -- on a case -------------------------------------------------------------------------------------


class _Tags(forms.Form):
    tags = forms.ModelMultipleChoiceField(
        label=_("Tags"),
        queryset=Tag.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].queryset = Tag.objects.filter(team=case.team)  # type: ignore[attr-defined]


class TagCase(CaseVerb):
    """Choose the tags of a case."""

    form_class = _Tags
    template_name = "desk/case/tags.html"
    title = _("Tags of this case")
    button = _("Save")
    done = _("The tags are saved.")
    edits = ("tags",)
    recorded_as = ("case.tagged",)

    def form_options(self) -> dict[str, Any]:
        """Offer the team's tags."""
        return {"case": self.case}

    def initial(self) -> dict[str, Any]:
        """Show those it has."""
        return {"tags": [tag.pk for tag in self.case.tags.all()]}

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say how to get a tag where the team has none."""
        has_tags = Tag.objects.filter(team=self.case.team).exists()
        return super().context(form) | {"needs_a_tag": not has_tags}

    def perform(self, form: forms.Form) -> None:
        """Keep them."""
        tags.tag_case(self.case, list(form.cleaned_data["tags"]), by=self.actor)


# -- of a team -------------------------------------------------------------------------------------


def _only_for_teams(user: User) -> None:
    if not people.roles_of(user):
        raise PermissionDenied(_text("A team's tags are its own people's to change."))


@require_safe
def tag_list(request: HttpRequest) -> HttpResponse:
    """Show the tags of a person's teams, and how many cases have each."""
    user = person_of(request)
    _only_for_teams(user)
    found = tags_for(user).select_related("team").annotate(case_count=Count("cases"))
    return render(
        request,
        "desk/tags.html",
        {"tags": found, "has_teams": len(people.roles_of(user)) > 1},
    )


class _Tag(forms.Form):
    name = forms.CharField(label=_("Tag"), max_length=40)
    tone = forms.ChoiceField(
        label=_("Colour"),
        choices=Tone.choices,
        initial=Tone.EVALUATE,
        help_text=_("The word always stands with it; no meaning hangs on the colour alone."),
    )


class _NewTag(_Tag):
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), empty_label=None)

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class NewTag(Verb):
    """Give the team a new tag."""

    form_class = _NewTag
    title = _("New tag")
    button = _("Add the tag")
    done = _("Your team has a new tag.")

    def allow(self) -> None:
        """Leave it to people who work in a team."""
        _only_for_teams(person_of(self.request))

    def form_options(self) -> dict[str, Any]:
        """Offer the person's own teams."""
        return {"teams": people.teams_of(person_of(self.request)).order_by("name")}

    def initial(self) -> dict[str, Any]:
        """Start from the first team."""
        first = people.teams_of(person_of(self.request)).order_by("name").first()
        return {"team": first.pk if first else None}

    def perform(self, form: forms.Form) -> None:
        """Make it."""
        said = form.cleaned_data
        tags.make_tag(said["team"], name=said["name"], tone=said["tone"], by=self.actor)

    def next_url(self) -> str:
        """Return to the list of tags."""
        return reverse("desk:tag-list")


class _TagVerb(Verb):
    """A verb of one tag of the person's teams."""

    def find(self) -> None:
        """Read the tag; another team's is not there."""
        user = person_of(self.request)
        mine = tags_for(user).filter(team__in=people.roles_of(user))
        found = mine.select_related("team").filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_text("There is no such tag."))
        self.tag = found

    def next_url(self) -> str:
        """Return to the list of tags."""
        return reverse("desk:tag-list")


class ChangeTag(_TagVerb):
    """Call a tag something else, or give it another colour."""

    form_class = _Tag
    title = _("Change the tag")
    intro = _("It changes on every case that has it.")
    button = _("Save")
    done = _("The tag is changed.")
    edits = ("name", "tone")
    recorded_as = ("tag.changed",)

    def lock(self) -> None:
        """Let nobody else change the tag."""
        Tag.objects.select_for_update(of=("self",)).get(pk=self.tag.pk)

    def told(self) -> QuerySet[AuditEvent]:
        """Return what the settings' record tells of the tag."""
        return AuditEvent.objects.filter(
            stream="settings", object_type=Tag._meta.label_lower, object_id=str(self.tag.pk)
        )

    def initial(self) -> dict[str, Any]:
        """Show what it is called."""
        return {"name": self.tag.name, "tone": self.tag.tone}

    def perform(self, form: forms.Form) -> None:
        """Change it."""
        said = form.cleaned_data
        tags.change_tag(self.tag, name=said["name"], tone=said["tone"], by=self.actor)


class DropTag(_TagVerb):
    """Give up a tag that no case has."""

    title = _("Give up this tag?")
    button = _("Give it up")
    done = _("The tag is gone.")
    is_destructive = True

    def perform(self, form: forms.Form) -> None:
        """Drop it."""
        tags.drop_tag(self.tag, by=self.actor)


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/tags/", TagCase.as_view(), name="case-tags"),
    path("tags/", tag_list, name="tag-list"),
    path("tags/new/", NewTag.as_view(), name="tag-new"),
    path("tags/<int:pk>/", ChangeTag.as_view(), name="tag"),
    path("tags/<int:pk>/drop/", DropTag.as_view(), name="tag-drop"),
]
