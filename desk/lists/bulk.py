"""One change to many cases of the list, and the page of what came of it.

The cases are chosen on the list; the page that asks for the rest shows all of them again. What is
sent is the cases that were seen there, and no view that may have grown since.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import selectors as people
from accounts.models import User
from desk.frame.inputs import DayField
from desk.frame.scoping import cases_of, person_of
from desk.frame.verbs import Verb
from desk.lists.cases import ORDER, CaseFilter, chosen_keys, colleagues_of
from desk.lists.putting_off import next_days
from offboarding.errors import InvalidInput
from offboarding.models import Batch, BatchKind, Tag
from offboarding.services import batches
from offboarding.services.batches import MOST_CASES

_NAMES_SHOWN = 50


class Bulk(Verb):
    """Do one thing to the chosen cases."""

    template_name = "desk/bulk.html"
    is_irreversible = True

    def find(self) -> None:
        """Read the chosen cases, all of them from what the person may see.

        Raises:
            Http404: one of them is not there for this person; nothing is done to the others.
        """
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        visible = cases_of(self.request)
        if self.request.method != "POST" and sent.get("all"):
            chosen = CaseFilter(sent, user=person_of(self.request))
            found = chosen.apply(visible) if chosen.is_valid() else visible.none()
        else:
            values = sent.getlist("case")
            keys = chosen_keys(values)
            found = visible.filter(pk__in=keys)
            if len(keys) <= MOST_CASES and found.count() != len(set(values)):
                raise Http404(_text("One of these cases does not exist for you."))
        self.cases = list(found.select_related("client", "team").order_by(*ORDER)[: MOST_CASES + 1])

    def allow(self) -> None:
        """Stop whoever works in no team, then a choice that cannot be worked on."""
        if not people.roles_of(person_of(self.request)):
            raise PermissionDenied(_text("Your role does not allow this step; ask a team lead."))
        if not self.cases:
            raise InvalidInput("", _text("Choose at least one case in the list first."))
        if len(self.cases) > MOST_CASES:
            words = _text("At most %(most)d cases are changed at once. Narrow the view first.")
            raise InvalidInput("", words % {"most": MOST_CASES})

    def perform(self, form: forms.Form) -> str:
        """Do it to all of them; show what came of each."""
        batch = self.carry_out(form.cleaned_data)
        return reverse("desk:batch", args=[batch.pk])

    def carry_out(self, said: dict[str, Any]) -> Batch:
        """Call the service with what the form says."""
        raise NotImplementedError

    def next_url(self) -> str:
        """Go back to the list."""
        return reverse("desk:case-list")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show which cases it will be done to."""
        count = len(self.cases)
        words = ngettext("%(count)d case", "%(count)d cases", count) % {"count": count}
        return {"cases": self.cases, "count_in_words": words, "names_shown": _NAMES_SHOWN}

    def teams(self) -> set[int]:
        """Return the teams of the chosen cases."""
        return {case.team_id for case in self.cases}


class _Owner(forms.Form):
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues_of(user)  # type: ignore[attr-defined]


class AssignAll(Bulk):
    """Give the chosen cases to one colleague."""

    form_class = _Owner
    title = _("Give cases to a colleague")
    intro = _("Open tasks and obligations of the present owners go with them.")
    button = _("Hand the cases over")

    def form_options(self) -> dict[str, Any]:
        """Offer the colleagues of the person's teams."""
        return {"user": person_of(self.request)}

    def carry_out(self, said: dict[str, Any]) -> Batch:
        """Assign them."""
        return batches.assign_all(self.cases, said["owner"], by=self.actor)


