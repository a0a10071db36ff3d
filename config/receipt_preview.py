"""The client's receipt page inside the composer: the one page that both faces make together.

The desk says who may look, the portal draws what the client will see; they do not know each other,
so this stands above both. At its own address the page may be framed by ours and can do nothing.
"""

from __future__ import annotations

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from desk.frame.scoping import case_or_404
from desk.notice.reading import notice_or_404
from portal.receipt_sample import sample_of


@require_safe
@never_cache
@xframe_options_sameorigin
@csp(
    {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
        "sandbox": [True],
    }
)
def receipt_preview(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the receipt page of a notice to those who may read its case."""
    return sample_of(notice_or_404(case_or_404(request, reference), number), request)


urlpatterns: list[URLPattern] = [
    path(
        "cases/<str:reference>/notice/<int:number>/receipt-page/",
        receipt_preview,
        name="receipt-preview",
    ),
]
