"""Looking after an ended relationship: follow-ups, questions, the lesson. Section, page, forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.models import User
from audit import clock
from desk.evaluation.page import active_grounds
from desk.frame.inputs import DayField, ProseField
from desk.frame.json_rows import instant
from desk.frame.places import place_of
from desk.frame.rights import Rights
from desk.frame.row_verbs import RowVerb, SectionVerb
from desk.frame.scoping import case_or_404, cases_of, person_of
from notices.services import answering
from offboarding import selectors
from offboarding.errors import Reason
from offboarding.lifecycle import State
from offboarding.models import (
    Avoidable,
    Feedback,
    FollowUp,
    Lesson,
    Question,
    TerminationCase,
    TerminationGround,
)
from offboarding.services import follow_ups, learning

SHOWN_IN = frozenset({State.FOLLOW_UP, State.CLOSED})
"""The stages in which the case page has this section; its own page has it in all."""


# -- the section -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """What is looked after once the services have ended."""

    follow_ups: list[FollowUp]
    questions: list[Question]
    lessons: list[Lesson]
    feedback: list[Feedback]
    today: Any
    page_url: str
    may_change: bool

    @property
    def open_count(self) -> int:
        """How many look backs are still to come."""
        return sum(1 for row in self.follow_ups if row.is_open)

    @property
    def unanswered_count(self) -> int:
        """How many questions wait for an answer."""
        return sum(1 for question in self.questions if question.answered_at is None)


def prefetches() -> tuple[Prefetch[Any, Any, Any], ...]:
    """Return what a page reads together with its case, so that the section asks nothing."""
    return (
        Prefetch("follow_ups", FollowUp.objects.all()),
        Prefetch("questions", Question.objects.select_related("answered_by")),
        Prefetch("lessons", Lesson.objects.select_related("recorded_by", "measure_of")),
    )


def section(case: TerminationCase, user: User) -> dict[str, Any]:
    """Return what the section shows to a person: `{"follow_up": Section}`.

    Args:
        case: read with `prefetches()`, or the section reads them now.
        user: whose buttons are shown.
    """
    return {
        "follow_up": Section(
            follow_ups=sorted(case.follow_ups.all(), key=lambda row: (not row.is_open, row.due_on)),
            questions=sorted(
                case.questions.all(), key=lambda row: (row.answered_at is not None, row.asked_at)
            ),
            lessons=list(case.lessons.all()),
            feedback=_feedback_on(case),
            today=clock.today(case.time_zone),
            page_url=reverse("desk:follow-up", args=[case.reference]),
            may_change=Rights(Actor.person(user), case).may_change(),
        )
    }


def _feedback_on(case: TerminationCase) -> list[Feedback]:
    """Return what the client told us, from a page that read it with its case if it did."""
    if not hasattr(case, "feedback_rows"):
        return list(case.feedback.all())
    return [
        Feedback(
            case=case,
            has_everything=row["has"],
            still_open=row["open"],
            differently=row["differently"],
            changed_at=instant(row["at"]),
        )
        for row in case.feedback_rows or []
    ]


@require_safe
@never_cache
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the follow-up on a page of its own, with what closing still needs."""
    case = case_or_404(
        request,
        reference,
        cases_of(request).select_related("closing").prefetch_related(*prefetches()),
    )
    is_closing = case.state == State.FOLLOW_UP
    gate = selectors.gate(case, "close") if is_closing else []
    context = {
        "case": case,
        "is_closing": is_closing,
        "unmet": [
            {"text": reason.text, "url": place_of(reason.fix, case.reference)}
            for condition in gate
            for reason in condition.reasons
        ],
        "met": [condition.title for condition in gate if condition.is_met],
        **section(case, person_of(request)),
    }
    with timezone.override(case.time_zone):
        return render(request, "desk/case/follow_up/page.html", context)


class _FollowUpVerb(SectionVerb):
    section = "follow-up"
    shown_in = SHOWN_IN
    page = "follow-up"


