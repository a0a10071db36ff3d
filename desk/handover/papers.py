"""The hand-over list and the client's data: what goes where, and the papers that say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from audit import clock
from clients.csv_cells import csv_file
from desk.frame.inputs import DayField
from desk.frame.rights import Rights
from desk.frame.row_verbs import RowVerb
from desk.frame.scoping import case_or_404, person_of
from desk.handover.page import HandoverVerb
from desk.notice.sheets import pdf_response
from notices.language.phrases import language_of
from notices.models import PaperKind, PaperOrder
from notices.pages import handover_papers
from notices.services.handover_papers import order_paper, why_not_ordered
from offboarding.errors import Reason
from offboarding.models import DataCategory, Disposal, TerminationCase
from offboarding.services import disposals

PAPERS_SHOWN = 5


def _papers(case: TerminationCase, kind: str) -> dict[str, Any]:
    """Return the papers of a kind, and whether the newest says what the record says now."""
    orders = list(
        PaperOrder.objects.filter(case=case, kind=kind)
        .select_related("paper", "ordered_by")
        .defer("paper__pdf", "content")[:PAPERS_SHOWN]
    )
    now = handover_papers.fingerprint_of(handover_papers.content_now(case, kind))
    is_current = bool(orders) and orders[0].fingerprint == now
    return {
        "papers": orders,
        "is_current": is_current,
        "can_be_set": not is_current or bool(orders[0].problems),
        "reasons": why_not_ordered(case, kind),
        "order_url": reverse("desk:paper", args=[case.reference, kind]),
    }


@require_safe
@never_cache
def manifest(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the hand-over list: every item with size and hash, who holds it, who took it."""
    case = case_or_404(request, reference)
    language = language_of(case.language)
    headings = handover_papers.manifest_headings(language)
    context = {
        "case": case,
        "may_change": Rights(Actor.person(person_of(request)), case).may_change(),
        "headings": headings,
        "lines": [
            list(zip(headings, line, strict=True))
            for line in handover_papers.manifest_lines(case, language)
        ],
        **_papers(case, PaperKind.MANIFEST),
    }
    with timezone.override(case.time_zone):
        return render(request, "desk/case/handover/manifest.html", context)


