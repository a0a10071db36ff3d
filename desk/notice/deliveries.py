"""Everything that leaves, or should have: what waits, what is out, what did not arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from desk.frame.keyset import page_of
from desk.frame.places import case_url
from desk.frame.rights import Rights
from desk.frame.scoping import actor_of, cases_of
from desk.notice import reading
from desk.notice.delivery_lines import FAILED, DeliveryLine, lines_of
from notices import alarms
from notices.models import Channel, Delivery, DeliveryState
from notices.outbox import arming
from offboarding.models import Task, TaskKind, TerminationCase

UNSETTLED = Q(resolved_at=None)

SHOWN = {
    "uncertain": (_("Uncertain"), Q(state=DeliveryState.UNCERTAIN) & UNSETTLED),
    "failed": (_("Did not arrive"), Q(state__in=FAILED) & UNSETTLED),
    "waiting": (
        _("Waiting to leave"),
        Q(
            state__in=[
                DeliveryState.QUEUED,
                DeliveryState.CLAIMED,
                DeliveryState.HANDING_OVER,
                DeliveryState.PRINTED,
            ]
        ),
    ),
    "out": (
        _("Out"),
        Q(state__in=[DeliveryState.ACCEPTED, DeliveryState.POSTED]),
    ),
    "all": (_("All"), Q()),
}
"""The saved views of the page, by their name in its address."""

MOST_TASKS_OF_ALARMS = 100
"""More than these would be one disaster, and the page says enough of it."""

COUNTED = ("uncertain", "failed", "waiting")
"""Views whose number tells somebody to act; the others only grow."""


@dataclass(frozen=True)
class Chip:
    """One saved view."""

    words: str | Promise
    url: str
    is_current: bool
    count: int | None


@dataclass(frozen=True)
class Alarm:
    """Stored bytes that were changed, which nobody has looked into yet."""

    case: TerminationCase
    title: str
    details: str
    raised_at: datetime

    @property
    def url(self) -> str:
        """Where its tasks are done."""
        return case_url(self.case.reference, "tasks")


@require_safe
@never_cache
def deliveries(request: HttpRequest) -> HttpResponse:
    """List the deliveries of the person's own cases, the newest first."""
    among = reading.deliveries().filter(case__in=cases_of(request))
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else "all"
    channel = request.GET.get("channel", "")
    rows = among.filter(SHOWN[shown][1])
    if channel in Channel.values:
        rows = rows.filter(channel=channel)
    else:
        channel = ""
    rows = rows.select_related(
        "case__client__office", "case__team", "notice", "message", "copy_for"
    ).prefetch_related("case__readers")
    page = page_of(request, rows, order=("-pk",), among=among)
    counts = among.order_by().aggregate(
        **{name: Count("pk", filter=SHOWN[name][1]) for name in COUNTED}
    )
    context = {
        "lines": _lines(page.rows, actor_of(request)),
        "page": page,
        "chips": [
            Chip(
                words,
                "?" + urlencode({"show": name} | ({"channel": channel} if channel else {})),
                name == shown,
                counts.get(name),
            )
            for name, (words, _rows) in SHOWN.items()
        ],
        "shown": shown,
        "channel": channel,
        "channels": Channel.choices,
        "alarms": _alarms(request),
        "is_disarmed": arming.is_disarmed(),
    }
    return render(request, "desk/deliveries.html", context)


def _lines(rows: Sequence[Delivery], actor: Actor) -> list[DeliveryLine]:
    """Return the rows with what their reader may do about each, one click away."""
    on_paper = set(
        Delivery.objects.filter(
            notice__in=[row.notice_id for row in rows if row.notice_id],
            channel=Channel.REGISTERED_MAIL,
        )
        .exclude(state=DeliveryState.TAKEN_BACK)
        .values_list("notice_id", flat=True)
    )
    openings = reading.first_openings([row.pk for row in rows])
    lines = [
        line
        for row in rows
        for line in lines_of(
            [row],
            row.case.reference,
            Rights(actor, row.case),
            has_letter=row.notice_id in on_paper,
            with_taking_back=True,
        )
    ]
    for line in lines:
        line.opened_at = openings.get(line.delivery.pk)
    return lines


def _alarms(request: HttpRequest) -> list[Alarm]:
    """Return the alarms of the person's cases, the newest first, each once.

    Every lead has a task of their own for it; it stands here until the last of these is done.
    """
    tasks = (
        Task.objects.filter(
            done_at=None,
            kind=TaskKind.LOOK_AT,
            origin__contains=alarms.MARK,
            case__in=cases_of(request),
        )
        .select_related("case__client__office")
        .order_by("-created_at", "-pk")[:MOST_TASKS_OF_ALARMS]
    )
    found: dict[tuple[int, str], Alarm] = {}
    for task in tasks:
        what = task.origin.rpartition(":")[0]
        found.setdefault(
            (task.case_id, what), Alarm(task.case, task.title, task.details, task.created_at)
        )
    return list(found.values())


urlpatterns: list[URLPattern] = [path("deliveries/", deliveries, name="deliveries")]
