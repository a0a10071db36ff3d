"""The team's text blocks: read, added, changed, taken over from the house, laid aside."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import selectors as people
from accounts.models import Team
from clients.languages import letter_languages
from desk.frame.inputs import ProseField
from desk.frame.scoping import person_of
from desk.frame.verbs import Verb
from notices.errors import ChangedMeanwhile
from notices.models import TextBlock, TextBlockKind
from notices.services import text_blocks
from offboarding.errors import NotAllowed


@require_safe
@never_cache
def block_list(request: HttpRequest) -> HttpResponse:
    """Show the blocks of a person's teams, and ours."""
    user = person_of(request)
    blocks = (
        text_blocks.blocks_seen_by(user).filter(is_active=True).select_related("team", "taken_from")
    )
    taken = {(block.team_id, block.taken_from_id) for block in blocks}
    teams = list(people.teams_of(user))
    rows = [
        block
        for block in blocks
        # Ours stands aside where each of the person's teams has words of its own for it.
        if block.team_id is not None
        or not teams
        or any((team.pk, block.pk) not in taken for team in teams)
    ]
    context = {
        "groups": [
            (kind.label, [block for block in rows if block.kind == kind]) for kind in TextBlockKind
        ],
        "works": bool(teams) and not user.is_auditor,
    }
    return render(request, "desk/text_blocks/list.html", context)


class _New(forms.Form):
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None)
    kind = forms.ChoiceField(label=_("What the words are for"), choices=TextBlockKind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=letter_languages)
    title = forms.CharField(label=_("Title"), max_length=80)
    text = ProseField(
        label=_("Text"),
        rows=8,
        max_length=text_blocks.MOST_CHARACTERS,
        help_text=_("Write “…” where something has to be filled in; nothing leaves with one left."),
    )

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = cast(forms.ModelChoiceField, self.fields["team"])
        team.queryset = teams
        if len(teams) == 1:
            team.widget = forms.HiddenInput()


class AddBlock(Verb):
    """Keep words for a team."""

    form_class = _New
    title = _("New text block")
    button = _("Keep it")
    done = _("The text block is kept.")
    is_irreversible = True

    def allow(self) -> None:
        """Only who works in a team keeps words for it."""
        user = person_of(self.request)
        self.teams = people.teams_of(user)
        if user.is_auditor or not self.teams:
            raise NotAllowed(_text("A team's words are its own to change."))

    def form_options(self) -> dict[str, Any]:
        """Offer the person's teams."""
        return {"teams": self.teams}

    def initial(self) -> dict[str, Any]:
        """Begin with the first team."""
        return {"team": self.teams[0]}

    def perform(self, form: forms.Form) -> str:
        """Keep it, and show what the checks say."""
        said = form.cleaned_data
        block = text_blocks.add_block(
            said["team"],
            by=self.actor,
            language=said["language"],
            kind=said["kind"],
            title=said["title"],
            text=said["text"],
        )
        return reverse("desk:text-block", args=[block.pk])

    def next_url(self) -> str:
        """Return to the list."""
        return reverse("desk:text-blocks")


class _Words(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=80)
    text = ProseField(label=_("Text"), rows=8, max_length=text_blocks.MOST_CHARACTERS)


class BlockVerb(Verb):
    """A verb of one block."""

    template_name = "desk/text_blocks/one.html"
    title = _("Text block")
    faster: ChangedMeanwhile | None = None

    block: TextBlock

    def find(self) -> None:
        """Read the block of one of the person's teams, or ours."""
        rows = text_blocks.blocks_seen_by(person_of(self.request)).select_related("team")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_text("There is no such text block."))
        self.block = found

    def allow(self) -> None:
        """Everybody reads them; the service says who changes them."""
        user = person_of(self.request)
        self.teams = [] if user.is_auditor else list(people.teams_of(user))
        if self.request.method == "POST" and not self.teams:
            raise NotAllowed(_text("A team's words are its own to change."))

    def next_url(self) -> str:
        """Stay with the block."""
        return reverse("desk:text-block", args=[self.block.pk])

    def back_url(self) -> str:
        """Return to the list."""
        return reverse("desk:text-blocks")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show what the checks find, and what it said before."""
        block = self.block
        return {
            "row": block,
            "findings": text_blocks.findings_of(block.text, block.language),
            "versions": list(block.versions.all()[1:10]),
            "may_edit": block.team is not None and block.team in self.teams and block.is_active,
            "teams": self.teams if block.team is None else [],
            "faster": self.faster,
        }


class EditBlock(BlockVerb):
    """Read and change a team's words."""

    form_class = _Words
    button = _("Save")
    done = _("The text block is saved.")

    def initial(self) -> dict[str, Any]:
        """Show what it says."""
        block = self.block
        return {"title": block.title, "text": block.text, "block_version": block.version}

    def add_hidden_fields(self, form: forms.Form) -> None:
        """Carry the version."""
        form.fields["block_version"] = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def perform(self, form: forms.Form) -> None:
        """Save it."""
        said = form.cleaned_data
        text_blocks.edit_block(
            self.block,
            by=self.actor,
            expected_version=said["block_version"],
            title=said["title"],
            text=said["text"],
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save it, or show what somebody else wrote meanwhile."""
        try:
            return super().post(request, *args, **kwargs)
        except ChangedMeanwhile as faster:
            self.faster = faster
            self.find()
            data = request.POST.copy()
            data["block_version"] = str(self.block.version)
            form = self._form(data)
            form.is_valid()
            return self._page(form, HTTPStatus.CONFLICT)


class _Team(forms.Form):
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"))

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["team"]).queryset = teams


class TakeOver(BlockVerb):
    """Give a team its own copy of one of our blocks."""

    form_class = _Team
    template_name = "desk/verb.html"
    title = _("Take over for a team")
    intro = _("The team gets a copy of these words that it can change; ours stay as they are.")
    button = _("Take it over")
    done = _("Your team has its own copy now.")

    def form_options(self) -> dict[str, Any]:
        """Offer the person's teams."""
        return {"teams": people.teams_of(person_of(self.request))}

    def initial(self) -> dict[str, Any]:
        """Begin with the first team."""
        return {"team": self.teams[0] if self.teams else None}

    def perform(self, form: forms.Form) -> str:
        """Copy it, and go on to the copy."""
        copy = text_blocks.take_over(self.block, form.cleaned_data["team"], by=self.actor)
        return reverse("desk:text-block", args=[copy.pk])


class LayAside(BlockVerb):
    """Offer a block no longer."""

    template_name = "desk/verb.html"
    title = _("Lay the text block aside")
    intro = _("It is offered no longer. Where it was inserted, its words stay.")
    button = _("Lay it aside")
    done = _("The text block is laid aside.")

    def perform(self, form: forms.Form) -> str:
        """Lay it aside."""
        text_blocks.lay_aside(self.block, by=self.actor)
        return reverse("desk:text-blocks")


urlpatterns: list[URLPattern] = [
    path("text-blocks/", block_list, name="text-blocks"),
    path("text-blocks/new/", AddBlock.as_view(), name="text-block-new"),
    path("text-blocks/<int:pk>/", EditBlock.as_view(), name="text-block"),
    path("text-blocks/<int:pk>/copy/", TakeOver.as_view(), name="text-block-copy"),
    path("text-blocks/<int:pk>/laid-aside/", LayAside.as_view(), name="text-block-aside"),
]
