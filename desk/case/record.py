"""The ordered record of a case: every event with its place in the chain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.models import AuditEvent, AuditStream
from desk.frame.scoping import case_or_404

PAGE = 100


@require_safe
def record(request: HttpRequest, reference: str) -> HttpResponse:
    """List the events of a case from its opening on, a hundred at a time."""
    case = case_or_404(request, reference)
    stream = f"case:{case.pk}"
    after = _number(request.GET.get("after", ""))
    events = list(
        AuditEvent.objects.filter(stream=stream, seq__gt=after)
        .order_by("seq")
        .select_related("detail", "actor_user")[: PAGE + 1]
    )
    address = reverse("desk:record", args=[reference])
    context = {
        "case": case,
        "events": events[:PAGE],
        "head": AuditStream.objects.filter(pk=stream).first(),
        "next_url": f"{address}?after={events[PAGE - 1].seq}" if len(events) > PAGE else "",
        "first_url": address if after else "",
    }
    with timezone.override(case.time_zone):
        return render(request, "desk/case/record.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/record/", record, name="record"),
]
