"""A person's dates in their own calendar: the page that gives it an address, and what it reads.

A calendar cannot sign in, so its address is the key. What it may read is asked for at each reading
with the rights its person has then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from accounts import selectors as people
from accounts import services, tries
from accounts.models import User
from audit import clock
from clients.models import Client
from desk import icalendar
from desk.frame.places import case_url
from desk.frame.scoping import person_of
from desk.frame.verbs import Verb
from offboarding.lifecycle import ENDED
from offboarding.models import FollowUp, Task, TerminationCase
from offboarding.policies import cases_visible_to

MOST_OF_A_KIND = 500
"""Tasks, ends and follow-ups each, the earliest first."""

MOST_READINGS = 120
"""Per address in ten minutes: a house full of calendars behind one line reads far less often."""

PRIVATE = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}
"""Headers of every answer of the address: it is a secret."""

_MAIL_ADDRESS = re.compile(r"[^\s<>()\[\],;:]+@[^\s<>()\[\],;:]+")


# -- the page --------------------------------------------------------------------------------------


class MakeFeed(Verb):
    """Give one's calendar an address, or a new one in its place; it is shown this once."""

    template_name = "desk/calendar_feed.html"
    title = _("Your calendar")
    is_irreversible = True
    token = ""

    def find(self) -> None:
        """Read whether there is an address already."""
        self.feed = people.calendar_feed_of(person_of(self.request))

    def allow(self) -> None:
        """Offer it to all but auditors, who have no dates of their own and change nothing."""
        if person_of(self.request).is_auditor:
            raise PermissionDenied(_text("An auditor has no dates that a calendar could show."))

    def perform(self, form: forms.Form) -> None:
        """Draw a new address; the one before shows nothing from now on."""
        self.token = services.make_calendar_feed(by=self.actor)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the address in the answer itself: it is kept nowhere, so no later page has it."""
        answer = super().post(request, *args, **kwargs)
        if not self.token:
            return answer
        self.find()
        return self._page(self._form())

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Tell since when there is an address, and right after it was made which."""
        file = reverse("desk:calendar-file", args=[self.token]) if self.token else ""
        return {
            "feed": self.feed,
            "address": f"{settings.PUBLIC_BASE_URL}{file}" if file else "",
            "button": _("Make a new address") if self.feed else _("Make an address"),
        }

    def next_url(self) -> str:
        """Stay on the page."""
        return reverse("desk:calendar-feed")

    def back_url(self) -> str:
        """Return to what there is to do."""
        return reverse("desk:queue")


class EndFeed(Verb):
    """Make the address worthless."""

    title = _("End the calendar's address?")
    intro = _("Whatever reads it finds nothing from now on. You can make a new one at any time.")
    button = _("End it")
    done = _("The address shows nothing any more.")

    def find(self) -> None:
        """Read the person's own; 404 when there is none."""
        if people.calendar_feed_of(person_of(self.request)) is None:
            raise Http404(_text("Your calendar has no address."))

    def perform(self, form: forms.Form) -> None:
        """End it."""
        services.end_calendar_feed(by=self.actor)

    def next_url(self) -> str:
        """Return to what there is to do, where everybody may be."""
        return reverse("desk:queue")

    def back_url(self) -> str:
        """Return to the address."""
        return reverse("desk:calendar-feed")


# -- what a calendar reads -------------------------------------------------------------------------