@require_safe
def manifest_csv(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the list as a file that any spreadsheet reads and none executes."""
    case = case_or_404(request, reference)
    language = language_of(case.language)
    rows = [
        handover_papers.manifest_headings(language),
        *handover_papers.manifest_lines(case, language),
    ]
    response = HttpResponse(csv_file(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{case.reference}-hand-over.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def paper_file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Give a sealed paper, compared with its hash."""
    case = case_or_404(request, reference)
    order = PaperOrder.objects.select_related("paper").filter(case=case, pk=pk).first()
    paper = getattr(order, "paper", None)
    if order is None or paper is None:
        raise Http404(_text("There is no such paper."))
    return pdf_response(handover_papers.bytes_of(paper), f"{case.reference}-{order.kind}.pdf")


class OrderPaper(HandoverVerb):
    """Have the list or the certificate set as PDF, as the record stands."""

    title = _("Set it as PDF")
    intro = _("It says what the record says now, and is sealed with its hash.")
    button = _("Set the pages")
    done = _("The pages are being set; they stand here in a moment.")

    def find(self) -> None:
        """Read the case; a paper that we do not know is not there."""
        super().find()
        if self.kwargs["kind"] not in PaperKind.values:
            raise Http404(_text("There is no such paper."))

    def refusals(self) -> Iterator[Reason]:
        """Say what it still lacks; a case that has ended can have its papers."""
        yield from why_not_ordered(self.case, self.kwargs["kind"])

    def perform(self, form: forms.Form) -> None:
        """Order it."""
        order_paper(self.case, self.kwargs["kind"], by=self.actor)

    def next_url(self) -> str:
        """Return to the page of the paper."""
        name = "handover-list" if self.kwargs["kind"] == PaperKind.MANIFEST else "data"
        return reverse(f"desk:{name}", args=[self.case.reference])


# -- what becomes of the client's data -------------------------------------------------------------


@require_safe
@never_cache
def data(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the kinds of data, what becomes of each and why, and the certificate."""
    case = case_or_404(request, reference)
    rows = list(case.data_categories.select_related("done_by"))
    for row in rows:
        row.case = case
    context = {
        "case": case,
        "may_change": Rights(Actor.person(person_of(request)), case)["work_on_case"],
        "rows": rows,
        "hold": case.legal_hold_reason,
        "today": clock.today(case.time_zone),
        **_papers(case, PaperKind.DELETION),
    }
    with timezone.override(case.time_zone):
        return render(request, "desk/case/handover/data.html", context)


class _Category(forms.Form):
    name = forms.CharField(
        label=_("Data"), max_length=200, help_text=_("Such as “Payroll records 2024 to 2026”.")
    )
    held_in = forms.CharField(
        label=_("Where it is"), max_length=200, help_text=_("The system or the place.")
    )
    disposal = forms.ChoiceField(
        label=_("What becomes of it"), choices=Disposal.choices, widget=forms.RadioSelect
    )
    ground = forms.CharField(
        label=_("Ground"),
        max_length=500,
        help_text=_("A law, a clause or the client's wish, such as “§ 147 AO, ten years”."),
    )
    due_on = DayField(
        label=_("Until"),
        required=False,
        help_text=_("For what is kept: the day from which it may be deleted. Otherwise by when."),
    )


class DataVerb(HandoverVerb):
    """A verb about the client's data; it goes on after the case has ended."""

    page = "data"
    section = "data"
    # The hand-over on the case page names this list, it does not show it.
    shown_in: ClassVar[frozenset[str]] = frozenset()

    def refusals(self) -> Iterator[Reason]:
        """Data is deleted long after a case has ended, so nothing is refused for that."""
        return iter(())


class ListData(DataVerb):
    """List a kind of data and what becomes of it."""

    form_class = _Category
    title = _("Add a kind of data")
    button = _("Add it")
    done = _("It is listed.")
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """List it."""
        disposals.list_category(self.case, by=self.actor, **_said(form, _Category))


class _Done(forms.Form):
    done_on = DayField(label=_("Done on"))
    done_how = forms.CharField(
        label=_("How"),
        max_length=200,
        help_text=_("Such as “deleted in the payroll system, recycle bin emptied”."),
    )


class CarryOut(RowVerb):
    """Record that a kind of data was returned or deleted."""

    form_class = _Done
    template_name = "desk/case/handover/data_row.html"
    title = _("Done")
    button = _("Record it")
    done = _("It is on record.")
    section = "data"
    page = "data"
    rows = "data_categories"
    joined = ("done_by",)
    is_irreversible = True

    row: DataCategory

    def initial(self) -> dict[str, Any]:
        """Start from today."""
        return {"done_on": clock.today(self.case.time_zone)}

    def refusals(self) -> Iterator[Reason]:
        """Name a hold, a day that has not come, or that it was done before."""
        yield from disposals.why_not_now(self.row)

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        disposals.carry_out(self.row, by=self.actor, **_said(form, _Done))


def _said(form: forms.Form, form_class: type[forms.Form]) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in form_class.base_fields}


_CASE = "cases/<str:reference>/"

urlpatterns: list[URLPattern] = [
    path(f"{_CASE}handover/list/", manifest, name="handover-list"),
    path(f"{_CASE}handover/list.csv", manifest_csv, name="handover-list-csv"),
    path(f"{_CASE}handover/papers/<int:pk>/", paper_file, name="paper-file"),
    path(f"{_CASE}handover/papers/<str:kind>/new/", OrderPaper.as_view(), name="paper"),
    path(f"{_CASE}data/", data, name="data"),
    path(f"{_CASE}data/new/", ListData.as_view(), name="data-new"),
    path(f"{_CASE}data/<int:pk>/done/", CarryOut.as_view(), name="data-done"),
]
