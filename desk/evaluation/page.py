"""Evaluating whether a relationship should end: ground, clause, dates, facts, what was said."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from audit import clock
from clients.models import Engagement
from desk.case import dossier
from desk.frame.case_files import kept
from desk.frame.inputs import DayField, MomentField, ProseField, UploadField
from desk.frame.places import case_url
from desk.frame.verbs import CaseVerb
from offboarding import selectors
from offboarding.models import (
    Bearing,
    Direction,
    Evidence,
    InitiatedBy,
    Medium,
    TerminationCase,
    TerminationGround,
)
from offboarding.services import cases, evidence, obligations

# -- what it is about ------------------------------------------------------------------------------


class _About(forms.Form):
    summary = ProseField(
        label=_("What this is about"),
        required=False,
        max_length=4000,
        help_text=_("Facts with dates rather than adjectives; the client may read this one day."),
    )
    scope = forms.CharField(
        label=_("Scope"),
        required=False,
        max_length=200,
        help_text=_("Left empty, all services of the agreements end."),
    )
    initiated_by = forms.ChoiceField(
        label=_("Whose wish it is"), choices=InitiatedBy.choices, widget=forms.RadioSelect
    )


class About(CaseVerb):
    """Say what the case is about."""

    form_class = _About
    title = _("What the case is about")
    button = _("Save")
    done = _("Saved.")
    edits = ("summary", "scope", "initiated_by")
    recorded_as = ("case.described",)

    def initial(self) -> dict[str, Any]:
        """Show what is there."""
        return {
            "summary": self.case.summary,
            "scope": self.case.scope,
            "initiated_by": self.case.initiated_by,
        }

    def perform(self, form: forms.Form) -> None:
        """Describe the case."""
        said = form.cleaned_data
        cases.describe(
            self.case,
            by=self.actor,
            summary=said["summary"],
            scope=said["scope"],
            initiated_by=said["initiated_by"],
        )


# -- ground ----------------------------------------------------------------------------------------


class GroundForm(forms.Form):
    """One ground of the catalogue, with its description and what avoids it."""

    ground = forms.ModelChoiceField(
        label=_("Ground"),
        queryset=TerminationGround.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ground"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = active_grounds()


def active_grounds() -> QuerySet[TerminationGround]:
    """List the catalogue as admins keep it now."""
    return TerminationGround.objects.filter(is_active=True)


class ChooseGround(CaseVerb):
    """Name the ground; the case keeps its own copy."""

    form_class = GroundForm
    template_name = "desk/case/ground.html"
    title = _("Ground")
    intro = _(
        "Why the relationship may have to end. Each ground says what would avoid it next time."
    )
    button = _("Choose this ground")
    done = _("The ground is chosen.")
    edits = ("ground",)
    recorded_as = ("case.ground_chosen",)

    def initial(self) -> dict[str, Any]:
        """Show what is chosen."""
        return {"ground": self.case.ground_id}

    def perform(self, form: forms.Form) -> None:
        """Choose it."""
        cases.choose_ground(self.case, form.cleaned_data["ground"], by=self.actor)


# -- agreements and their notice clause ------------------------------------------------------------


class _Agreements(forms.Form):
    engagements = forms.ModelMultipleChoiceField(
        label=_("Agreements that end"),
        queryset=Engagement.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["engagements"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = case.client.engagements.order_by("started_on", "pk")


class ChooseAgreements(CaseVerb):
    """Choose which agreements end; the clause has to be read again afterwards."""

    form_class = _Agreements
    title = _("Agreements that end")
    intro = _("Another choice means that the notice clauses have to be read again.")
    button = _("Save the choice")
    done = _("Saved. Read the notice clauses of these agreements.")

    def form_options(self) -> dict[str, Any]:
        """Offer the client's agreements."""
        return {"case": self.case}

    def initial(self) -> dict[str, Any]:
        """Show what is chosen."""
        return {"engagements": [engagement.pk for engagement in self.case.engagements.all()]}

    def perform(self, form: forms.Form) -> str:
        """Choose them."""
        cases.choose_engagements(self.case, list(form.cleaned_data["engagements"]), by=self.actor)
        return reverse("desk:terms", args=[self.case.reference])


class _TermsRead(forms.Form):
    read = forms.BooleanField(
        label=_("I have read period, method, form and address of the notice clause"),
        error_messages={"required": _("Read the clause in the agreement itself, then tick this.")},
    )


