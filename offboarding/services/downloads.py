"""A reader fetches the files of a release: a code by e-mail, a download for a day, what was sent.

Whoever holds the link alone gets nothing but a code sent to the address that the release is for.
One download opens all of its files for 24 hours; parts and repeats within it count once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding import policies, stretches
from offboarding.errors import InvalidInput
from offboarding.models import (
    ClientLink,
    Download,
    DownloadCode,
    FetchedFile,
    HandoverItem,
    HandoverRelease,
    HandoverState,
    LinkPurpose,
    ReleasedFile,
)
from offboarding.services.locking import locked, remember

CODE_DIGITS = 6
CODE_GOOD_FOR = timedelta(minutes=15)
JUST_NOW = timedelta(seconds=10)
MOST_TRIES = 5
"""Of one code."""
MOST_CODES_AN_HOUR = 5
MOST_CODES = 25
"""Of one link in its seven days."""
MOST_DOWNLOADS = 5
DOWNLOAD_GOOD_FOR = timedelta(hours=24)


class Refused(StrEnum):
    """Why a code is not sent or opens nothing."""

    ENDED = "ended"
    TOO_MANY_CODES = "too_many_codes"
    WRONG_CODE = "wrong_code"
    CODE_OVER = "code_over"
    TOO_MANY_DOWNLOADS = "too_many_downloads"


@dataclass(frozen=True)
class Answer:
    """What became of a request: a secret for the reader, or why there is none."""

    secret: str = ""
    refused: Refused | None = None


def release_behind(token: str) -> HandoverRelease | None:
    """Return the release of a link's token, whatever its state; None if there is none.

    An earlier link of the same files leads nowhere any more.
    """
    digest = hashlib.sha256(token.encode()).hexdigest()
    return (
        HandoverRelease.objects.select_related("case__client__office", "case__owner", "link")
        .filter(link__token_sha256=digest, link__purpose=LinkPurpose.HANDOVER)
        .first()
    )


def was_sent_just_now(release: HandoverRelease) -> bool:
    """Tell whether a code that is still good left in the last seconds: a double click asks once."""
    lately = clock.now() - JUST_NOW
    codes = DownloadCode.objects.filter(link=release.link, used_at=None, tries__lt=MOST_TRIES)
    return release.is_open and codes.filter(sent_at__gt=lately).exists()


def make_code(release: HandoverRelease, *, by: Actor) -> Answer:
    """Make a one-time code for the release's reader; call with the case locked."""
    link = release.link
    if link is None or not release.is_open:
        return Answer(refused=Refused.ENDED)
    now = clock.now()
    codes = DownloadCode.objects.filter(link=link)
    lately = codes.filter(sent_at__gt=now - timedelta(hours=1)).count()
    if lately >= MOST_CODES_AN_HOUR or codes.count() >= MOST_CODES:
        return Answer(refused=Refused.TOO_MANY_CODES)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    row = DownloadCode.objects.create(
        link=link,
        code_sha256=_keyed(f"{link.pk}:{code}"),
        sent_at=now,
        expires_at=now + CODE_GOOD_FOR,
    )
    # The latest counts; nobody has to know which of two mails came first.
    codes.exclude(pk=row.pk).filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    remember(release.case, "download.code_sent", by=by, subject=row, details={"link": link.pk})
    return Answer(secret=code)


def open_download(
    release: HandoverRelease, code: str, *, address_hash: str = "", user_agent: str = ""
) -> Answer:
    """Record one download by whoever typed the code, and return the secret of its address.

    A wrong code counts as a try whatever follows.
    """
    with transaction.atomic():
        case = locked(release.case)
        release = _read_again(release)
        link = release.link
        if link is None or not release.is_open:
            return Answer(refused=Refused.ENDED)
        by = Actor.client(release.recipient_name, link_id=link.pk)
        policies.require(by, "offboarding.fetch_handover", case)
        number = link.downloads.count() + 1
        if number > MOST_DOWNLOADS:
            return Answer(refused=Refused.TOO_MANY_DOWNLOADS)
        refused = _try(link, code)
        if refused is not None:
            return Answer(refused=refused)
        token = secrets.token_urlsafe(32)
        now = clock.now()
        download = Download.objects.create(
            link=link,
            number=number,
            token_sha256=hashlib.sha256(token.encode()).hexdigest(),
            opened_at=now,
            expires_at=now + DOWNLOAD_GOOD_FOR,
            address_hash=address_hash,
            user_agent=user_agent[:300],
        )
        remember(
            case,
            "download.opened",
            by=by,
            subject=download,
            details={"link": link.pk, "release": release.pk, "number": number},
        )
    return Answer(secret=token)


