"""Mails on a case that came by another road: uploaded as a file, or forwarded to its address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from desk.frame.inputs import MomentField, UploadField
from desk.frame.verbs import CaseVerb
from notices.mailing.mail import case_address
from notices.services import attached_mails
from offboarding.models import Direction


class _Mail(forms.Form):
    file = UploadField(
        label=_("The mail as a file"),
        help_text=_("Saved from your mail program, ending in .eml; up to 25 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".eml,message/rfc822"}),
    )
    direction = forms.ChoiceField(
        label=_("Who wrote it"),
        required=False,
        choices=[("", _("As its sender says")), *Direction.choices],
        widget=forms.RadioSelect,
    )
    occurred_at = MomentField(
        label=_("When"),
        required=False,
        help_text=_("Only if the mail does not say so itself."),
    )
    is_privileged = forms.BooleanField(
        label=_("Privileged: with counsel"),
        required=False,
        help_text=_("Stays outside the evidence pack."),
    )


class AttachMail(CaseVerb):
    """Put a saved mail on the timeline, under its own sender and date."""

    form_class = _Mail
    template_name = "desk/case/attach_mail.html"
    title = _("Attach a mail")
    button = _("Attach the mail")
    done = _("The mail is on the timeline, under its own date.")
    section = "timeline"

    def perform(self, form: forms.Form) -> None:
        """Read it, keep it with its files, and say which of them were not kept."""
        said = form.cleaned_data
        row = attached_mails.attach_mail(
            self.case,
            said["file"],
            by=self.actor,
            direction=said["direction"],
            occurred_at=said["occurred_at"],
            is_privileged=said["is_privileged"],
        )
        left_out = row.files_left_out
        if left_out:
            sentence = ngettext(
                "%(count)d attachment was not kept: %(what)s",
                "%(count)d attachments were not kept: %(what)s",
                len(left_out),
            )
            what = "; ".join(f"{one['name']} ({one['why']})" for one in left_out[:5])
            messages.warning(self.request, sentence % {"count": len(left_out), "what": what})

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the address to which a mail can be forwarded instead."""
        return super().context(form) | {"case_address": case_address(self.case)}


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/communications/mail/", AttachMail.as_view(), name="attach-mail"),
]