class ReadTerms(CaseVerb):
    """Confirm that the notice clause was read."""

    form_class = _TermsRead
    template_name = "desk/case/terms.html"
    title = _("Notice clause")
    button = _("Confirm that I read it")
    done = _("It is on record that the notice clause was read.")

    def perform(self, form: forms.Form) -> None:
        """Confirm it."""
        cases.confirm_terms_read(self.case, by=self.actor)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the clauses, and the earliest date for each way of sending from a chosen day."""
        today = clock.today(self.case.time_zone)
        asked = _SentOn(self.request.GET if "sent_on" in self.request.GET else None)
        sent_on = asked.cleaned_data["sent_on"] if asked.is_valid() else today
        return (
            super().context(form)
            | _clauses(self.case)
            | {
                "asked": asked if asked.is_bound else _SentOn(initial={"sent_on": today}),
                "sent_on": sent_on,
                "ways": dossier.ways_of(self.case, sent_on),
            }
        )


class _SentOn(forms.Form):
    sent_on = DayField(label=_("Were the notice sent on"))


def _clauses(case: TerminationCase) -> dict[str, Any]:
    prefetch_related_objects([case], "engagements")
    earliest = selectors.earliest_end(case)
    return {
        "clauses": [dossier.clause_of(engagement) for engagement in case.engagements.all()],
        "earliest": earliest,
        "earliest_in_words": dossier.explain(earliest) if earliest else "",
    }


# -- dates -----------------------------------------------------------------------------------------


class _Dates(forms.Form):
    effective_on = DayField(label=_("Effective date"), help_text=_("The last day of the services."))
    settlement_due_on = DayField(
        label=_("Settlement date"),
        required=False,
        help_text=_("Until when open invoices are paid."),
    )
    access_ends_on = DayField(
        label=_("Access ends on"),
        required=False,
        help_text=_("Left empty, with the effective date."),
    )
    promises_stay = forms.BooleanField(
        label=_("What we promised for a fixed day stays, also after the end"),
        required=False,
        help_text=_("Everything that is told from the effective date moves with it."),
    )

    def __init__(self, *args: Any, has_promises: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_promises:
            del self.fields["promises_stay"]


class SetDates(CaseVerb):
    """Set the one date on which services end, and what goes with it."""

    form_class = _Dates
    template_name = "desk/case/dates.html"
    title = _("Dates of the ending")
    button = _("Set these dates")
    done = _("The dates are set.")
    edits = ("effective_on", "settlement_due_on", "access_ends_on")
    recorded_as = ("case.effective_date_set",)

    def initial(self) -> dict[str, Any]:
        """Show the dates as they are, or the earliest that is lawful."""
        case = self.case
        earliest = selectors.earliest_end(case)
        return {
            "effective_on": case.effective_on or (earliest.on if earliest else None),
            "settlement_due_on": case.settlement_due_on,
            # With the effective date it moves with it; only a day of its own is said anew.
            "access_ends_on": None
            if case.access_ends_on == case.effective_on
            else case.access_ends_on,
        }

    def form_options(self) -> dict[str, Any]:
        """Ask about fixed days only where some of ours have one."""
        return {
            "has_promises": bool(selectors.promised_after(self.case.obligations.all(), date.min))
        }

    def perform(self, form: forms.Form) -> None:
        """Set them, and list what moved with the end."""
        before = dict(self.case.obligations.values_list("pk", "due_on"))
        cases.set_effective_date(
            self.case,
            form.cleaned_data["effective_on"],
            by=self.actor,
            settlement_due_on=form.cleaned_data["settlement_due_on"],
            access_ends_on=form.cleaned_data["access_ends_on"],
            promises_stay=form.cleaned_data.get("promises_stay", False),
        )
        moved = [row for row in self.case.obligations.all() if row.due_on != before.get(row.pk)]
        if moved:
            messages.info(
                self.request,
                _text("These due dates moved with the end: %(list)s.")
                % {"list": obligations.moved_in_words(moved)},
            )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the earliest lawful date and its rule beside the form."""
        return super().context(form) | _clauses(self.case)


# -- facts -----------------------------------------------------------------------------------------


class _Fact(forms.Form):
    happened_on = DayField(label=_("Date"))
    fact = ProseField(
        label=_("Fact"),
        max_length=4000,
        help_text=_("What happened, so that somebody who was not there can follow it."),
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=200,
        help_text=_("Who saw it, or where it is written."),
    )
    bearing = forms.ChoiceField(
        label=_("What it speaks for"),
        required=False,
        choices=[("", _("Neither side")), *Bearing.choices],
        widget=forms.RadioSelect,
        help_text=_("As you see it; whoever decides reads both sides next to each other."),
    )
    file = UploadField(required=False)


