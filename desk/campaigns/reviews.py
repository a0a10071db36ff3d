"""Lists that a lead goes through and answers as one: decisions, and letters.

The form carries what was shown of each line, and a hash over all of it. If anything of the list is
another when it comes back, nothing is done and the page names what changed.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from desk.campaigns.page import CampaignVerb
from desk.frame.inputs import ProseField
from desk.frame.scoping import person_of
from desk.notice.verbs import notice_url
from notices.checking import likeness
from notices.models import Notice, Rendering
from notices.services import campaign_letters
from offboarding.errors import TransitionRefused
from offboarding.models import CampaignClient
from offboarding.services import campaign_decisions, campaigns
from offboarding.services.campaigns import MOST_REVIEWED

_ALONE_SHOWN = 50


class _Keys(forms.MultipleChoiceField):
    """Rows of the list that was shown; whether they were on it is asked by the service."""

    def valid_value(self, value: Any) -> bool:
        return str(value).isascii() and str(value).isdigit() and len(str(value)) < 19


class ListForm(forms.Form):
    """What was shown, and which lines of it are answered."""

    listed = forms.CharField(widget=forms.HiddenInput, max_length=20_000, required=False)
    list_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    chosen = _Keys(
        label=_("Lines"),
        required=False,
        error_messages={"invalid_choice": _("This line is not on the list.")},
    )

    @property
    def seen(self) -> dict[int, str]:
        """What was seen of each line; empty when the form was not ours."""
        pairs = [one.partition(":") for one in self.cleaned_data["listed"].split(",") if one]
        if not all(key.isascii() and key.isdigit() and len(key) < 19 for key, _c, _s in pairs):
            return {}
        return {int(key): sha256 for key, _colon, sha256 in pairs}

    @property
    def keys(self) -> list[int]:
        """The lines that are answered."""
        return [int(key) for key in self.cleaned_data["chosen"]]


class ReviewVerb(CampaignVerb):
    """A list that is answered as one. A refusal shows the list as it is now, with what changed."""

    permission = "offboarding.review_campaign"
    form_class = ListForm
    is_irreversible = True

    def waiting(self) -> QuerySet[CampaignClient]:
        """List what this person may answer."""
        raise NotImplementedError

    def seen_of(self, members: Sequence[CampaignClient]) -> dict[int, str]:
        """Return what the page shows of each line, as a hash."""
        raise NotImplementedError

    def lines(self) -> list[CampaignClient]:
        """Return the next lines to go through; no more than one person reads at once."""
        if not hasattr(self, "_lines"):
            self._lines = list(self.waiting()[:MOST_REVIEWED])
        return self._lines

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the list, or show what of it has changed since it was opened."""
        try:
            return super().post(request, *args, **kwargs)
        except TransitionRefused as refused:
            self.refused = refused.reasons
            return self._page(self._form(), HTTPStatus.CONFLICT)

    def _shown(self) -> dict[str, str]:
        seen = self.seen_of(self.lines())
        return {
            "listed": ",".join(f"{key}:{seen[key]}" for key in sorted(seen)),
            "list_sha256": campaigns.hash_of_list(seen),
        }

    def next_url(self) -> str:
        """Stay at the list while there is more of it."""
        return self.request.path if self.waiting().exists() else super().next_url()

    def back_url(self) -> str:
        """Return to the campaign."""
        return super().next_url()

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the lines and how many are to come."""
        total = self.waiting().count()
        ticked = set(form.data.getlist("chosen")) if form.is_bound else None
        return super().context(form) | {
            "lines": self.lines(),
            "shown": self._shown(),
            "ticked": ticked,
            "later": max(total - len(self.lines()), 0),
            "refused": getattr(self, "refused", []),
        }


# -- decisions -------------------------------------------------------------------------------------


class DecisionsForm(ListForm):
    """Decisions of a list, with their reason."""

    note = ProseField(
        label=_("Reason for the record"),
        rows=2,
        required=False,
        help_text=_("It stands with the decision of every case you tick."),
    )


class Decisions(ReviewVerb):
    """Decide about cases of a campaign, as a second person."""

    form_class = DecisionsForm
    template_name = "desk/campaigns/decisions.html"
    title = _("Decisions")
    button = _("End the ticked relationships")
    done = _("Recorded. Each case has its own decision, in your name, in a moment.")

    def waiting(self) -> QuerySet[CampaignClient]:
        """List cases that wait for a decision by this person."""
        return campaign_decisions.to_review(self.campaign, person_of(self.request))

    def seen_of(self, members: Sequence[CampaignClient]) -> dict[int, str]:
        """Return what is shown of each case."""
        return campaign_decisions.seen_of(members)

    def perform(self, form: DecisionsForm) -> None:
        """Decide them."""
        campaign_decisions.decide_list(
            self.campaign,
            by=self.actor,
            seen=form.seen,
            list_sha256=form.cleaned_data["list_sha256"],
            chosen=form.keys,
            note=form.cleaned_data["note"],
        )


# -- letters ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LetterLine:
    """One letter of the list."""

    member: CampaignClient
    pages: Rendering

    @property
    def notice(self) -> Notice:
        """What it is the pages of."""
        return self.member.letter.notice

    @property
    def pdf_url(self) -> str:
        """Where the very pages can be opened."""
        reference = self.member.case.reference
        return reverse("desk:notice-letter", args=[reference, self.notice.number])


@dataclass
class Alike:
    """Letters that say the same but for each client's own facts.

    Attributes:
        words: the text they share, with braces where the facts stand.
        differences: against the letters most clients get: "+" for what is added, "-" for what is
            missing; empty for those themselves.
    """

    words: list[str]
    lines: list[LetterLine] = field(default_factory=list)
    differences: list[tuple[str, str]] = field(default_factory=list)


def grouped(lines: Sequence[LetterLine]) -> list[Alike]:
    """Put letters together that say the same, the most frequent text of a language first."""
    by_key: dict[str, Alike] = {}
    for line in lines:
        key = line.member.letter.text_key
        if key not in by_key:
            by_key[key] = Alike(likeness.lines_of(likeness.words_of(line.notice)))
        by_key[key].lines.append(line)
    groups = sorted(by_key.values(), key=lambda group: -len(group.lines))
    usual: dict[str, Alike] = {}
    for group in groups:
        first = usual.setdefault(group.lines[0].notice.language, group)
        if first is not group:
            group.differences = _differences(first.words, group.words)
    return groups


def _differences(usual: Sequence[str], words: Sequence[str]) -> list[tuple[str, str]]:
    compared = difflib.ndiff(list(usual), list(words))
    return [(line[0], line[2:]) for line in compared if line[0] in "+-"]


class Letters(ReviewVerb):
    """Approve letters of a campaign, as a second person."""

    template_name = "desk/campaigns/letters.html"
    title = _("Letters")
    button = _("Approve and seal the ticked letters")
    done = _("Recorded. Each letter is sealed on its own case, in your name, in a moment.")

    def waiting(self) -> QuerySet[CampaignClient]:
        """List letters that this person may approve as a list."""
        return campaign_letters.to_review(self.campaign, person_of(self.request))

    def seen_of(self, members: Sequence[CampaignClient]) -> Mapping[int, str]:
        """Return the SHA-256 of each letter's pages."""
        return campaign_letters.seen_of(members)

    def perform(self, form: ListForm) -> None:
        """Approve them."""
        campaign_letters.approve_list(
            self.campaign,
            by=self.actor,
            seen=form.seen,
            list_sha256=form.cleaned_data["list_sha256"],
            chosen=form.keys,
        )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show letters by what they say, and those that are opened one by one."""
        lines = [
            LetterLine(member, pages)
            for member in self.lines()
            if (pages := campaign_letters.pages_of(member)) is not None
        ]
        user = person_of(self.request)
        alone = campaign_letters.one_by_one(self.campaign, user)
        return super().context(form) | {
            "groups": grouped(lines),
            "enclosures": self.campaign.enclosures.defer("pdf"),
            "alone": [
                (member, notice_url(member.case.reference)) for member in alone[:_ALONE_SHOWN]
            ],
            "alone_count": alone.count(),
            "still_set": campaign_letters.still_being_set(self.campaign, user),
        }


_ONE = "campaigns/<int:pk>"
urlpatterns: list[URLPattern] = [
    path(f"{_ONE}/decisions/", Decisions.as_view(), name="campaign-decisions"),
    path(f"{_ONE}/letters/", Letters.as_view(), name="campaign-letters"),
]
