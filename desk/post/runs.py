"""Print runs on the desk: the day's letters as one file, its copies, its posting list."""

from __future__ import annotations

import csv
import hashlib
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit import clock
from desk.frame.inputs import ProseField
from desk.frame.keyset import page_of
from desk.frame.scoping import actor_of
from desk.frame.verbs import Verb
from desk.notice.sheets import LONG_SETTING, pdf_response
from desk.notice.verbs import DeliveryVerb
from desk.post import reading as post_reading
from notices.errors import BytesDiffer
from notices.models import Delivery, DeliveryState, PostingList, PrintRun
from notices.post import posting_lists
from notices.services import print_runs

MOST_OFFERED = 500


def run_url(run: PrintRun) -> str:
    """Return the address of a run's page."""
    return reverse("desk:post-run", args=[run.pk])


# -- a new run -------------------------------------------------------------------------------------


class _NewRun(forms.Form):
    letters = forms.TypedMultipleChoiceField(
        label=_("Letters"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one letter."),
            "invalid_choice": _(
                "One of these letters does not wait for the printer any more. Please look at the "
                "list again."
            ),
        },
    )

    def __init__(self, *args: Any, queued: list[post_reading.Queued], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.TypedMultipleChoiceField, self.fields["letters"])
        field.choices = [(one.delivery.pk, _label(one)) for one in queued]


def _label(one: post_reading.Queued) -> str:
    return _text("%(reference)s, %(client)s: %(sheets)d sheets, %(grams)d g, %(office)s") % {
        "reference": one.reference,
        "client": one.delivery.case.client.name,
        "sheets": one.sheets,
        "grams": one.weight_grams,
        "office": one.delivery.notice.office if one.delivery.notice else "",
    }


class NewRun(Verb):
    """Print the letters of one pile together."""

    form_class = _NewRun
    title = _("Print a run")
    intro = _(
        "Each letter is printed once, behind a cover sheet that stays in the house. Printing it "
        "again is possible later and is marked as a copy."
    )
    button = _("Put the file together")
    is_irreversible = True

    def find(self) -> None:
        """Read what waits for the printer in the person's own cases."""
        waiting = post_reading.letters(self.request).filter(
            state=DeliveryState.QUEUED, is_paused=False
        )
        self.waiting = [
            row for row in waiting[:MOST_OFFERED] if post_reading.may_send(self.actor, [row])
        ]

    def allow(self) -> None:
        """An auditor prints nothing."""
        if self.actor.colleague.is_auditor:
            raise PermissionDenied(_text("Your role does not allow this step; ask a team lead."))

    def form_options(self) -> dict[str, Any]:
        """Offer the letters that can be printed now."""
        queued = post_reading.queued_of(self.waiting)
        return {"queued": [one for one in queued if one.can_be_printed]}

    def perform(self, form: forms.Form) -> str:
        """Order the run and go to its page."""
        chosen = set(form.cleaned_data["letters"])
        rows = [row for row in self.waiting if row.pk in chosen]
        return run_url(print_runs.start_run(rows, by=self.actor))

    def next_url(self) -> str:
        """Return to the desk."""
        return reverse("desk:post")


# -- one run ---------------------------------------------------------------------------------------


@require_safe
@never_cache
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a run: its file, its letters in order, its posting list."""
    found = post_reading.run_or_404(request, pk)
    rows = post_reading.run_letters(found)
    lines = posting_lists.lines_of(rows)
    newest = PostingList.objects.filter(run=found).defer("pdf").first()
    template = "_run_file" if getattr(request, "htmx", False) else "run"
    return render(
        request,
        f"desk/post/{template}.html",
        {
            "run": found,
            "rows": rows,
            "may_send": post_reading.may_send(actor_of(request), [row.delivery for row in rows]),
            "left_out": [row for row in rows if row.left_out],
            "taken_back": [
                row
                for row in rows
                if row.delivery.state == DeliveryState.TAKEN_BACK and not row.left_out
            ],
            "to_post": [row for row in rows if row.delivery.state == DeliveryState.PRINTED],
            "line_count": len(lines),
            "weight_grams": sum(line.weight_grams for line in lines),
            "posting_list": newest,
            "is_list_current": bool(
                newest and newest.fingerprint == posting_lists.fingerprint_of(lines)
            ),
            "is_late": found.done_at is None and clock.now() - found.ordered_at > LONG_SETTING,
        },
    )


@require_safe
@never_cache
def runs(request: HttpRequest) -> HttpResponse:
    """List the runs, the newest first."""
    mine = post_reading.runs(request)
    page = page_of(
        request,
        mine.annotate(letter_count=Count("letters")),
        order=("-ordered_at", "-pk"),
        among=mine,
    )
    return render(request, "desk/post/runs.html", {"page": page})


@require_safe
def run_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file of a run, compared with its hash."""
    found = post_reading.run_or_404(request, pk)
    if not found.is_good:
        raise Http404(_text("This run is not put together yet."))
    return _checked(found, f"run-{found.number}.pdf")