class _Tag(forms.Form):
    tag = forms.ModelChoiceField(label=_("Tag"), queryset=Tag.objects.none(), empty_label=None)

    def __init__(self, *args: Any, teams: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tag"].queryset = Tag.objects.filter(team__in=teams)  # type: ignore[attr-defined]


class _TagBulk(Bulk):
    form_class = _Tag
    service: ClassVar[Callable[..., Batch]]

    def form_options(self) -> dict[str, Any]:
        """Offer the tags of the cases' teams."""
        return {"teams": self.teams()}

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say how to get a tag where there is none."""
        has_tags = Tag.objects.filter(team__in=self.teams()).exists()
        return super().context(form) | {"needs_a_tag": not has_tags}

    def carry_out(self, said: dict[str, Any]) -> Batch:
        """Put it on or take it off."""
        return type(self).service(self.cases, said["tag"], by=self.actor)


class TagAll(_TagBulk):
    """Put a tag on the chosen cases."""

    title = _("Add a tag")
    button = _("Add the tag")
    service = batches.tag_all


class UntagAll(_TagBulk):
    """Take a tag off the chosen cases."""

    title = _("Take a tag off")
    button = _("Take it off")
    service = batches.untag_all


class _Until(forms.Form):
    until = DayField(label=_("Until"))


class SnoozeAll(Bulk):
    """Put off what the person has to do on the chosen cases."""

    form_class = _Until
    title = _("Put my tasks off")
    intro = _("Your own open tasks on these cases rest until that day; their dates stay visible.")
    button = _("Put them off")

    def initial(self) -> dict[str, Any]:
        """Start from tomorrow."""
        return {"until": next_days()[0].day}

    def carry_out(self, said: dict[str, Any]) -> Batch:
        """Put them off."""
        return batches.snooze_all(self.cases, said["until"], by=self.actor)


class WatchAll(Bulk):
    """Watch the chosen cases."""

    title = _("Watch cases")
    intro = _("They appear in your queue under “Watching”. You get no tasks by it.")
    button = _("Watch them")

    def carry_out(self, said: dict[str, Any]) -> Batch:
        """Watch them."""
        return batches.watch_all(self.cases, by=self.actor)


class UnwatchAll(Bulk):
    """Watch the chosen cases no longer."""

    title = _("Stop watching cases")
    button = _("Stop watching them")

    def carry_out(self, said: dict[str, Any]) -> Batch:
        """Stop."""
        return batches.unwatch_all(self.cases, by=self.actor)


# -- what came of it -------------------------------------------------------------------------------

_DONE: dict[str, Any] = {
    BatchKind.ASSIGN: ngettext_lazy(
        "%(count)d case was given to %(label)s.",
        "%(count)d cases were given to %(label)s.",
        "count",
    ),
    BatchKind.TAG: ngettext_lazy(
        "%(count)d case got the tag “%(label)s”.",
        "%(count)d cases got the tag “%(label)s”.",
        "count",
    ),
    BatchKind.UNTAG: ngettext_lazy(
        "The tag “%(label)s” was taken off %(count)d case.",
        "The tag “%(label)s” was taken off %(count)d cases.",
        "count",
    ),
    BatchKind.SNOOZE: ngettext_lazy(
        "Your tasks on %(count)d case rest until %(label)s.",
        "Your tasks on %(count)d cases rest until %(label)s.",
        "count",
    ),
    BatchKind.WATCH: ngettext_lazy(
        "You watch %(count)d case more.", "You watch %(count)d cases more.", "count"
    ),
    BatchKind.UNWATCH: ngettext_lazy(
        "You watch %(count)d case less.", "You watch %(count)d cases less.", "count"
    ),
    BatchKind.HAND_ON: ngettext_lazy(
        "Tasks on %(count)d case were handed on to %(label)s.",
        "Tasks on %(count)d cases were handed on to %(label)s.",
        "count",
    ),
    BatchKind.DONE: ngettext_lazy(
        "Your tasks on %(count)d case are done.", "Your tasks on %(count)d cases are done.", "count"
    ),
}


_OF_THE_QUEUE = {BatchKind.HAND_ON, BatchKind.DONE}


def _batch_or_404(request: HttpRequest, pk: int) -> Batch:
    found = Batch.objects.filter(made_by=person_of(request), pk=pk).first()
    if found is None:
        raise Http404(_text("There is no such change."))
    return found


@require_safe
@never_cache
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one change did, what it left out and why, and the way back."""
    found = _batch_or_404(request, pk)
    rows = list(
        found.rows.filter(case__in=cases_of(request).values("pk")).select_related("case__client")
    )
    done = [row for row in rows if not row.left_out]
    words: str | Promise = _DONE[found.kind] % {"count": len(done), "label": found.label}
    context = {
        "batch": found,
        "words": words,
        "done": done,
        "left_out": [row for row in rows if row.left_out],
        "kept": [row for row in done if row.kept],
        "is_of_the_queue": found.kind in _OF_THE_QUEUE or request.GET.get("from") == "queue",
    }
    return render(request, "desk/batch.html", context)


class UndoBatch(Verb):
    """Take one change back, where it still stands."""

    title = _("Take this back?")
    intro = _("Cases that somebody changed since stay as they are now. The record keeps both.")
    button = _("Undo")
    done = _("Taken back.")

    def find(self) -> None:
        """Read the person's own change."""
        self.batch = _batch_or_404(self.request, self.kwargs["pk"])

    def perform(self, form: forms.Form) -> None:
        """Take it back."""
        batches.undo(self.batch, by=self.actor)

    def next_url(self) -> str:
        """Show what came of it."""
        return reverse("desk:batch", args=[self.batch.pk])


urlpatterns: list[URLPattern] = [
    path("cases/bulk/owner/", AssignAll.as_view(), name="bulk-assign"),
    path("cases/bulk/tag/", TagAll.as_view(), name="bulk-tag"),
    path("cases/bulk/untag/", UntagAll.as_view(), name="bulk-untag"),
    path("cases/bulk/snooze/", SnoozeAll.as_view(), name="bulk-snooze"),
    path("cases/bulk/watch/", WatchAll.as_view(), name="bulk-watch"),
    path("cases/bulk/unwatch/", UnwatchAll.as_view(), name="bulk-unwatch"),
    path("batches/<int:pk>/", batch, name="batch"),
    path("batches/<int:pk>/undo/", UndoBatch.as_view(), name="batch-undo"),
]
