"""The list of what both sides owe, and the page of one obligation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from desk.frame.rights import Rights
from desk.frame.scoping import case_or_404, person_of
from desk.obligations.section import JOINED, line_alone, section
from desk.obligations.settling import (
    AnswerWaiver,
    AskToWaive,
    Escalate,
    Fulfil,
    NotApplicable,
    Reopen,
)
from desk.obligations.writing import AddObligation, EditObligation
from offboarding.models import Obligation, TerminationCase


@require_safe
@never_cache
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what is owed on a page of its own, in whatever stage the case is."""
    case = case_or_404(request, reference)
    context = {"case": case, **section(case, person_of(request))}
    with timezone.override(case.time_zone):
        return render(request, "desk/case/obligations/list.html", context)


@require_safe
@never_cache
def one(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Show one obligation: facts, proof, and everything that can be done about it."""
    case = case_or_404(request, reference)
    row = _row_or_404(case, pk)
    user = person_of(request)
    line = line_alone(row, case, user, Rights(Actor.person(user), case))
    context = {
        "case": case,
        "row": row,
        "line": line,
        "holds_up": [one for one in row.holds_up.all() if not one.is_settled],
    }
    with timezone.override(case.time_zone):
        return render(request, "desk/case/obligations/one.html", context)


def _row_or_404(case: TerminationCase, pk: int) -> Obligation:
    row = get_object_or_404(case.obligations.select_related(*JOINED, "invoice", "added_by"), pk=pk)
    row.case = case
    return row


_ROW = "cases/<str:reference>/obligations/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/obligations/", page, name="obligations"),
    path("cases/<str:reference>/obligations/new/", AddObligation.as_view(), name="obligation-new"),
    path(_ROW, one, name="obligation"),
    path(f"{_ROW}edit/", EditObligation.as_view(), name="obligation-edit"),
    path(f"{_ROW}fulfilment/", Fulfil.as_view(), name="obligation-fulfilled"),
    path(f"{_ROW}not-applicable/", NotApplicable.as_view(), name="obligation-void"),
    path(f"{_ROW}waiver/", AskToWaive.as_view(), name="obligation-waive"),
    path(f"{_ROW}waiver/answer/", AnswerWaiver.as_view(), name="obligation-waiver"),
    path(f"{_ROW}escalation/", Escalate.as_view(), name="obligation-escalation"),
    path(f"{_ROW}reopening/", Reopen.as_view(), name="obligation-reopened"),
]
