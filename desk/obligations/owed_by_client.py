"""What the client gets to read of what is owed: the list by mail, and answers to their ticks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from desk.frame import submissions
from desk.frame.inputs import ProseField
from desk.frame.row_verbs import SectionVerb
from desk.obligations.section import SHOWN_IN
from desk.obligations.verbs import ObligationVerb
from notices.reminding import owed_mail
from notices.services import owed
from offboarding.errors import Reason
from offboarding.services import ticks


class _Missing(forms.Form):
    reason = ProseField(
        label=_("What is missing"),
        rows=3,
        max_length=1000,
        help_text=_("The client reads these words on their page."),
    )


class SendTickBack(ObligationVerb):
    """Say that something is not done yet although the client ticked it."""

    form_class = _Missing
    title = _("Not done yet?")
    intro = _("The tick is taken back and the client reads why. Nothing is mailed by this.")
    button = _("Take the tick back")
    done = _("The tick is taken back; the client reads the reason on their page.")
    is_irreversible = True

    def refusals(self) -> Iterator[Reason]:
        """A tick has to wait."""
        yield from super().refusals()
        if not self.row.is_ticked and not self.row.is_settled:
            yield ticks.no_tick(self.row)

    def perform(self, form: forms.Form) -> None:
        """Take it back."""
        ticks.send_tick_back(self.row, by=self.actor, reason=form.cleaned_data["reason"])


class _OwnWords(forms.Form):
    note = ProseField(
        label=_("Your own words above the list"),
        required=False,
        rows=3,
        max_length=1000,
        help_text=_("Left empty, the mail begins with the list."),
    )


class SendList(SectionVerb):
    """Send the client the list of what both sides owe, with a link to their page."""

    form_class = _OwnWords
    template_name = "desk/case/obligations/send.html"
    title = _("Send the list to the client")
    button = _("Send the list")
    done = _("The list is on its way.")
    section = "obligations"
    shown_in = SHOWN_IN
    page = "obligations"
    is_irreversible = True

    def refusals(self) -> Iterator[Reason]:
        """The client has to know of the ending first."""
        yield from super().refusals()
        if not self.case.is_ended:
            yield from owed.reasons_not_to_send(self.case)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show to whom it goes and what it says, before it leaves."""
        name, address = owed_mail.reader_of(self.case)
        note = form.data.get("note", "") if form.is_bound else ""
        subject, text = owed_mail.preview(self.case, note=note)
        return super().context(form) | {
            "reader_name": name,
            "reader_address": address,
            "mail_subject": subject,
            "mail_text": text,
        }

    def perform(self, form: forms.Form) -> None:
        """Send it once, however often the button is pressed."""
        key = form.cleaned_data[submissions.KEY]
        owed.send_list(
            self.case, by=self.actor, note=form.cleaned_data["note"], origin=f"owed:{key}"
        )


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/obligations/list/", SendList.as_view(), name="obligations-send"),
    path(
        "cases/<str:reference>/obligations/<int:pk>/tick/",
        SendTickBack.as_view(),
        name="obligation-tick",
    ),
]
