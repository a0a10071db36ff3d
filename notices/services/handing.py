"""Files for a reader in writing: the mail that says where they are, and the one-time code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from accounts.actor import Actor
from audit import clock
from notices.language.phrases import language_of, say_files, say_size
from notices.mailing import mail, urls_for_clients
from notices.models import Delivery, MessageKind
from notices.outbox import messages
from offboarding.errors import TransitionRefused
from offboarding.models import ClientLink, HandoverRelease, LinkPurpose, TerminationCase
from offboarding.services import downloads, links, releases
from offboarding.services.locking import acting_on, locked, remember


def preview_of(release: HandoverRelease) -> tuple[str, str]:
    """Return subject and text of the mail as its reader would get it now; its link is to come."""
    case = release.case
    until = clock.now() + links.VALID_FOR[LinkPurpose.HANDOVER]
    words = messages.usual_context(case) | _words(release, case, until=until)
    words |= {
        "recipient_name": release.recipient_name,
        "files_url": urls_for_clients.handover_url_to_come(),
    }
    subject, text, _html = mail.render_email(
        MessageKind.HANDOVER, words, language_of(case.language)
    )
    return subject, text


def send_release(release: HandoverRelease, *, by: Actor) -> Delivery:
    """Put the mail with a fresh link into the outbox; an earlier link of these files ends.

    Raises:
        TransitionRefused: the files were taken back, or their reader may not get them.
    """
    with acting_on(release.case, by=by, permission="offboarding.work_on_case") as case:
        row = releases.locked_release(case, release)
        reasons = releases.why_not_sent(row)
        if reasons:
            raise TransitionRefused(reasons)
        if row.link is not None:
            links.revoke_link(row.link, case=case, by=by, reason="reissued")
        row.link = links.issue_link(
            case, by=by, purpose=LinkPurpose.HANDOVER, recipient_name=row.recipient_name
        )
        row.link_count += 1
        row.sent_at = clock.now()
        row.save(update_fields=["link", "link_count", "sent_at"])
        remember(
            case,
            "release.sent",
            by=by,
            subject=row,
            details={"link": row.link.pk, "time": row.link_count},
        )
        context = _words(row, case, until=row.link.expires_at)
        delivery = messages.write_message(
            case,
            kind=MessageKind.HANDOVER,
            origin=f"handover:{row.pk}:{row.link_count}",
            context=context | {"files_url": urls_for_clients.handover_url(row.link)},
            by=by,
            recipient_name=row.recipient_name,
            recipient_email=row.recipient_email,
            depart_at=clock.now() + timedelta(minutes=settings.OUTBOX_DELAY_MINUTES),
        )
        assert delivery is not None, "each time has an origin of its own"
    return delivery


def send_code(release: HandoverRelease) -> downloads.Refused | None:
    """Mail a one-time code to the release's reader, at the address that we know.

    Returns:
        Why none is sent; None when it is on its way.
    """
    with transaction.atomic():
        case = locked(release.case)
        row = releases.locked_release(case, release)
        if downloads.was_sent_just_now(row):
            return None
        answer = downloads.make_code(row, by=_reader(row))
        if answer.refused is not None:
            return answer.refused
        assert row.link is not None
        count = row.link.download_codes.count()
        messages.write_message(
            case,
            kind=MessageKind.HANDOVER_CODE,
            origin=f"handover-code:{row.link.pk}:{count}",
            context={"code": answer.secret},
            secret=answer.secret,
            by=_reader(row),
            recipient_name=row.recipient_name,
            recipient_email=row.recipient_email,
        )
    return None


def _reader(release: HandoverRelease) -> Actor:
    link: ClientLink | None = release.link
    assert link is not None
    return Actor.client(release.recipient_name, link_id=link.pk)


def _words(release: HandoverRelease, case: TerminationCase, *, until: Any) -> dict[str, Any]:
    language = language_of(case.language)
    files = list(release.files.select_related("file"))
    return {
        "until": until.astimezone(ZoneInfo(case.time_zone)).date(),
        "file_count": len(files),
        "files": say_files(len(files), language),
        "size": say_size(sum(row.file.size_bytes for row in files), language),
    }
