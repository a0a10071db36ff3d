"""What sort of mail this is: a person's, or a machine's.

A machine's mail never counts as an answer, so in doubt a person looks: one weak sign alone leaves a
mail a reply, which waits for somebody to read it. Nothing is ever answered because of a sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from notices.inbound.reading import ReadMail
from notices.inbound.reports import Action, is_read_receipt, is_status_report, statuses
from notices.models import InboundKind

_WEAK = frozenset({"subject", "sender"})

_AWAY = re.compile(
    r"\b(?:"
    r"out of (?:the )?office|automatic reply|auto[- ]?reply|away from (?:my|the) desk|on vacation"
    r"|abwesenheit\w*|automatische antwort|nicht im (?:hause?|büro)|außer haus"
    r"|absence du bureau|réponse automatique|absent\(?e?\)? du bureau|message d['’]absence"
    r"|fuera de la oficina|respuesta automática|ausente de la oficina"
    r"|fuori ufficio|risposta automatica|assente dall['’]ufficio"
    r"|afwezig\w*|automatisch antwoord|niet aanwezig"
    r"|poza biurem|odpowiedź automatyczna|automatyczna odpowiedź|nieobecno\w+"
    r"|frånvaro\w*|autosvar|automatiskt svar|inte på kontoret"
    r"|fora do escritório|resposta automática|ausência temporária"
    r")",
    re.IGNORECASE,
)
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+=.-].*)?@.*", re.IGNORECASE
)
_FAILED_SUBJECT = re.compile(
    r"undeliver|delivery (?:status notification|failure|failed|has failed)|returned mail"
    r"|mail (?:delivery failed|could not be delivered)|message not delivered|failure notice"
    r"|unzustellbar|nicht (?:zustellbar|zugestellt)|zustellung fehlgeschlagen",
    re.IGNORECASE,
)
_STILL_TRYING = re.compile(r"delay|warning|retry|verzöger|warnung", re.IGNORECASE)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})


def kind_of(mail: ReadMail) -> tuple[InboundKind, list[str]]:
    """Tell what a mail is, and by which signs."""
    signs = list(_signs(mail))
    if is_read_receipt(mail):
        return InboundKind.READ_RECEIPT, signs
    if is_status_report(mail):
        return _KIND_OF_ACTION[_weightiest(mail)], signs
    if "null_sender" in signs and ("failed_recipients" in signs or _says_it_failed(mail)):
        return InboundKind.BOUNCED, signs
    strong = [sign for sign in signs if sign not in _WEAK]
    if strong or len(signs) > 1:
        return InboundKind.AUTOMATIC, signs
    return InboundKind.REPLY, signs


def may_be_a_persons(found: list[str]) -> bool:
    """The signs speak of the road it came by, which people use as well: a group's address, a list.

    Such a mail is no answer until somebody has looked.
    """
    return bool(found) and set(found) <= _OF_THE_ROAD


_OF_THE_ROAD = frozenset({"list", "precedence", "suppress"})


def is_of_a_mail_server(mail: ReadMail) -> bool:
    """The mail system itself writes, not somebody's mailbox that answers for its owner."""
    is_from_nobody = mail.marks.get("return-path", "-").strip() in ("<>", "")
    return is_from_nobody and bool(_MAIL_SYSTEM.match(mail.sender_email))


_MAIL_SYSTEM = re.compile(r"(?:mailer-daemon|postmaster)(?:[+=.-].*)?@", re.IGNORECASE)


def _says_it_failed(mail: ReadMail) -> bool:
    """A server that writes no report says so in its subject, if it says anything."""
    return bool(_FAILED_SUBJECT.search(mail.subject)) and not _STILL_TRYING.search(mail.subject)


_KIND_OF_ACTION = {
    Action.FAILED: InboundKind.BOUNCED,
    Action.DELAYED: InboundKind.DELAYED,
    Action.DELIVERED: InboundKind.DELIVERED,
    Action.RELAYED: InboundKind.DELIVERED,
    Action.UNKNOWN: InboundKind.AUTOMATIC,
}


def _weightiest(mail: ReadMail) -> Action:
    actions = {status.action for status in statuses(mail)}
    return next((action for action in _KIND_OF_ACTION if action in actions), Action.UNKNOWN)


def _signs(mail: ReadMail) -> Iterator[str]:
    marks = mail.marks
    if marks.get("auto-submitted", "no").split(";")[0].strip().lower() != "no":
        yield "auto_submitted"
    if marks.get("return-path", "-").strip() in ("<>", ""):
        yield "null_sender"
    if mail.report_type:
        yield "report"
    if marks.get("precedence", "").strip().lower() in _BULK:
        yield "precedence"
    if marks.get("x-auto-response-suppress", "").strip().lower() not in ("", "none"):
        yield "suppress"
    if any(
        marks.get(name)
        for name in (
            "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from",
            "x-mail-autoreply",
        )
    ):  # fmt: skip
        yield "autoresponder"
    if any(marks.get(name) for name in ("list-id", "list-unsubscribe", "list-post")):
        yield "list"
    if marks.get("x-failed-recipients"):
        yield "failed_recipients"
    if _AWAY.search(mail.subject) or _FAILED_SUBJECT.search(mail.subject):
        yield "subject"
    if _MACHINES.fullmatch(mail.sender_email):
        yield "sender"
