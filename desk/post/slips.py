"""Slips and return cards that came back: uploaded several at once, matched, looked at, accepted."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE
from csp.decorators import csp
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from desk.frame.inputs import DayField
from desk.frame.scoping import person_of
from desk.frame.verbs import Verb
from desk.post import reading as post_reading
from notices.models import OPEN_SCANS, Delivery, DeliveryState, ScanState, SlipScan
from notices.post import carriers
from notices.services import slips
from offboarding.policies import case_visible_to

SHOWN = 60


def scans(request: HttpRequest) -> QuerySet[SlipScan]:
    """Start a query for the scans of the person's cases, and for their own without a letter."""
    return (
        SlipScan.objects.filter(
            case_visible_to(person_of(request), case="delivery__case__")
            | Q(delivery=None, uploaded_by=person_of(request))
        )
        .select_related("delivery__case__client__office", "delivery__notice", "uploaded_by")
        .defer("picture", "delivery__mime")
        .order_by("uploaded_at", "name")
    )


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _SeveralFiles(forms.FileField):
    """Several files in one field; each is judged by the service."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return every file; what is wrong with one is said beside its name."""
        files = [one for one in (data or []) if one]
        if not files:
            raise ValidationError(_("Choose at least one file."))
        return files


class _Upload(forms.Form):
    files = _SeveralFiles(
        label=_("Scanned slips and return cards"),
        help_text=_(
            "PDF, PNG or JPEG, up to 25 MB each, several at once. A stack that was scanned into "
            "one PDF is taken apart."
        ),
        widget=_Files(attrs={"multiple": True, "accept": ".pdf,.png,.jpg,.jpeg"}),
    )


class Slips(Verb):
    """Upload scans, and see what became of those that came before."""

    form_class = _Upload
    template_name = "desk/post/slips.html"
    title = _("Slips")
    button = _("Upload")

    def allow(self) -> None:
        """An auditor uploads nothing."""
        if self.actor.colleague.is_auditor:
            raise PermissionDenied(_text("Your role does not allow this step; ask a team lead."))

    def perform(self, form: forms.Form) -> None:
        """Keep each file, and say which were not taken."""
        done = slips.upload(form.cleaned_data["files"], by=self.actor)
        if done.refused and not done.kept:
            raise ValidationError(
                {"files": [f"{name}: {sentence}" for name, sentence in done.refused]}
            )
        for name, sentence in done.refused:
            messages.error(self.request, f"{name}: {sentence}")
        messages.success(
            self.request,
            _text("%(count)d files are kept and are being read.") % {"count": len(done.kept)}
            if len(done.kept) > 1
            else _text("The file is kept and is being read."),
        )

    def next_url(self) -> str:
        """Stay here, where the scans appear."""
        return reverse("desk:post-slips")

    def back_url(self) -> str:
        """Return to the desk."""
        return reverse("desk:post")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """List what a person has something to do with."""
        rows = list(scans(self.request).filter(state__in=OPEN_SCANS)[: SHOWN + 1])
        return {
            "waiting": [row for row in rows if row.state == ScanState.WAITING],
            "matched": [row for row in rows[:SHOWN] if row.state == ScanState.MATCHED],
            "others": [
                row for row in rows[:SHOWN] if row.state in (ScanState.UNMATCHED, ScanState.REFUSED)
            ],
            "is_cut": len(rows) > SHOWN,
            "most": SHOWN,
        }


