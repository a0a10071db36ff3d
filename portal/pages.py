"""What all client pages share: no cookie, no store, the reader's language, limits on what comes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from clients.models import Firm, Office
from notices.language.phrases import language_of
from portal import limits
from portal.phrases import phrases_in

PRIVATE = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}
"""Headers of every answer: the address is a secret and the page is nobody else's."""

FILE_POLICY = "default-src 'none'; sandbox"

MOST_OFFICES = 8


# Posts carry the nonce of their own page (see `nonces`) instead of a token in a cookie.
@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class ClientPage(View):
    """A page without sign-in. Whoever wrote the firm's language keeps it: colleagues read that."""

    http_method_names = ["get", "head", "post", "options"]
    most_bytes = limits.MOST_FORM_BYTES

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer privately, in words that the reader understands, and never read too much."""
        self.reader_language = language_of(get_language() or settings.LANGUAGE_CODE)
        with translation.override(settings.LANGUAGE_CODE):
            if request.method == "POST" and limits.is_too_large(request, self.most_bytes):
                response = self.say("too_large", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            else:
                response = self.answer(request, *args, **kwargs)
        for name, value in PRIVATE.items():
            response.headers[name] = value
        return response

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let the method answer; a page that can end says so here."""
        return self.dispatch_to_method(request, *args, **kwargs)

    def dispatch_to_method(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Call the method that the request names."""
        return super().dispatch(request, *args, **kwargs)

    def show(
        self,
        template: str,
        context: dict[str, Any],
        *,
        language: str = "",
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        """Draw a page in the reader's language."""
        language = language or self.reader_language
        words = {"words": phrases_in(language), "language": language}
        with translation.override(language):
            page = render_to_string(f"portal/{template}.html", words | context)
        return HttpResponse(page, status=status, headers={"Content-Language": language})

    def say(self, what: str, *, status: int, language: str = "") -> HttpResponse:
        """Show a page that only says something, and whom to call.

        Args:
            what: the first part of the names of its phrases, such as `withdrawn`.
            status: of the answer.
            language: the client's, where it may be known.
        """
        words = phrases_in(language or self.reader_language)
        context = {
            "firm_name": Firm.current().name,
            "title": getattr(words, f"{what}_title", words.gone_title),
            "text": getattr(words, f"{what}_text"),
            "offers_code": what == "unknown",
            "offices": Office.objects.all()[:MOST_OFFICES],
        }
        return self.show("notice", context, language=language, status=status)

    def say_too_often(self) -> HttpResponse:
        """Ask to wait."""
        response = self.say("too_often", status=HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(limits.WINDOW_SECONDS)
        return response


def pdf_response(name: str, pdf: bytes) -> HttpResponse:
    """Serve sealed bytes as a file that no page can script or frame."""
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )
