"""Bringing clients in from a file: upload, look, then confirm, and undo if need be."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import selectors as people
from accounts.models import Team
from clients import imports
from clients.errors import FileRefused, ImportRefused
from clients.models import ImportBatch, ImportStatus, RowState
from desk.frame.scoping import cases_of, person_of
from desk.frame.verbs import Verb
from notices import bell
from offboarding import returning

_IMPORTS_SHOWN = 10
_BAD_ROWS_SHOWN = 200
_ROWS_SHOWN = 20
_KEPT_SHOWN = 200
_RETURNING_SHOWN = 50
_WORK = "clients.tasks.work_on_imports"


class UploadForm(forms.Form):
    """A file of clients, and who will look after them."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None)
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("CSV, up to 10 MB and 20,000 rows; commas or semicolons between the columns."),
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
            "batches": list(batches[:_IMPORTS_SHOWN]),
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
        bell.ring(_WORK)
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
    if looked_at.status != ImportStatus.DRY_RUN:
        return {}
    ended = returning.EndedClients(cases_of(request))
    if not ended:
        return {}
    found = []
    good = looked_at.rows.filter(state=RowState.GOOD).order_by("number")
    for number, row in good.values_list("number", "cells").iterator(chunk_size=1_000):
        cells = dict(zip(looked_at.headings, row, strict=False))
        match = ended.find(
            name=cells.get("legal_name", ""),
            display_name=cells.get("display_name", ""),
            email=cells.get("contact_email", ""),
        )
        if match is not None:
            found.append({"row": number, "name": cells.get("legal_name", ""), "is": match})
    return {
        "returning": found[:_RETURNING_SHOWN],
        "returning_left_out": max(len(found) - _RETURNING_SHOWN, 0),
    }


def _found(looked_at: ImportBatch) -> dict[str, Any]:
    counts = Counter(
        dict(
            looked_at.rows.order_by()
            .values_list("state")
            .annotate(count=Count("pk"))
            .values_list("state", "count")
        )
    )
    is_open = looked_at.status == ImportStatus.DRY_RUN
    report = imports.report_of(looked_at, most=_BAD_ROWS_SHOWN)
    good = looked_at.rows.filter(state=RowState.GOOD).order_by("number")
    kept = looked_at.rows.filter(state=RowState.KEPT).select_related("client").order_by("number")
    bad = looked_at.rows.filter(state=RowState.BAD)
    shown = list(good[:_ROWS_SHOWN]) if is_open else []
    return {
        "batch": looked_at,
        "report": report,
        "bad_cells": report.bad_rows,
        "bad_row_count": counts[RowState.BAD],
        "bad_rows_left_out": max(counts[RowState.BAD] - _BAD_ROWS_SHOWN, 0),
        "can_be_mended": counts[RowState.BAD] > 0 and not bad.filter(cells=[]).exists(),
        "rows": [dict(zip(looked_at.headings, row.cells, strict=False)) for row in shown],
        "rows_left_out": max(looked_at.good_count - _ROWS_SHOWN, 0),
        "kept": [(row.client, row.problems[0][1]) for row in kept[:_KEPT_SHOWN]],
        "kept_count": counts[RowState.KEPT],
        "kept_left_out": max(counts[RowState.KEPT] - _KEPT_SHOWN, 0),
        "is_open": is_open,
        "is_confirmed": looked_at.status == ImportStatus.CONFIRMED,
        "is_undone": looked_at.status == ImportStatus.UNDONE,
        "work": _WORK_IN_WORDS.get(ImportStatus(looked_at.status), ""),
        "total": looked_at.imported_count
        if looked_at.status == ImportStatus.UNDOING
        else looked_at.good_count
        if looked_at.status == ImportStatus.IMPORTING
        else looked_at.row_count,
    }


_WORK_IN_WORDS = {
    ImportStatus.CHECKING: _("The rows are being checked; nothing is imported by it."),
    ImportStatus.IMPORTING: _("The clients are being imported."),
    ImportStatus.UNDOING: _("The clients are being taken out again."),
}


@require_safe
def bad_rows(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """Give the rows that could not be used as a file to mend and upload again."""
    looked_at = _batch_or_404(request, pk)
    if not _found(looked_at)["can_be_mended"]:
        raise Http404(_text("There is no such file, or its rows are not kept any more."))
    lines = imports.bad_rows_csv(looked_at)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rows-to-mend-{pk}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


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
    """Bring the good rows of a file in."""

    def perform(self, form: forms.Form) -> None:
        """Import them; a second time changes nothing."""
        imports.confirm(self.batch, by=self.actor)
        bell.ring(_WORK)


class Discard(BatchVerb):
    """Throw a looked-at file away."""

    done = _("The file is discarded. Nothing was imported.")

    def perform(self, form: forms.Form) -> None:
        """Discard it; a second time changes nothing."""
        imports.discard(self.batch, by=self.actor)


class Undo(BatchVerb):
    """Take imported clients out again, but for those that something was built on."""

    def perform(self, form: forms.Form) -> None:
        """Undo it; a second time changes nothing."""
        imports.undo(self.batch, by=self.actor)
        bell.ring(_WORK)


urlpatterns: list[URLPattern] = [
    path("clients/import/", Upload.as_view(), name="client-import"),
    path("clients/import/example.csv", example, name="client-import-example"),
    path("clients/import/<int:pk>/", batch, name="client-import-batch"),
    path("clients/import/<int:pk>/bad-rows.csv", bad_rows, name="client-import-bad-rows"),
    path("clients/import/<int:pk>/confirm/", Confirm.as_view(), name="client-import-confirm"),
    path("clients/import/<int:pk>/discard/", Discard.as_view(), name="client-import-discard"),
    path("clients/import/<int:pk>/undo/", Undo.as_view(), name="client-import-undo"),
]
