"""All case mail: its words, its look, its bytes.

Every mail is written once, as plain text. The HTML part is made from that text, so both say the
same things in the same order with the same links: a blank line parts paragraphs, lines that start
with "- " are a list, and a line that ends in a colon followed by one of our own addresses alone on
its line becomes the mail's button. The bytes are built when the mail is queued and never again.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any
from urllib.parse import quote

import css_inline
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template

from notices.language.phrases import language_of, say_date
from notices.models import CaseMailAddress, Delivery
from offboarding.models import TerminationCase

LONGEST_SUBJECT = 60
"""Letters of a subject that the lists of mail programs show."""


Attachment = tuple[str, str, bytes]
"""A name, a content type and the bytes."""

# -- the case's own address ------------------------------------------------------------------------

_TOKEN = re.compile(r"([0-9a-z]{1,13})-([a-z2-7]{16})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def case_address(case: TerminationCase) -> str:
    """Return the address to which answers about a case go, so that they land on its timeline.

    Nothing, when a lead has ended it and has not made a new one.
    """
    own = CaseMailAddress.objects.filter(case_id=case.pk).first()
    if own is None:
        return _own_address(_token(_CASE, case.pk))
    return "" if own.revoked_at else _own_address(_token(_CASE, case.pk, own.generation))


@dataclass(frozen=True)
class NamedCase:
    """The case that an address of ours was made for, and whether it still is its address."""

    case_id: int
    is_current: bool


def named_case(address: str) -> NamedCase | None:
    """Return the case that an address was made for; None for any other address.

    Mail servers may write the address in other letters; they may not invent one.
    """
    match = _TOKEN.fullmatch(_own_token(address))
    key = int(match[1], 36) if match else 0
    if match is None or key > _GREATEST_KEY:
        return None
    own = CaseMailAddress.objects.filter(case_id=key).first()
    newest = own.generation if own else 0
    for generation in range(newest, -1, -1):
        if hmac.compare_digest(_token(_CASE, key, generation), match[0]):
            is_current = generation == newest and (own is None or own.revoked_at is None)
            return NamedCase(key, is_current)
    return None


def case_of_address(address: str) -> int | None:
    """Return the key of the case whose address this is now; None for any other address."""
    named = named_case(address)
    return named.case_id if named and named.is_current else None


def delivery_name(delivery_id: int) -> str:
    """Return our name for a delivery towards mail servers; nobody can guess another one's."""
    return f"d-{_token(_DELIVERY, delivery_id)}"


def delivery_of_name(name: str) -> int | None:
    """Return the key of the delivery that a name belongs to; None for an invented one."""
    prefix, _dash, token = name.strip().lower().partition("-")
    return _key_in(token, _DELIVERY) if prefix == "d" else None


def bounce_address(delivery_id: int) -> str:
    """Return the address to which a mail server tells what became of one delivery."""
    return _own_address(delivery_name(delivery_id))


def delivery_of_address(address: str) -> int | None:
    """Return the key of the delivery whose own address this is; None for any other address."""
    return delivery_of_name(_own_token(address))


_CASE, _DELIVERY = b"mail", b"delivery"

_GREATEST_KEY = 2**63 - 1


def _own_address(token: str) -> str:
    local, _, domain = _plain_address(settings.CASE_MAIL_ADDRESS).rpartition("@")
    return f"{local}+{token}@{domain}"


def _own_token(address: str) -> str:
    """Return what stands behind the plus of an address of ours; nothing for any other address."""
    _name, plain = parseaddr(address)
    local, _, domain = plain.lower().rpartition("@")
    own_local, _, own_domain = _plain_address(settings.CASE_MAIL_ADDRESS).lower().rpartition("@")
    # Our own local part may hold a plus as well.
    prefix, plus, token = local.rpartition("+")
    return token if plus and (prefix, domain) == (own_local, own_domain) else ""


def _token(purpose: bytes, key: int, generation: int = 0) -> str:
    said = b"%s\0%d" % (purpose, key) + (b"\0%d" % generation if generation else b"")
    code = hmac.digest(settings.LINK_KEY.encode(), said, hashlib.sha256)
    return f"{_base36(key)}-{base64.b32encode(code[:10]).decode().lower()}"


