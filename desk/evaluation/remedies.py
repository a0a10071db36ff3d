"""What was tried to keep the client: the ground's remedies, a cure warning, their outcome."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from audit import clock
from desk.frame.case_files import kept
from desk.frame.inputs import DayField, ProseField, UploadField
from desk.frame.verbs import CaseVerb
from offboarding.models import Remedy, RemedyState, ServiceChannel, TerminationCase
from offboarding.services import remedies


class _Remedy(forms.Form):
    measure = forms.ChoiceField(label=_("Which remedy"), required=False)
    tried_on = DayField(label=_("Date"))
    description = ProseField(
        label=_("What was tried"),
        required=False,
        help_text=_("May be left empty for a remedy of the ground."),
    )
    state = forms.ChoiceField(label=_("How far it is"), choices=RemedyState.choices)
    outcome = ProseField(
        label=_("What came of it"),
        required=False,
        rows=3,
        help_text=_("Needed as soon as it helped, did not help, or is left out."),
    )

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["measure"]
        assert isinstance(field, forms.ChoiceField)
        measures = remedies.measures_of(case)
        field.choices = [("", _("Something else")), *((one, one) for one in measures)]
        if not measures:
            field.widget = forms.HiddenInput()


class AddRemedy(CaseVerb):
    """Record what was tried to keep the client."""

    form_class = _Remedy
    template_name = "desk/case/remedies.html"
    title = _("What was tried")
    button = _("Record it")
    done = _("It is recorded.")
    section = "remedies"

    def form_options(self) -> dict[str, Any]:
        """Offer the remedies of the case's ground."""
        return {"case": self.case}

    def initial(self) -> dict[str, Any]:
        """Start from the remedy whose link was followed, else from something tried today."""
        wanted = self.request.GET.get("remedy", "")
        measures = remedies.measures_of(self.case)
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 4 else -1
        return {
            "state": RemedyState.TRIED,
            "tried_on": clock.today(self.case.time_zone),
            "measure": measures[number] if 0 <= number < len(measures) else "",
        }

    def perform(self, form: forms.Form) -> str:
        """Record it."""
        said = form.cleaned_data
        remedies.add_remedy(
            self.case,
            by=self.actor,
            tried_on=said["tried_on"],
            description=said["description"],
            outcome=said["outcome"],
            measure=said["measure"],
            state=said["state"],
        )
        return self.request.path

    def context(self, form: forms.Form) -> dict[str, Any]:
        """List what was tried, and what the ground proposes."""
        rows = list(self.case.remedies.select_related("added_by", "file"))
        return super().context(form) | {
            "remedies": rows,
            "measures": measures_with_state(self.case, rows),
        }


def measures_with_state(
    case: TerminationCase, rows: list[Remedy]
) -> list[tuple[int, str, Remedy | None]]:
    """Return the remedies of the ground, each with the newest entry about it if there is one."""
    newest = {row.measure: row for row in rows if row.stands and row.measure}
    return [
        (number, measure, newest.get(measure))
        for number, measure in enumerate(remedies.measures_of(case))
    ]


class _Reason(forms.Form):
    reason = ProseField(label=_("Reason"), rows=3)


class NothingTried(CaseVerb):
    """Say why nothing was tried."""

    form_class = _Reason
    title = _("Why nothing was tried")
    intro = _("Such as a breach after which nobody could be asked to go on.")
    button = _("Save the reason")
    done = _("The reason is recorded.")
    edits = ("reason",)
    recorded_as = ("remedies.skipped",)
    section = "remedies"

    def initial(self) -> dict[str, Any]:
        """Show what was said before."""
        return {"reason": self.case.remedies_skipped_reason}

    def perform(self, form: forms.Form) -> None:
        """Record the reason."""
        remedies.explain_no_remedies(self.case, by=self.actor, reason=form.cleaned_data["reason"])


# -- the cure warning ------------------------------------------------------------------------------


class _CureWarning(forms.Form):
    sent_on = DayField(label=_("Sent on"))
    channel = forms.ChoiceField(label=_("Sent by"), choices=ServiceChannel.choices)
    received_on = DayField(
        label=_("Received on"),
        required=False,
        help_text=_("Left empty, the day on which it counts as received."),
    )
    wording = ProseField(
        label=_("What the client was asked to put right"),
        help_text=_("As the warning says it."),
    )
    file = UploadField(required=False, label=_("The warning as it was sent"))


class WarnOfCure(CaseVerb):
    """Record the warning that gives the client time to put things right."""

    form_class = _CureWarning
    template_name = "desk/case/cure_warning.html"
    title = _("A cure warning that was sent in another way")
    button = _("Record the warning")
    done = _("The warning is recorded. Its last day stands with what was tried.")
    section = "remedies"

    def perform(self, form: forms.Form) -> None:
        """Record it, with its file."""
        said = form.cleaned_data
        with kept(self.case, said["file"], by=self.actor) as case_file:
            remedies.record_cure_warning(
                self.case,
                by=self.actor,
                sent_on=said["sent_on"],
                channel=said["channel"],
                received_on=said["received_on"],
                wording=said["wording"],
                file=case_file,
            )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say how many days the ground and the agreements give."""
        return super().context(form) | {"cure_days": self.case.cure_days}


class _OfRemedy(CaseVerb):
    section = "remedies"

    remedy: Remedy

    def find(self) -> None:
        """Read the entry, of this case only."""
        super().find()
        found = Remedy.objects.filter(case=self.case, pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_text("There is no such entry."))
        found.case = self.case
        self.remedy = found

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show what it is about."""
        return super().context(form) | {"remedy": self.remedy}


class _Settle(forms.Form):
    state = forms.ChoiceField(label=_("How far it is"), choices=RemedyState.choices)
    outcome = ProseField(label=_("What came of it"), required=False, rows=3)


class SettleRemedy(_OfRemedy):
    """Say what came of it."""

    form_class = _Settle
    template_name = "desk/case/remedy.html"
    title = _("What came of it")
    button = _("Save")
    done = _("It is recorded what came of it.")

    def initial(self) -> dict[str, Any]:
        """Show how it stands."""
        return {"state": self.remedy.state, "outcome": self.remedy.outcome}

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        said = form.cleaned_data
        remedies.settle_remedy(
            self.remedy, by=self.actor, state=said["state"], outcome=said["outcome"]
        )


class StrikeRemedy(_OfRemedy):
    """Take an entry that is wrong out of the reckoning."""

    form_class = _Reason
    template_name = "desk/case/remedy.html"
    title = _("Strike this entry")
    intro = _("It stays readable, struck through, with your reason.")
    button = _("Strike the entry")
    done = _("The entry is struck.")

    def perform(self, form: forms.Form) -> None:
        """Strike it."""
        remedies.strike_remedy(self.remedy, by=self.actor, reason=form.cleaned_data["reason"])


_ALL = "cases/<str:reference>/remedies"
urlpatterns: list[URLPattern] = [
    path(f"{_ALL}/", AddRemedy.as_view(), name="remedies"),
    path(f"{_ALL}/none/", NothingTried.as_view(), name="no-remedies"),
    path(f"{_ALL}/warning/", WarnOfCure.as_view(), name="cure-warning"),
    path(f"{_ALL}/<int:pk>/", SettleRemedy.as_view(), name="remedy"),
    path(f"{_ALL}/<int:pk>/strike/", StrikeRemedy.as_view(), name="strike-remedy"),
]
