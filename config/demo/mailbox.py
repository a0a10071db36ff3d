"""Reads the mails that the demo's catcher kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from pathlib import Path

from django.conf import settings

NEWEST_SHOWN = 200
_ID = re.compile(r"[0-9]{20}-[0-9a-f]{8}")


class NoSuchMail(LookupError):
    """No caught mail has this name."""


@dataclass(frozen=True)
class Attachment:
    """One file that came with a mail."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class CaughtMail:
    """One mail as it came in, with what is needed to show it."""

    id: str
    message: EmailMessage

    @property
    def received_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.id[:20]) / 1e9, tz=UTC)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def recipients(self) -> str:
        """Return whom the mail was really handed over for, not what its To line says."""
        return str(self.message["Delivered-To"] or "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def attachments(self) -> list[Attachment]:
        found = []
        for number, part in enumerate(self.message.iter_attachments(), start=1):
            content = part.get_content()
            found.append(
                Attachment(
                    filename=(part.get_filename() or f"attachment-{number}").replace("/", "_"),
                    content_type=part.get_content_type(),
                    # Text parts come decoded, forwarded mails as messages.
                    content=content if isinstance(content, bytes) else str(content).encode(),
                )
            )
        return found

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        content = part.get_content() if part is not None else ""
        return content if isinstance(content, str) else ""


def folder() -> Path:
    """Return where the catcher keeps mails."""
    return Path(settings.DATA_DIR) / "mailbox"


def newest() -> list[CaughtMail]:
    """Return the mails caught last, newest first, without their bodies."""
    names = sorted(
        (file.stem for file in folder().glob("*.eml") if _ID.fullmatch(file.stem)), reverse=True
    )
    return [_read(name, headers_only=True) for name in names[:NEWEST_SHOWN]]


def find(name: str) -> CaughtMail:
    """Return one mail whole.

    Raises:
        NoSuchMail: there is none of this name.
    """
    return _read(name)


def _read(name: str, *, headers_only: bool = False) -> CaughtMail:
    if not _ID.fullmatch(name):
        raise NoSuchMail(name)
    try:
        with (folder() / f"{name}.eml").open("rb") as file:
            message = BytesParser(policy=modern).parse(file, headersonly=headers_only)
    except FileNotFoundError:
        raise NoSuchMail(name) from None
    assert isinstance(message, EmailMessage)
    return CaughtMail(name, message)
