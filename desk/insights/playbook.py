"""The playbook: what we do so that a reason does not come back, and whether it helped."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from audit import clock
from audit.models import AuditEvent
from desk.frame.inputs import DayField, ProseField
from desk.frame.scoping import cases_of, person_of
from desk.frame.verbs import Verb
from desk.insights.measure_rates import repeats_of
from offboarding import policies
from offboarding.models import Lesson, PreventiveMeasure, TerminationGround
from offboarding.services import measures

MOST_LESSONS = 50


@require_safe
@never_cache
def playbook(request: HttpRequest) -> HttpResponse:
    """Show each ground with its measures, whether they helped, and what lessons ask for."""
    visible = cases_of(request)
    found = list(PreventiveMeasure.objects.select_related("ground", "owner"))
    repeats = repeats_of(found, visible)
    asked = (
        Lesson.objects.filter(case__in=visible.values("pk"))
        .exclude(measure="", measure_of=None)
        .select_related("case", "measure_of")
        .order_by("-recorded_at", "-pk")[:MOST_LESSONS]
    )
    lessons: dict[int, list[tuple[Lesson, str]]] = {}
    for lesson in asked:
        key = lesson.measure_of_id or lesson.case.ground_id
        if key:
            lessons.setdefault(key, []).append((lesson, _propose_url(lesson, key)))
    grounds = TerminationGround.objects.order_by("position", "name")
    context = {
        "grounds": [
            {
                "ground": ground,
                "measures": [
                    (one, repeats.get(one.pk)) for one in found if one.ground_id == ground.pk
                ],
                "lessons": lessons.get(ground.pk, []),
            }
            for ground in grounds
        ],
        "may_decide": policies.may_keep_playbook(person_of(request)),
        "today": clock.today(),
    }
    return render(request, "desk/playbook.html", context)


class _Measure(forms.Form):
    title = forms.CharField(label=_("What we do"), max_length=300)
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Who sees to it"), required=False, empty_label=_("Nobody yet")
    )
    review_on = DayField(label=_("Look at it again on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, memberships__isnull=False).distinct()
        self.fields["owner"].queryset = people.order_by("name", "pk")  # type: ignore[attr-defined]


class _New(_Measure):
    ground = forms.ModelChoiceField(
        TerminationGround.objects.order_by("position", "name"), label=_("Against which ground")
    )
    field_order = ("ground", "title", "owner", "review_on")


class _PlaybookVerb(Verb):
    """A verb of the playbook; team leads have them."""

    def allow(self) -> None:
        """Ask the policies; services ask them again."""
        policies.require_playbook(self.actor)

    def next_url(self) -> str:
        """Return to the playbook."""
        return reverse("desk:playbook")


class ProposeMeasure(_PlaybookVerb):
    """Write a measure into the playbook, perhaps in the words of a lesson."""

    form_class = _New
    title = _("Propose a measure")
    intro = _("One thing that we do, in words that somebody can check.")
    button = _("Propose it")
    done = _("The measure is in the playbook.")

    def initial(self) -> dict[str, Any]:
        """Begin with what the link brought along."""
        given = self.request.GET
        ground = given.get("ground", "")
        is_key = ground.isascii() and ground.isdigit() and len(ground) < 10
        return {"title": given.get("title", "")[:300], "ground": ground if is_key else ""}

    def perform(self, form: forms.Form) -> None:
        """Propose it."""
        said = form.cleaned_data
        measures.propose(
            said["ground"],
            by=self.actor,
            title=said["title"],
            owner=said["owner"],
            review_on=said["review_on"],
        )


class _OneMeasure(_PlaybookVerb):
    def find(self) -> None:
        """Read the measure."""
        rows = PreventiveMeasure.objects.select_related("ground", "owner")
        measure = rows.filter(pk=self.kwargs["pk"]).first()
        if measure is None:
            raise Http404(_text("There is no such measure."))
        self.measure = measure

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say which measure it is about."""
        return {"intro": f"{self.measure.ground}: {self.measure.title}"}


class EditMeasure(_OneMeasure):
    """Say it in other words, or give it to somebody else."""

    form_class = _Measure
    title = _("Edit the measure")
    button = _("Save")
    done = _("The measure is saved.")
    edits = ("title", "owner", "review_on")
    recorded_as = ("measure.changed",)

    def lock(self) -> None:
        """Let nobody else change the measure."""
        PreventiveMeasure.objects.select_for_update(of=("self",)).get(pk=self.measure.pk)

    def told(self) -> QuerySet[AuditEvent]:
        """Return what the settings' record tells of the measure."""
        return AuditEvent.objects.filter(
            stream=measures.STREAM,
            object_type=PreventiveMeasure._meta.label_lower,
            object_id=str(self.measure.pk),
        )

    def initial(self) -> dict[str, Any]:
        """Fill the form with what is known."""
        measure = self.measure
        return {"title": measure.title, "owner": measure.owner, "review_on": measure.review_on}

    def perform(self, form: forms.Form) -> None:
        """Save it."""
        said = {name: form.cleaned_data[name] for name in ("title", "owner", "review_on")}
        measures.edit(self.measure, by=self.actor, **said)


class _Adopted(forms.Form):
    adopted_on = DayField(label=_("From which day on"))


class AdoptMeasure(_OneMeasure):
    """Do it from a day on."""

    form_class = _Adopted
    title = _("Adopt the measure")
    button = _("Adopt it")
    done = _("The measure is adopted. The playbook now compares the time before and after.")

    def initial(self) -> dict[str, Any]:
        """Begin today."""
        return {"adopted_on": clock.today()}

    def perform(self, form: forms.Form) -> None:
        """Adopt it."""
        measures.adopt(self.measure, by=self.actor, adopted_on=form.cleaned_data["adopted_on"])


class _Dropped(forms.Form):
    reason = ProseField(label=_("Why"), rows=3, max_length=1000)


class DropMeasure(_OneMeasure):
    """Stop doing it."""

    form_class = _Dropped
    title = _("Drop the measure")
    button = _("Drop it")
    done = _("The measure is dropped; it stays in the playbook with its reason.")

    def perform(self, form: forms.Form) -> None:
        """Drop it."""
        measures.drop(self.measure, by=self.actor, reason=form.cleaned_data["reason"])


def _propose_url(lesson: Lesson, ground: int) -> str:
    """Lead to the form with the words of a lesson."""
    words = {"ground": str(ground), "title": lesson.measure}
    return f"{reverse('desk:playbook-new')}?{urlencode(words)}"


urlpatterns: list[URLPattern] = [
    path("playbook/", playbook, name="playbook"),
    path("playbook/new/", ProposeMeasure.as_view(), name="playbook-new"),
    path("playbook/<int:pk>/edit/", EditMeasure.as_view(), name="playbook-edit"),
    path("playbook/<int:pk>/adopt/", AdoptMeasure.as_view(), name="playbook-adopt"),
    path("playbook/<int:pk>/drop/", DropMeasure.as_view(), name="playbook-drop"),
]