def _key_in(token: str, purpose: bytes) -> int | None:
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    key = int(match[1], 36)
    return key if hmac.compare_digest(_token(purpose, key), token) else None


def _base36(number: int) -> str:
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text


def sender_address() -> str:
    """Return the plain address that our mails are from."""
    return _plain_address(settings.DEFAULT_FROM_EMAIL)


def envelope_sender(delivery_id: int) -> str:
    """Return the address that delivery failures go to: the delivery's own, where mail is read."""
    return bounce_address(delivery_id) if settings.MAIL_IS_READ else sender_address()


def sender_domain() -> str:
    """Return the domain we send from; Message-IDs carry it."""
    return sender_address().rpartition("@")[2]


def _plain_address(setting: str) -> str:
    return parseaddr(setting)[1]


# -- words -----------------------------------------------------------------------------------------


def render_email(kind: str, context: Mapping[str, Any], language: str) -> tuple[str, str, str]:
    """Write a mail from `templates/emails/<kind>/`.

    Args:
        kind: a folder of templates: notice, reminder, correction, withdrawal, follow_up,
            receipt_confirmed or answer.
        context: what the templates name; dates may be given as dates.
        language: the client's; English is written where we have no templates.

    Returns:
        Subject, text and HTML.
    """
    language = language_of(language)
    words = {key: _said(value, language) for key, value in context.items()}
    subject = _subject(_template(kind, "subject", language), words)
    text = _tidy(_render(_template(kind, "body", language), words))
    return subject, text, html_of(text, subject=subject, language=language)


def _template(kind: str, part: str, language: str) -> Template:
    return get_template(f"emails/{kind}/{part}.{language}.txt").template  # type: ignore[attr-defined]


def _render(template: Template, words: Mapping[str, Any]) -> str:
    return str(template.render(Context(dict(words), autoescape=False)))


def _said(value: Any, language: str) -> Any:
    """Write dates in the mail's language and keep one-line texts on one line."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return say_date(value, language)
    return value


def _subject(template: Template, words: dict[str, Any]) -> str:
    """Return a subject of at most 60 letters; a long client's name gives way first, then ours.

    Its legal form goes before its words do. A name of which too little would be left to know it by
    is left out: its own bearer reads it.
    """
    names = {key: _one_line(str(words.get(key, ""))) for key in ("client_name", "company")}
    subject = _one_line(_render(template, words | names))
    for key, name in names.items():
        surplus = len(subject) - LONGEST_SUBJECT
        if surplus > 0 and name and name in subject:
            shorter = _short_name(name, len(name) - surplus)
            # A client knows their own name; who writes must be said.
            if not shorter and key == "company":
                shorter = shortened(name, max(len(name) - surplus, 1))
            names[key] = shorter
            subject = _one_line(_render(template, words | names))
    return shortened(subject, LONGEST_SUBJECT)


FEWEST_LETTERS = 8
"""Of a shortened name; fewer say too little of whose it is."""

_LEGAL_FORM = re.compile(
    r"(?:,?\s+(?:&\s*Co\.?|GmbH|gGmbH|mbH|AG|KG|KGaA|OHG|UG|SE|e\.\s?V\.|e\.K\.|Ltd\.?|Limited"
    r"|LLP|LLC|PLC|plc|Inc\.?|Corp\.?|Company|Co\.?))+\s*$"
)
_LOOSE_END = re.compile(r"(?:\s+(?:and|und|of|the|der|die|das|für|for|&|[-–]|\w{1,2}\.?))+$", re.I)


def _short_name(name: str, longest: int) -> str:
    """Cut a name at a word so that it can still be known; empty when too little would be left."""
    without_form = _LEGAL_FORM.sub("", name)
    if without_form and len(without_form) <= longest:
        return without_form
    room = without_form[: max(longest - 1, 0)]
    is_whole = without_form[len(room) : len(room) + 1] == " "
    kept = room if is_whole else room.rpartition(" ")[0]
    kept = _LOOSE_END.sub("", kept).rstrip(" ,.;:–-&")
    letters = sum(sign.isalpha() for sign in kept)
    return f"{kept}…" if letters >= FEWEST_LETTERS else ""


def shortened(text: str, longest: int) -> str:
    """Cut a text at a word so that it has at most so many letters, its ellipsis included."""
    if len(text) <= longest:
        return text
    room = text[: max(longest - 1, 0)]
    at_word = room.rpartition(" ")[0] if text[len(room)] != " " else room
    return (at_word or room).rstrip(" ,.;:–-&") + "…"


def _one_line(text: str) -> str:
    """Join lines and drop control characters, which have no place in a header."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())


