"""The client's own deadlines: named on the case, struck, and answered for when one is near."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from audit import clock
from desk.frame.inputs import DayField, ProseField
from desk.frame.places import case_url, place_of
from desk.frame.verbs import CaseVerb
from offboarding.models import ClientDeadline
from offboarding.services import deadlines


class _Deadline(forms.Form):
    due_on = DayField(label=_("Date"))
    title = forms.CharField(
        label=_("What is due"),
        max_length=200,
        help_text=_("As the letter will name it, such as “Return of the turnover tax”."),
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=200,
        help_text=_("Where it is known from; for colleagues only."),
    )


class AddDeadline(CaseVerb):
    """Name a date that the client has to keep, whoever looks after it."""

    form_class = _Deadline
    template_name = "desk/case/deadlines.html"
    title = _("The client's deadlines")
    button = _("Add this deadline")
    done = _("The deadline is on record.")
    section = "deadlines"

    def perform(self, form: forms.Form) -> str:
        """Add it."""
        deadlines.add_deadline(self.case, by=self.actor, **_of(form, "due_on", "title", "source"))
        return self.request.path

    def back_url(self) -> str:
        """Return to the case."""
        return case_url(self.case.reference, self.section)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """List what is known, with who answered for what is near."""
        today = clock.today(self.case.time_zone)
        rows = list(self.case.deadlines.select_related("added_by", "answered_by"))
        return super().context(form) | {"deadlines": rows, "today": today}


class _Reason(forms.Form):
    reason = ProseField(label=_("Reason"), rows=3)


class StrikeDeadline(CaseVerb):
    """Take a deadline that was none, or is met, out of the reckoning."""

    form_class = _Reason
    template_name = "desk/case/strike_deadline.html"
    title = _("Strike this deadline")
    intro = _("It stays readable, struck through, with your reason. No letter names it any more.")
    button = _("Strike the deadline")
    done = _("The deadline is struck.")

    def find(self) -> None:
        """Read the deadline, of this case only."""
        super().find()
        found = ClientDeadline.objects.filter(case=self.case, pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_text("There is no such deadline."))
        self.deadline = found

    def perform(self, form: forms.Form) -> None:
        """Strike it."""
        deadlines.strike_deadline(self.deadline, by=self.actor, reason=form.cleaned_data["reason"])

    def next_url(self) -> str:
        """Return to the deadlines."""
        return place_of("deadlines", self.case.reference)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show which one it is."""
        return super().context(form) | {"deadline": self.deadline}


class _Answer(forms.Form):
    answer = ProseField(
        label=_("Why it may end all the same"),
        help_text=_(
            "Such as: we still file it, or the next provider has it in hand. It stays on record."
        ),
    )


class AnswerDeadlines(CaseVerb):
    """Say, as the one who decides, why it may end although a deadline is near."""

    form_class = _Answer
    template_name = "desk/case/answer_deadlines.html"
    permission = "offboarding.decide_to_end"
    title = _("A deadline of the client is near")
    intro = _(
        "A relationship that ends now leaves the client alone with a date that is less than 15"
        " days away. Wait, or say why it may end all the same."
    )
    button = _("Record the reason")
    done = _("Your reason is on record; the decision is open again.")

    def perform(self, form: forms.Form) -> None:
        """Answer for all that are near."""
        deadlines.answer_near_deadlines(
            self.case, by=self.actor, answer=form.cleaned_data["answer"]
        )

    def next_url(self) -> str:
        """Go on to the decision."""
        return place_of("decision", self.case.reference)

    def back_url(self) -> str:
        """Return to the deadlines."""
        return place_of("deadlines", self.case.reference)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show which are near."""
        today = clock.today(self.case.time_zone)
        near = [one for one in self.case.deadlines.all() if one.is_near(today)]
        return super().context(form) | {"near": near}


def _of(form: forms.Form, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}


_ALL = "cases/<str:reference>/deadlines"
urlpatterns: list[URLPattern] = [
    path(f"{_ALL}/", AddDeadline.as_view(), name="deadlines"),
    path(f"{_ALL}/answer/", AnswerDeadlines.as_view(), name="answer-deadlines"),
    path(f"{_ALL}/<int:pk>/strike/", StrikeDeadline.as_view(), name="strike-deadline"),
]
