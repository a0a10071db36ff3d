"""Keys that a person may use on the desk, or switch off for themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts import services
from desk.frame.scoping import person_of
from desk.frame.verbs import Verb


class SwitchShortcuts(Verb):
    """Switch the keys off, or on again."""

    title = _("Keyboard shortcuts")
    intro = _(
        "Single keys open, select and tick; nothing leaves the house on one key. "
        "Programs that speak or listen may need the keys for themselves."
    )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say what pressing does."""
        is_on = person_of(self.request).uses_shortcuts
        return {"button": _("Switch shortcuts off") if is_on else _("Switch shortcuts on")}

    def perform(self, form: forms.Form) -> None:
        """Turn the switch over."""
        person = person_of(self.request)
        services.switch_shortcuts(on=not person.uses_shortcuts, by=self.actor)

    def next_url(self) -> str:
        """Return to the page the person was on."""
        return _page_of_ours(self.request) or reverse("desk:queue")


def _page_of_ours(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and wanted.startswith("/") and wanted.isprintable() else ""


urlpatterns: list[URLPattern] = [
    path("shortcuts/", SwitchShortcuts.as_view(), name="shortcuts"),
]