class ScanVerb(Verb):
    """A verb of one scan."""

    template_name = "desk/post/slip.html"
    scan: SlipScan

    def find(self) -> None:
        """Read the scan, of the person's own cases or uploads."""
        found = scans(self.request).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_text("There is no such sheet."))
        self.scan = found

    def allow(self) -> None:
        """An auditor decides nothing."""
        if self.actor.colleague.is_auditor:
            raise PermissionDenied(_text("Your role does not allow this step; ask a team lead."))

    def next_url(self) -> str:
        """Return to the slips."""
        return reverse("desk:post-slips")

    def time_zone(self) -> str | None:
        """Mean days as at the office of the letter."""
        return self.scan.delivery.case.time_zone if self.scan.delivery else None

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the sheet beside its form."""
        return {"scan": self.scan, "delivery": self.scan.delivery}


class _Acceptance(forms.Form):
    kind = forms.ChoiceField(
        label=_("What it is"),
        widget=forms.RadioSelect,
        choices=[
            (slips.SLIP, _("Our receipt slip, signed")),
            (slips.RETURN_CARD, _("The carrier's return card, signed")),
        ],
    )
    signed_by = forms.CharField(label=_("Name on the sheet"), max_length=200)
    signed_on = DayField(label=_("Date on the sheet"))
    looked = forms.BooleanField(
        label=_("I have looked at the sheet: it is signed and dated as I wrote here."),
        error_messages={"required": _("Look at the sheet first, then tick this.")},
    )


class Accept(ScanVerb):
    """Accept a matched sheet as proof of receipt."""

    form_class = _Acceptance
    title = _("Accept a sheet as proof")
    intro = _("The signature confirms receipt, not agreement. The scan is kept with the case.")
    button = _("Accept as proof")
    done = _("The sheet is kept as proof of receipt.")
    is_irreversible = True

    def initial(self) -> dict[str, Any]:
        """Most sheets are our own slip."""
        return {"kind": slips.SLIP}

    def perform(self, form: forms.Form) -> None:
        """Record the proof."""
        said = {name: form.cleaned_data[name] for name in ("kind", "signed_by", "signed_on")}
        slips.accept(self.scan, by=self.actor, **said)


class _Match(forms.Form):
    letter = forms.CharField(
        label=_("Letter"),
        max_length=80,
        help_text=_("The carrier's number, the cover sheet's code, or the reference of the case."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


class Match(ScanVerb):
    """File a sheet without a readable code with its letter."""

    form_class = _Match
    title = _("Match a sheet by hand")
    button = _("File it with this letter")
    done = _("The sheet is filed with its letter; now look at it and accept it.")

    def perform(self, form: forms.Form) -> str:
        """Find the letter, file the sheet, go on to accept it."""
        slips.match_by_hand(self.scan, self._letter(form.cleaned_data["letter"]), by=self.actor)
        return reverse("desk:post-slip-accept", args=[self.scan.pk])

    def _letter(self, said: str) -> Delivery:
        """Return the one posted letter of the person's cases that was meant."""
        mine = post_reading.letters(self.request).exclude(posted_on=None)
        tidy = carriers.tidy(said)
        pk = post_reading.named_by(tidy)
        found = list(
            mine.filter(
                Q(pk=pk) | Q(carrier_number=tidy) | Q(case__reference=said.strip().upper())
            ).exclude(state=DeliveryState.TAKEN_BACK)[:3]
        )
        if not found:
            raise ValidationError(
                {"letter": [_text("No posted letter of yours has this number or reference.")]}
            )
        if len(found) > 1:
            raise ValidationError(
                {"letter": [_text("Several letters of this case were posted; give the number.")]}
            )
        return found[0]


class Discard(ScanVerb):
    """Put a sheet away that proves nothing."""

    title = _("Discard a sheet")
    intro = _("The scan is removed. That it was there stays on record.")
    button = _("Discard the sheet")
    done = _("The sheet is discarded.")
    is_destructive = True

    def perform(self, form: forms.Form) -> None:
        """Put it away."""
        slips.discard(self.scan, by=self.actor)


def _scan_or_404(request: HttpRequest, pk: Any) -> SlipScan:
    found = scans(request).filter(pk=pk, state__in=OPEN_SCANS).first()
    if found is None:
        raise Http404(_text("There is no such sheet."))
    return found


@require_safe
def picture(request: HttpRequest, pk: Any) -> HttpResponse:
    """Hand out the first page of a sheet as a picture."""
    found = _scan_or_404(request, pk)
    if found.picture is None:
        raise Http404(_text("There is no such page."))
    response = HttpResponse(bytes(found.picture), content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@csp({"default-src": [NONE], "sandbox": [True]})
def file(request: HttpRequest, pk: Any) -> FileResponse:
    """Hand a sheet out as it was uploaded; always saved, never shown."""
    found = _scan_or_404(request, pk)
    try:
        content = found.content.open("rb")
    except FileNotFoundError:
        raise Http404(_text("The stored file is missing.")) from None
    response = FileResponse(content, content_type=found.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=found.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


_ONE = "post/slips/<uuid:pk>"
urlpatterns: list[URLPattern] = [
    path("post/slips/", Slips.as_view(), name="post-slips"),
    path(f"{_ONE}/accept/", Accept.as_view(), name="post-slip-accept"),
    path(f"{_ONE}/match/", Match.as_view(), name="post-slip-match"),
    path(f"{_ONE}/discard/", Discard.as_view(), name="post-slip-discard"),
    path(f"{_ONE}/picture.png", picture, name="post-slip-picture"),
    path(f"{_ONE}/file", file, name="post-slip-file"),
]
