"""Says in words, and with the right status, what the domain refused. Views hold no `try`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django_htmx.http import reswap, retarget

from accounts.models import User
from accounts.selectors import roles_read_once
from clients.errors import ChangedMeanwhile
from desk.frame.places import case_url, place_of
from desk.frame.scoping import cases_of
from desk.frame.verbs import in_zone
from notices import alarms
from notices.errors import BytesDiffer
from notices.errors import ChangedMeanwhile as NoticeChangedMeanwhile
from notices.reminding import digests
from offboarding.errors import CaseMovedOn, InvalidInput, NotAllowed, TransitionRefused

GetResponse = Callable[[HttpRequest], HttpResponse]

# The clients' pages have their own words for everything.
_OTHER_FACES = frozenset({"portal"})
# The clients' pages name the zone of the case, the admin that of the server.
_OWN_CLOCKS = _OTHER_FACES | {"admin"}


class DomainErrorsMiddleware:
    """Turns what the domain raises into pages: 409, 403 or 422."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if match and match.app_name in _OTHER_FACES:
            return None
        reference = str(match.kwargs.get("reference", "")) if match else ""
        back = {"case_url": case_url(reference) if reference else ""}
        if isinstance(error, TransitionRefused):
            unmet = [
                {
                    "text": reason.text,
                    "url": place_of(reason.fix, reference) if reference else "",
                }
                for reason in error.reasons
            ]
            return _say(request, "refused", HTTPStatus.CONFLICT, back | {"unmet": unmet})
        if isinstance(error, CaseMovedOn):
            told = {"who": error.who, "when": error.when, "state": error.state}
            with in_zone(_zone_of_case(request, reference)):
                return _say(request, "moved_on", HTTPStatus.CONFLICT, back | told)
        if isinstance(error, BytesDiffer):
            alarms.refused_to_a_colleague(error)
            unmet = [{"text": str(error), "url": ""}]
            return _say(request, "refused", HTTPStatus.CONFLICT, back | {"unmet": unmet})
        if isinstance(error, ChangedMeanwhile | NoticeChangedMeanwhile):
            told = {"who": error.who, "when": error.when}
            with in_zone(_zone_of_case(request, reference)):
                return _say(request, "moved_on", HTTPStatus.CONFLICT, back | told)
        if isinstance(error, NotAllowed | PermissionDenied):
            return _say(
                request, "not_allowed", HTTPStatus.FORBIDDEN, back | {"sentence": str(error)}
            )
        if isinstance(error, InvalidInput):
            told = {"sentence": error.message}
            return _say(request, "invalid", HTTPStatus.UNPROCESSABLE_ENTITY, back | told)
        return None


class RolesReadOnceMiddleware:
    """Lets a page that changes nothing ask for its reader's roles once.

    What changes something asks anew, inside the lock of what it changes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with roles_read_once():
            return self.get_response(request)


class ReadersClockMiddleware:
    """Tells a signed-in person times by the clock of the place where they work.

    A page of a case tells them by its office's clock instead, and says so by naming the zone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(_ReadersZone(request)):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *_called: Any) -> None:
        # What is typed is kept with its zone, which must not keep the request as well.
        if request.method not in ("GET", "HEAD"):
            timezone.activate(_zone_of_reader(request))


class _ReadersZone(tzinfo):
    """The zone of whoever reads a page, looked up when the first time is told."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _zone(self) -> tzinfo:
        return _zone_of_reader(self._request)

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return self._zone.utcoffset(moment)

    def dst(self, moment: datetime | None) -> timedelta | None:
        return self._zone.dst(moment)

    def tzname(self, moment: datetime | None) -> str | None:
        return self._zone.tzname(moment)

    def fromutc(self, moment: datetime) -> datetime:
        return self._zone.fromutc(moment.replace(tzinfo=self._zone))

    def __str__(self) -> str:
        return str(self._zone)


def _zone_of_reader(request: HttpRequest) -> tzinfo:
    match = request.resolver_match
    if (match and match.app_name in _OWN_CLOCKS) or not isinstance(request.user, User):
        return timezone.get_default_timezone()
    return ZoneInfo(digests.zone_of(request.user))


class UploadLimitMiddleware:
    """Refuses a body that no form of this house could hold, before any of it is read.

    A little above the limit is read and refused by the form itself, which keeps what was typed.
    Where files for a hand-over are taken, a person who is signed in may bring more, as long as the
    disk has room for it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = settings.EVIDENCE_UPLOAD_LIMIT_BYTES
        length = _length_of(request)
        if length <= limit * 4:
            return self.get_response(request)
        if _takes_large_files(request):
            limit = settings.HANDOVER_UPLOAD_LIMIT_BYTES
            if length > _room_on_disk():
                return _refuse(request, "no_room", HTTPStatus.INSUFFICIENT_STORAGE, {})
            if length <= limit + settings.EVIDENCE_UPLOAD_LIMIT_BYTES:
                return self.get_response(request)
        context = {"limit_mb": limit // 1024 // 1024}
        return _refuse(request, "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, context)


LARGE_FILES = frozenset({"desk:handover-new", "desk:handover-file"})
"""Where files of a hand-over are taken."""


def _takes_large_files(request: HttpRequest) -> bool:
    """Tell whether large files are taken here, and only from who is signed in."""
    if SESSION_KEY not in request.session:
        return False
    try:
        return resolve(request.path_info).view_name in LARGE_FILES
    except Resolver404:
        return False


def _room_on_disk() -> int:
    """Return how many bytes may still be written where uploads arrive."""
    place = Path(settings.MEDIA_ROOT)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return shutil.disk_usage(place).free - int(settings.DISK_RESERVE_BYTES)


def _refuse(
    request: HttpRequest, name: str, status: HTTPStatus, context: dict[str, Any]
) -> HttpResponse:
    return render(request, f"desk/errors/{name}.html", context, status=status)


def _length_of(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _zone_of_case(request: HttpRequest, reference: str) -> str | None:
    """Return the zone of the page that was pressed, if it was one of a case."""
    if not reference:
        return None
    zones = cases_of(request).filter(reference=reference)
    return zones.values_list("client__office__time_zone", flat=True).first()


def _say(
    request: HttpRequest, name: str, status: HTTPStatus, context: dict[str, Any]
) -> HttpResponse:
    if getattr(request, "htmx", False):
        fragment = render(request, f"desk/errors/_{name}.html", context, status=status)
        return reswap(retarget(fragment, "#content"), "innerHTML")
    return render(request, f"desk/errors/{name}.html", context, status=status)
