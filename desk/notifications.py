"""What the signed-in person was told, and how they want to hear of it by e-mail."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from desk.case.timeline import STEPS
from desk.frame.keyset import page_of
from desk.frame.places import case_url
from desk.frame.scoping import person_of
from desk.frame.verbs import Verb
from desk.lists import queue
from desk.mail.inbox import Chip
from notices.models import Rhythm
from notices.reminding import digests
from notices.services import digests as choices
from offboarding.models import Notification, NotificationKind
from offboarding.policies import cases_visible_to
from offboarding.services import notifications as service

_QUOTE = 200

_LOOKS: dict[str, tuple[str | Promise, str]] = {
    NotificationKind.MENTION: (_("Mention"), "message-square"),
    NotificationKind.DECISION: (_("Decision"), "stamp"),
    NotificationKind.DEADLINE: (_("Deadline"), "calendar"),
    NotificationKind.DELIVERY: (_("Delivery"), "triangle-alert"),
    NotificationKind.CLIENT: (_("From the client"), "reply"),
    NotificationKind.TASK: (_("New task"), "circle-dot"),
}
"""Each kind of notification in a word and a picture."""

_WORDS: dict[str, str | Promise] = {
    "case.assigned": _("The case is yours now"),
    "case.ends_soon": _("The services end soon"),
    "case.ends_today": _("The last day of the services has come"),
    "inbound.filed": _("The client answered"),
}
"""What the timeline tells in other words, or not at all."""

_PLACES = {"delivery": ("notice", "deliveries"), "receipt": ("notice", "receipt")}


def of_person(user: User) -> QuerySet[Notification]:
    """Return what a person was told of cases that they may read now."""
    return Notification.objects.filter(person=user, case__in=cases_visible_to(user).values("pk"))


# -- the list --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One notification as the list shows it."""

    row: Notification

    @property
    def label(self) -> str | Promise:
        """What sort of thing it is."""
        return _LOOKS[self.row.kind][0]

    @property
    def icon(self) -> str:
        """The picture of its kind."""
        return _LOOKS[self.row.kind][1]

    @property
    def title(self) -> str | Promise:
        """What happened, in a sentence."""
        if self.row.kind == NotificationKind.MENTION:
            return _text("%(name)s mentions you in a note") % {"name": self.who}
        if self.row.task is not None:
            return self.row.task.title
        if self.row.action in _WORDS:
            return _WORDS[self.row.action]
        return STEPS[self.row.action].words if self.row.action in STEPS else self.label

    @property
    def who(self) -> str:
        """Whose doing it was; nothing for a machine's."""
        event = self.row.event
        return "" if event is None or event.actor_kind == "machine" else event.actor_name

    @property
    def quote(self) -> str:
        """The beginning of the note, as far as it is still kept."""
        if self.row.kind != NotificationKind.MENTION or self.row.event is None:
            return ""
        text = (self.row.event.after or {}).get("text", "")
        return f"{text[:_QUOTE]} …" if len(text) > _QUOTE else text

    @property
    def url(self) -> str:
        """Where one looks at it."""
        return place_of(self.row)


def place_of(row: Notification) -> str:
    """Return the address that a notification leads to: the thing itself, or its case."""
    reference, event = row.case.reference, row.event
    if row.task is not None:
        return queue.Line(row.case, row.task).url
    if event is None:
        return case_url(reference)
    if row.action == "note.written":
        return f"{reverse('desk:notes', args=[reference])}#note-{event.object_id}"
    if row.action == "inbound.filed":
        return reverse("desk:inbox-mail", args=[int(event.object_id)])
    if row.action == "decision.made":
        return reverse("desk:decision", args=[reference])
    name, anchor = _PLACES.get(row.action.partition(".")[0], ("", "timeline"))
    page = reverse(f"desk:{name}", args=[reference]) if name else case_url(reference)
    return f"{page}#{anchor}"


@require_safe
@never_cache
def notifications(request: HttpRequest) -> HttpResponse:
    """List what the person has not read, or all of it, the newest first."""
    among = of_person(person_of(request))
    shows_all = request.GET.get("show") == "all"
    unread = among.filter(read_at=None)
    rows = (among if shows_all else unread).select_related(
        "case__client", "task", "event__detail", "event__actor_user"
    )
    page = page_of(request, rows, order=("-at", "-pk"), among=among)
    counted = unread.order_by().aggregate(number=Count("pk"), newest=Max("pk"))
    context = {
        "lines": [Line(row) for row in page.rows],
        "page": page,
        "shows_all": shows_all,
        "chips": [
            Chip(_("Unread"), "?show=unread", not shows_all, counted["number"]),
            Chip(_("All"), "?show=all", shows_all, None),
        ],
        "newest": counted["newest"],
    }
    with timezone.override(digests.zone_of(person_of(request))):
        return render(request, "desk/notifications/list.html", context)


# -- reading ---------------------------------------------------------------------------------------


