"""Watching a case: in one's queue without having a task on it."""

from __future__ import annotations

from django import forms
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from desk.frame.verbs import CaseVerb
from offboarding.services import watching


class Watch(CaseVerb):
    """Watch the case."""

    title = _("Watch this case")
    intro = _("It appears in your queue under “Watching”. You get no tasks by it.")
    button = _("Watch it")
    done = _("You watch this case.")
    section = "people"

    def perform(self, form: forms.Form) -> None:
        """Watch it."""
        watching.watch(self.case, by=self.actor)


class Unwatch(CaseVerb):
    """Watch the case no longer."""

    title = _("Stop watching this case")
    button = _("Stop watching it")
    done = _("You do not watch this case any more.")
    section = "people"

    def perform(self, form: forms.Form) -> None:
        """Stop."""
        watching.unwatch(self.case, by=self.actor)


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/watch/", Watch.as_view(), name="watch"),
    path("cases/<str:reference>/unwatch/", Unwatch.as_view(), name="unwatch"),
]
