"""The steps people take by pressing a button, taking a notice back, opening a case again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from desk.case.next_step import DONE_BY, EXPLAINED
from desk.frame.inputs import DayField, ProseField
from desk.frame.verbs import CaseVerb
from offboarding import selectors
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from offboarding.services import proofs, stages

STEPS: dict[str, Callable[..., TerminationCase]] = {
    "acknowledge": proofs.acknowledge,
    "fulfil_obligations": stages.fulfil_obligations,
    "begin_transition": stages.begin_transition,
    "begin_follow_up": stages.begin_follow_up,
    "close": stages.close,
}
"""The verbs that ask nothing but a deliberate press; deciding, withdrawing, reopening ask more."""


class Advance(CaseVerb):
    """Take the next step of the lifecycle."""

    moves_the_case = True
    is_irreversible = True
    template_name = "desk/case/advance.html"
    done = _("Done. This is where the case stands now.")

    def find(self) -> None:
        """Read the case and the step named in the address."""
        super().find()
        self.step = self.kwargs["verb"].replace("-", "_")
        if self.step not in STEPS:
            raise Http404(_text("There is no such step."))
        self.permission = f"offboarding.{self.step}"
        self.title = DONE_BY[self.step]
        self.intro = EXPLAINED[self.step]

    def perform(self, form: forms.Form) -> None:
        """Take it."""
        STEPS[self.step](self.case, by=self.actor, expected_version=form.cleaned_data["version"])

    def next_url(self) -> str:
        """Return to the board if that is where the case was moved."""
        from_board = self.request.GET.get("from") == "board"
        return reverse("desk:board") if from_board else super().next_url()

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the gate, met or not."""
        is_next = selectors.FORWARD.get(State(self.case.state)) == self.step
        gate = selectors.gate(self.case, self.step) if is_next else []
        return super().context(form) | {
            "is_next": is_next,
            "reasons": [reason for condition in gate for reason in condition.reasons],
            "met": [condition.title for condition in gate if condition.is_met],
        }


class _Withdraw(forms.Form):
    reason = ProseField(
        label=_("Why the notice is withdrawn"), help_text=_("The client reads this.")
    )

    def __init__(
        self,
        *args: Any,
        reference: str = "",
        language: str = "",
        asks_agreement: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._reference = reference
        if language:
            self.fields["reason"].help_text = _(
                "The client reads this. Their language of letters is %(language)s."
            ) % {"language": language}
        if asks_agreement:
            self.fields["client_agreed_on"] = DayField(
                label=_("The client agreed on"),
                help_text=_("They have acknowledged the notice, so both sides have to want this."),
            )
            self.fields["client_agreed_how"] = forms.CharField(
                label=_("How they agreed"),
                max_length=200,
                help_text=_("Such as “by telephone with Ms Adams, confirmed by e-mail”."),
            )
        if reference:
            self.fields["typed_reference"] = forms.CharField(
                label=_("Type the case's reference to confirm"),
                max_length=20,
                help_text=reference,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )

    def clean_typed_reference(self) -> str:
        """Compare what was typed with the reference, kind to case and blanks."""
        typed = str(self.cleaned_data["typed_reference"]).strip().upper()
        if typed != self._reference:
            raise forms.ValidationError(_("This is not the reference of this case."))
        return typed


class Withdraw(CaseVerb):
    """Take the notice back; the relationship goes on."""

    permission = "offboarding.withdraw"
    form_class = _Withdraw
    template_name = "desk/case/withdraw.html"
    title = _("Withdraw the notice")
    button = _("Withdraw the notice")
    done = _("The notice is withdrawn.")
    is_destructive = True
    is_irreversible = True
    moves_the_case = True

    def find(self) -> None:
        """Read the case and whether anything has gone out."""
        super().find()
        self.was_sent = self.case.served_on is not None
        self.was_acknowledged = self.case.state == State.ACKNOWLEDGED

    def form_options(self) -> dict[str, Any]:
        """Ask for what the stage needs."""
        return {
            "reference": self.case.reference if self.was_sent else "",
            "language": self.case.client.get_language_display() if self.was_sent else "",
            "asks_agreement": self.was_acknowledged,
        }

    def perform(self, form: forms.Form) -> None:
        """Withdraw it."""
        said = form.cleaned_data
        stages.withdraw(
            self.case,
            by=self.actor,
            reason=said["reason"],
            client_agreed_on=said.get("client_agreed_on"),
            client_agreed_how=said.get("client_agreed_how", ""),
            expected_version=said["version"],
        )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say what the client has and what they will read."""
        return super().context(form) | {
            "was_sent": self.was_sent,
            "was_acknowledged": self.was_acknowledged,
            "can_start_here": self.case.state in (State.NOTICE, State.ACKNOWLEDGED),
        }


class _Reopen(forms.Form):
    reason = ProseField(label=_("Why the case is opened again"))


class Reopen(CaseVerb):
    """Open an ended case again."""

    permission = "offboarding.reopen"
    form_class = _Reopen
    title = _("Open the case again")
    button = _("Open it again")
    done = _("The case is open again.")
    is_irreversible = True
    moves_the_case = True

    def find(self) -> None:
        """Read the case and say where it goes on."""
        super().find()
        self.intro = (
            _("It goes on in follow-up.")
            if self.case.state == State.CLOSED
            else _("It is evaluated anew; earlier dates stay on the record.")
        )

    def perform(self, form: forms.Form) -> None:
        """Reopen it."""
        stages.reopen(
            self.case,
            by=self.actor,
            reason=form.cleaned_data["reason"],
            expected_version=form.cleaned_data["version"],
        )


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/advance/<str:verb>/", Advance.as_view(), name="advance"),
    path("cases/<str:reference>/withdraw/", Withdraw.as_view(), name="withdraw"),
    path("cases/<str:reference>/reopen/", Reopen.as_view(), name="reopen"),
]