def _tidy(text: str) -> str:
    lines = (line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


# -- the same, in HTML -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """A piece of a mail's text, as the HTML part shows it.

    Attributes:
        kind: paragraph, list, button, link or rule.
        lines: its lines of plain text.
        url: where a button or link leads.
    """

    kind: str
    lines: tuple[str, ...] = ()
    url: str = ""


def blocks_of(text: str) -> list[Block]:
    """Read a mail's text as blocks; only our own addresses become links, and one the button."""
    blocks: list[Block] = []
    has_button = False
    for paragraph in re.split(r"\n{2,}", text.strip()):
        lines = tuple(paragraph.split("\n"))
        if len(lines) == 2 and lines[0].endswith(":") and _is_our_link(lines[1]):
            kind = "link" if has_button else "button"
            has_button = True
            blocks.append(Block(kind, (lines[0].rstrip(":"),), lines[1]))
        elif len(lines) == 1 and len(lines[0]) >= 3 and not lines[0].strip("-—–_ "):
            blocks.append(Block("rule"))
        else:
            blocks += _paragraphs_and_lists(lines)
    return blocks


def _paragraphs_and_lists(lines: Sequence[str]) -> list[Block]:
    blocks: list[Block] = []
    for line in lines:
        kind = "list" if line.startswith("- ") else "paragraph"
        said = line[2:] if kind == "list" else line
        if blocks and blocks[-1].kind == kind:
            blocks[-1] = Block(kind, (*blocks[-1].lines, said))
        else:
            blocks.append(Block(kind, (said,)))
    return blocks


def _is_our_link(line: str) -> bool:
    base = settings.PUBLIC_BASE_URL
    return bool(base) and line.startswith(f"{base}/") and not re.search(r"\s", line)


def html_of(text: str, *, subject: str, language: str) -> str:
    """Make the HTML part from the text: no image, nothing loaded, light and dark."""
    context = Context({"blocks": blocks_of(text), "subject": subject, "language": language})
    page = get_template("emails/_page.html").template.render(context)  # type: ignore[attr-defined]
    page = re.sub(r">\s*\n\s*<", ">\n<", page)
    return _inliner().inline(page)


@cache
def _inliner() -> css_inline.CSSInliner:
    # The rule for dark screens cannot be inlined and stays in the head.
    return css_inline.CSSInliner(
        keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
    )


# -- bytes -----------------------------------------------------------------------------------------


def build_mail(
    *,
    delivery: Delivery,
    subject: str,
    text: str,
    html: str,
    sender_name: str,
    attachments: Sequence[Attachment],
    language: str,
    references: str = "",
) -> bytes:
    """Build the mail of a delivery: the same delivery and words give the same bytes.

    Args:
        delivery: gives Message-ID, Date, recipient and the case's address for answers.
        subject: one line.
        text: the mail as plain text.
        html: the same as HTML.
        sender_name: “person, company”.
        attachments: name, content type and bytes of each file.
        language: of the words.
        references: Message-ID of an earlier mail of ours that this one belongs to.
    """
    mark = hashlib.sha256(delivery.internet_message_id.encode()).hexdigest()[:24]
    outer, inner = f"mixed_{mark}", f"words_{mark}"
    words = _multipart(
        inner, [_text_part(text, "plain", language), _text_part(html, "html", language)]
    )
    head = _headers(delivery, subject, sender_name, language, references)
    if not attachments:
        top = f'Content-Type: multipart/alternative; boundary="{inner}"\r\n\r\n'
        return head + top.encode() + words
    parts = [
        f'Content-Type: multipart/alternative; boundary="{inner}"\r\n\r\n'.encode() + words,
        *(_attached(*attachment) for attachment in attachments),
    ]
    top = f'Content-Type: multipart/mixed; boundary="{outer}"\r\n\r\n'
    return head + top.encode() + _multipart(outer, parts)


def build_mail_to_a_colleague(
    *,
    name: str,
    address: str,
    message_id: str,
    at: datetime,
    sender_name: str,
    words: tuple[str, str, str],
    language: str,
) -> bytes:
    """Build a mail to somebody of the house, which belongs to no case and wants no answer.

    Args:
        name: as in the mail's header.
        address: one plain address.
        message_id: without brackets; the part behind the @ is added.
        at: its date.
        sender_name: the firm's.
        words: subject, text and HTML.
        language: of the words.
    """
    subject, text, html = words
    sender = sender_address()
    message = EmailMessage(policy=SMTP if (sender + address).isascii() else SMTPUTF8)
    message["From"] = Address(display_name=_one_line(sender_name), addr_spec=sender)
    message["To"] = Address(display_name=_one_line(name), addr_spec=address)
    message["Subject"] = _one_line(subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}@{sender_domain()}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language
    message["MIME-Version"] = "1.0"
    mark = f"words_{hashlib.sha256(message_id.encode()).hexdigest()[:24]}"
    parts = [_text_part(text, "plain", language), _text_part(html, "html", language)]
    top = f'Content-Type: multipart/alternative; boundary="{mark}"\r\n\r\n'
    head = message.as_bytes().rstrip(b"\r\n") + b"\r\n"
    return head + top.encode() + _multipart(mark, parts)


def _headers(
    delivery: Delivery, subject: str, sender_name: str, language: str, references: str
) -> bytes:
    sender, recipient = sender_address(), delivery.recipient_email
    # The library folds and encodes; a body built by it would take most of the time.
    message = EmailMessage(policy=SMTP if (sender + recipient).isascii() else SMTPUTF8)
    message["From"] = Address(display_name=_one_line(sender_name), addr_spec=sender)
    message["To"] = Address(display_name=_one_line(delivery.recipient_name), addr_spec=recipient)
    answers_to = case_address(delivery.case)
    if answers_to:
        message["Reply-To"] = answers_to
    message["Subject"] = _one_line(subject)
    message["Date"] = format_datetime(delivery.created_at)
    message["Message-ID"] = delivery.internet_message_id
    if references:
        message["In-Reply-To"] = references
        message["References"] = references
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language
    message["MIME-Version"] = "1.0"
    return message.as_bytes().rstrip(b"\r\n") + b"\r\n"


def _text_part(text: str, subtype: str, language: str) -> bytes:
    head = (
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    encoded = binascii.b2a_qp(text.replace("\r\n", "\n").encode(), istext=True)
    return head.encode() + encoded.replace(b"\n", b"\r\n")


def _attached(name: str, content_type: str, content: bytes) -> bytes:
    name = _one_line(name)
    is_plain = re.fullmatch(r"[\w.-]+", name, re.ASCII) is not None
    file_name = f'filename="{name}"' if is_plain else f"filename*=utf-8''{quote(name, safe='')}"
    head = (
        f"Content-Type: {content_type}\r\n"
        f"Content-Disposition: attachment; {file_name}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + in_base64(content)


def in_base64(content: bytes) -> bytes:
    """Return a file's bytes as they stand inside a mail; sending looks for exactly these."""
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def _multipart(boundary: str, parts: Sequence[bytes]) -> bytes:
    mark = f"--{boundary}\r\n".encode()
    joined = b"".join(mark + part.rstrip(b"\r\n") + b"\r\n" for part in parts)
    return joined + f"--{boundary}--\r\n".encode()
