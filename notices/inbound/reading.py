"""A message's bytes as people can read them; nothing in it is believed, rendered or run.

Whoever knows an address can send anything to it. So every header is decoded with care, HTML becomes
text, and a message with more parts than a person would write is read by its head alone.
"""

from __future__ import annotations

import codecs
import email
import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from html import unescape
from html.parser import HTMLParser

from mailparser_reply import EmailReplyParser

MOST_PARTS = 500
"""Parts of a message that are read; the head alone is, when there are more."""

MOST_MULTIPARTS = 100
"""Parts that hold parts: the library compares each line with every one that is open."""

MOST_DEPTH = 30
LONGEST_TEXT = 100_000
MOST_ADDRESSES = 200
LONGEST_HEADER = 20_000

_LONGEST_TO_STRIP = 4_000
"""Letters in which quotes are looked for; the library's expressions grow with the square."""

_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs"]
_PART_BEGINS = re.compile(rb"^content-(?:type|transfer-encoding|disposition)[ \t]*:", re.I | re.M)
_ID = re.compile(r"<[^<>\s]{1,490}>")
_RECIPIENT_HEADERS = (
    "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To",
    "To", "Cc", "Resent-To", "Resent-Cc",
)  # fmt: skip
_MARKED_BY_MACHINES = (
    "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond",
    "X-Autoresponder", "X-Auto-Reply-From", "X-Mail-Autoreply", "X-Failed-Recipients",
    "Return-Path", "List-Id", "List-Unsubscribe", "List-Post", "Feedback-ID", "X-Loop",
)  # fmt: skip


@dataclass(frozen=True)
class Attached:
    """A file inside a message."""

    name: str
    content: bytes = field(repr=False)
    is_inline_picture: bool = False
    is_message: bool = False

    @property
    def is_mail(self) -> bool:
        """It is a mail, attached whole or saved as a file before."""
        return self.is_message or self.name.lower().endswith(".eml")


@dataclass(frozen=True)
class ReadMail:
    """A message as it can be read.

    Attributes:
        sha256: of its bytes.
        message_id: with its angle brackets, or empty.
        references: Message-IDs that it says it answers, the nearest first.
        sender_name: as its sender wrote it; anybody can write anything.
        sender_email: the same.
        recipients: every address it went to or says it went to, envelope first.
        subject: on one line.
        sent_at: as it says; None when it says nothing that makes sense.
        text: its whole text.
        words: its text without what it quotes.
        attachments: files inside it.
        marks: headers by which machines mark their mails, in small letters.
        report_type: of a multipart/report: "delivery-status" or "disposition-notification".
        status_blocks: groups of fields of its report, in small letters.
        original_message_id: of the mail that a report is about.
        is_too_crowded: it has too many parts; only its head was read.
    """

    sha256: str
    message_id: str = ""
    references: tuple[str, ...] = ()
    sender_name: str = ""
    sender_email: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    text: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    attachments: tuple[Attached, ...] = ()
    marks: dict[str, str] = field(default_factory=dict)
    report_type: str = ""
    status_blocks: tuple[dict[str, str], ...] = ()
    original_message_id: str = ""
    is_too_crowded: bool = False

    def fingerprint(self, belongs_to: str) -> str:
        """Return what tells this message from every other, whatever road it came by.

        Args:
            belongs_to: what it was matched to; copies for two cases are two messages.
        """
        if not self.message_id:
            return self.sha256
        digest = hashlib.sha256()
        for part in (
            self.message_id, self.sender_email.lower(), self.subject, belongs_to,
            "".join(self.text.split()),
            *(f"{one.name}:{hashlib.sha256(one.content).hexdigest()}" for one in self.attachments),
        ):  # fmt: skip
            digest.update(hashlib.sha256(part.encode()).digest())
        return digest.hexdigest()


