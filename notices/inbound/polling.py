"""The mailbox: looked at every half minute, each mail taken in once.

How far it was read is a mark by UID, so a colleague who opens the mailbox in a mail program hides
nothing from us; when the server makes the mailbox anew (another UIDVALIDITY) it is read from its
beginning, and what was taken in before is known by its bytes. A mail is marked as read, or moved,
only after its row is committed. Two workers may look at once.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from audit import clock
from notices.errors import NotSettledYet
from notices.inbound import filing, mailbox_state
from notices.models import MailboxMark

log = structlog.get_logger(__name__)

MOST_SECONDS = 120
"""A look ends after this; the next one goes on."""

_NO_ANSWER = (ImapToolsError, imaplib.IMAP4.error, OSError)
"""What it looks like when the mailbox is away."""

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "[^"]{1,40}"')


@dataclass
class Look:
    """What one look at the mailbox did."""

    taken_in: int = 0
    too_large: int = 0
    put_off: int = 0


def read_mailbox() -> Look:
    """Take in what is new in the mailbox; safe to run twice, late, or in several places."""
    look = Look()
    if not settings.IMAP_HOST:
        return look
    mark, _made = MailboxMark.objects.get_or_create(name=mailbox_state.name_of_the_mailbox())
    problem = ""
    try:
        with _connection() as mailbox:
            problem = _read(mailbox, mark, look)
    except (*_NO_ANSWER, UnicodeError) as error:
        # The server's words may hold what we sent it, and then that is a password.
        problem = f"{type(error).__name__}"
        log.warning("inbound.mailbox_unreachable", error=problem)
    _note(mark, problem)
    return look


def _note(mark: MailboxMark, problem: str) -> None:
    """Write how the look went, and since when looks fail."""
    row = MailboxMark.objects.filter(pk=mark.pk)
    row.update(read_at=clock.now(), problem=problem)
    if problem:
        row.filter(failing_since=None).update(failing_since=clock.now())
    else:
        row.exclude(failing_since=None).update(failing_since=None)


def _connection() -> Any:
    host, port, timeout = settings.IMAP_HOST, settings.IMAP_PORT, settings.EMAIL_TIMEOUT
    # Unless it is given, the library checks no certificate.
    tls = ssl.create_default_context()
    box: BaseMailBox
    if settings.IMAP_SECURITY == "tls":
        box = MailBox(host, port, timeout=timeout, ssl_context=tls)
    elif settings.IMAP_SECURITY == "starttls":
        box = MailBoxStartTls(host, port, timeout=timeout, ssl_context=tls)
    else:
        box = MailBoxUnencrypted(host, port, timeout=timeout)
    return box.login(settings.IMAP_USER, settings.IMAP_PASSWORD, settings.IMAP_FOLDER)


def _read(mailbox: BaseMailBox, mark: MailboxMark, look: Look) -> str:
    """Take in what is new; return what kept a mail from it, if anything did."""
    began = time.monotonic()
    validity = int(mailbox.folder.status(settings.IMAP_FOLDER)["UIDVALIDITY"])
    if validity != mark.uid_validity:
        mark.uid_validity, mark.last_uid = validity, 0
    # A range whose end is below its beginning names the newest mail, so the older are left out.
    known = (int(uid) for uid in mailbox.uids(f"UID {mark.last_uid + 1}:*", charset=None))
    waits, problem = False, ""
    for uid in sorted(uid for uid in known if uid > mark.last_uid):
        if time.monotonic() - began > MOST_SECONDS:
            break
        try:
            _take_one(mailbox, validity, uid, look)
        except NotSettledYet:
            look.put_off += 1
            waits = True
        except (*_NO_ANSWER, OperationalError, InterfaceError):
            raise
        except Exception as error:
            # It comes again with the next look; nobody else's mail waits for it.
            log.exception("inbound.mail_interrupted", uid=uid)
            problem = f"{type(error).__name__}, UID {uid}"
            waits = True
        if not waits:
            _advance(mark, uid)
    return problem


def _advance(mark: MailboxMark, uid: int) -> None:
    """Move the mark on; one that another worker moved further stays."""
    mark.last_uid = uid
    behind = Q(last_uid__lt=uid) | ~Q(uid_validity=mark.uid_validity)
    MailboxMark.objects.filter(behind, pk=mark.pk).update(
        last_uid=uid, uid_validity=mark.uid_validity
    )


def _take_one(mailbox: BaseMailBox, validity: int, uid: int, look: Look) -> None:
    facts = _fetch(mailbox, uid, "(RFC822.SIZE INTERNALDATE)")
    size = _SIZE.search(facts[0]) if facts else None
    if size is None:
        # Another worker moved it away.
        return
    limit = settings.INBOUND_MAIL_LIMIT_BYTES
    if int(size[1]) > limit:
        head = _fetch(mailbox, uid, "(BODY.PEEK[HEADER])")
        filing.refuse_too_large(
            size_bytes=int(size[1]),
            road="imap",
            known_as=f"{validity}:{uid}",
            head=(head[1] if len(head) > 1 else b"")[: 256 * 1024],
            limit_bytes=limit,
        )
        look.too_large += 1
        # It stays where it is: whoever needs it opens it there.
        return
    whole = _fetch(mailbox, uid, "(BODY.PEEK[])")
    if len(whole) < 2:
        return
    filing.take_in(whole[1], road="imap", received_at=_received_at(facts[0]))
    look.taken_in += 1
    with suppress(ImapToolsError):
        mailbox.flag([str(uid)], [MailMessageFlags.SEEN], True)
        if settings.IMAP_DONE_FOLDER:
            mailbox.move([str(uid)], settings.IMAP_DONE_FOLDER)


def _fetch(mailbox: BaseMailBox, uid: int, what: str) -> list[bytes]:
    """Return what the server says about one mail: its line, and the bytes that follow it."""
    kind, answers = mailbox.client.uid("FETCH", str(uid), what)
    if kind != "OK":
        raise imaplib.IMAP4.error("FETCH was refused")
    for answer in answers:
        if isinstance(answer, tuple):
            return [bytes(answer[0]), bytes(answer[1])]
        if isinstance(answer, bytes) and b"UID" in answer:
            return [answer]
    return []


def _received_at(facts: bytes) -> datetime | None:
    found = _DATE.search(facts)
    moment = imaplib.Internaldate2tuple(found[0]) if found else None
    return datetime.fromtimestamp(time.mktime(moment), UTC) if moment else None
