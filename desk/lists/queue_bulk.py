"""One change to several tasks of one's queue; what came of it stands on the page of `bulk`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import selectors as people
from accounts.models import User
from desk.frame.inputs import DayField
from desk.frame.scoping import cases_of, person_of
from desk.frame.verbs import Verb
from desk.lists.cases import chosen_keys, colleagues_of
from desk.lists.putting_off import next_days
from offboarding.errors import InvalidInput
from offboarding.models import Batch, Task
from offboarding.services import batches

MOST_TASKS = 150


class TaskBulk(Verb):
    """Do one thing to the chosen tasks."""

    template_name = "desk/queue_bulk.html"
    is_irreversible = True

    def find(self) -> None:
        """Read the chosen tasks among the person's own open ones."""
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        self.keys = chosen_keys(sent.getlist("task"))
        mine = Task.objects.filter(
            assignee=person_of(self.request),
            done_at=None,
            case__in=cases_of(self.request).values("pk"),
        )
        chosen = mine.filter(pk__in=list(self.keys)[:MOST_TASKS]).select_related("case__client")
        self.tasks = list(chosen.order_by("due_on", "pk"))

    def allow(self) -> None:
        """Stop whoever works in no team, then a choice that does not stand any more."""
        if not people.roles_of(person_of(self.request)):
            raise PermissionDenied(_text("Your role does not allow this step; ask a team lead."))
        if not self.keys:
            raise InvalidInput("", _text("Choose at least one task in your queue first."))
        if len(self.tasks) != len(self.keys):
            raise InvalidInput(
                "",
                _text("One of these tasks is done or no longer yours. Look at your queue again."),
            )

    def perform(self, form: forms.Form) -> str:
        """Do it to all of them; show what came of it."""
        batch = self.carry_out(form.cleaned_data)
        return f"{reverse('desk:batch', args=[batch.pk])}?from=queue"

    def carry_out(self, said: dict[str, Any]) -> Batch:
        """Call the service with what the form says."""
        raise NotImplementedError

    def next_url(self) -> str:
        """Go back to the queue."""
        return reverse("desk:queue")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show which tasks it will be done to."""
        count = len(self.tasks)
        words = ngettext("%(count)d task", "%(count)d tasks", count) % {"count": count}
        return {"tasks": self.tasks, "count_in_words": words}


class CompleteTasks(TaskBulk):
    """Tick the chosen tasks."""

    title = _("Tasks done")
    button = _("Mark them as done")

    def carry_out(self, said: dict[str, Any]) -> Batch:
        """Tick them, all or none."""
        return batches.complete_tasks(self.tasks, by=self.actor)


class _Until(forms.Form):
    until = DayField(label=_("Until"))


class SnoozeTasks(TaskBulk):
    """Put the chosen tasks off."""

    form_class = _Until
    title = _("Put tasks off")
    intro = _("They rest until that day; their dates stay visible.")
    button = _("Put them off")

    def initial(self) -> dict[str, Any]:
        """Start from tomorrow."""
        return {"until": next_days()[0].day}

    def carry_out(self, said: dict[str, Any]) -> Batch:
        """Put them off."""
        return batches.snooze_tasks(self.tasks, said["until"], by=self.actor)


class _Assignee(forms.Form):
    assignee = forms.ModelChoiceField(
        label=_("Who does them"), queryset=User.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = colleagues_of(user).exclude(pk=user.pk)  # type: ignore[attr-defined]


class HandTasksOn(TaskBulk):
    """Give the chosen tasks to a colleague."""

    form_class = _Assignee
    title = _("Hand tasks on")
    button = _("Hand them on")

    def form_options(self) -> dict[str, Any]:
        """Offer the colleagues of the person's teams."""
        return {"user": person_of(self.request)}

    def carry_out(self, said: dict[str, Any]) -> Batch:
        """Hand them on."""
        return batches.hand_tasks_on(self.tasks, said["assignee"], by=self.actor)


class WatchTheirCases(TaskBulk):
    """Watch the cases of the chosen tasks."""

    title = _("Watch the cases of these tasks")
    intro = _("They appear in your queue under “Watching”.")
    button = _("Watch them")

    def carry_out(self, said: dict[str, Any]) -> Batch:
        """Watch them."""
        cases = {task.case_id: task.case for task in self.tasks}
        return batches.watch_all(list(cases.values()), by=self.actor)


urlpatterns: list[URLPattern] = [
    path("tasks/bulk/done/", CompleteTasks.as_view(), name="tasks-done"),
    path("tasks/bulk/snooze/", SnoozeTasks.as_view(), name="tasks-snooze"),
    path("tasks/bulk/assignee/", HandTasksOn.as_view(), name="tasks-assignee"),
    path("tasks/bulk/watch/", WatchTheirCases.as_view(), name="tasks-watch"),
]