class _FollowUpRowVerb(RowVerb):
    section = "follow-up"
    shown_in = SHOWN_IN
    page = "follow-up"


# -- looking back ----------------------------------------------------------------------------------


class _Planned(forms.Form):
    title = forms.CharField(label=_("What to look at"), max_length=200)
    due_on = DayField(label=_("Due on"))
    writes_to_client = forms.BooleanField(
        label=_("Write to the client on that day"),
        required=False,
        help_text=_("A short mail asks whether everything arrived and is complete."),
    )


class PlanFollowUp(_FollowUpVerb):
    """Schedule one more look back."""

    form_class = _Planned
    title = _("Plan a follow-up")
    button = _("Plan it")
    done = _("The follow-up is planned.")
    is_irreversible = True

    def initial(self) -> dict[str, Any]:
        """Start a week from now."""
        return {"due_on": clock.today(self.case.time_zone) + timedelta(days=7)}

    def perform(self, form: forms.Form) -> None:
        """Plan it."""
        follow_ups.add_follow_up(
            self.case,
            by=self.actor,
            title=form.cleaned_data["title"],
            due_on=form.cleaned_data["due_on"],
            writes_to_client=form.cleaned_data["writes_to_client"],
        )


class LookBack(_FollowUpRowVerb):
    """A verb of one look back."""

    rows = "follow_ups"
    template_name = "desk/case/follow_up/look_back.html"

    row: FollowUp

    def refusals(self) -> Iterator[Reason]:
        """One that is done or cancelled stays so."""
        yield from super().refusals()
        yield from follow_ups.why_not_open(self.row)


class _Outcome(forms.Form):
    outcome = ProseField(
        label=_("What you found"),
        rows=3,
        help_text=_("Such as “All files arrived; nothing is open on either side.”"),
    )


class CompleteFollowUp(LookBack):
    """Record what a look back showed."""

    form_class = _Outcome
    title = _("Follow-up done")
    button = _("Record it")
    done = _("The follow-up is done.")
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        follow_ups.complete_follow_up(self.row, by=self.actor, outcome=form.cleaned_data["outcome"])


class _Reason(forms.Form):
    reason = ProseField(label=_("Reason"), rows=3)


class CancelFollowUp(LookBack):
    """Record why a look back is not needed."""

    form_class = _Reason
    title = _("Cancel this follow-up")
    button = _("Cancel the follow-up")
    done = _("The follow-up is cancelled.")
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """Cancel it."""
        follow_ups.cancel_follow_up(self.row, by=self.actor, reason=form.cleaned_data["reason"])


# -- the client's questions ------------------------------------------------------------------------


class _Question(forms.Form):
    asked_by = forms.CharField(
        label=_("Who asked"), required=False, max_length=200, help_text=_("As the client named it.")
    )
    question = ProseField(label=_("Question"), max_length=4000)


class KeepQuestion(_FollowUpVerb):
    """Keep a question of the client as a colleague heard it."""

    form_class = _Question
    title = _("A question of the client")
    intro = _("Asked on the telephone or in a meeting. What they ask on their page is here anyway.")
    button = _("Keep the question")
    done = _("The question is on record, with a task to answer it.")
    section = "questions"
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """Keep it."""
        follow_ups.ask_question(
            self.case,
            by=self.actor,
            text=form.cleaned_data["question"],
            asked_by=form.cleaned_data["asked_by"] or str(self.case.client),
        )