class AddFact(CaseVerb):
    """Record a dated fact."""

    form_class = _Fact
    template_name = "desk/case/evidence.html"
    title = _("Facts")
    button = _("Record the fact")
    done = _("The fact is recorded.")
    section = "evidence"

    def perform(self, form: forms.Form) -> str:
        """Record it, with its file."""
        said = form.cleaned_data
        with kept(self.case, said["file"], by=self.actor) as case_file:
            evidence.add_evidence(
                self.case,
                by=self.actor,
                happened_on=said["happened_on"],
                fact=said["fact"],
                source=said["source"],
                bearing=said["bearing"],
                file=case_file,
            )
        return self.request.path

    def back_url(self) -> str:
        """Return to the case."""
        return case_url(self.case.reference, self.section)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """List what is recorded."""
        rows = self.case.evidence.select_related("file", "added_by")
        return super().context(form) | {"facts": rows}


class _Reason(forms.Form):
    reason = ProseField(label=_("Reason"), rows=3)


class StrikeFact(CaseVerb):
    """Take a fact that turned out wrong out of the reckoning."""

    form_class = _Reason
    title = _("Strike this fact")
    intro = _("It stays readable, struck through, with your reason.")
    button = _("Strike the fact")
    done = _("The fact is struck.")
    section = "evidence"
    template_name = "desk/case/strike.html"

    def find(self) -> None:
        """Read the fact, of this case only."""
        super().find()
        found = Evidence.objects.filter(case=self.case, pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_text("There is no such fact."))
        self.fact = found

    def perform(self, form: forms.Form) -> None:
        """Strike it."""
        evidence.strike_evidence(self.fact, by=self.actor, reason=form.cleaned_data["reason"])

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the fact."""
        return super().context(form) | {"fact": self.fact}


# -- communications --------------------------------------------------------------------------------


class _Communication(forms.Form):
    direction = forms.ChoiceField(
        label=_("Who spoke"), choices=Direction.choices, widget=forms.RadioSelect
    )
    medium = forms.ChoiceField(
        label=_("How"),
        choices=[choice for choice in Medium.choices if choice[0] != Medium.PAGE],
    )
    occurred_at = MomentField(label=_("When"))
    counterpart = forms.CharField(label=_("With whom"), required=False, max_length=200)
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = ProseField(label=_("What was said"), required=False, max_length=100_000, rows=8)
    is_privileged = forms.BooleanField(
        label=_("Privileged: with counsel"),
        required=False,
        help_text=_("Stays outside the evidence pack."),
    )
    file = UploadField(required=False)


class LogCommunication(CaseVerb):
    """Put a message, call or meeting on the timeline."""

    form_class = _Communication
    title = _("Log what was said")
    button = _("Put it on the timeline")
    done = _("It is on the timeline.")
    section = "timeline"

    def initial(self) -> dict[str, Any]:
        """Start from a call just now; that is what people log most."""
        return {
            "direction": Direction.INCOMING,
            "medium": Medium.CALL,
            "occurred_at": clock.now().replace(second=0, microsecond=0),
        }

    def perform(self, form: forms.Form) -> None:
        """Log it, with its file."""
        said = dict(form.cleaned_data)
        with kept(self.case, said["file"], by=self.actor) as case_file:
            evidence.log_communication(
                self.case,
                by=self.actor,
                direction=said["direction"],
                medium=said["medium"],
                occurred_at=said["occurred_at"],
                counterpart=said["counterpart"],
                subject=said["subject"],
                body=said["body"],
                is_privileged=said["is_privileged"],
                file=case_file,
            )


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/about/", About.as_view(), name="about"),
    path("cases/<str:reference>/ground/", ChooseGround.as_view(), name="ground"),
    path("cases/<str:reference>/agreements/", ChooseAgreements.as_view(), name="agreements"),
    path("cases/<str:reference>/terms/", ReadTerms.as_view(), name="terms"),
    path("cases/<str:reference>/dates/", SetDates.as_view(), name="dates"),
    path("cases/<str:reference>/evidence/", AddFact.as_view(), name="evidence"),
    path(
        "cases/<str:reference>/evidence/<int:pk>/strike/", StrikeFact.as_view(), name="strike-fact"
    ),
    path(
        "cases/<str:reference>/communications/", LogCommunication.as_view(), name="communications"
    ),
]
