"""The closing checklist: what still keeps a case from closing, and what only a person can say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.selectors import money_at_stake
from desk.case import next_step
from desk.frame.inputs import DayField, ProseField
from desk.frame.places import place_of
from desk.frame.row_verbs import SectionVerb
from offboarding import policies, selectors
from offboarding.lifecycle import State
from offboarding.models import TheirProperty, WayBack
from offboarding.services import closing, stages

_OWN = "closing"
"""The place of what is said on the form below, so that its reasons need no way to it."""

MEANINGS: dict[str, str | Promise] = {
    WayBack.WELCOME_BACK: _("We would gladly work for them again."),
    WayBack.REVIEW_FIRST: _("Somebody reads this case before anything is agreed."),
    WayBack.DO_NOT_ENGAGE: _("We do not take them on again. A team lead says so, with the reason."),
}


class _Checklist(forms.Form):
    final_invoice = forms.CharField(
        label=_("Final invoice"),
        required=False,
        max_length=200,
        help_text=_("Its number and date, or why none is needed."),
    )
    balance = forms.CharField(
        label=_("Balance"),
        required=False,
        max_length=300,
        help_text=_("“Nothing is open”, or what is, who pays it and until when."),
    )
    their_property = forms.ChoiceField(
        label=_("What belongs to the client"),
        required=False,
        choices=TheirProperty.choices,
        widget=forms.RadioSelect,
    )
    property_returned_on = DayField(label=_("Returned on"), required=False)
    property_receipt = forms.CharField(
        label=_("Receipt"),
        required=False,
        max_length=300,
        help_text=_("Who signed for it, and where the receipt is filed."),
    )
    controls_now = ProseField(
        label=_("Who controls what now"),
        required=False,
        rows=3,
        help_text=_("Accounts, domains, mandates, files: each with the name of who holds it."),
    )
    retain_until = DayField(
        label=_("Kept until"),
        required=False,
        help_text=_("The usual time is filled in. A legal hold goes before this day."),
    )
    way_back = forms.ChoiceField(
        label=_("If this client returns"),
        required=False,
        choices=WayBack.choices,
        widget=forms.RadioSelect,
    )
    way_back_reason = ProseField(
        label=_("Why"),
        required=False,
        rows=3,
        max_length=1000,
        help_text=_(
            "Facts, in words that the client could read. Needed unless they are welcome back."
        ),
    )


@dataclass(frozen=True)
class Line:
    """One line of the checklist that is not met yet."""

    text: str
    url: str


class FillIn(SectionVerb):
    """Go through the closing checklist."""

    form_class = _Checklist
    template_name = "desk/case/closing.html"
    title = _("Closing checklist")
    button = _("Save the checklist")
    done = _("The checklist is saved.")
    section = _OWN
    page = _OWN
    permission = "offboarding.read_case"

    def allow(self) -> None:
        """Let every reader of the case read; filling in is for who works on it."""
        super().allow()
        if self.request.method == "POST":
            policies.require(self.actor, "offboarding.work_on_case", self.case)

    def refusals(self) -> Any:
        """Show the list in every stage; the form stands on it while the case is open."""
        return iter(())

    def next_url(self) -> str:
        """Stay with the checklist."""
        return reverse("desk:closing", args=[self.case.reference])

    def back_url(self) -> str:
        """Return to the case."""
        return reverse("desk:case", args=[self.case.reference])

    def initial(self) -> dict[str, Any]:
        """Show what was said, and the usual retention date."""
        sheet = self.case.closing_sheet
        if sheet is None:
            return {"retain_until": stages.usual_retention(self.case), "sheet_version": 0}
        said = {name: getattr(sheet, name) for name in _Checklist.base_fields}
        said["retain_until"] = said["retain_until"] or stages.usual_retention(self.case)
        return said | {"sheet_version": sheet.version}

    def add_hidden_fields(self, form: forms.Form) -> None:
        """Carry the version of the checklist that was read."""
        form.fields["sheet_version"] = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def perform(self, form: forms.Form) -> None:
        """Save it; after word that somebody was faster, the next press counts."""
        try:
            closing.fill_in(
                self.case,
                by=self.actor,
                expected_version=form.cleaned_data["sheet_version"],
                **{name: form.cleaned_data[name] for name in _Checklist.base_fields},
            )
        except closing.FilledInMeanwhile as faster:
            form.data = form.data.copy()
            form.data["sheet_version"] = str(faster.version)
            raise

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show every condition of closing, and what the books say."""
        case = self.case
        is_closing = case.state == State.FOLLOW_UP
        gate = selectors.gate(case, "close") if is_closing else []
        reasons = [reason for condition in gate for reason in condition.reasons]
        may_work = policies.may(self.actor, "offboarding.work_on_case", case)
        unmet = [
            Line(
                reason.text,
                place_of(reason.fix, case.reference) if may_work and reason.fix != _OWN else "",
            )
            for reason in reasons
        ]
        return super().context(form) | {
            "is_closing": is_closing,
            "unmet": unmet,
            "met": [condition.title for condition in gate if condition.is_met],
            "may_change": may_work and not case.is_ended,
            "may_close": policies.may(self.actor, "offboarding.close", case),
            "may_bar": policies.may(self.actor, "offboarding.bar_return", case),
            "close_url": reverse("desk:advance", args=[case.reference, "close"]),
            "close_note": next_step.EXPLAINED["close"],
            "money": money_at_stake(case.client),
            "escalated": [one for one in case.obligations.all() if one.is_escalated],
            "meanings": [(WayBack(kind).label, words) for kind, words in MEANINGS.items()],
            "sheet": case.closing_sheet,
        }


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/closing/", FillIn.as_view(), name="closing"),
]
