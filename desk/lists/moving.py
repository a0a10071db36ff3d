"""Moving a case from the board: the same step and the same gate as on its own page.

Looking changes nothing. Where the gate is open, the page has the step's own button; where it is
not, it lists what is missing.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desk.case import dossier, next_step
from desk.frame.scoping import actor_of
from offboarding import policies
from offboarding.lifecycle import STAGES, State
from offboarding.models import TerminationCase

WAY = [*STAGES, State.CLOSED]


def refusal(case: TerminationCase, wanted: str) -> str | Promise:
    """Say why a case cannot be put where somebody wants it; nothing where it can in one step.

    Args:
        case: as it stands.
        wanted: the state it was dropped on; anything else says nothing.
    """
    if wanted not in WAY or case.is_ended:
        return ""
    here, there = WAY.index(State(case.state)), WAY.index(State(wanted))
    if there == here:
        return _("The case stands there already.")
    if there < here:
        return _(
            "A case is not moved back: what the client was told stays said. Where a receipt turns "
            "out to be wrong, a team lead voids it on the case page."
        )
    if there > here + 1:
        return _("A case goes one stage at a time. This is the next one:")
    return ""


@require_safe
@never_cache
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the next step of a case, what it still needs, and other ways it can take."""
    found = dossier.read(request, reference)
    policies.require(actor_of(request), "offboarding.work_on_case", found.case)
    case = found.case
    context = {
        "case": case,
        "rights": found.rights,
        "next": next_step.of(found),
        "refusal": refusal(case, request.GET.get("to", "")),
        "back_to": "?from=board",
    }
    is_part = getattr(request, "htmx", False)
    template = "desk/_move.html" if is_part else "desk/move.html"
    return render(request, template, context)


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/move/", move, name="move"),
]