def _try(link: ClientLink, code: str) -> Refused | None:
    """Compare a typed code with the one that counts now, and use it up if it is right."""
    now = clock.now()
    row = DownloadCode.objects.filter(link=link).order_by("-sent_at", "-pk").first()
    if row is None:
        return Refused.WRONG_CODE
    if row.used_at is not None or row.expires_at <= now or row.tries >= MOST_TRIES:
        return Refused.CODE_OVER
    typed = "".join(sign for sign in code if sign.isdigit())
    is_right = hmac.compare_digest(row.code_sha256, _keyed(f"{link.pk}:{typed}"))
    row.tries += 1
    row.used_at = now if is_right else None
    row.save(update_fields=["tries", "used_at"])
    return None if is_right else Refused.WRONG_CODE


def find_download(release: HandoverRelease, token: str) -> Download | None:
    """Return the download of an address, as long as it is open."""
    if release.link is None or not release.is_open:
        return None
    digest = hashlib.sha256(token.encode()).hexdigest()
    return release.link.downloads.filter(token_sha256=digest, expires_at__gt=clock.now()).first()


def note_sent(
    download: Download, released: ReleasedFile | None, *, size_bytes: int, start: int, stop: int
) -> None:
    """Note which bytes of a file, or of the archive of all, were handed out.

    It is no step of the case and moves nothing, like the first opening of a link.
    """
    with transaction.atomic():
        # The download's own row is the lock, so that two parts at once both count.
        Download.objects.select_for_update().get(pk=download.pk)
        row, _created = FetchedFile.objects.get_or_create(
            download=download, released=released, defaults={"size_bytes": size_bytes}
        )
        row.sent = stretches.add(row.sent, start, stop)
        row.requests += 1
        row.last_at = clock.now()
        row.save(update_fields=["sent", "requests", "last_at"])


def accept(release: HandoverRelease, *, name: str) -> HandoverRelease:
    """Record that the reader has everything; its items count as delivered, accepted by that name.

    A second time changes nothing.

    Raises:
        InvalidInput: no name, or nothing was fetched yet.
    """
    with transaction.atomic():
        case = locked(release.case)
        row = _read_again(release)
        if row.accepted_at is not None:
            return row
        link = row.link
        if link is None or not row.is_open:
            raise InvalidInput("name", _("This page cannot be opened any more."))
        name = " ".join(name.split())[:200]
        if not name:
            raise InvalidInput("name", _("Type your name."))
        if not FetchedFile.objects.filter(download__link=link).exists():
            raise InvalidInput("name", _("Nothing was downloaded yet."))
        by = Actor.client(name, link_id=link.pk)
        policies.require(by, "offboarding.fetch_handover", case)
        row.accepted_at = clock.now()
        row.accepted_by = name
        row.save(update_fields=["accepted_at", "accepted_by"])
        waiting = HandoverItem.objects.select_for_update().filter(
            releases__release=row, state=HandoverState.WAITING
        )
        items = list(waiting)
        for item in items:
            item.state = HandoverState.DELIVERED
            item.delivered_on = clock.today(case.time_zone)
            how = _("Download page, code sent to %(address)s") % {"address": row.recipient_email}
            item.delivered_how = how[:200]
            item.accepted_by = name
            item.save()
        remember(
            case,
            "release.accepted",
            by=by,
            subject=row,
            details={"items": [item.pk for item in items]},
            after={"accepted_by": name},
        )
    return row


def _read_again(release: HandoverRelease) -> HandoverRelease:
    return (
        HandoverRelease.objects.select_for_update(of=("self",))
        .select_related("case__client__office", "case__owner", "link")
        .get(pk=release.pk)
    )


def _keyed(text: str) -> str:
    """Return a hash that only who has the key can compute: six digits are soon tried through."""
    message = f"download-code:{text}".encode()
    return hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).hexdigest()