class _Answer(forms.Form):
    answer = ProseField(
        label=_("Answer"),
        max_length=4000,
        rows=8,
        help_text=_(
            "The client reads exactly these words. What, by when, who: no blame, no haste."
        ),
    )

    def __init__(self, *args: Any, reader: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reader is not None:
            self.fields["by_email"] = forms.BooleanField(
                label=_("Send it by e-mail to %(name)s, %(email)s")
                % {"name": reader.name, "email": reader.email},
                required=False,
                initial=True,
                help_text=_("Leave it out if you gave the answer in another way."),
            )


class AnswerQuestion(_FollowUpRowVerb):
    """Answer the client, by e-mail or as a note of what was said."""

    form_class = _Answer
    template_name = "desk/case/follow_up/answer.html"
    title = _("Answer the client")
    button = _("Give this answer")
    done = _("The answer is on record.")
    section = "questions"
    rows = "questions"
    joined = ("answered_by",)
    is_irreversible = True

    row: Question

    def form_options(self) -> dict[str, Any]:
        """Name who would get the mail."""
        self.reader = answering.reader_of(self.case)
        return {"reader": self.reader}

    def refusals(self) -> Iterator[Reason]:
        """One answer to a question."""
        yield from super().refusals()
        if self.row.answered_at is not None:
            yield follow_ups.already_answered(self.row)

    def perform(self, form: forms.Form) -> None:
        """Record it; the mail goes into the outbox in the same transaction."""
        answer = form.cleaned_data["answer"]
        if form.cleaned_data.get("by_email"):
            answering.answer_by_email(self.row, by=self.actor, answer=answer)
        else:
            follow_ups.answer_question(self.row, by=self.actor, answer=answer)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say whether a mail can go."""
        return super().context(form) | {"reader": self.reader}


# -- what it taught --------------------------------------------------------------------------------


class _MeasureField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """Say the measure, not the ground."""
        return str(obj.preventive_measure)


class _Lesson(forms.Form):
    avoidable = forms.ChoiceField(
        label=_("Could this ending have been avoided?"),
        choices=Avoidable.choices,
        widget=forms.RadioSelect,
    )
    next_time = ProseField(
        label=_("What we do next time"), rows=3, help_text=_("One sentence is enough.")
    )
    first_sign = forms.CharField(
        label=_("What was the first sign?"), required=False, max_length=300
    )
    first_sign_on = DayField(label=_("When was that?"), required=False)
    measure_of = _MeasureField(
        label=_("A measure to adopt"),
        queryset=TerminationGround.objects.none(),
        required=False,
        empty_label=_("None of these"),
        widget=forms.RadioSelect,
        help_text=_("What the catalogue says would avoid such an ending."),
    )
    measure = forms.CharField(
        label=_("Or a measure of our own"),
        required=False,
        max_length=300,
        help_text=_(
            "Something the whole firm could do, such as “a scope page in every agreement”."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["measure_of"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = active_grounds()


class RecordLesson(_FollowUpVerb):
    """Write down what this ending taught."""

    form_class = _Lesson
    template_name = "desk/case/follow_up/lesson.html"
    title = _("The lesson")
    intro = _("Ninety seconds, while it is fresh. It names no one to blame and helps the next one.")
    button = _("Record the lesson")
    done = _("The lesson is recorded.")
    section = "lesson"
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        learning.record_lesson(self.case, by=self.actor, **form_values(form, _Lesson))

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Remind of the ground and of what its catalogue entry says would avoid it."""
        return super().context(form) | {"ground": self.case.ground}


def form_values(form: forms.Form, of: type[forms.Form]) -> dict[str, Any]:
    """Return what a person filled in, without what the frame added to the form."""
    return {name: form.cleaned_data[name] for name in of.base_fields}


_CASE = "cases/<str:reference>/"

urlpatterns: list[URLPattern] = [
    path(f"{_CASE}follow-up/", page, name="follow-up"),
    path(f"{_CASE}follow-ups/", PlanFollowUp.as_view(), name="follow-ups"),
    path(f"{_CASE}follow-ups/<int:pk>/done/", CompleteFollowUp.as_view(), name="follow-up-done"),
    path(
        f"{_CASE}follow-ups/<int:pk>/cancellation/",
        CancelFollowUp.as_view(),
        name="follow-up-cancelled",
    ),
    path(f"{_CASE}questions/", KeepQuestion.as_view(), name="questions"),
    path(f"{_CASE}questions/<int:pk>/answer/", AnswerQuestion.as_view(), name="question-answer"),
    path(f"{_CASE}lesson/", RecordLesson.as_view(), name="lesson"),
]
