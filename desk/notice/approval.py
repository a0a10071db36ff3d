"""Approving a notice, or giving it back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from desk.frame.inputs import ProseField
from desk.frame.verbs import see_other
from desk.notice.verbs import NoticeVerb
from notices.services import approval
from offboarding.errors import Reason, TransitionRefused


class _Seen(forms.Form):
    seen_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class Approve(NoticeVerb):
    """Approve the very pages that were looked at; their form stands beside them."""

    permission = "offboarding.approve_notice"
    form_class = _Seen
    title = _("Approve the notice")
    done = _("Approved. The letter is sealed: these bytes leave, and no others.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the pages; nobody approves what they do not see."""
        return see_other(request, self.next_url())

    def perform(self, form: forms.Form) -> None:
        """Approve as a second person."""
        self.refuse_another_version(form)
        approval.approve(self.notice, by=self.actor, seen_sha256=form.cleaned_data["seen_sha256"])

    def _page(self, form: forms.Form, status: int = HTTPStatus.OK) -> HttpResponse:
        # The form has no field of its own that a person could fill in wrongly.
        raise TransitionRefused(
            [
                Reason(
                    "not_seen",
                    _text("Look at the letter first; its approval names the pages you saw."),
                    "notice",
                )
            ]
        )


class _Reason(forms.Form):
    reason = ProseField(
        label=_("What has to change"), help_text=_("The author finds it above the draft.")
    )


class SendBack(NoticeVerb):
    """Give a notice back to its author."""

    permission = "offboarding.approve_notice"
    form_class = _Reason
    title = _("Send the notice back")
    intro = _("It becomes a draft again. Whoever asked is told what has to change.")
    button = _("Send it back")
    done = _("Sent back; whoever asked for approval has a task.")

    def perform(self, form: forms.Form) -> None:
        """Send it back."""
        self.refuse_another_version(form)
        approval.send_back(self.notice, by=self.actor, reason=form.cleaned_data["reason"])


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/notice/approve/", Approve.as_view(), name="notice-approve"),
    path("cases/<str:reference>/notice/send-back/", SendBack.as_view(), name="notice-send-back"),
]
