"""A notice as its reader will see it: pages as pictures, the mail, the plain text, one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _text
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from audit import clock
from desk.frame.scoping import case_or_404, cases_of
from desk.notice import reading
from notices.letters import composing
from notices.models import (
    SUPERSEDED,
    Letter,
    Notice,
    NoticeState,
    RenderedPage,
    Rendering,
    RenderingPurpose,
)
from notices.outbox import departures
from notices.pages import enclosed
from notices.profiles import Profile, profile_for

LONG_SETTING = timedelta(seconds=60)
"""Setting pages takes seconds; after this the page says that something may be wrong."""

VIEWS = ("letter", "email", "text", "receipt")


@dataclass(frozen=True)
class Sheets:
    """The reader's copy: pages as pictures, the mail, the plain text.

    Attributes:
        view: which of them is open.
        order: the pages' order; None when nobody ordered them.
        pages: the address of each page's picture; of the text before while the new is being set.
        zones: the stationery, when its window and folds are to be drawn.
        is_live: a script of the page looks for new pages itself and swaps only the pictures.
        pdf_url: where the pages are as one file.
        is_late: they should have been set long ago.
    """

    view: str
    notice: Notice
    order: Rendering | None
    pages: list[str]
    pdf_url: str = ""
    is_late: bool = False
    zones: Profile | None = None
    is_live: bool = False

    @property
    def is_waiting(self) -> bool:
        """A worker is still setting them."""
        return self.order is not None and self.order.done_at is None

    @property
    def mail(self) -> tuple[str, str]:
        """The subject and text of the e-mail, as it would be queued now."""
        return departures.mail_preview(self.notice)

    @property
    def plain_text(self) -> str:
        """The letter as plain text."""
        return composing.plain_text(self.notice)


def sheets_of(notice: Notice, asked: Mapping[str, str], *, is_live: bool = False) -> Sheets:
    """Return what a notice looks like to its reader: the sealed pages once there are any.

    Args:
        notice: with its case and office.
        asked: `view` names what is open; `zones` has the window and the folds drawn.
        is_live: beside a form that saves itself.
    """
    is_draft = notice.state == NoticeState.DRAFT
    if is_draft:
        order, shown = reading.previews_of(notice)
    else:
        order = shown = reading.pages_of(notice, RenderingPurpose.APPROVAL)
    name = "desk:notice-preview-page" if is_draft else "desk:notice-letter-page"
    reference = notice.case.reference
    office = notice.office
    return Sheets(
        view=asked.get("view", "") if asked.get("view", "") in VIEWS else "letter",
        notice=notice,
        order=order,
        pages=page_urls(name, notice, shown),
        pdf_url=reverse("desk:notice-letter", args=[reference, notice.number])
        if order and order.is_good and not is_draft
        else "",
        is_late=bool(order and not order.done_at and clock.now() - order.ordered_at > LONG_SETTING),
        zones=profile_for(office.stationery, float(office.nudge_x_mm), float(office.nudge_y_mm))
        if asked.get("zones")
        else None,
        is_live=is_live or bool(asked.get("live")),
    )


def page_urls(name: str, notice: Notice, order: Rendering | None) -> list[str]:
    """Return the address of each page's picture; another text has other addresses."""
    if order is None:
        return []
    return [
        reverse(name, args=[notice.case.reference, notice.number, page]) + f"?v={order.sha256[:12]}"
        for page in range(1, order.page_count + 1)
    ]


@require_safe
@never_cache
def progress(request: HttpRequest, reference: str, number: int) -> JsonResponse:
    """Say whether the preview of a version is set, and where its pages are; asked often."""
    try:
        version = int(request.GET.get("version", ""))
    except ValueError:
        version = 0
    cases = cases_of(request).filter(reference=reference)
    order = (
        Rendering.objects.filter(
            notice__case__in=cases,
            notice__number=number,
            notice_version__gte=version,
            purpose=RenderingPurpose.PREVIEW,
        )
        .exclude(done_at=None)
        .exclude(problems=[SUPERSEDED])
        .select_related("notice__case")
        .defer("pdf")
        .order_by("-notice_version")
        .first()
    )
    if order is None:
        if not Notice.objects.filter(case__in=cases, number=number).exists():
            raise Http404(_text("There is no such notice."))
        return JsonResponse({"set": False})
    return JsonResponse(
        {
            "set": True,
            "good": order.is_good,
            "pages": page_urls("desk:notice-preview-page", order.notice, order),
        }
    )