class NotificationVerb(Verb):
    """A verb of one notification, of the person's own."""

    template_name = "desk/notifications/verb.html"
    row: Notification

    def find(self) -> None:
        """Read it, through the scope of the person.

        Raises:
            Http404: there is none, or it is of a case that is not theirs to read.
        """
        among = of_person(person_of(self.request)).select_related(
            "case__client", "task", "event__detail", "event__actor_user"
        )
        found = among.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_text("There is no such notification."))
        self.row = found

    def time_zone(self) -> str:
        """Tell times by the clock of the person's own place."""
        return digests.zone_of(person_of(self.request))

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show it above the button."""
        return {"line": Line(self.row)}

    def next_url(self) -> str:
        """Go on with the list, as it was shown."""
        return _list_url(self.request)


class Open(NotificationVerb):
    """Take it as read and look at what it is about."""

    title = _("Open this notification")
    button = _("Open")

    def perform(self, form: forms.Form) -> str:
        """Take it as read."""
        service.mark_read(self.row, by=self.actor)
        return place_of(self.row)

    def back_url(self) -> str:
        """Return to the list."""
        return _list_url(self.request)


class MarkRead(NotificationVerb):
    """Take it as read."""

    title = _("Mark as read")

    def perform(self, form: forms.Form) -> None:
        """Take it as read."""
        service.mark_read(self.row, by=self.actor)


class MarkUnread(NotificationVerb):
    """Put it back among what is to be read."""

    title = _("Mark as unread")

    def perform(self, form: forms.Form) -> None:
        """Put it back."""
        service.mark_unread(self.row, by=self.actor)


class _UpTo(forms.Form):
    up_to = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)


class MarkAllRead(Verb):
    """Take everything as read that was there when the page was opened."""

    form_class = _UpTo
    title = _("Mark all as read")
    intro = _("What comes in meanwhile stays unread.")
    done = _("All is read.")

    def initial(self) -> dict[str, Any]:
        """Mean what is there now."""
        mine = Notification.objects.filter(person=person_of(self.request))
        return {"up_to": mine.aggregate(newest=Max("pk"))["newest"] or 0}

    def perform(self, form: forms.Form) -> None:
        """Take it all as read."""
        service.mark_all_read(by=self.actor, up_to=form.cleaned_data["up_to"])

    def next_url(self) -> str:
        """Go on with the list, as it was shown."""
        return _list_url(self.request)


def _list_url(request: HttpRequest) -> str:
    shown = "?show=all" if request.GET.get("show") == "all" else ""
    return f"{reverse('desk:notifications')}{shown}"


# -- by e-mail -------------------------------------------------------------------------------------


def _zones() -> list[tuple[str, str]]:
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name)
    shown = [name for name in names if not name.startswith(("Etc/", "posix/", "right/"))]
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in shown)]


class _Choice(forms.Form):
    rhythm = forms.ChoiceField(
        label=_("How often"), choices=Rhythm.choices, widget=forms.RadioSelect
    )
    hour = forms.TypedChoiceField(
        label=_("At what hour"),
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        help_text=_("Of your own day, for the mail of the day or the week."),
    )
    time_zone = forms.ChoiceField(label=_("Where you work"), choices=_zones)
    kinds = forms.MultipleChoiceField(
        label=_("About what"),
        choices=NotificationKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Your page of notifications shows all of it, whatever you choose here."),
    )


class ChooseMail(Verb):
    """Choose how often, when and about what to get an e-mail."""

    form_class = _Choice
    title = _("E-mails to you")
    intro = _(
        "What you have not read, with references and without names. "
        "Of a restricted case you get the reference alone."
    )
    button = _("Save")
    done = _("Saved.")

    def allow(self) -> None:
        """Offer it to all but auditors, who are told nothing."""
        if person_of(self.request).is_auditor:
            raise PermissionDenied(_text("An auditor gets no notifications."))

    def initial(self) -> dict[str, Any]:
        """Show what holds now."""
        choice = digests.choice_of(person_of(self.request))
        return {
            "rhythm": choice.rhythm,
            "hour": choice.hour,
            "time_zone": digests.zone_of(choice.person),
            "kinds": choice.kinds,
        }

    def perform(self, form: forms.Form) -> None:
        """Keep it."""
        said = form.cleaned_data
        choices.choose(
            by=self.actor,
            rhythm=said["rhythm"],
            hour=said["hour"],
            time_zone=said["time_zone"],
            kinds=said["kinds"],
        )

    def next_url(self) -> str:
        """Stay on the page."""
        return reverse("desk:notifications-mail")

    def back_url(self) -> str:
        """Return to the notifications."""
        return reverse("desk:notifications")


urlpatterns: list[URLPattern] = [
    path("notifications/", notifications, name="notifications"),
    path("notifications/all-read/", MarkAllRead.as_view(), name="notifications-all-read"),
    path("notifications/mail/", ChooseMail.as_view(), name="notifications-mail"),
    path("notifications/<int:pk>/open/", Open.as_view(), name="notification-open"),
    path("notifications/<int:pk>/read/", MarkRead.as_view(), name="notification-read"),
    path("notifications/<int:pk>/unread/", MarkUnread.as_view(), name="notification-unread"),
]