def read(
    raw: bytes, *, envelope_recipient: str = "", envelope_sender: str | None = None
) -> ReadMail:
    """Read a message; whatever it is made of, something readable comes out.

    Args:
        raw: its bytes.
        envelope_recipient: the address it was handed over for, where the road tells it.
        envelope_sender: who gets failures of it, where the road tells it; empty for nobody.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    raw = raw.removeprefix(codecs.BOM_UTF8)  # before the first header it would hide it
    is_too_crowded = (
        sum(1 for _match in _PART_BEGINS.finditer(raw)) > 3 * MOST_PARTS
        or raw.lower().count(b"boundary=") > MOST_MULTIPARTS
    )
    try:
        head = BytesHeaderParser(policy=policy.compat32).parsebytes(raw)
        message = head if is_too_crowded else email.message_from_bytes(raw)
        parts = [] if is_too_crowded else list(_parts_of(message))
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        head, parts, is_too_crowded = _bare_head(raw), [], True
        message = head
    if len(parts) > MOST_PARTS:
        parts, is_too_crowded = [], True
    marks = _marks(head)
    if envelope_sender is not None:
        marks["return-path"] = f"<{envelope_sender.strip('<>')}>"
    name, address = _sender(head)
    text = "" if is_too_crowded else _text(parts)
    report_type = "" if is_too_crowded else _report_type(head, marks, parts)
    is_report = bool(report_type)
    return ReadMail(
        sha256=sha256,
        message_id=_first_id(_header(head, "Message-ID")),
        references=_references(head),
        sender_name=name,
        sender_email=address,
        recipients=_recipients(head, envelope_recipient),
        subject=one_line(_header(head, "Subject"))[:200],
        sent_at=_sent_at(head),
        text=text,
        words=without_quotes(text),
        attachments=() if is_too_crowded or is_report else tuple(_attachments(parts)),
        marks=marks,
        report_type=report_type,
        status_blocks=tuple(_status_blocks(parts)) if is_report else (),
        original_message_id=_original_message_id(parts) if is_report else "",
        is_too_crowded=is_too_crowded,
    )


def all_texts(raw: bytes) -> Iterator[str]:
    """Yield a message as it came and each of its texts decoded, with messages inside it.

    Raises:
        RecursionError, ValueError: it is nested or broken beyond reading.
    """
    yield raw.decode("latin-1")
    for part in email.message_from_bytes(raw.removeprefix(codecs.BOM_UTF8)).walk():
        if part.get_content_maintype() == "text":
            yield unescape(_decoded(_content(part), part.get_content_charset() or ""))


# -- letters and lines -----------------------------------------------------------------------------


def plain(text: str) -> str:
    """Return a text that any database keeps: no NUL, no half letters."""
    text = text.replace("\x00", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    """Put a text on one line, without control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in plain(text)).split())


