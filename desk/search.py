"""One search over what a person may see: cases and clients on one page."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clients.selectors import search_clients, visible_clients
from desk import returning_clients
from desk.case_lines import SHOWN_WITH, lines_of
from desk.case_list import ORDER, search_cases
from desk.scoping import cases_of, person_of

MOST_SHOWN = 20


class Words(forms.Form):
    """What is looked for."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the cases and the clients that hold every word; a whole reference opens its case."""
    form = Words(request.GET)
    is_valid = form.is_valid()
    words = form.cleaned_data.get("q", "")
    context: dict[str, object] = {"form": form, "words": words}
    if words:
        visible = cases_of(request)
        cases = list(
            search_cases(visible, words)
            .select_related(*SHOWN_WITH)
            .order_by(*ORDER)[: MOST_SHOWN + 1]
        )
        if exact := [case for case in cases if case.reference == words.upper()]:
            return redirect("desk:case", exact[0].reference)
        clients = list(search_clients(visible_clients(person_of(request)), words)[: MOST_SHOWN + 1])
        context |= {
            "lines": lines_of(cases[:MOST_SHOWN]),
            "clients": returning_clients.with_what_was_said(request, clients[:MOST_SHOWN]),
            "more_cases": len(cases) > MOST_SHOWN,
            "more_clients": len(clients) > MOST_SHOWN,
        }
    status = HTTPStatus.OK if is_valid else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "desk/search.html", context, status=status)


urlpatterns: list[URLPattern] = [path("search/", search, name="search")]
