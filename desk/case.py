"""The page of one case."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from desk.scoping import case_or_404


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show where a case stands, what is owed, and the one next step."""
    found = case_or_404(request, reference)
    return render(request, "desk/case/case.html", {"case": found})


urlpatterns: list[URLPattern] = [path("cases/<str:reference>/", case, name="case")]
