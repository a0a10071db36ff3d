"""Bringing clients in from a file: upload, look, then confirm, and undo if need be."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import selectors as people
from accounts.models import Team
from clients import imports
from clients.errors import FileRefused, ImportRefused
from clients.models import ImportBatch, ImportStatus
from desk.scoping import cases_of, person_of
from desk.verbs import Verb
from offboarding import returning

_IMPORTS_SHOWN = 10
_BAD_CELLS_SHOWN = 500
_ROWS_SHOWN = 20
_RETURNING_SHOWN = 50


class UploadForm(forms.Form):
    """A file of clients, and who will look after them."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None)
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("CSV in UTF-8, up to 10 MB; commas or semicolons between the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Choose the file to look at.")},
    )

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = cast(forms.ModelChoiceField, self.fields["team"])
        team.queryset = teams
        if len(teams) == 1:
            team.widget = forms.HiddenInput()

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > imports.MAX_BYTES:
            raise ValidationError(_("The file is larger than 10 MB. Split it into parts."))
        return file


class Upload(Verb):
    """Look at a file of clients; nothing is imported by it."""

    form_class = UploadForm
    template_name = "desk/clients/import.html"
    title = _("Import clients")
    button = _("Check the file")

    def allow(self) -> None:
        """Only who works in a team brings clients in."""
        user = person_of(self.request)
        self.teams = people.teams_of(user)
        if user.is_auditor or not self.teams:
            raise PermissionDenied(_text("Only who works in a team imports clients."))

    def form_options(self) -> dict[str, Any]:
        """Offer the person's teams."""
        return {"teams": self.teams}

    def initial(self) -> dict[str, Any]:
        """Begin with the first team."""
        return {"team": self.teams[0]}

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Explain the columns, and show what was uploaded before."""
        batches = _batches_of(self.request).select_related("created_by", "team")
        return {
            "columns": imports.COLUMNS,
            "batches": list(batches.defer("rows", "bad_rows")[:_IMPORTS_SHOWN]),
        }

    def perform(self, form: UploadForm) -> str:
        """Read the file and go to what was found in it."""
        file = form.cleaned_data["file"]
        try:
            report = imports.dry_run(
                file.read(), form.cleaned_data["team"], by=self.actor, file_name=file.name
            )
        except FileRefused as refused:
            raise ValidationError({"file": refused.reasons}) from refused
        return _batch_url(report.batch)

    def next_url(self) -> str:
        """Return to the list of clients."""
        return reverse("desk:client-list")


@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """Give a file with every column and one row to start from."""
    response = HttpResponse("\ufeff" + imports.template_csv(), content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="clients-example.csv"'
    return response


# -- one import ------------------------------------------------------------------------------------


def _batches_of(request: HttpRequest) -> Any:
    return ImportBatch.objects.filter(team__in=people.teams_of(person_of(request)))


def _batch_url(batch: ImportBatch) -> str:
    return reverse("desk:client-import-batch", args=[batch.pk])


def _batch_or_404(request: HttpRequest, pk: int) -> ImportBatch:
    found = _batches_of(request).select_related("team", "created_by").filter(pk=pk).first()
    if found is None:
        raise Http404(_text("There is no such import."))
    return cast(ImportBatch, found)


@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was found in a file, row by row, and what became of it."""
    looked_at = _batch_or_404(request, pk)
    context = _found(looked_at) | _returning(request, looked_at)
    return render(request, "desk/clients/import_batch.html", context)


def _returning(request: HttpRequest, looked_at: ImportBatch) -> dict[str, Any]:
    """Name the rows of a file that look like clients who were ended before."""
    if looked_at.status != ImportStatus.DRY_RUN or not looked_at.rows:
        return {}
    ended = returning.EndedClients(cases_of(request))
    found = []
    for entry in looked_at.rows:
        cells = entry["cells"]
        match = ended.find(
            name=cells.get("legal_name", ""),
            display_name=cells.get("display_name", ""),
            email=cells.get("contact_email", ""),
        )
        if match is not None:
            found.append({"row": entry["row"], "name": cells.get("legal_name", ""), "is": match})
    return {
        "returning": found[:_RETURNING_SHOWN],
        "returning_left_out": max(len(found) - _RETURNING_SHOWN, 0),
    }


def _found(looked_at: ImportBatch) -> dict[str, Any]:
    report = imports.report_of(looked_at)
    return {
        "batch": looked_at,
        "report": report,
        "bad_cells": report.bad_rows[:_BAD_CELLS_SHOWN],
        "bad_cells_left_out": max(len(report.bad_rows) - _BAD_CELLS_SHOWN, 0),
        "bad_row_count": len({cell.row for cell in report.bad_rows}),
        "rows": report.rows[:_ROWS_SHOWN],
        "rows_left_out": max(len(report.rows) - _ROWS_SHOWN, 0),
        "is_confirmed": looked_at.status == ImportStatus.CONFIRMED,
        "is_open": looked_at.status == ImportStatus.DRY_RUN,
    }


class BatchVerb(Verb):
    """A verb of one import. A refusal shows the import again with what stands in the way."""

    http_method_names = ["post", "options"]
    template_name = "desk/clients/import_batch.html"

    batch: ImportBatch

    def find(self) -> None:
        """Read the import of one of the person's teams."""
        self.batch = _batch_or_404(self.request, self.kwargs["pk"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or say why it cannot be done as things stand."""
        try:
            return super().post(request, *args, **kwargs)
        except ImportRefused as refused:
            context = _found(_batch_or_404(request, self.batch.pk)) | {"refused": refused.reasons}
            return render(request, self.template_name, context, status=HTTPStatus.CONFLICT)

    def next_url(self) -> str:
        """Stay with the import."""
        return _batch_url(self.batch)


class Confirm(BatchVerb):
    """Bring the clients of a file in, all or none."""

    done = _("The clients are imported.")

    def perform(self, form: forms.Form) -> None:
        """Import them; a second time changes nothing."""
        imports.confirm(self.batch, by=self.actor)


class Discard(BatchVerb):
    """Throw a looked-at file away."""

    done = _("The file is discarded. Nothing was imported.")

    def perform(self, form: forms.Form) -> None:
        """Discard it; a second time changes nothing."""
        imports.discard(self.batch, by=self.actor)


class Undo(BatchVerb):
    """Take imported clients out again, as long as nothing was built on them."""

    done = _("The import is undone; its clients are gone again.")

    def perform(self, form: forms.Form) -> None:
        """Undo it; a second time changes nothing."""
        imports.undo(self.batch, by=self.actor)


urlpatterns: list[URLPattern] = [
    path("clients/import/", Upload.as_view(), name="client-import"),
    path("clients/import/example.csv", example, name="client-import-example"),
    path("clients/import/<int:pk>/", batch, name="client-import-batch"),
    path("clients/import/<int:pk>/confirm/", Confirm.as_view(), name="client-import-confirm"),
    path("clients/import/<int:pk>/discard/", Discard.as_view(), name="client-import-discard"),
    path("clients/import/<int:pk>/undo/", Undo.as_view(), name="client-import-undo"),
]
