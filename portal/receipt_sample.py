"""The receipt page of a notice that has not left: for colleagues who write it, and harmless.

There is no link behind it: its addresses lead nowhere, and its nonce opens no page.
"""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from notices.language.phrases import language_of
from notices.letters import composing
from notices.models import Letter, Notice
from offboarding.models import ClientLink, LinkPurpose
from portal.pages import PRIVATE
from portal.receipt import LetterPage, Opened


class _Unsent(Opened):
    """What the client's link will open, before there is one."""

    @property
    def url(self) -> str:
        """Lead nowhere."""
        return ""

    @cached_property
    def dispute(self) -> None:  # type: ignore[override]
        """Nobody disputes what has not left."""
        return None

    @cached_property
    def confirmation(self) -> None:  # type: ignore[override]
        """Nobody has confirmed what has not left."""
        return None


def sample_of(notice: Notice, request: HttpRequest) -> HttpResponse:
    """Draw the receipt page as the addressee will see it, from the notice as it stands."""
    link = ClientLink(
        case=notice.case, purpose=LinkPurpose.RECEIPT, recipient_name=notice.recipient_name
    )
    letter = Letter(notice=notice, notice_version=notice.version, text=composing.plain_text(notice))
    page = LetterPage()
    page.setup(request)
    page.reader_language = language_of(notice.case.language)
    page.opened = _Unsent(link, letter)
    with translation.override(settings.LANGUAGE_CODE):
        response = page.page()
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response