def _decoded(content: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        with suppress(LookupError, UnicodeDecodeError, ValueError):
            if name:
                return content.decode(name)
    return content.decode("latin-1")


def without_quotes(text: str) -> str:
    """Return what a person wrote themselves, above what they quote."""
    tidy = re.sub(r"\n{3,}", "\n\n", text.strip())
    head = tidy[:_LONGEST_TO_STRIP]
    try:
        replies = EmailReplyParser(languages=list(_LANGUAGES)).read(head).replies
    except (RecursionError, ValueError, IndexError):
        return tidy
    if not replies:
        return tidy
    own = _without_quoted_end(str(replies[0].full_body))
    if not own:
        return tidy
    # The end of a long text was not looked at; it belongs to the reply if nothing was cut.
    return own if len(tidy) <= _LONGEST_TO_STRIP or len(own) < len(head) - 200 else tidy


def _without_quoted_end(text: str) -> str:
    lines = text.rstrip().split("\n")
    while lines and (lines[-1].startswith(">") or not lines[-1].strip()):
        lines.pop()
    return "\n".join(lines).strip()


# -- the head --------------------------------------------------------------------------------------


def _bare_head(raw: bytes) -> Message:
    """Return what can be kept of a head that the library cannot read."""
    bare = Message()
    for line in raw[:LONGEST_HEADER].split(b"\n\n", 1)[0].splitlines()[:200]:
        name, colon, value = line.partition(b":")
        if colon and re.fullmatch(rb"[A-Za-z-]{1,60}", name):
            bare[name.decode("ascii")] = one_line(value.decode("latin-1"))
    return bare


def _header(message: Message, name: str) -> str:
    try:
        value = message.get(name)
    except (ValueError, LookupError, TypeError):
        return ""
    return "" if value is None else _words_of(str(value)[:LONGEST_HEADER])


def _words_of(value: str) -> str:
    """Decode a header's words; what cannot be decoded stays as it is written."""
    pieces = []
    try:
        for piece, charset in decode_header(re.sub(r"\r?\n[ \t]+", " ", value)):
            is_bytes = isinstance(piece, bytes)
            pieces.append(_decoded(piece, charset or "utf-8") if is_bytes else str(piece))
    except (ValueError, LookupError, TypeError, AssertionError):
        return plain(value)
    return plain("".join(pieces))


def _headers(message: Message, name: str) -> list[str]:
    try:
        return [str(value)[:LONGEST_HEADER] for value in message.get_all(name, [])]
    except (ValueError, LookupError, TypeError):
        return []


def _addresses(values: list[str]) -> list[tuple[str, str]]:
    with suppress(ValueError, TypeError, IndexError):
        return getaddresses([plain(value) for value in values])[:MOST_ADDRESSES]
    return []


def _sender(message: Message) -> tuple[str, str]:
    for name, address in _addresses(_headers(message, "From")):
        if "@" in address:
            return one_line(_words_of(name))[:200], one_line(address)[:254]
    return one_line(_header(message, "From"))[:200], ""


def _recipients(message: Message, envelope_recipient: str) -> tuple[str, ...]:
    found = [envelope_recipient.strip("<> ")] if envelope_recipient else []
    for header in _RECIPIENT_HEADERS:
        found += [address for _name, address in _addresses(_headers(message, header))]
    return tuple(dict.fromkeys(address for address in found if "@" in address))


def _first_id(value: str) -> str:
    match = _ID.search(value)
    return match[0] if match else ""


def _references(message: Message) -> tuple[str, ...]:
    answered = _ID.findall(_header(message, "In-Reply-To"))
    thread = _ID.findall(_header(message, "References"))
    return tuple(dict.fromkeys([*answered, *reversed(thread)]))[:100]


def _sent_at(message: Message) -> datetime | None:
    with suppress(ValueError, TypeError, IndexError, OverflowError, AttributeError):
        said = parsedate_to_datetime(_header(message, "Date"))
        aware = said if said.tzinfo else said.replace(tzinfo=UTC)
        return aware.astimezone(UTC) if 1990 < aware.year < 2200 else None
    return None


def _marks(message: Message) -> dict[str, str]:
    found = {name.lower(): _header(message, name).strip() for name in _MARKED_BY_MACHINES}
    return {
        name: value[:500]
        for name, value in found.items()
        if value or (name == "return-path" and message.get("Return-Path") is not None)
    }


# -- the parts -------------------------------------------------------------------------------------


def _parts_of(message: Message, depth: int = 0) -> Iterator[Message]:
    """Yield the parts of a message, without those of a message inside it."""
    if depth > MOST_DEPTH:
        raise ValueError("too deep")
    yield message
    if message.get_content_maintype() == "multipart" and isinstance(message.get_payload(), list):
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts_of(part, depth + 1)


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError):
        return b""
    return content if isinstance(content, bytes) else b""


def _text(parts: list[Message]) -> str:
    written = [part for part in parts if _is_text(part, "plain")]
    if written:
        return _joined(written)
    return _joined([part for part in parts if _is_text(part, "html")], is_html=True)


def _joined(parts: list[Message], *, is_html: bool = False) -> str:
    texts = []
    for part in parts[:20]:
        text = _decoded(_content(part)[: 4 * LONGEST_TEXT], part.get_content_charset() or "")
        texts.append(text_of_html(text) if is_html else text)
    return plain("\n\n".join(texts)).strip()[:LONGEST_TEXT]


def _is_text(part: Message, subtype: str) -> bool:
    return (
        part.get_content_type() == f"text/{subtype}"
        and part.get_content_disposition() != "attachment"
        and not _file_name(part)
    )


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError, AssertionError, UnicodeError):
        return ""
    return one_line(_words_of(str(name)))[:200] if name else ""


