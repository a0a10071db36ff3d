"""Carriers' files about letters on the desk: look, record, throw away; and accept what they say."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clients.errors import FileRefused
from desk.frame.scoping import person_of
from desk.frame.verbs import Verb
from desk.notice.verbs import DeliveryVerb
from notices.models import CarrierReport, ReportState
from notices.post import carrier_files
from notices.services import carrier_reports, registered

SHOWN = 300
REPORTS_SHOWN = 10


def _reports(request: HttpRequest) -> QuerySet[CarrierReport]:
    return CarrierReport.objects.filter(uploaded_by=person_of(request))


def _report_or_404(request: HttpRequest, pk: int) -> CarrierReport:
    found = _reports(request).filter(pk=pk).first()
    if found is None:
        raise Http404(_text("There is no such file."))
    return found


class _Upload(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=None,
        help_text=_("CSV in UTF-8, up to 10 MB, with the columns number, status and date."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Choose the file to look at.")},
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > carrier_files.MAX_BYTES:
            raise ValidationError(_("The file is larger than 10 MB. Split it into parts."))
        return file


class Reports(Verb):
    """Look at a carrier's file; nothing is recorded by it."""

    form_class = _Upload
    template_name = "desk/post/reports.html"
    title = _("Carrier's file")
    button = _("Check the file")

    def allow(self) -> None:
        """An auditor records nothing."""
        if self.actor.colleague.is_auditor:
            raise PermissionDenied(_text("Your role does not allow this step; ask a team lead."))

    def perform(self, form: forms.Form) -> str:
        """Read the file and go to what was found in it."""
        file = form.cleaned_data["file"]
        try:
            report = carrier_reports.dry_run(file.read(), by=self.actor, file_name=file.name)
        except FileRefused as refused:
            raise ValidationError({"file": refused.reasons}) from refused
        return reverse("desk:post-report", args=[report.pk])

    def next_url(self) -> str:
        """Return to the desk."""
        return reverse("desk:post")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Explain the columns, and show what was uploaded before."""
        heavy = ("rows", "bad_rows", "unknown", "passed_over")
        return {
            "columns": [
                (name, ", ".join(known[1:]), name in carrier_files.REQUIRED)
                for name, known in carrier_files.COLUMNS.items()
            ],
            "outcomes": sorted(carrier_files.OUTCOMES),
            "reports": list(_reports(self.request).defer(*heavy)[:REPORTS_SHOWN]),
        }


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was found in a file, row by row, and what became of it."""
    found = _report_or_404(request, pk)
    rows = cast(list[dict[str, Any]], found.rows)
    return render(
        request,
        "desk/post/report.html",
        {
            "report": found,
            "rows": [
                one | {"words": carrier_reports.outcome_words(one["outcome"])}
                for one in rows[:SHOWN]
            ],
            "good_count": len(rows),
            "bad_rows": found.bad_rows[:SHOWN],
            "unknown": found.unknown[:SHOWN],
            "passed_over": found.passed_over[:SHOWN],
            "most": SHOWN,
            "is_open": found.state == ReportState.DRY_RUN,
        },
    )


class ReportVerb(Verb):
    """A verb of one file."""

    http_method_names = ["post", "options"]
    report: CarrierReport

    def find(self) -> None:
        """Read the person's own file."""
        self.report = _report_or_404(self.request, self.kwargs["pk"])

    def next_url(self) -> str:
        """Stay with the file."""
        return reverse("desk:post-report", args=[self.report.pk])


class Confirm(ReportVerb):
    """Record the outcomes of a file."""

    title = _("Carrier's file")
    done = _("The outcomes are recorded.")

    def perform(self, form: forms.Form) -> None:
        """Record them; a second time changes nothing."""
        carrier_reports.confirm(self.report, by=self.actor)


class Discard(ReportVerb):
    """Throw a looked-at file away."""

    title = _("Carrier's file")
    done = _("The file is discarded. Nothing was recorded.")

    def perform(self, form: forms.Form) -> None:
        """Discard it; a second time changes nothing."""
        carrier_reports.discard(self.report, by=self.actor)


class AcceptRecord(DeliveryVerb):
    """Accept a carrier's record from a file as proof of receipt."""

    permission = "offboarding.acknowledge"
    template_name = "desk/notice/delivery_verb.html"
    title = _("Accept the carrier's record")
    intro = _(
        "The carrier's file says that this letter was delivered. Accept it if that is its own "
        "record of handing over: it then proves receipt."
    )
    button = _("Accept as proof")
    done = _("The carrier's record is kept as proof of receipt.")
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """Record the proof."""
        registered.accept_carrier_record(self.delivery, by=self.actor)


urlpatterns: list[URLPattern] = [
    path("post/carrier-files/", Reports.as_view(), name="post-reports"),
    path("post/carrier-files/<int:pk>/", report, name="post-report"),
    path("post/carrier-files/<int:pk>/confirm/", Confirm.as_view(), name="post-report-confirm"),
    path("post/carrier-files/<int:pk>/discard/", Discard.as_view(), name="post-report-discard"),
    path(
        "cases/<str:reference>/deliveries/<int:pk>/carrier-record/",
        AcceptRecord.as_view(),
        name="delivery-carrier-record",
    ),
]
