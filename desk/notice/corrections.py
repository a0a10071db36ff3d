"""Correcting a letter that was served, and laying a correction aside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from audit import clock
from desk.frame.inputs import DayField, ProseField
from desk.frame.verbs import CaseVerb
from desk.notice.form import FEWEST_ADDRESS_LINES, AddressField
from desk.notice.verbs import NoticeVerb, notice_url
from notices.letters import composing
from notices.models import CorrectionReason, DeliveryState, Notice
from notices.services import correcting
from offboarding import selectors
from offboarding.errors import TransitionRefused
from offboarding.models import Communication, TerminationCase

MOST_COMMUNICATIONS = 30
"""The newest of what was said; an older one can be named in the reason."""


class _CommunicationField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        # Two that read alike are told apart by their minute, who it was, and how they begin.
        at = date_format(timezone.localtime(obj.occurred_at), "j F Y, H:i")
        begins = Truncator(" ".join(obj.body.split())).chars(60)
        said = [at, obj.get_medium_display(), obj.counterpart, obj.subject, begins]
        return " · ".join(part for part in said if part)


class CorrectionForm(forms.Form):
    """What is corrected, why, and the new values; what is left as it is stays the same."""

    reason = forms.ChoiceField(
        label=_("What is corrected"), choices=CorrectionReason.choices, widget=forms.RadioSelect
    )
    note = ProseField(
        label=_("Why"),
        help_text=_("For colleagues and the record. The client reads only what changed."),
        rows=3,
    )
    negotiated_in = _CommunicationField(
        label=_("Said in the negotiation"),
        queryset=Communication.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Calls, letters and mails that led to the new terms."),
    )
    effective_on = DayField(label=_("Effective date"))
    settlement_due_on = DayField(label=_("Settlement date"), required=False)
    recipient_name = forms.CharField(label=_("Addressee"), max_length=120)
    recipient_email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    recipient_lines = AddressField(label=_("Postal address"), required=False)

    def __init__(self, *args: Any, case: TerminationCase, old: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.old = case, old
        said = self.fields["negotiated_in"]
        assert isinstance(said, forms.ModelMultipleChoiceField)
        open_ones = case.communications.filter(is_privileged=False)
        newest = list(open_ones.values_list("pk", flat=True)[:MOST_COMMUNICATIONS])
        said.queryset = case.communications.filter(pk__in=newest)
        if not newest:
            del self.fields["negotiated_in"]

    def clean(self) -> dict[str, Any]:
        """Say beside the field what would stop the correction later anyway."""
        said = super().clean() or {}
        lines = said.get("recipient_lines")
        is_short = lines is not None and len(lines) < FEWEST_ADDRESS_LINES
        if self.old.sends_registered_mail and is_short:
            self.add_error(
                "recipient_lines", _text("A letter needs at least a name, a street and a place.")
            )
        if self.old.sends_email and "recipient_email" in said and not said["recipient_email"]:
            self.add_error("recipient_email", _text("Write the address that the e-mail goes to."))
        self._refuse_too_early(said)
        return said

    def _refuse_too_early(self, said: dict[str, Any]) -> None:
        effective_on = said.get("effective_on")
        if effective_on is None:
            return
        earliest = selectors.earliest_end(self.case, sent_on=clock.today(self.case.time_zone))
        stands = None
        if said.get("reason") != CorrectionReason.ADDRESS and self.case.served_on:
            stands = self.old.effective_on
        if earliest is None or effective_on >= min(earliest.on, stands or earliest.on):
            return
        self.add_error(
            "effective_on",
            _text(
                "From today, %(date)s is the earliest lawful end; the served letter's own date"
                " stands unless it went to a wrong address."
            )
            % {"date": date_format(earliest.on, "j F Y")},
        )

    def changes(self) -> dict[str, Any]:
        """Return the new values of the letter."""
        names = (
            "effective_on",
            "settlement_due_on",
            "recipient_name",
            "recipient_email",
            "recipient_lines",
        )
        return {name: self.cleaned_data[name] for name in names}


class Correct(CaseVerb):
    """Draft a correction of the letter that was served."""

    permission = "offboarding.draft_notice"
    form_class = CorrectionForm
    title = _("Correct the letter")
    intro = _(
        "A correction is the next version of the letter that was sent. It is checked, approved and "
        "sent like the first one; the client reads in plain words what changed. The older letter "
        "counts until the correction has left; then its link says that a newer letter came, and "
        "receipt has to be confirmed anew."
    )
    button = _("Draft the correction")
    done = _("Drafted. Read it through, then ask for approval.")
    old: Notice

    def allow(self) -> None:
        """Let somebody on who works on the case, while there is a letter to correct."""
        super().allow()
        reasons = correcting.reasons_not_to_correct(self.case)
        if reasons:
            raise TransitionRefused(reasons)
        old = correcting.notice_to_correct(self.case)
        assert old is not None
        self.old = old

    def form_options(self) -> dict[str, Any]:
        """Tell the form what is corrected."""
        return {"case": self.case, "old": self.old}

    def initial(self) -> dict[str, Any]:
        """Start from the letter as it was sent; where it did not find its addressee, from today's.

        What is proposed is read by whoever corrects, and approved by somebody else.
        """
        names = CorrectionForm.base_fields.keys() - {"reason", "note", "negotiated_in"}
        said = {name: getattr(self.old, name) for name in names}
        if self.old.deliveries.filter(state=DeliveryState.MOVED, copy_for=None).exists():
            said["reason"] = CorrectionReason.ADDRESS
            said["recipient_lines"] = composing.address_now(self.case)
        return said

    def perform(self, form: forms.Form) -> None:
        """Draft it."""
        assert isinstance(form, CorrectionForm)
        said = form.cleaned_data
        correcting.draft_correction(
            self.case,
            by=self.actor,
            reason=said["reason"],
            note=said["note"],
            negotiated_in=list(said.get("negotiated_in") or ()),
            **form.changes(),
        )

    def next_url(self) -> str:
        """Go on to the draft, or back to the notice."""
        return notice_url(self.case.reference)


class Discard(NoticeVerb):
    """Lay a correction aside before it is sent."""

    permission = "offboarding.draft_notice"
    title = _("Lay the correction aside")
    intro = _("Nothing of it is sent. It stays on record, and the letter that was sent counts on.")
    button = _("Lay it aside")
    done = _("Laid aside. The letter that was sent counts as before.")
    is_destructive = True
    carries_version = False

    def allow(self) -> None:
        """Let somebody on while there is a correction to lay aside."""
        super().allow()
        correcting.refuse_unless_unsent(self.notice)

    def perform(self, form: forms.Form) -> None:
        """Lay it aside."""
        correcting.discard_correction(self.notice, by=self.actor)


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/correction/", Correct.as_view(), name="correction"),
    path("cases/<str:reference>/correction/discard/", Discard.as_view(), name="correction-discard"),
]
