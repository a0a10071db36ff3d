"""Who else has a page of this case open right now.

The page asks every few seconds and says by it that its reader is there. It is a courtesy, no lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit import clock
from desk.frame.scoping import actor_of, case_or_404, person_of
from desk.models import Presence
from offboarding import policies

GONE_AFTER = timedelta(seconds=60)
_LONGEST = 200


@dataclass(frozen=True)
class Other:
    """Somebody else on the case."""

    name: str
    is_on_this_page: bool


@require_POST
@never_cache
def others_here(request: HttpRequest, reference: str) -> HttpResponse:
    """Note where the reader is, and name who else is on the case."""
    case = case_or_404(request, reference)
    policies.require(actor_of(request), "offboarding.work_on_case", case)
    person, now = person_of(request), clock.now()
    case_page = reverse("desk:case", args=[reference])
    here = request.POST.get("path", "").replace("\0", "")[:_LONGEST]
    if not here.startswith(case_page):
        here = case_page
    Presence.objects.update_or_create(
        case=case, user=person, defaults={"path": here, "seen_at": now}
    )
    rows = (
        Presence.objects.filter(case=case, seen_at__gt=now - GONE_AFTER, user__is_active=True)
        .exclude(user=person)
        .select_related("user")
        .order_by("user__name", "user_id")
    )
    # On the page of the case itself nobody edits anything.
    others = [Other(str(row.user), row.path == here != case_page) for row in rows]
    return render(request, "desk/_others.html", {"others": others})


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/others/", others_here, name="others-here"),
]
