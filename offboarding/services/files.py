"""Keeping files with a case."""

from __future__ import annotations

import hashlib
import zlib

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext as _

from accounts.actor import Actor
from offboarding import content
from offboarding.errors import InvalidInput
from offboarding.models import CaseFile, TerminationCase
from offboarding.services.locking import acting_on, remember

CHUNK_BYTES = 1024 * 1024


def keep_file(
    case: TerminationCase,
    upload: File[bytes],
    *,
    by: Actor,
    name: str = "",
    is_for_handover: bool = False,
) -> CaseFile:
    """Check, hash and keep a file: one that a person uploads, or one that came by mail.

    Args:
        case: with which it is kept.
        upload: read in chunks, never as a whole.
        by: who brings it.
        name: where the upload has none.
        is_for_handover: it may then be as large as a client's records are.

    Raises:
        InvalidInput: too large, empty, of a kind not kept here, or not what its name says.
    """
    name = (name or upload.name or "").rsplit("/", 1)[-1].rsplit("\\", 1)[-1][:200]
    size = upload.size or 0
    limit = (
        settings.HANDOVER_UPLOAD_LIMIT_BYTES
        if is_for_handover
        else settings.EVIDENCE_UPLOAD_LIMIT_BYTES
    )
    if size > limit:
        raise InvalidInput(
            "file",
            _("The file has %(size)d MB; up to %(limit)d MB are kept.")
            % {"size": round(size / 1024 / 1024), "limit": limit // 1024 // 1024},
        )
    if size == 0:
        raise InvalidInput("file", _("The file is empty."))
    limits = content.HANDOVER if is_for_handover else content.EVIDENCE
    content_type = content.check(name, upload, limits=limits)
    digest, crc32 = hashlib.sha256(), 0
    for chunk in upload.chunks(CHUNK_BYTES):
        digest.update(chunk)
        crc32 = zlib.crc32(chunk, crc32)
    upload.seek(0)
    is_persons = by.kind == "person"
    permission = "offboarding.work_on_case" if is_persons else "offboarding.keep_what_came"
    with acting_on(case, by=by, permission=permission, even_if_ended=not is_persons) as now:
        case_file = CaseFile(
            case=now,
            name=name,
            content_type=content_type,
            size_bytes=size,
            sha256=digest.hexdigest(),
            crc32=crc32,
            uploaded_by=by.user,
        )
        case_file.content.save(name, upload, save=False)
        case_file.save(force_insert=True)
        remember(
            now,
            "file.added",
            by=by,
            subject=case_file,
            details={"sha256": case_file.sha256, "size_bytes": size},
            after={"name": name},
        )
    return case_file
