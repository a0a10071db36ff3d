"""One search over what a person may see: names, and everything that was written on a case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from desk.follow_up import returning_clients
from desk.frame.places import case_url
from desk.frame.scoping import cases_of, person_of
from desk.lists.snippets import Piece, marked
from offboarding import search as finding
from offboarding.models import SearchKind, TerminationCase

MOST_OF_A_KIND = 5
PAGE_SIZE = 25
MOST_PAGES = 20
FEW_NAMES = 3
"""With fewer names than these, names that are like it are shown too."""

SHOWN = (
    (SearchKind.CASE, _("Cases"), "archive"),
    (SearchKind.CLIENT, _("Clients"), "building-2"),
    (SearchKind.CONTACT, _("Contacts"), "user"),
    (SearchKind.OBLIGATION, _("Obligations"), "list-checks"),
    (SearchKind.FACT, _("Facts and remedies"), "file-text"),
    (SearchKind.NOTE, _("Tasks, notes, hand-over"), "pencil"),
    (SearchKind.COMMUNICATION, _("Communications"), "mail"),
)
"""The kinds in the order of the page, with what they are called together."""

_SECTIONS = {
    "offboarding_evidence": "evidence",
    "offboarding_remedy": "remedies",
    "offboarding_obligation": "obligations",
    "offboarding_casenote": "timeline",
    "offboarding_task": "tasks",
    "offboarding_reaction": "reactions",
    "offboarding_question": "questions",
    "offboarding_lesson": "lesson",
    "offboarding_handoveritem": "handover",
    "offboarding_feedback": "follow-up",
    "offboarding_closing": "follow-up",
    "offboarding_communication": "timeline",
}
"""Where on its case's page a thing stands."""

_REFERENCE = re.compile(r"[A-Z]+-\d{4}-\d+", re.IGNORECASE)


class Words(forms.Form):
    """What is looked for."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        required=False,
        choices=[("", _("Everything")), *((kind, label) for kind, label, _icon in SHOWN)],
        widget=forms.HiddenInput,
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=MOST_PAGES)


@dataclass(frozen=True)
class Line:
    """One thing that was found, and why."""

    entry: finding.Found
    url: str
    pieces: list[Piece]

    @property
    def name(self) -> str:
        """What its first line says: the name of a contact."""
        return self.entry.text.partition("\n")[0]


@dataclass
class Section:
    """What was found of one kind."""

    kind: SearchKind
    label: str | Promise
    icon: str
    count: str
    url: str
    lines: list[Line]
    has_more: bool


@dataclass(frozen=True)
class Chip:
    """A kind to narrow the page down to."""

    label: str | Promise
    url: str
    count: str
    is_current: bool


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what holds every word, kind by kind; a whole reference opens its case."""
    form = Words(request.GET)
    if not form.is_valid():
        return render(
            request, "desk/search.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    words = form.cleaned_data["q"]
    if not words:
        return render(request, "desk/search.html", {"form": form})
    if case := _of_whole_reference(request, words):
        return redirect("desk:case", case.reference)
    return render(request, "desk/search.html", {"form": form} | _found(request, form))


def _of_whole_reference(request: HttpRequest, words: str) -> TerminationCase | None:
    if not _REFERENCE.fullmatch(words.strip()):
        return None
    return cases_of(request).filter(reference=words.strip().upper()).first()


def _found(request: HttpRequest, form: Words) -> dict[str, object]:
    user, words = person_of(request), form.cleaned_data["q"]
    chosen, page = form.cleaned_data["kind"], form.cleaned_data["page"] or 1
    skipped = (page - 1) * PAGE_SIZE if chosen else 0
    size = PAGE_SIZE if chosen else MOST_OF_A_KIND
    hits = finding.find(user, words, most=skipped + size + 1)
    similar = finding.Likeness()
    if not chosen and sum(hits[kind].count for kind in _NAMED) < FEW_NAMES:
        similar = finding.similar_names(user, words, most=MOST_OF_A_KIND)
    kinds = [one for one in SHOWN if chosen in ("", one[0])]
    shown = {kind: hits[kind].keys[skipped : skipped + size] for kind, _label, _icon in kinds}
    same = {key for keys in shown.values() for key in keys}
    alike = [key for key in similar.keys if key not in same]
    entries = finding.read(user, [*same, *alike])
    named = [found.client for found in entries.values() if found.kind in _NAMED]
    returning_clients.with_what_was_said(request, named)
    folded = [wanted.word for wanted in finding.wanted_words(words)]
    sections = [
        Section(
            kind,
            label,
            icon,
            _count(hits[kind]),
            _url(words, kind),
            _lines([entries[key] for key in shown[kind] if key in entries], folded),
            has_more=len(hits[kind].keys) > skipped + size,
        )
        for kind, label, icon in kinds
        if shown[kind]
    ]
    return {
        "words": words,
        "sections": sections,
        "similar": _lines([entries[key] for key in alike if key in entries], folded),
        "not_all_compared": not similar.is_all,
        "chips": _chips(words, chosen, hits),
        "chosen": chosen,
        "page": page,
        "newer_url": _url(words, chosen, page - 1) if chosen and page > 1 else "",
        "older_url": (
            _url(words, chosen, page + 1)
            if chosen and page < MOST_PAGES and any(section.has_more for section in sections)
            else ""
        ),
    }


_NAMED = (SearchKind.CLIENT, SearchKind.CONTACT)


def _lines(entries: Sequence[finding.Found], words: Sequence[str]) -> list[Line]:
    return [Line(entry, _place(entry), marked(entry.text, words)) for entry in entries]


def _place(entry: finding.Found) -> str:
    if entry.case is None:
        return reverse("desk:client", args=[entry.client.pk])
    return case_url(entry.case.reference, _SECTIONS.get(entry.source, ""))


def _chips(words: str, chosen: str, hits: Mapping[SearchKind, finding.Hits]) -> list[Chip]:
    everything = Chip(_("Everything"), _url(words), "", not chosen)
    return [everything] + [
        Chip(label, _url(words, kind), _count(hits[kind]), chosen == kind)
        for kind, label, _icon in SHOWN
        if hits[kind].count or chosen == kind
    ]


def _count(hits: finding.Hits) -> str:
    return f"{hits.count:,}" if hits.is_all else f"{hits.count:,}+"


def _url(words: str, kind: str = "", page: int = 1) -> str:
    asked = {"q": words} | ({"kind": kind} if kind else {}) | ({"page": page} if page > 1 else {})
    return f"{reverse('desk:search')}?{urlencode(asked)}"


urlpatterns: list[URLPattern] = [path("search/", search, name="search")]
