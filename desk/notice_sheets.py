"""A notice as its reader will see it: pages as pictures, the mail, the plain text, one file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _text
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit import clock
from desk import notice_reading as reading
from desk.scoping import case_or_404, cases_of
from notices import composing, departures
from notices.models import (
    Letter,
    Notice,
    NoticeState,
    RenderedPage,
    Rendering,
    RenderingPurpose,
)

LONG_SETTING = timedelta(seconds=60)
"""Setting pages takes seconds; after this the page says that something may be wrong."""

VIEWS = ("letter", "email", "text")


@dataclass(frozen=True)
class Sheets:
    """The reader's copy: pages as pictures, the mail, the plain text.

    Attributes:
        view: which of the three is open.
        order: the pages' order; None when nobody ordered them.
        pages: the address of each page's picture.
        pdf_url: where the pages are as one file.
        is_late: they should have been set long ago.
    """

    view: str
    notice: Notice
    order: Rendering | None
    pages: list[str]
    pdf_url: str = ""
    is_late: bool = False

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


def sheets_of(notice: Notice, view: str) -> Sheets:
    """Return what a notice looks like to its reader: the sealed pages once there are any."""
    is_draft = notice.state == NoticeState.DRAFT
    purpose = RenderingPurpose.PREVIEW if is_draft else RenderingPurpose.APPROVAL
    order = reading.pages_of(notice, purpose)
    name = "desk:notice-preview-page" if is_draft else "desk:notice-letter-page"
    reference = notice.case.reference
    pages = [
        reverse(name, args=[reference, notice.number, page]) + f"?v={order.sha256[:12]}"
        for page in range(1, (order.page_count if order else 0) + 1)
    ]
    return Sheets(
        view=view if view in VIEWS else "letter",
        notice=notice,
        order=order,
        pages=pages,
        pdf_url=reverse("desk:notice-letter", args=[reference, notice.number])
        if order and order.is_good and not is_draft
        else "",
        is_late=bool(order and not order.done_at and clock.now() - order.ordered_at > LONG_SETTING),
    )


@require_safe
@never_cache
def preview(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the reader's copy alone; the page asks for it until the pages are set."""
    case = case_or_404(request, reference)
    notice = reading.notice_or_404(case, number)
    sheets = sheets_of(notice, request.GET.get("view", ""))
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
    """Hand out the pages that wait for approval, or the sealed letter, as one file."""
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
    content = sealed.pdf if sealed else order.pdf if order else None
    if content is None:
        raise Http404(_text("There is no letter yet."))
    return pdf_response(bytes(content), f"{case.reference}-{notice.number}.pdf")


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Hand out a letter; it opens in the browser, from where it is printed or kept."""
    response = HttpResponse(content, content_type="application/pdf")
    disposition = content_disposition_header(as_attachment=False, filename=name)
    response["Content-Disposition"] = disposition or "inline"
    response["Cache-Control"] = "private, no-store"
    return response


_NUMBERED = "cases/<str:reference>/notice/<int:number>"
urlpatterns: list[URLPattern] = [
    path(f"{_NUMBERED}/sheets/", preview, name="notice-sheets"),
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
