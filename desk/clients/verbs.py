"""The frame of every form about a client, and what happens when two people fill the same one."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import clock
from audit.models import AuditEvent
from clients import recording
from clients.errors import ChangedMeanwhile
from clients.models import Client
from clients.models.versioned import Versioned
from clients.policies import require_client_editing
from desk.frame import submissions
from desk.frame.scoping import client_or_404
from desk.frame.verbs import Verb


def client_url(client: Client, section: str = "") -> str:
    """Return the address of a client's page, at one of its sections if named."""
    url = reverse("desk:client", args=[client.pk])
    return f"{url}#{section}" if section else url


class ClientVerb(Verb):
    """A verb of one client, under its address `/clients/<id>/…`."""

    template_name = "desk/clients/form.html"
    section = ""
    """The section of the client's page to return to."""

    client: Client

    def find(self) -> None:
        """Read the client named in the address."""
        self.client = client_or_404(self.request, self.kwargs["client_id"])

    def allow(self) -> None:
        """Ask the policies; services ask them again inside the client's lock."""
        require_client_editing(self.actor, self.client.team)

    def next_url(self) -> str:
        """Return to the client, at the section the verb belongs to."""
        return client_url(self.client, self.section)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the client at the head of the page."""
        return {"client": self.client}


# -- somebody was faster ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One field that two people wrote differently."""

    label: str
    theirs: str
    yours: str


class VersionedVerb(ClientVerb):
    """A form over a record that counts its versions.

    When somebody else saved it first, nothing is lost: what only they changed is taken over into
    the form, what both changed is shown in both versions, and the person decides.
    """

    def record(self) -> Versioned:
        """Return what the form changes, as it was read for this request."""
        raise NotImplementedError

    def initial(self) -> dict[str, Any]:
        """Remember at which version the form was opened."""
        return {"version": self.record().version}

    def add_hidden_fields(self, form: forms.Form) -> None:
        """Carry the version."""
        form.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save it, or show both versions."""
        try:
            return super().post(request, *args, **kwargs)
        except ChangedMeanwhile as faster:
            return self._both_versions(faster)

    def _both_versions(self, faster: ChangedMeanwhile) -> HttpResponse:
        sent = self._form(self.request.POST, self.request.FILES)
        sent.is_valid()
        assert isinstance(sent, forms.ModelForm)
        now = self.record()
        before, changed = _changed_since(now, sent.cleaned_data["version"])
        theirs, yours = recording.facts_of(now), recording.facts_of(sent.instance)
        data = self.request.POST.copy()
        differences = []
        for name in changed:
            if name not in sent.fields or theirs[name] == yours[name]:
                continue
            if name in before and yours[name] == before[name]:
                _take_over(data, name, theirs[name])
                continue
            label = str(now._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            differences.append(
                Difference(label, _in_words(now, name), _in_words(sent.instance, name))
            )
        data["version"] = str(now.version)
        data[submissions.KEY] = submissions.new_key()
        self.conflict = {
            "sentence": _sentence(now, changed, faster),
            "who": faster.who,
            "differences": differences,
        }
        return self._page(self._form(data), HTTPStatus.CONFLICT)

    conflict: dict[str, Any] | None = None

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show who was faster, if somebody was."""
        return super().context(form) | {"conflict": self.conflict}


def _changed_since(now: Versioned, version: int) -> tuple[dict[str, Any], list[str]]:
    """Return what a record was at a version, and the names of the fields that changed since."""
    events = AuditEvent.objects.filter(
        stream=recording.stream_of(now), object_type=now._meta.label_lower, object_id=str(now.pk)
    ).select_related("detail")
    before: dict[str, Any] = {}
    changed: list[str] = []
    for event in events.order_by("-seq")[: max(now.version - version, 0)]:
        before |= event.before or {}
        changed += [name for name in event.after or {} if name not in changed]
    in_order = [field.name for field in now._meta.concrete_fields if field.name in changed]
    return before, in_order


def _sentence(now: models.Model, changed: list[str], faster: ChangedMeanwhile) -> str:
    fields = [str(now._meta.get_field(name).verbose_name) for name in changed]  # type: ignore[union-attr]
    minutes = (clock.now() - faster.when).total_seconds() / 60
    ago = timesince(faster.when, clock.now(), depth=1) if minutes >= 1 else ""
    if not fields:
        told = _("This was changed by %(who)s")
    else:
        told = ngettext(
            "The %(fields)s was changed by %(who)s",
            "The %(fields)s were changed by %(who)s",
            len(fields),
        )
    moment = _("%(time)s ago") % {"time": ago} if ago else _("just now")
    names = {
        "fields": get_text_list(fields, _("and")),
        "who": faster.who or _("somebody"),
    }
    return f"{told % names}, {moment}."


def _take_over(data: Any, name: str, value: Any) -> None:
    # A box that is not ticked is not sent at all.
    if value is False:
        data.pop(name, None)
    else:
        data[name] = "" if value is None else str(value)


def _in_words(record: models.Model, name: str) -> str:
    shown = getattr(record, f"get_{name}_display", None)
    value = shown() if shown else getattr(record, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(value, "name") and hasattr(value, "code"):
        return str(value.name)
    return "" if value is None else str(value)
