"""The page of one case, and its timeline."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desk.case import dossier, next_step, timeline
from desk.evaluation import cure_letter
from desk.follow_up import page as follow_up
from desk.frame.scoping import case_or_404, person_of
from desk.handover import page as handover
from desk.notice import page as notice
from desk.obligations import section as obligations
from offboarding.lifecycle import State

EVALUATING = (State.EVALUATION, State.RETAINED)

SECTIONS = (cure_letter, notice, obligations, handover, follow_up)
"""The sections of some stages; each says in which it is shown, and what it shows."""


@require_safe
@never_cache
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show where a case stands, what is owed, and the one next step."""
    found = dossier.read(request, reference)
    state = State(found.case.state)
    context = {
        "dossier": found,
        "case": found.case,
        "rights": found.rights,
        "next": next_step.of(found),
        "timeline": timeline.page_of(found.case),
        "is_evaluating": state in EVALUATING,
    }
    for section in SECTIONS:
        if state in section.SHOWN_IN:
            context |= section.section(found.case, person_of(request))
    context["next"] = cure_letter.said_of(context["next"], context.get("warning_letter"))
    with timezone.override(found.case.time_zone):
        return render(request, "desk/case/case.html", context)


@require_safe
@never_cache
def older(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the timeline alone, page by page."""
    found = case_or_404(request, reference)
    before = request.GET.get("before", "")
    page = timeline.page_of(found, before)
    address = reverse("desk:timeline", args=[reference])
    context = {
        "case": found,
        "timeline": page,
        "older_url": f"{address}?before={page.older}" if page.older else "",
        "newer_url": address if before else "",
    }
    with timezone.override(found.time_zone):
        return render(request, "desk/case/timeline.html", context)


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/", case, name="case"),
    path("cases/<str:reference>/timeline/", older, name="timeline"),
]
