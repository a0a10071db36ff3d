"""The command palette: pages, cases, clients and contacts by a few letters, from the server."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import selectors as people
from clients.text_search import fold
from desk import navigation
from desk.frame.places import case_url
from desk.frame.scoping import person_of
from offboarding import search as finding
from offboarding.models import SearchKind

MOST_OF_A_KIND = 5
MOST_LETTERS = 200
_KINDS = (SearchKind.CASE, SearchKind.CLIENT, SearchKind.CONTACT)


@dataclass(frozen=True)
class Option:
    """One line of the palette; choosing it opens an address and does nothing else."""

    url: str
    icon: str
    label: str | Promise
    note: str | Promise = ""
    key: str = ""


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """List where one can go from here by what was typed."""
    typed = request.GET.get("q", "").replace("\0", "")[:MOST_LETTERS]
    groups: list[tuple[str | Promise, list[Option]]] = [(_("Pages"), _pages(request, typed))]
    if typed.strip():
        groups += _found(request, typed)
    context = {"groups": [(label, options) for label, options in groups if options]}
    if typed.strip():
        context["search_url"] = f"{reverse('desk:search')}?{urlencode({'q': typed.strip()})}"
        context["typed"] = typed.strip()
    answer = render(request, "desk/_palette_list.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _pages(request: HttpRequest, typed: str) -> list[Option]:
    places = [*navigation.MAIN, *navigation.BELL, *navigation.MORE]
    options = [
        Option(link.url, link.icon, link.label, key=link.key)
        for link in navigation.links(tuple(places), request)
    ]
    if people.roles_of(person_of(request)):
        options += [
            Option(reverse("desk:case-new"), "plus", _("New case")),
            Option(reverse("desk:client-new"), "plus", _("New client")),
        ]
    words = fold(typed).split()
    return [one for one in options if all(word in fold(str(one.label)) for word in words)]


def _found(request: HttpRequest, typed: str) -> list[tuple[str | Promise, list[Option]]]:
    user = person_of(request)
    hits = finding.find(user, typed, most=MOST_OF_A_KIND, kinds=_KINDS)
    keys = {key for of_kind in hits.values() for key in of_kind.keys}
    similar: list[int] = []
    if not keys:
        similar = finding.similar_names(user, typed, most=MOST_OF_A_KIND).keys
    found = finding.read(user, [*keys, *similar])
    groups = (
        (_("Cases"), hits[SearchKind.CASE].keys),
        (_("Clients"), hits[SearchKind.CLIENT].keys),
        (_("Contacts"), hits[SearchKind.CONTACT].keys),
        (_("Names like this"), similar),
    )
    return [(label, [_option(found[key]) for key in of if key in found]) for label, of in groups]


def _option(found: finding.Found) -> Option:
    client = found.client
    if found.case is not None:
        case = found.case
        note = f"{case.reference} · {case.get_state_display()}"
        return Option(case_url(case.reference), "archive", client.name, note)
    url = reverse("desk:client", args=[client.pk])
    if found.kind == SearchKind.CONTACT:
        return Option(url, "user", found.text.partition("\n")[0], client.name)
    return Option(url, "building-2", client.name, f"{client.reference} · {client.city}")


urlpatterns: list[URLPattern] = [path("search/palette/", palette, name="palette")]
