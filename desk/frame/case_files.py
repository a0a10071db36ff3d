"""Files of a case: kept, listed, and handed out through one door."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from csp.constants import NONE
from csp.decorators import csp
from django import forms
from django.core.files import File
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from desk.frame.inputs import UploadField
from desk.frame.scoping import cases_of
from desk.frame.verbs import CaseVerb
from notices import alarms
from notices.errors import BytesDiffer
from offboarding import manifests
from offboarding.archives import ContentDiffers
from offboarding.models import CaseFile, TerminationCase
from offboarding.services.files import keep_file


@contextmanager
def kept(
    case: TerminationCase,
    upload: File[bytes] | None,
    *,
    by: Actor,
    is_for_handover: bool = False,
) -> Iterator[Any]:
    """Keep an optional file for the verb inside; when the verb fails, its bytes go as well."""
    case_file = keep_file(case, upload, by=by, is_for_handover=is_for_handover) if upload else None
    try:
        yield case_file
    except Exception:
        if case_file is not None:
            case_file.content.delete(save=False)
        raise


class _Upload(forms.Form):
    file = UploadField()


class AddFile(CaseVerb):
    """Keep a file with the case."""

    form_class = _Upload
    template_name = "desk/case/files.html"
    title = _("Files")
    button = _("Keep the file")
    done = _("The file is kept with the case.")
    section = "files"

    def perform(self, form: forms.Form) -> None:
        """Check, hash and keep it."""
        keep_file(self.case, form.cleaned_data["file"], by=self.actor)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """List what is there."""
        files = self.case.files.select_related("uploaded_by")
        return super().context(form) | {"files": files}


@require_safe
@csp({"default-src": [NONE], "sandbox": [True]})
def file(request: HttpRequest, pk: uuid.UUID) -> StreamingHttpResponse:
    """Hand a stored file out to somebody who may read its case, never shown, always saved."""
    found = get_object_or_404(CaseFile, pk=pk, case__in=cases_of(request))
    if not found.content.storage.exists(str(found.content.name)):
        raise Http404(_text("The stored file is missing."))
    if not manifests.is_as_it_was_kept(found):
        alarms.file_differs(found)
        raise BytesDiffer(_text("The stored file differs from what was kept. Tell an admin."))
    response = StreamingHttpResponse(_handed_out(found), content_type=found.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=found.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Length"] = str(found.size_bytes)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _handed_out(case_file: CaseFile) -> Iterator[bytes]:
    try:
        yield from manifests.read_kept(case_file, 0, case_file.size_bytes)
    except ContentDiffers:
        alarms.file_differs(case_file)
        raise


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/files/", AddFile.as_view(), name="files"),
    path("files/<uuid:pk>/", file, name="file"),
]