# A calendar has no cookie, so no form of ours could be sent from it.
@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class CalendarFile(View):
    """A person's dates as a file; whoever's address it is not or no longer reads one sentence."""

    http_method_names = ["get", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer privately, whatever was asked."""
        response = super().dispatch(request, *args, **kwargs)
        for name, value in PRIVATE.items():
            response.headers[name] = value
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Write the dates as they stand now; a place that asks too often waits."""
        if tries.is_too_often(request, "calendar", most=MOST_READINGS):
            return HttpResponse(
                _text("This calendar was read very often just now. Please try again later."),
                status=HTTPStatus.TOO_MANY_REQUESTS,
                content_type="text/plain; charset=utf-8",
                headers={"Retry-After": str(tries.WINDOW_SECONDS)},
            )
        person = people.reader_of_calendar(token)
        if person is None:
            return HttpResponse(
                _text("This calendar address shows nothing, or nothing any more."),
                status=HTTPStatus.NOT_FOUND,
                content_type="text/plain; charset=utf-8",
            )
        with translation.override(person.language), people.roles_read_once():
            calendar = icalendar.written(_text("Offboarding"), dates_of(person), at=clock.now())
        return HttpResponse(
            calendar,
            content_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="offboarding.ics"'},
        )


def dates_of(person: User) -> Iterator[icalendar.Event]:
    """Yield what a person has to do and when their cases end, of cases that exist for them."""
    visible = cases_visible_to(person)
    tasks = Task.objects.filter(assignee=person, done_at=None, case__in=visible.values("pk"))
    tasks = tasks.select_related("case__client").prefetch_related("case__client__contacts")
    for task in tasks.order_by("due_on", "pk")[:MOST_OF_A_KIND]:
        yield _event(f"task-{task.pk}", task.case, task.title, task.due_on)
    owned = visible.filter(owner=person).exclude(state__in=ENDED)
    ends = owned.filter(effective_on__isnull=False).order_by("effective_on", "pk")
    for case in ends[:MOST_OF_A_KIND]:
        assert case.effective_on is not None
        text = _text("The services end")
        yield _event(f"end-{case.pk}", case, text, case.effective_on, is_ours=True)
    # A follow-up that was raised is a task.
    looks_back = FollowUp.objects.filter(
        case__in=owned.values("pk"), raised_at=None, done_at=None, cancelled_reason=""
    )
    looks_back = looks_back.select_related("case__client")
    looks_back = looks_back.prefetch_related("case__client__contacts")
    for row in looks_back.order_by("due_on", "pk")[:MOST_OF_A_KIND]:
        yield _event(f"follow-up-{row.pk}", row.case, row.title, row.due_on)


def _event(
    key: str, case: TerminationCase, sentence: str, on: date, *, is_ours: bool = False
) -> icalendar.Event:
    # Calendars are often read on other people's servers: no address of a mailbox goes there, and
    # nobody's name; whoever knows the reference knows whose case it is. A restricted case has its
    # reference alone, as in digests.
    said = sentence if is_ours else without_names(_MAIL_ADDRESS.sub("…", sentence), case.client)
    reference = case.reference
    return icalendar.Event(
        uid=f"{key}@{urlsplit(settings.PUBLIC_BASE_URL).hostname or 'offboarding'}",
        on=on,
        summary=reference if case.is_restricted else f"{reference}: {said}",
        url=f"{settings.PUBLIC_BASE_URL}{case_url(reference)}",
    )


def without_names(sentence: str, client: Client) -> str:
    """Return a sentence in which neither a client nor any contact of theirs is named.

    Args:
        sentence: as somebody typed it, or as a machine wrote it.
        client: with its contacts.
    """
    people = [contact.name for contact in client.contacts.all()]
    names = [client.legal_name, client.display_name, *people]
    # The longest first: the short name of a client is often the beginning of the full one.
    told = sorted((name.strip() for name in names if len(name.strip()) > 1), key=len, reverse=True)
    if not told:
        return sentence
    pattern = "|".join(re.escape(name) for name in told)
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", "…", sentence, flags=re.IGNORECASE)


urlpatterns: list[URLPattern] = [
    path("calendar/", MakeFeed.as_view(), name="calendar-feed"),
    path("calendar/end/", EndFeed.as_view(), name="calendar-feed-end"),
    path("calendar/<str:token>.ics", CalendarFile.as_view(), name="calendar-file"),
]
