"""What mail servers and mail programs report about a mail of ours.

Source: RFC 3464 (delivery status), RFC 8098 (disposition notification).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from notices.inbound.reading import ReadMail


class Action(StrEnum):
    """What became of a mail for one recipient."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Status:
    """What one server says about one recipient.

    Attributes:
        action: what became of it.
        recipient: the address as we named it, else the last one it was tried for.
        code: the enhanced status code, such as 5.1.1.
        answer: the other server's own words, on one line.
        reporter: the server that tells.
        envelope_name: our name for the delivery, if it was kept.
    """

    action: Action
    recipient: str = ""
    code: str = ""
    answer: str = ""
    reporter: str = ""
    envelope_name: str = ""

    def in_words(self) -> str:
        """Return the code and the server's words."""
        told = " ".join(filter(None, [self.code, self.answer]))
        return told[:500] or self.action.value


_ACTIONS = {
    "failed": Action.FAILED,
    "delayed": Action.DELAYED,
    "delivered": Action.DELIVERED,
    "relayed": Action.RELAYED,
    "expanded": Action.RELAYED,
}


def is_status_report(mail: ReadMail) -> bool:
    """A mail server reports what became of a mail, for at least one recipient."""
    return mail.report_type == "delivery-status" and any(
        _is_about_a_recipient(block) for block in mail.status_blocks
    )


def is_read_receipt(mail: ReadMail) -> bool:
    """A mail program reports that a mail was displayed, deleted or the like."""
    return mail.report_type == "disposition-notification"


def statuses(mail: ReadMail) -> list[Status]:
    """Return what a report says, one status for each recipient."""
    about: dict[str, str] = {}
    found = []
    for block in mail.status_blocks:
        if not _is_about_a_recipient(block):
            about |= block
            continue
        original, final = (
            _after_type(block.get(name, "")) for name in ("original-recipient", "final-recipient")
        )
        found.append(
            Status(
                action=_action_in(block),
                recipient=_unescaped(original) or final,
                code=block.get("status", "")[:20],
                answer=_after_type(block.get("diagnostic-code", "")),
                reporter=_after_type(about.get("reporting-mta", "")),
                envelope_name=_unescaped(about.get("original-envelope-id", "")),
            )
        )
    return found


def _is_about_a_recipient(block: dict[str, str]) -> bool:
    return "action" in block or ("final-recipient" in block and "status" in block)


def _action_in(block: dict[str, str]) -> Action:
    """Return what a server did; where it does not say so, what its code means."""
    said = block.get("action", "").split()
    if said:
        return _ACTIONS.get(said[0].lower(), Action.UNKNOWN)
    return _BY_CODE.get(block.get("status", "")[:2], Action.UNKNOWN)


_BY_CODE = {"5.": Action.FAILED, "4.": Action.DELAYED}


def _after_type(value: str) -> str:
    """Return a field's value without its type: `rfc822; jane@example.com`."""
    kind, semicolon, rest = value.partition(";")
    return (rest if semicolon and " " not in kind.strip() else value).strip()


def _unescaped(value: str) -> str:
    """Decode what we encoded when we asked for the report.

    Source: RFC 3461 section 4.
    """
    return re.sub(r"\+([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), value)
