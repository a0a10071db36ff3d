"""The registered-mail desk: what is to be printed, to be posted, and still without an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desk.frame.rights import Rights
from desk.frame.scoping import actor_of
from desk.notice.delivery_lines import DeliveryLine, lines_of
from desk.post import reading as post_reading
from notices.models import Delivery, DeliveryState

MOST_SHOWN = 50
"""Of each list, the oldest first; what is done makes room."""

RUNS_SHOWN = 5

Words = str | Promise

LISTS: tuple[tuple[str, tuple[DeliveryState, ...], Words, str, Words], ...] = (
    (
        "to-print",
        (DeliveryState.QUEUED,),
        _("To print"),
        "printer",
        _("No letter waits for the printer."),
    ),
    (
        "to-post",
        (DeliveryState.PRINTED,),
        _("To post"),
        "truck",
        _("No printed letter waits for the carrier."),
    ),
    (
        "outcome",
        (DeliveryState.POSTED,),
        _("Awaiting an outcome"),
        "clock",
        _("No posted letter is without its outcome."),
    ),
    (
        "to-accept",
        (DeliveryState.DELIVERED,),
        _("Delivered, says the carrier's file"),
        "mail-check",
        _("No carrier's record waits to be accepted."),
    ),
    (
        "came-back",
        post_reading.CAME_BACK,
        _("Did not arrive"),
        "undo-2",
        _("No letter came back without a next step."),
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

    def lines(rows: Sequence[Delivery]) -> list[DeliveryLine]:
        return [
            line
            for row in rows
            for line in lines_of([row], row.case.reference, Rights(actor, row.case))
        ]

    states = [state for one in LISTS for state in one[1]]
    found = post_reading.oldest_by_state(request, states, MOST_SHOWN + 1)
    trays = []
    for name, some, title, icon, nothing in LISTS:
        rows = [row for state in some for row in found[state.value]]
        trays.append(
            Tray(name, title, icon, nothing, lines(rows[:MOST_SHOWN]), len(rows) > MOST_SHOWN)
        )
    waiting = found[DeliveryState.QUEUED.value][:MOST_SHOWN]
    ways = {line.delivery.pk: line.ways for line in trays[0].lines}
    runs = post_reading.runs(request).annotate(letter_count=Count("letters"))[: RUNS_SHOWN + 1]
    return render(
        request,
        "desk/post/post.html",
        {
            "trays": trays,
            "to_print": trays[0],
            "others": trays[1:3] + [tray for tray in trays[3:] if tray.lines],
            "piles": post_reading.piles_of(post_reading.queued_of(waiting)) if waiting else [],
            "may_print": {
                pk for pk, some in ways.items() if any(way.name == "print" for way in some)
            },
            "runs": list(runs[:RUNS_SHOWN]),
            "most": MOST_SHOWN,
        },
    )


urlpatterns: list[URLPattern] = [path("post/", post, name="post")]
