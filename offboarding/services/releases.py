"""Making files of the hand-over ready for a reader, and taking them back."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.actor import Actor
from offboarding.archives import CHUNK_BYTES
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import (
    CaseFile,
    HandoverItem,
    HandoverRelease,
    HandoverState,
    Receiver,
    ReleasedFile,
    TerminationCase,
)
from offboarding.secret_words import refuse_secrets
from offboarding.services.handover import take_back, why_not_to_the_successor
from offboarding.services.locking import acting_on, remember

MOST_FILES = 500


def prepare_release(
    case: TerminationCase,
    *,
    by: Actor,
    items: Sequence[HandoverItem],
    goes_to: str,
    recipient_name: str,
    recipient_email: str,
) -> HandoverRelease:
    """Fix which files one reader gets; nothing is sent by it.

    Args:
        case: whose hand-over it is.
        by: a colleague.
        items: with a file each, in the order of the list.
        goes_to: a `Receiver`.
        recipient_name: whom the mail addresses.
        recipient_email: one address; the codes go there too.

    Raises:
        InvalidInput: nothing to release, or an item that is not this reader's.
        TransitionRefused: a successor is to get it, and the client has not consented.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if goes_to == Receiver.SUCCESSOR:
            reasons = why_not_to_the_successor(now)
            if reasons:
                raise TransitionRefused(reasons)
        if not recipient_email.strip():
            raise InvalidInput("recipient", _("Choose a reader with an e-mail address."))
        keys = [item.pk for item in items]
        rows = list(now.handover_items.select_related("file").filter(pk__in=keys))
        _require_fit(rows, goes_to)
        release = HandoverRelease.objects.create(
            case=now,
            number=now.releases.count() + 1,
            goes_to=goes_to,
            recipient_name=recipient_name,
            recipient_email=recipient_email,
            prepared_by=by.colleague,
        )
        names: set[str] = set()
        for position, item in enumerate(rows, start=1):
            assert item.file is not None
            ReleasedFile.objects.create(
                release=release,
                position=position,
                item=item,
                file=item.file,
                name=_unlike(item.file.name, names),
                title=item.title,
                exceptions=item.exceptions,
                crc32=crc32_of(item.file),
            )
        remember(
            now,
            "release.prepared",
            by=by,
            subject=release,
            details={
                "goes_to": goes_to,
                "files": [item.file.sha256 for item in rows if item.file],
            },
            after={"recipient": recipient_email},
        )
    return release


def withdraw_release(release: HandoverRelease, *, by: Actor, reason: str) -> HandoverRelease:
    """Let nobody fetch these files any more; what was fetched stays on record."""
    with acting_on(
        release.case, by=by, permission="offboarding.work_on_case", even_if_ended=True
    ) as now:
        row = _locked(now, release)
        if row.withdrawn_at is not None:
            return row
        if not reason.strip():
            raise InvalidInput("reason", _("Say why the files are taken back."))
        refuse_secrets(reason=reason)
        take_back(row, case=now, by=by, reason=reason)
    return row


def why_not_sent(release: HandoverRelease) -> list[Reason]:
    """Say what keeps these files from being sent to their reader now."""
    if release.withdrawn_at is not None:
        sentence = _("These files were taken back; prepare them anew.")
        return [Reason("withdrawn", sentence, "handover")]
    if release.goes_to == Receiver.SUCCESSOR:
        return why_not_to_the_successor(release.case)
    return []


def crc32_of(file: CaseFile) -> int:
    """Return a file's checksum for archives; read it through once if it was kept without."""
    if file.crc32 is None:
        crc32 = 0
        with file.content.open("rb") as content:
            for chunk in content.chunks(CHUNK_BYTES):
                crc32 = zlib.crc32(chunk, crc32)
        CaseFile.objects.filter(pk=file.pk).update(crc32=crc32)
        file.crc32 = crc32
    return file.crc32


def _require_fit(rows: Sequence[HandoverItem], goes_to: str) -> None:
    if not rows:
        raise InvalidInput("items", _("Choose at least one file."))
    if len(rows) > MOST_FILES:
        raise InvalidInput("items", _("At most %(most)d files go together.") % {"most": MOST_FILES})
    for item in rows:
        if item.file is None:
            raise InvalidInput("items", _("“%(title)s” has no file.") % {"title": item})
        if item.state == HandoverState.NOT_APPLICABLE:
            raise InvalidInput("items", _("“%(title)s” does not apply.") % {"title": item})
        if goes_to == Receiver.SUCCESSOR and not item.is_for_the_successor:
            raise InvalidInput(
                "items", _("“%(title)s” is listed for the client only.") % {"title": item}
            )


def _unlike(name: str, names: set[str]) -> str:
    """Return a name that no other file of the release has, as a folder sees names."""
    name = name.replace("/", "_").replace("\\", "_").strip(". ") or "file"
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    number, tried = 1, name
    while _as_folders_see_it(tried) in names:
        number += 1
        tried = f"{stem[:180]} ({number}){dot}{ending}"
    names.add(_as_folders_see_it(tried))
    return tried


def _as_folders_see_it(name: str) -> str:
    # “ü” is one sign or a u and two dots; some folders keep both apart and some do not.
    return unicodedata.normalize("NFC", name).casefold()


def _locked(case: TerminationCase, release: HandoverRelease) -> HandoverRelease:
    return (
        HandoverRelease.objects.select_for_update(of=("self",))
        .select_related("link")
        .get(pk=release.pk, case=case)
    )


def locked_release(case: TerminationCase, release: HandoverRelease) -> HandoverRelease:
    """Read a release again under the case's lock."""
    row = _locked(case, release)
    row.case = case
    return row