def _checked(row: PrintRun | PostingList, name: str) -> HttpResponse:
    content = bytes(row.pdf or b"")
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise BytesDiffer(_text("The stored file was changed since it was made. Tell an admin."))
    return pdf_response(content, name)


class RunVerb(Verb):
    """A verb of one run."""

    run: PrintRun

    def find(self) -> None:
        """Read the run, of which the person may read every letter."""
        self.run = post_reading.run_or_404(self.request, self.kwargs["pk"])

    def allow(self) -> None:
        """Ask the policies for every letter; services ask them again."""
        rows = post_reading.run_letters(self.run)
        if not post_reading.may_send(self.actor, [row.delivery for row in rows]):
            raise PermissionDenied(_text("Your role does not allow this step; ask a team lead."))

    def next_url(self) -> str:
        """Return to the run."""
        return run_url(self.run)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the run."""
        return {"run": self.run}


class _Again(forms.Form):
    reason = ProseField(
        label=_("Why"), rows=2, max_length=500, help_text=_("For example: the printer jammed.")
    )


class RunAgain(RunVerb):
    """Print a run once more, as copies."""

    form_class = _Again
    title = _("Print the run again")
    intro = _(
        "A new run with the same letters. Each cover sheet says which copy it is; the letters "
        "themselves stay as they were approved. The reason stays on record."
    )
    button = _("Put the copies together")
    is_irreversible = True

    def perform(self, form: forms.Form) -> str:
        """Order the copies and go to their page."""
        return run_url(
            print_runs.print_run_again(self.run, by=self.actor, reason=form.cleaned_data["reason"])
        )


class LetterAgain(DeliveryVerb):
    """Print one letter once more, as a copy."""

    template_name = "desk/notice/delivery_verb.html"
    form_class = _Again
    title = _("Print the letter again")
    intro = _(
        "A run of one letter, whose cover sheet says which copy it is. The letter itself stays as "
        "it was approved. The reason stays on record."
    )
    button = _("Put the copy together")
    is_irreversible = True

    def perform(self, form: forms.Form) -> str:
        """Order the copy and go to its run."""
        found: Delivery = post_reading.letter_or_404(self.request, self.delivery.pk)
        return run_url(
            print_runs.print_letter_again(found, by=self.actor, reason=form.cleaned_data["reason"])
        )


# -- the posting list ------------------------------------------------------------------------------


class OrderList(RunVerb):
    """Order the posting list of a run as it stands."""

    http_method_names = ["post", "options"]
    title = _("Posting list")

    def perform(self, form: forms.Form) -> None:
        """Order it; the same list is set once."""
        print_runs.order_posting_list(self.run, by=self.actor)


@require_safe
def list_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the posting list out in the columns of a firm mailing book."""
    found = post_reading.run_or_404(request, pk)
    lines = posting_lists.lines_of(post_reading.run_letters(found))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    csv.writer(response).writerows(posting_lists.csv_rows(found, lines))
    name = f"posting-list-{found.number}.csv"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def list_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the newest posting list that was set."""
    found = post_reading.run_or_404(request, pk)
    newest = PostingList.objects.filter(run=found).exclude(sha256="").first()
    if newest is None:
        raise Http404(_text("There is no posting list yet."))
    return _checked(newest, f"posting-list-{found.number}.pdf")


urlpatterns: list[URLPattern] = [
    path("post/runs/", runs, name="post-runs"),
    path("post/runs/new/", NewRun.as_view(), name="post-run-new"),
    path("post/runs/<int:pk>/", run, name="post-run"),
    path("post/runs/<int:pk>/run.pdf", run_file, name="post-run-file"),
    path("post/runs/<int:pk>/again/", RunAgain.as_view(), name="post-run-again"),
    path("post/runs/<int:pk>/posting-list/", OrderList.as_view(), name="post-list"),
    path("post/runs/<int:pk>/posting-list.csv", list_csv, name="post-list-csv"),
    path("post/runs/<int:pk>/posting-list.pdf", list_pdf, name="post-list-pdf"),
    path(
        "cases/<str:reference>/deliveries/<int:pk>/print-again/",
        LetterAgain.as_view(),
        name="delivery-print-again",
    ),
]
