"""Doors for mail providers: mail that came in, and what became of mails that left.

The domain knows no HTTP, so the composition root turns a provider's call into bytes and words and
hands them to `notices.inbound`. There is no door without INBOUND_WEBHOOK_SECRET, and none is passed
without it. django-anymail reads each provider's own format and checks its signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from anymail.exceptions import AnymailConfigurationError, AnymailError
from anymail.inbound import AnymailInboundMessage
from anymail.signals import EventType
from anymail.webhooks import brevo, mailgun, mailjet, postmark, sendgrid, sparkpost
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from audit import clock
from notices.errors import NotSettledYet
from notices.inbound import filing, tracking
from notices.inbound.reports import Action

log = structlog.get_logger(__name__)

RAW = "raw"
"""No provider: a mail server of one's own that posts the bytes of a mail as they are."""

INBOUND = {
    "brevo": brevo.BrevoInboundWebhookView,
    "mailgun": mailgun.MailgunInboundWebhookView,
    "mailjet": mailjet.MailjetInboundWebhookView,
    "postmark": postmark.PostmarkInboundWebhookView,
    "sendgrid": sendgrid.SendGridInboundWebhookView,
    "sparkpost": sparkpost.SparkPostInboundWebhookView,
}
TRACKING = {
    "brevo": brevo.BrevoTrackingWebhookView,
    "mailgun": mailgun.MailgunTrackingWebhookView,
    "mailjet": mailjet.MailjetTrackingWebhookView,
    "postmark": postmark.PostmarkTrackingWebhookView,
    "sendgrid": sendgrid.SendGridTrackingWebhookView,
    "sparkpost": sparkpost.SparkPostTrackingWebhookView,
}
ACTIONS = {
    EventType.DELIVERED: Action.DELIVERED,
    EventType.BOUNCED: Action.FAILED,
    EventType.REJECTED: Action.FAILED,
    EventType.FAILED: Action.FAILED,
    EventType.DEFERRED: Action.DELAYED,
}
"""What we listen to; that something was opened or clicked is not even read."""

LONGEST_HEAD = 64 * 1024
"""Of a mail that is too large, so much is read to see where it belongs."""

_UNREADABLE = (AnymailError, ValueError, LookupError, TypeError, AttributeError, OSError)


