"""The registered-mail desk: what is to be printed, to be posted, and still without an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desk import notice_reading as reading
from desk.delivery_lines import DeliveryLine, lines_of
from desk.rights import Rights
from desk.scoping import actor_of, cases_of
from notices.models import Channel, Delivery, DeliveryState

MOST_SHOWN = 50
"""Of each list, the oldest first; what is done makes room."""

Words = str | Promise

LISTS: tuple[tuple[str, DeliveryState, Words, str, Words], ...] = (
    (
        "to-print",
        DeliveryState.QUEUED,
        _("To print"),
        "printer",
        _("No letter waits for the printer."),
    ),
    (
        "to-post",
        DeliveryState.PRINTED,
        _("To post"),
        "truck",
        _("No printed letter waits for the carrier."),
    ),
    (
        "outcome",
        DeliveryState.POSTED,
        _("Awaiting an outcome"),
        "clock",
        _("No posted letter is without its outcome."),
    ),
)


@dataclass(frozen=True)
class Tray:
    """One list of letters at the same step."""

    name: str
    title: Words
    icon: str
    nothing: Words
    lines: list[DeliveryLine]
    is_cut: bool


@require_safe
@never_cache
def post(request: HttpRequest) -> HttpResponse:
    """Show the letters of the person's own cases by what is to be done with them."""
    actor = actor_of(request)
    letters = (
        reading.deliveries()
        .filter(case__in=cases_of(request), channel=Channel.REGISTERED_MAIL)
        .select_related("case__client__office", "case__team", "notice")
        .prefetch_related("case__readers")
        .order_by("created_at", "pk")
    )

    def lines(rows: Sequence[Delivery]) -> list[DeliveryLine]:
        return [
            line
            for row in rows
            for line in lines_of([row], row.case.reference, Rights(actor, row.case))
        ]

    trays = []
    for name, state, title, icon, nothing in LISTS:
        rows = list(letters.filter(state=state)[: MOST_SHOWN + 1])
        trays.append(
            Tray(name, title, icon, nothing, lines(rows[:MOST_SHOWN]), len(rows) > MOST_SHOWN)
        )
    return render(request, "desk/post.html", {"trays": trays, "most": MOST_SHOWN})


urlpatterns: list[URLPattern] = [path("post/", post, name="post")]
