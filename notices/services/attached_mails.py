"""Attaching a mail that somebody saved: its sender, date and words are read out, its files kept."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from audit import clock
from notices.inbound import reading
from notices.inbound.keeping import keep_attachments, quotes_a_link
from notices.inbound.reading import ReadMail
from notices.mailing import link_masking
from notices.models import AttachedMail
from offboarding import content
from offboarding.errors import InvalidInput
from offboarding.models import CaseFile, Direction, Medium, TerminationCase
from offboarding.services.evidence import keep_communication
from offboarding.services.files import keep_file
from offboarding.services.locking import acting_on, remember


def attach_mail(
    case: TerminationCase,
    upload: File[bytes],
    *,
    by: Actor,
    direction: str = "",
    occurred_at: datetime | None = None,
    is_privileged: bool = False,
) -> AttachedMail:
    """Put a saved mail on the case's timeline, with its own sender, date, words and files.

    Args:
        case: which it is about.
        upload: the mail as a file, `.eml`.
        by: who attaches it.
        direction: who wrote it; read from the sender if left out.
        occurred_at: when, for a mail that does not say so itself.
        is_privileged: with counsel, outside the evidence pack.

    Raises:
        InvalidInput: it is no mail, is attached already, or is of no day that makes sense.
    """
    raw, mail = _read(upload)
    at = _moment(mail, occurred_at)
    kept: list[CaseFile] = []
    try:
        with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
            if AttachedMail.objects.filter(case=now, sha256=mail.sha256).exists():
                raise InvalidInput("file", _("This mail is attached to the case already."))
            original = _keep_original(now, upload, raw, mail, by=by)
            kept.append(original)
            files, left_out = keep_attachments(now, mail.attachments, by=by)
            kept += files
            direction = direction or _direction_of(mail)
            is_ours = direction == Direction.OUTGOING
            communication = keep_communication(
                now,
                by=by,
                direction=direction,
                medium=Medium.EMAIL,
                occurred_at=at,
                counterpart=", ".join(mail.recipients) if is_ours else _named(mail),
                subject=mail.subject or _("Without a subject"),
                body=link_masking.mask(mail.text),
                is_privileged=is_privileged,
                file=original,
            )
            row = AttachedMail.objects.create(
                case=now,
                communication=communication,
                sha256=mail.sha256,
                message_id=mail.message_id[:500],
                sender_name=mail.sender_name,
                sender_email=mail.sender_email,
                recipients=list(mail.recipients),
                sent_at=mail.sent_at,
                files_left_out=left_out,
            )
            row.files.set(files)
            remember(
                now,
                "mail.attached",
                by=by,
                subject=row,
                details={
                    "sha256": mail.sha256,
                    "communication": communication.pk,
                    "files": [str(one.pk) for one in files],
                    "left_out": len(left_out),
                },
                after={"sender": mail.sender_email, "subject": mail.subject},
            )
            return row
    except Exception:
        for one in kept:
            one.content.delete(save=False)
        raise


def _read(upload: File[bytes]) -> tuple[bytes, ReadMail]:
    size, limit = upload.size or 0, settings.EVIDENCE_UPLOAD_LIMIT_BYTES
    if not size:
        raise InvalidInput("file", _("The file is empty."))
    if size > limit:
        raise InvalidInput(
            "file",
            _("The file has %(size)d MB; up to %(limit)d MB are kept.")
            % {"size": round(size / 1024 / 1024), "limit": limit // 1024 // 1024},
        )
    if not (upload.name or "").lower().endswith(".eml"):
        raise InvalidInput(
            "file",
            _("Save the mail as a file that ends in .eml; mail programs call it “Save as”."),
        )
    try:
        content.check(upload.name or "", upload)
    except InvalidInput:
        raise InvalidInput("file", _no_mail()) from None
    upload.seek(0)
    raw = upload.read()
    upload.seek(0)
    mail = reading.read(raw)
    if mail.is_too_crowded:
        raise InvalidInput(
            "file", _("This mail has too many parts to be read; keep it as a file instead.")
        )
    if not mail.sender_email or not (mail.sent_at or mail.message_id or mail.subject):
        raise InvalidInput("file", _no_mail())
    return raw, mail


def _no_mail() -> str:
    return _(
        "This file ends in .eml but is no mail: it names no sender. Save the mail anew from your"
        " mail program, or keep the file as it is under “Add a file”."
    )


def _moment(mail: ReadMail, said: datetime | None) -> datetime:
    at = mail.sent_at or said
    if at is None:
        raise InvalidInput(
            "occurred_at", _("The mail does not say when it was sent; enter day and time.")
        )
    if at > clock.now():
        raise InvalidInput(
            "file" if mail.sent_at else "occurred_at",
            _("The mail says that it was sent on a day that lies ahead.")
            if mail.sent_at
            else _("This lies in the future."),
        )
    return at


def _direction_of(mail: ReadMail) -> str:
    """A colleague's mail is ours; anybody else's is taken for the client's side."""
    ours = User.objects.filter(email__iexact=mail.sender_email).exists()
    return Direction.OUTGOING if ours else Direction.INCOMING


def _named(mail: ReadMail) -> str:
    return f"{mail.sender_name} <{mail.sender_email}>" if mail.sender_name else mail.sender_email


def _keep_original(
    case: TerminationCase, upload: File[bytes], raw: bytes, mail: ReadMail, *, by: Actor
) -> CaseFile:
    """Keep the mail as it is, or its words alone where it quotes the client's own link.

    Whoever holds that link can confirm in the client's name, so no colleague gets it from here.
    """
    if not quotes_a_link(raw):
        return keep_file(case, upload, by=by)
    head = (
        f"From: {_named(mail)}\nTo: {', '.join(mail.recipients)}\n"
        f"Date: {mail.sent_at.isoformat() if mail.sent_at else ''}\nSubject: {mail.subject}\n"
        f"Message-ID: {mail.message_id}\nSHA-256 of the original: {mail.sha256}\n\n"
    )
    words = ContentFile((head + link_masking.mask(mail.text)).encode())
    name = (upload.name or "mail.eml").rsplit("/", 1)[-1]
    return keep_file(case, words, by=by, name=f"{name[:-4][:180]}.txt")