def _attachments(parts: list[Message]) -> Iterator[Attached]:
    for number, part in enumerate(parts):
        if part.get_content_maintype() == "multipart":
            continue
        name = _file_name(part)
        kind = part.get_content_type()
        if kind == "message/rfc822" and number:
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                with suppress(ValueError, LookupError, TypeError, UnicodeError, RecursionError):
                    yield Attached(_as_eml(name), inner[0].as_bytes(), is_message=True)
            continue
        if not name and part.get_content_disposition() != "attachment":
            continue
        is_picture = part.get_content_maintype() == "image"
        is_inline = is_picture and (
            part.get("Content-ID") is not None and part.get_content_disposition() != "attachment"
        )
        yield Attached(name or "attachment", _content(part), is_inline_picture=is_inline)


def _as_eml(name: str) -> str:
    return name if name.lower().endswith(".eml") else f"{name or 'message'}.eml"


# -- reports ---------------------------------------------------------------------------------------


_TYPE_OF_REPORT = {
    "message/delivery-status": "delivery-status",
    "message/global-delivery-status": "delivery-status",
    "message/disposition-notification": "disposition-notification",
    "message/global-disposition-notification": "disposition-notification",
}


def _report_type(head: Message, marks: dict[str, str], parts: list[Message]) -> str:
    """Return what a mail reports, also where a gateway has wrapped the report or lost its type.

    A report that a person passes on is no report: what is not one by its own head has to come from
    nobody, or from a machine that says so.
    """
    if head.get_content_type() == "multipart/report":
        said = str(head.get_param("report-type") or "").lower()
        return said or _type_by_parts(parts) or "unknown"
    is_of_a_machine = marks.get("return-path", "-").strip() in ("<>", "") or marks.get(
        "auto-submitted", "no"
    ).split(";")[0].strip().lower() not in ("no", "")
    return _type_by_parts(parts) if is_of_a_machine else ""


def _type_by_parts(parts: list[Message]) -> str:
    kinds = (_TYPE_OF_REPORT.get(part.get_content_type()) for part in parts)
    return next((kind for kind in kinds if kind), "")


def _status_blocks(parts: list[Message]) -> Iterator[dict[str, str]]:
    """Yield the groups of fields of a report: about the message first, then each recipient's."""
    for part in parts:
        if part.get_content_type() not in _TYPE_OF_REPORT:
            continue
        for block in _blocks_of(part)[:MOST_PARTS]:
            fields = {name.lower(): one_line(_header(block, name))[:2_000] for name in block}
            if fields:
                yield fields


def _blocks_of(part: Message) -> list[Message]:
    payload = part.get_payload()
    blocks = (
        [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    )
    for block in list(blocks):
        # The library splits only the oldest of these types into its groups.
        rest = block.get_payload()
        if isinstance(rest, str) and ":" in rest:
            groups = re.split(r"\n{2,}", plain(rest[:LONGEST_TEXT]).strip())
            blocks += [email.message_from_string(group) for group in groups]
    return blocks


def _original_message_id(parts: list[Message]) -> str:
    """Return the Message-ID of the mail that a report encloses, whole or by its head."""
    for part in parts:
        kind = part.get_content_type()
        if kind not in _ENCLOSED:
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            inner = payload[0] if payload else None
        else:
            text = _decoded(_content(part)[:LONGEST_TEXT], "utf-8").lstrip()
            inner = email.message_from_string(text)
        found = _first_id(_header(inner, "Message-ID")) if isinstance(inner, Message) else ""
        if found:
            return found
    return ""


_ENCLOSED = frozenset(
    {
        "message/rfc822",
        "message/global",
        "message/global-headers",
        "message/rfc822-headers",
        "text/rfc822-headers",
    }
)


# -- HTML becomes text -----------------------------------------------------------------------------


class _Words(HTMLParser):
    """Collects the words of a page; nothing is loaded, run or shown."""

    _SILENT = frozenset({"script", "style", "head", "title", "template"})
    _BREAKS = frozenset(
        {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, or fall silent."""
        if tag in self._SILENT:
            self._silent += 1
        elif tag in self._BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a line, or speak again."""
        if tag in self._SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in self._BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        if not self._silent:
            self.pieces.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """Return the words of an HTML text."""
    words = _Words()
    with suppress(ValueError, AssertionError, RecursionError):
        words.feed(html)
        words.close()
    lines = (line.strip() for line in "".join(words.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
