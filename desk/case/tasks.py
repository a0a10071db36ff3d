"""A person's next steps on a case: given, ticked, put off, handed on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import clock
from desk.frame.inputs import DayField, ProseField
from desk.frame.verbs import CaseVerb
from offboarding import policies
from offboarding.models import Task, TaskKind, TerminationCase
from offboarding.services import tasks


def _colleagues(field: forms.Field, case: TerminationCase) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = policies.people_who_work_on(case).order_by("name", "pk")


class _Task(forms.Form):
    title = forms.CharField(label=_("Task"), max_length=200)
    due_on = DayField(label=_("Due on"))
    assignee = forms.ModelChoiceField(
        label=_("Who does it"), queryset=User.objects.none(), empty_label=None
    )
    details = ProseField(label=_("Details"), required=False, max_length=4000)

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _colleagues(self.fields["assignee"], case)


class AddTask(CaseVerb):
    """Give somebody of the team a next step."""

    form_class = _Task
    title = _("Add a task")
    button = _("Add the task")
    done = _("The task is added.")
    section = "tasks"

    def form_options(self) -> dict[str, Any]:
        """Offer the colleagues of the team."""
        return {"case": self.case}

    def initial(self) -> dict[str, Any]:
        """Start from the owner, tomorrow."""
        tomorrow = clock.today(self.case.time_zone) + timedelta(days=1)
        return {"assignee": self.case.owner_id, "due_on": tomorrow}

    def perform(self, form: forms.Form) -> None:
        """Add it."""
        said = form.cleaned_data
        tasks.add_task(
            self.case,
            by=self.actor,
            title=said["title"],
            due_on=said["due_on"],
            assignee=said["assignee"],
            kind=TaskKind.OTHER,
            details=said["details"],
        )


class TaskVerb(CaseVerb):
    """A verb of one task of a case."""

    section = "tasks"
    template_name = "desk/case/task.html"

    def find(self) -> None:
        """Read the task, of this case only."""
        super().find()
        found = (
            Task.objects.filter(case=self.case, pk=self.kwargs["pk"])
            .select_related("assignee")
            .first()
        )
        if found is None:
            raise Http404(_text("There is no such task."))
        found.case = self.case
        self.task = found

    def next_url(self) -> str:
        """Return to the queue if that is where the person came from."""
        return (
            reverse("desk:queue") if self.request.GET.get("from") == "queue" else super().next_url()
        )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the task."""
        return super().context(form) | {"task": self.task}


class _Outcome(forms.Form):
    outcome = ProseField(label=_("What came of it"), required=False, rows=3)


class CompleteTask(TaskVerb):
    """Tick a task; ticking it twice changes nothing."""

    form_class = _Outcome
    title = _("Task done")
    button = _("Mark as done")
    done = _("The task is done.")

    def perform(self, form: forms.Form) -> None:
        """Tick it."""
        tasks.complete_task(self.task, by=self.actor, outcome=form.cleaned_data["outcome"])


class _Until(forms.Form):
    until = DayField(label=_("Until"))


class SnoozeTask(TaskVerb):
    """Put a task off; its due date stays visible."""

    form_class = _Until
    title = _("Put the task off")
    button = _("Put it off")
    done = _("The task is put off.")

    def initial(self) -> dict[str, Any]:
        """Start from tomorrow."""
        return {"until": clock.today(self.case.time_zone) + timedelta(days=1)}

    def perform(self, form: forms.Form) -> None:
        """Put it off."""
        tasks.snooze_task(self.task, form.cleaned_data["until"], by=self.actor)


class _Assignee(forms.Form):
    assignee = forms.ModelChoiceField(
        label=_("Who does it"), queryset=User.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _colleagues(self.fields["assignee"], case)


class ReassignTask(TaskVerb):
    """Give a task to another colleague of the team."""

    form_class = _Assignee
    title = _("Hand the task on")
    button = _("Hand it on")
    done = _("The task is handed on.")
    edits = ("assignee",)
    recorded_as = ("task.reassigned",)

    def form_options(self) -> dict[str, Any]:
        """Offer the colleagues of the team."""
        return {"case": self.case}

    def initial(self) -> dict[str, Any]:
        """Show who has it."""
        return {"assignee": self.task.assignee_id}

    def perform(self, form: forms.Form) -> None:
        """Hand it on."""
        tasks.reassign_task(self.task, form.cleaned_data["assignee"], by=self.actor)


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/tasks/", AddTask.as_view(), name="tasks"),
    path("cases/<str:reference>/tasks/<int:pk>/done/", CompleteTask.as_view(), name="task-done"),
    path("cases/<str:reference>/tasks/<int:pk>/snooze/", SnoozeTask.as_view(), name="task-snooze"),
    path(
        "cases/<str:reference>/tasks/<int:pk>/assignee/",
        ReassignTask.as_view(),
        name="task-assignee",
    ),
]