@csrf_exempt
@login_not_required
@require_http_methods(["POST", "HEAD"])
def inbound(request: HttpRequest, provider: str) -> HttpResponse:
    """Take in the mails that a provider hands over."""
    refused = _refused(request, provider, known=provider == RAW or provider in INBOUND)
    if refused is not None or request.method == "HEAD":
        return refused or HttpResponse()
    limit = settings.INBOUND_MAIL_LIMIT_BYTES
    # Providers write bytes as letters, three as four, and add their own words.
    length = _length_of(request)
    if length > (limit if provider == RAW else limit * 3 // 2):
        start = request.read(LONGEST_HEAD) if provider == RAW else b""
        return _too_large(provider, length, start)
    try:
        brought = list(_brought(request, provider, limit))
    except RequestDataTooBig:
        return _too_large(provider, length)
    except (SuspiciousOperation, *_UNREADABLE) as error:
        return _unreadable(provider, error)
    # Outside of it: a fault of ours is no fault of the mail, and the provider has to come again.
    for raw, envelope in brought:
        answer = _take_in(raw, provider, **envelope)
        if answer.status_code != HTTPStatus.OK:
            return answer
    return HttpResponse()


@csrf_exempt
@login_not_required
@require_http_methods(["POST", "HEAD"])
def tracked(request: HttpRequest, provider: str) -> HttpResponse:
    """Hear what a provider says became of mails that left through it."""
    refused = _refused(request, provider, known=provider in TRACKING)
    if refused is not None or request.method == "HEAD":
        return refused or HttpResponse()
    if _length_of(request) > settings.INBOUND_MAIL_LIMIT_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        events = _events(TRACKING[provider], request)
    except RequestDataTooBig:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except (SuspiciousOperation, *_UNREADABLE) as error:
        return _unreadable(provider, error)
    try:
        for event in events:
            _hear(event, provider)
    except NotSettledYet:
        return _come_again()
    return HttpResponse()


# -- who calls -------------------------------------------------------------------------------------


def _refused(request: HttpRequest, provider: str, *, known: bool) -> HttpResponse | None:
    """Return what answers a caller who may not come in; nothing for one who may.

    Raises:
        Http404: there is no such door.
    """
    if not settings.INBOUND_WEBHOOK_SECRET or not known:
        raise Http404
    if not constant_time_compare(_said_by(request), settings.INBOUND_WEBHOOK_SECRET):
        log.warning("hooks.refused", provider=provider)
        answer = HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        answer["WWW-Authenticate"] = 'Basic realm="hooks"'
        return answer
    return None


def _said_by(request: HttpRequest) -> str:
    """Return name and password of the call, as they were sent."""
    scheme, _space, said = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(said, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _length_of(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


# -- what it brings --------------------------------------------------------------------------------


def _events(view_class: Any, request: HttpRequest) -> list[Any]:
    """Read a provider's call in its own format, its signature checked.

    Raises:
        Http404: what the provider needs besides is not set up.
    """
    try:
        view = view_class()
        view.run_validators(request)
    except AnymailConfigurationError as error:
        log.warning("hooks.not_set_up", view=view_class.__name__)
        raise Http404 from error
    if not (request.content_type or "").startswith("multipart/"):
        # Django would stop at the size of a form of ours; how much is read was decided before.
        request._body = request.read(_length_of(request))
    return view.parse_events(request)


def _brought(
    request: HttpRequest, provider: str, limit: int
) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield each mail of a call as bytes, with what the provider knows of its envelope."""
    if provider == RAW:
        raw = request.read(limit)
        if not raw:
            raise ValueError("nothing was sent")
        yield raw, {}
        return
    for event in _events(INBOUND[provider], request):
        message: AnymailInboundMessage = event.message
        yield (
            message.as_bytes(),
            {
                "envelope_recipient": message.envelope_recipient or "",
                "envelope_sender": message.envelope_sender,
            },
        )


def _take_in(raw: bytes, provider: str, **envelope: Any) -> HttpResponse:
    if len(raw) > settings.INBOUND_MAIL_LIMIT_BYTES:
        return _too_large(provider, len(raw), raw[:LONGEST_HEAD])
    try:
        filing.take_in(raw, road=f"webhook:{provider}", **envelope)
    except NotSettledYet:
        return _come_again()
    return HttpResponse()


def _hear(event: Any, provider: str) -> None:
    action = ACTIONS.get(event.event_type)
    if action is None:
        return
    said = event.esp_event if isinstance(event.esp_event, dict) else {}
    names = [event.message_id, *(said.get(name) for name in ("smtp-id", "message-id"))]
    tracking.hear(
        message_ids=[str(name) for name in names if name],
        recipient=event.recipient or "",
        action=action,
        answer=event.mta_response or event.description or "",
        provider=provider,
    )


# -- answers ---------------------------------------------------------------------------------------


def _too_large(provider: str, size: int, start: bytes = b"") -> HttpResponse:
    """Keep that a mail came, where its head says it belongs, and refuse the rest of it."""
    limit = settings.INBOUND_MAIL_LIMIT_BYTES
    head = start.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    filing.refuse_too_large(
        size_bytes=size,
        road=f"webhook:{provider}",
        known_as=hashlib.sha256(head).hexdigest() if head else f"{size}:{clock.today('UTC')}",
        head=head,
        limit_bytes=limit,
    )
    return HttpResponse(
        f"A mail of up to {limit // 1024 // 1024} MB is taken in.",
        content_type="text/plain",
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


def _come_again() -> HttpResponse:
    answer = HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer["Retry-After"] = "60"
    return answer


def _unreadable(provider: str, error: Exception) -> HttpResponse:
    log.warning("hooks.unreadable", provider=provider, error=type(error).__name__)
    return HttpResponse(status=HTTPStatus.BAD_REQUEST)


urlpatterns: list[URLPattern] = [
    path("inbound/<slug:provider>/", inbound, name="hook-inbound"),
    path("tracking/<slug:provider>/", tracked, name="hook-tracking"),
]
