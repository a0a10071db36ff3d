"""Notes of colleagues on a case, and whom they are for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Prefetch
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.frame.inputs import ProseField
from desk.frame.keyset import page_of
from desk.frame.places import case_url
from desk.frame.scoping import person_of
from desk.frame.verbs import CaseVerb
from offboarding import policies
from offboarding.models import Mention, TerminationCase
from offboarding.services import notes


class _Note(forms.Form):
    text = ProseField(
        label=_("Note"),
        max_length=4000,
        rows=5,
        help_text=_("For colleagues who read this case. A name behind an @ tells that colleague."),
    )
    people = forms.ModelMultipleChoiceField(
        label=_("Tell these colleagues"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Somebody you chose may not read this case any more."),
        },
    )

    def __init__(self, *args: Any, case: TerminationCase, writer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = policies.people_who_work_on(case).exclude(pk=writer.pk).order_by("name")


class WriteNote(CaseVerb):
    """Write a note on the case, and read the earlier ones."""

    form_class = _Note
    template_name = "desk/case/notes.html"
    title = _("Notes")
    button = _("Write the note")
    done = _("The note is on the case.")

    def form_options(self) -> dict[str, Any]:
        """Offer the colleagues who may read the case."""
        return {"case": self.case, "writer": person_of(self.request)}

    def perform(self, form: forms.Form) -> str:
        """Write it, and stay among the notes."""
        people = [person.pk for person in form.cleaned_data["people"]]
        notes.write_note(self.case, by=self.actor, text=form.cleaned_data["text"], people=people)
        return self.request.path

    def back_url(self) -> str:
        """Return to the case."""
        return case_url(self.case.reference, "timeline")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the notes beside the form, the newest first."""
        among = self.case.notes.all()
        meant = Prefetch("mentions", Mention.objects.select_related("person"))
        rows = among.select_related("written_by").prefetch_related(meant)
        page = page_of(self.request, rows, order=("-written_at", "-pk"), among=among)
        return super().context(form) | {"page": page}


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/notes/", WriteNote.as_view(), name="notes"),
]