@require_safe
@never_cache
def preview(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the reader's copy alone; the page asks for it until the pages are set."""
    case = case_or_404(request, reference)
    notice = reading.notice_or_404(case, number)
    sheets = sheets_of(notice, request.GET)
    with timezone.override(case.time_zone):
        return render(
            request, "desk/notice/_sheets.html", {"case": case, "notice": notice, "sheets": sheets}
        )


@require_safe
def page(
    request: HttpRequest, reference: str, number: int, page: int, purpose: RenderingPurpose
) -> HttpResponse:
    """Hand out one page of a notice as a picture."""
    found = (
        RenderedPage.objects.filter(
            rendering__notice__case__in=cases_of(request).filter(reference=reference),
            rendering__notice__number=number,
            rendering__purpose=purpose,
            rendering__delivery=None,
            rendering__sha256__startswith=request.GET.get("v", "")[:64],
            number=page,
        )
        .select_related("rendering")
        .defer("png", "rendering__pdf")
        .order_by("-rendering__notice_version")
        .first()
    )
    if found is None:
        raise Http404(_text("There is no such page."))
    etag = f'"{found.rendering.sha256}-{page}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(bytes(found.png), content_type="image/png")
    response["ETag"] = etag
    # Kept by the reader's own browser, and asked for again each time.
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def letter(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Hand out the pages that wait for approval, or the sealed letter, as one file.

    Raises:
        BytesDiffer: the stored bytes were changed; nobody gets to see them.
    """
    case = case_or_404(request, reference)
    notice = reading.notice_or_404(case, number)
    order = (
        Rendering.objects.filter(
            notice=notice,
            notice_version=notice.version,
            purpose=RenderingPurpose.APPROVAL,
            delivery=None,
        )
        .exclude(pdf=None)
        .first()
    )
    sealed = Letter.objects.filter(notice=notice, notice_version=notice.version).first()
    found = sealed or order
    if found is None:
        raise Http404(_text("There is no letter yet."))
    name = f"{case.reference}-{notice.number}.pdf"
    return pdf_response(enclosed.pages_of(found, notice), name)


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Hand out a letter; it opens in the browser, from where it is printed or kept."""
    response = HttpResponse(content, content_type="application/pdf")
    disposition = content_disposition_header(as_attachment=False, filename=name)
    response["Content-Disposition"] = disposition or "inline"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@never_cache
@xframe_options_sameorigin
@csp(
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
        "sandbox": [True],
    }
)
def mail(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the HTML part of the mail as it would leave, at its own address, able to do nothing."""
    case = case_or_404(request, reference)
    return HttpResponse(departures.mail_page_preview(reading.notice_or_404(case, number)))


_NUMBERED = "cases/<str:reference>/notice/<int:number>"
urlpatterns: list[URLPattern] = [
    path(f"{_NUMBERED}/sheets/", preview, name="notice-sheets"),
    path(f"{_NUMBERED}/sheets/set/", progress, name="notice-sheets-set"),
    path(f"{_NUMBERED}/mail/", mail, name="notice-mail"),
    path(
        f"{_NUMBERED}/preview/<int:page>.png",
        page,
        {"purpose": RenderingPurpose.PREVIEW},
        name="notice-preview-page",
    ),
    path(
        f"{_NUMBERED}/letter/<int:page>.png",
        page,
        {"purpose": RenderingPurpose.APPROVAL},
        name="notice-letter-page",
    ),
    path(f"{_NUMBERED}/letter.pdf", letter, name="notice-letter"),
]
