"""Flags beside the state of a case, its owner, and who may read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import members_of
from audit import clock
from desk.frame.inputs import DayField, ProseField
from desk.frame.verbs import CaseVerb
from offboarding.models import TerminationCase
from offboarding.services import cases, flags


class _Reason(forms.Form):
    reason = ProseField(label=_("Reason"))


class FlagVerb(CaseVerb):
    """A verb that asks for a reason and nothing else."""

    form_class = _Reason
    section = "flags"


class Dispute(FlagVerb):
    """Record that the client disputes."""

    title = _("The client disputes this")
    intro = _(
        "Reminders and every forward step stop until a team lead clears the dispute. "
        "Write down what the client disputes, in their words."
    )
    button = _("Record the dispute")
    done = _("The dispute is recorded; the team's leads are told.")

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        flags.dispute(self.case, by=self.actor, reason=form.cleaned_data["reason"])


class ClearDispute(FlagVerb):
    """Let the case go on, as a lead."""

    permission = "offboarding.clear_dispute"
    title = _("Clear the dispute")
    intro = _("Say how it was settled, and with whom.")
    button = _("Clear the dispute")
    done = _("The dispute is cleared; the case can go on.")

    def perform(self, form: forms.Form) -> None:
        """Clear it."""
        flags.clear_dispute(self.case, by=self.actor, reason=form.cleaned_data["reason"])


class _Hold(forms.Form):
    until = DayField(label=_("Until"), help_text=_("The case wakes up on this day."))
    reason = ProseField(label=_("What it waits for"))


class Hold(CaseVerb):
    """Let the case rest until a day."""

    form_class = _Hold
    title = _("Put on hold")
    intro = _("Nothing is chased and no step is taken until the day you choose.")
    button = _("Put it on hold")
    done = _("The case is on hold.")
    section = "flags"

    def initial(self) -> dict[str, Any]:
        """Start from two weeks."""
        return {"until": clock.today(self.case.time_zone) + timedelta(days=14)}

    def perform(self, form: forms.Form) -> None:
        """Hold it."""
        said = form.cleaned_data
        flags.hold(self.case, by=self.actor, until=said["until"], reason=said["reason"])


class Resume(CaseVerb):
    """End the hold before its day."""

    title = _("End the hold")
    intro = _("Reminders and steps go on from today.")
    button = _("Go on with the case")
    done = _("The case goes on.")
    section = "flags"

    def perform(self, form: forms.Form) -> None:
        """Resume it."""
        flags.resume(self.case, by=self.actor)


class LetSendingGoOn(FlagVerb):
    """Let mail leave again after a threatened claim."""

    permission = "offboarding.let_sending_go_on"
    title = _("Let sending go on")
    intro = _(
        "What waits in the outbox leaves from now on. The legal hold stays until it is lifted "
        "by itself."
    )
    button = _("Let it go on")
    done = _("Mail leaves again.")

    def perform(self, form: forms.Form) -> None:
        """Let it go on."""
        flags.let_sending_go_on(self.case, by=self.actor, reason=form.cleaned_data["reason"])


class RemindAgain(CaseVerb):
    """End the pause of reminders before its day."""

    title = _("Remind again")
    intro = _("The ladder goes on from today.")
    button = _("Let reminders go on")
    done = _("Reminders go on.")
    section = "flags"

    def perform(self, form: forms.Form) -> None:
        """Let them go on."""
        flags.remind_again(self.case, by=self.actor)


class SetLegalHold(FlagVerb):
    """Stop every deletion."""

    permission = "offboarding.set_legal_hold"
    title = _("Legal hold")
    intro = _("Nothing of this case is deleted while the hold stands, whatever its retention date.")
    button = _("Set the legal hold")
    done = _("The legal hold is set.")
    edits = ("reason",)
    recorded_as = ("case.legal_hold_set",)

    def initial(self) -> dict[str, Any]:
        """Show the reason that stands."""
        return {"reason": self.case.legal_hold_reason}

    def perform(self, form: forms.Form) -> None:
        """Set it."""
        flags.set_legal_hold(self.case, by=self.actor, reason=form.cleaned_data["reason"])


class LiftLegalHold(FlagVerb):
    """Allow deletion at the end of the retention time again."""

    permission = "offboarding.set_legal_hold"
    title = _("Lift the legal hold")
    button = _("Lift the legal hold")
    done = _("The legal hold is lifted.")

    def perform(self, form: forms.Form) -> None:
        """Lift it."""
        flags.lift_legal_hold(self.case, by=self.actor, reason=form.cleaned_data["reason"])


class _Readers(forms.Form):
    readers = forms.ModelMultipleChoiceField(
        label=_("Who may read it"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The owner and the leads of the team always may."),
    )

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["readers"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = members_of(case.team).exclude(pk=case.owner_id).order_by("name", "pk")


class Restrict(CaseVerb):
    """Narrow the file to named people."""

    permission = "offboarding.restrict"
    form_class = _Readers
    title = _("Restrict to named people")
    intro = _("Colleagues who are not named will not see that this case exists; nor will auditors.")
    button = _("Restrict the case")
    done = _("The case is restricted to the people named.")
    edits = ("readers",)
    recorded_as = ("case.restricted",)
    section = "people"

    def form_options(self) -> dict[str, Any]:
        """Offer the colleagues of the team."""
        return {"case": self.case}

    def initial(self) -> dict[str, Any]:
        """Show who is named."""
        return {"readers": [reader.pk for reader in self.case.readers.all()]}

    def perform(self, form: forms.Form) -> None:
        """Restrict it."""
        cases.restrict(self.case, list(form.cleaned_data["readers"]), by=self.actor)


class LiftRestriction(CaseVerb):
    """Let the whole team read the file again."""

    permission = "offboarding.restrict"
    title = _("Open the case to the whole team")
    button = _("Open it to the team")
    done = _("The whole team reads the case again.")
    section = "people"

    def perform(self, form: forms.Form) -> None:
        """Lift it."""
        cases.lift_restriction(self.case, by=self.actor)


class _Owner(forms.Form):
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = members_of(case.team).order_by("name", "pk")


class Assign(CaseVerb):
    """Give the case to another colleague, with its open tasks."""

    permission = "offboarding.assign"
    form_class = _Owner
    title = _("Give the case to a colleague")
    intro = _("Open tasks and obligations of the present owner go with it.")
    button = _("Hand the case over")
    done = _("The case has a new owner.")
    edits = ("owner",)
    recorded_as = ("case.assigned",)
    section = "people"

    def form_options(self) -> dict[str, Any]:
        """Offer the colleagues of the team."""
        return {"case": self.case}

    def initial(self) -> dict[str, Any]:
        """Show who has it."""
        return {"owner": self.case.owner_id}

    def perform(self, form: forms.Form) -> None:
        """Assign it."""
        cases.assign(self.case, form.cleaned_data["owner"], by=self.actor)


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/dispute/", Dispute.as_view(), name="dispute"),
    path("cases/<str:reference>/dispute/clear/", ClearDispute.as_view(), name="clear-dispute"),
    path("cases/<str:reference>/hold/", Hold.as_view(), name="hold"),
    path("cases/<str:reference>/hold/end/", Resume.as_view(), name="resume"),
    path("cases/<str:reference>/sending/", LetSendingGoOn.as_view(), name="sending-goes-on"),
    path("cases/<str:reference>/reminders/", RemindAgain.as_view(), name="remind-again"),
    path("cases/<str:reference>/legal-hold/", SetLegalHold.as_view(), name="legal-hold"),
    path("cases/<str:reference>/legal-hold/lift/", LiftLegalHold.as_view(), name="lift-legal-hold"),
    path("cases/<str:reference>/readers/", Restrict.as_view(), name="readers"),
    path("cases/<str:reference>/readers/all/", LiftRestriction.as_view(), name="lift-restriction"),
    path("cases/<str:reference>/owner/", Assign.as_view(), name="owner"),
]
