"""What a colleague forwards: the mail inside their mail, with its own sender and date.

Mail programs forward in two ways. Either the original is attached whole, or its head is written as
lines of text above its words, in the language of the program. What cannot be read is left out and
never guessed: a day written with slashes may be two days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import getaddresses, parsedate_to_datetime
from zoneinfo import ZoneInfo

from notices.inbound import reading
from notices.inbound.reading import Attached, ReadMail, one_line

_LABELS = {
    "from": "from|von|de|da|van|od|från|fra|mittente|remitente",
    "date": "date|sent|datum|gesendet|envoyé|fecha|enviado|data|inviato|verzonden|skickat",
    "to": "to|an|à|para|a|aan|do|till|til|destinatario",
    "subject": "subject|betreff|objet|asunto|oggetto|onderwerp|temat|ämne|emne",
    "cc": "cc|kopie|copie",
}
_LABEL = {label: name for name, labels in _LABELS.items() for label in labels.split("|")}
# Anybody can send any line: without its quote marks and outer blanks, each is read in one pass.
_LINE = re.compile(r"\*?([A-Za-zÀ-ÿ ]{1,15}?)\s{0,3}:(.+)")
_SEPARATOR = re.compile(
    r"--.*--|_{5,}|begin forwarded message:|anfang der weitergeleiteten nachricht:"
    r"|début du message transféré\s?:",
    re.IGNORECASE,
)
_MOST_HEAD_LINES = 10
_LONGEST_VALUE = 4_000
_ENOUGH_OF_A_HEAD = 3

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january|jan|januar|janvier", "february|feb|februar|février", "march|mar|märz|mrz|mars",
            "april|apr|avril", "may|mai", "june|jun|juni|juin", "july|jul|juli|juillet",
            "august|aug|août", "september|sep|sept|septembre", "october|oct|oktober|okt|octobre",
            "november|nov|novembre", "december|dec|dezember|dez|décembre",
        ),
        start=1,
    )
    for name in names.split("|")
}  # fmt: skip
_DAY_FIRST = re.compile(r"\b(\d{1,2})\.?\s+([A-Za-zÀ-ÿ]{3,10})\.?,?\s+(\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([A-Za-zÀ-ÿ]{3,10})\.?\s+(\d{1,2}),?\s+(\d{4})\b")
_DOTS = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_TIME = re.compile(r"\b(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?\s*([ap])?\.?(?:m\b)?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:GMT|UTC)?\s?([+-])(\d{2}):?(\d{2})\b")
_NAMED_ZONES = {"CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "GMT": 0, "UTC": 0, "BST": 1}


@dataclass(frozen=True)
class Original:
    """A mail as it stands inside another one; empty where it cannot be read."""

    sender_name: str = ""
    sender_email: str = ""
    recipients: tuple[str, ...] = ()
    sent_at: datetime | None = None
    subject: str = ""
    words: str = field(default="", repr=False)
    attachments: tuple[Attached, ...] = ()

    @property
    def sender(self) -> str:
        """Its sender as it was written."""
        if self.sender_name and self.sender_email:
            return f"{self.sender_name} <{self.sender_email}>"
        return self.sender_name or self.sender_email


def original_of(mail: ReadMail, *, zone: str) -> Original | None:
    """Return the mail that another one forwards; None if it forwards none.

    Args:
        mail: of a colleague.
        zone: of the office, for a time that is written without one.
    """
    for attached in mail.attachments:
        if attached.is_message:
            inner = reading.read(attached.content)
            if inner.sender_email or inner.sent_at:
                return Original(
                    sender_name=inner.sender_name,
                    sender_email=inner.sender_email,
                    recipients=inner.recipients,
                    sent_at=inner.sent_at,
                    subject=inner.subject,
                    words=inner.text,
                    attachments=inner.attachments,
                )
    return _written_in(mail.text, zone)


def _written_in(text: str, zone: str) -> Original | None:
    lines = text.split("\n")
    for start, line in enumerate(lines):
        if _label_of(line)[0] == "from":
            head, end = _head_at(lines, start)
            if len(head) >= _ENOUGH_OF_A_HEAD and "date" in head:
                return _of_head(head, lines[end:], zone)
    return None


def _label_of(line: str) -> tuple[str, str]:
    match = _LINE.fullmatch(_bare(line))
    if match is None:
        return "", ""
    return _LABEL.get(match[1].strip().lower(), ""), match[2][:_LONGEST_VALUE].strip().strip(
        "*"
    ).strip()


def _bare(line: str) -> str:
    """Return a line without the marks of a quote and the blanks around it."""
    return line.lstrip("> \t\xa0").rstrip()


def _head_at(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    head: dict[str, str] = {}
    at = start
    while at < min(len(lines), start + _MOST_HEAD_LINES):
        label, value = _label_of(lines[at])
        if label and label not in head:
            head[label] = value
        elif not _bare(lines[at]) and len(head) >= _ENOUGH_OF_A_HEAD:
            break
        at += 1
    return head, at


def _of_head(head: dict[str, str], rest: list[str], zone: str) -> Original:
    # Outlook writes an address in brackets of its own: Jane Adams [mailto:jane@example.com].
    sender = re.sub(r"\[mailto:([^\]]+)\]", r"<\1>", head["from"])
    name, address = next(iter(getaddresses([sender])), ("", ""))
    if "@" not in address:
        name, address = sender, ""
    words = "\n".join(line for line in rest if not _SEPARATOR.fullmatch(_bare(line))).strip()
    return Original(
        sender_name=one_line(name)[:200],
        sender_email=one_line(address)[:254],
        recipients=tuple(
            to for _name, to in getaddresses([head.get("to", ""), head.get("cc", "")]) if "@" in to
        ),
        sent_at=moment_of(head["date"], zone),
        subject=one_line(head.get("subject", ""))[:200],
        words=words,
    )


def moment_of(said: str, zone: str) -> datetime | None:
    """Return the moment that a line names; None where it can be read in two ways or not at all.

    Args:
        said: such as “Monday, January 4, 2027 10:15 AM” or “04.01.2027 um 10:15 Uhr”.
        zone: in which a time without a zone is meant.
    """
    day = _day_of(said)
    if day is None:
        return None
    try:
        exact = parsedate_to_datetime(said)
        if exact.tzinfo is not None:
            return exact.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    year, month, day_of_month, rest = day
    time = _TIME.search(rest)
    hour, minute = (int(time[1]), int(time[2])) if time else (12, 0)
    if time and time[3]:
        hour = hour % 12 + (12 if time[3].lower() == "p" else 0)
    try:
        local = datetime(year, month, day_of_month, hour, minute, tzinfo=_zone_of(rest, zone))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day_of(said: str) -> tuple[int, int, int, str] | None:
    """Return year, month, day and what is written around them."""
    for pattern, order in ((_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2))):
        for match in pattern.finditer(said):
            year, month, day = (match[part] for part in order)
            number = _MONTHS.get(month.lower())
            if number is not None:
                return int(year), number, int(day), said.replace(match[0], " ")
    if dots := _DOTS.search(said):
        year = int(dots[3])
        return (
            year + (2000 if year < 100 else 0),
            int(dots[2]),
            int(dots[1]),
            said.replace(dots[0], " "),
        )
    if iso := _ISO.search(said):
        return int(iso[1]), int(iso[2]), int(iso[3]), said.replace(iso[0], " ")
    return None


def _zone_of(text: str, zone: str) -> timezone | ZoneInfo:
    if match := _OFFSET.search(text):
        minutes = int(match[2]) * 60 + int(match[3])
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
    for name, hours in _NAMED_ZONES.items():
        if re.search(rf"\b{name}\b", text):
            return timezone(timedelta(hours=hours))
    return ZoneInfo(zone)
