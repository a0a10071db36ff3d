"""Whether the mailbox is read, in words: a colleague who waits for an answer has to know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from audit import clock
from notices.models import MailboxMark

LOOKED_AT_LEAST_EVERY = timedelta(minutes=15)
"""A look may take some minutes; a worker that runs is never away for so long."""

_WHY: dict[str, str | Promise] = {
    "MailboxLoginError": _("The mail server refuses our name or password."),
    "MailboxFolderSelectError": _("The folder that is to be read is not there."),
    "MailboxFolderStatusValueError": _("The folder that is to be read is not there."),
    "ConnectionRefusedError": _("The mail server takes no connections."),
    "TimeoutError": _("The mail server does not answer in time."),
    "gaierror": _("The mail server's name is not known."),
    "SSLCertVerificationError": _("The mail server's certificate cannot be trusted."),
    "SSLError": _("No encrypted connection to the mail server could be made."),
    "abort": _("The mail server broke the connection off."),
    "error": _("The mail server refuses what we ask for."),
}

_ONE_MAIL = re.compile(r"\w+, UID (\d+)")


@dataclass(frozen=True)
class Trouble:
    """What keeps mails from coming in.

    Attributes:
        since: the first look that failed, or the last look there was.
        why: in a sentence.
    """

    since: datetime
    why: str


def name_of_the_mailbox() -> str:
    """Name the mailbox that is read, as its mark has it."""
    user, host, port = settings.IMAP_USER, settings.IMAP_HOST, settings.IMAP_PORT
    return f"{user}@{host}:{port}/{settings.IMAP_FOLDER}"[:300]


def trouble() -> Trouble | None:
    """Tell what keeps the mailbox from being read; nothing when it is read, or there is none."""
    if not settings.IMAP_HOST:
        return None
    mark = MailboxMark.objects.filter(name=name_of_the_mailbox()).first()
    if mark is None or mark.read_at is None:
        return None
    if mark.problem:
        return Trouble(mark.failing_since or mark.read_at, _in_words(mark.problem))
    if mark.read_at < clock.now() - LOOKED_AT_LEAST_EVERY:
        return Trouble(mark.read_at, _text("The worker that reads it does not run."))
    return None


def _in_words(problem: str) -> str:
    one = _ONE_MAIL.fullmatch(problem)
    if one is not None:
        return _text(
            "A mail in it (UID %(uid)s) could not be taken in; it is tried again with every look."
        ) % {"uid": one[1]}
    known = _WHY.get(problem)
    return str(known) if known else _text("The look into it failed (%(what)s).") % {"what": problem}
