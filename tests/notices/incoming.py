"""Mails as they come in: people's, machines', and reports in the shapes of well-known servers."""

from __future__ import annotations

from email.message import EmailMessage
from textwrap import dedent

from notices.mailing import mail as addresses
from notices.models import Delivery
from offboarding.models import TerminationCase

JANE = "jane.adams@example.com"


def a_reply(
    case: TerminationCase | None = None,
    *,
    to: str = "",
    text: str = "Thank you, your notice arrived.",
    subject: str = "Re: Notice",
    sender: str = f"Jane Adams <{JANE}>",
    message_id: str = "<reply-1@client.example>",
    files: dict[str, bytes] | None = None,
    **headers: str,
) -> bytes:
    """A person's mail to a case; a header is named with underscores, as `In_Reply_To`."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to or (addresses.case_address(case) if case else "offboarding@example.com")
    message["Subject"] = subject
    if message_id:
        message["Message-ID"] = message_id
    message["Date"] = "Thu, 26 Nov 2026 09:00:00 +0100"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, content in (files or {}).items():
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


# -- reports of mail servers -----------------------------------------------------------------------


def _report(
    to: str, sender: str, head: str, words: str, status: str, returned: str, *, enclosed: str
) -> bytes:
    """Put a report together as it stands on the wire; `enclosed` is the type of its last part."""
    boundary = "=_report_1"
    kind = f'multipart/report; report-type=delivery-status;\n boundary="{boundary}"'
    parts = {
        "text/plain; charset=us-ascii": words,
        "message/delivery-status": status,
        enclosed: returned,
    }
    lines = [
        f"Return-Path: <>\nFrom: {sender}\nTo: {to}\n{dedent(head).strip()}",
        f"MIME-Version: 1.0\nContent-Type: {kind}\n",
        *(
            f"--{boundary}\nContent-Type: {part}\n\n{dedent(text).strip()}\n"
            for part, text in parts.items()
        ),
        f"--{boundary}--\n",
    ]
    return "\n".join(lines).replace("\n", "\r\n").encode()


def _returned(delivery: Delivery) -> str:
    return f"Message-ID: {delivery.internet_message_id}\nSubject: Notice\nFrom: us@example.com"


def postfix(delivery: Delivery, action: str = "failed", *, to: str = "") -> bytes:
    """As Postfix writes it, for what failed, waits, or was delivered."""
    code = {"failed": "5.1.1", "delayed": "4.4.1", "delivered": "2.0.0", "relayed": "2.0.0"}[action]
    answer = {
        "failed": "550 5.1.1 <jane.adams@example.com>: Recipient address rejected: User unknown",
        "delayed": "connect to mail.example.com[192.0.2.1]:25: Connection timed out",
        "delivered": "250 2.0.0 <jane.adams@example.com> Saved",
        "relayed": "250 2.0.0 Ok: queued as 4ABCDE",
    }[action]
    return _report(
        to or addresses.bounce_address(delivery.pk),
        "MAILER-DAEMON@relay.example (Mail Delivery System)",
        f"Subject: Report\nAuto-Submitted: auto-replied\nMessage-ID: <{action}@relay.example>",
        "This is the mail system at host relay.example.",
        f"""
        Reporting-MTA: dns; relay.example
        Original-Envelope-Id: {addresses.delivery_name(delivery.pk)}
        X-Postfix-Queue-ID: 4XYZ
        Arrival-Date: Thu, 26 Nov 2026 09:00:00 +0000 (UTC)

        Final-Recipient: rfc822; {delivery.recipient_email}
        Original-Recipient: rfc822;{delivery.recipient_email}
        Action: {action}
        Status: {code}
        Remote-MTA: dns; mail.example.com
        Diagnostic-Code: smtp; {answer}
        """,
        _returned(delivery),
        enclosed="text/rfc822-headers",
    )


def exim(delivery: Delivery) -> bytes:
    """As Exim writes it: its own header beside the report, the whole mail enclosed."""
    return _report(
        "offboarding@example.com",
        "Mail Delivery System <Mailer-Daemon@exim.example>",
        f"X-Failed-Recipients: {delivery.recipient_email}\nAuto-Submitted: auto-replied\n"
        "Subject: Mail delivery failed: returning message to sender\n"
        "Message-ID: <E1abc-0001@exim.example>",
        "This message was created automatically by mail delivery software.",
        f"""
        Reporting-MTA: dns; exim.example

        Action: failed
        Final-Recipient: rfc822;{delivery.recipient_email}
        Status: 5.0.0
        Remote-MTA: dns; mail.example.com
        Diagnostic-Code: smtp; 550 Unrouteable address
        """,
        _returned(delivery) + "\n\nText",
        enclosed="message/rfc822",
    )


def exchange(delivery: Delivery) -> bytes:
    """As Exchange writes it: capital letters, folded fields, another order."""
    return _report(
        "offboarding@example.com",
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.net>",
        "Subject: Undeliverable: Notice\nX-MS-Exchange-Message-Is-Ndr:\n"
        "Message-ID: <ndr-1@example.net>\nAuto-Submitted: auto-replied",
        "Your message could not be delivered.",
        f"""
        Reporting-MTA: dns;MAIL1.example.net
        Received-From-MTA: dns;relay.example
        Arrival-Date: Thu, 26 Nov 2026 09:00:00 +0000

        Original-Recipient: RFC822;{delivery.recipient_email.upper()}
        Final-Recipient: RFC822;{delivery.recipient_email}
        Action: Failed
        Status: 5.1.10
        Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
         not found by SMTP address lookup
        """,
        _returned(delivery),
        enclosed="message/rfc822",
    )


def gmail(delivery: Delivery) -> bytes:
    """As Gmail writes it: several addresses of its own beside ours, References to our mail."""
    return _report(
        "offboarding@example.com",
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        f"X-Failed-Recipients: {delivery.recipient_email}\nAuto-Submitted: auto-replied\n"
        f"Subject: Delivery Status Notification (Failure)\n"
        f"In-Reply-To: {delivery.internet_message_id}\n"
        f"References: {delivery.internet_message_id}\nMessage-ID: <gm-1@mx.google.com>",
        "** Address not found **",
        f"""
        Reporting-MTA: dns; googlemail.com
        Arrival-Date: Thu, 26 Nov 2026 01:00:00 -0800 (PST)
        X-Original-Message-ID: {delivery.internet_message_id}

        Final-Recipient: rfc822; {delivery.recipient_email}
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; gmail-smtp-in.l.google.com.
        Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
        Last-Attempt-Date: Thu, 26 Nov 2026 01:00:01 -0800 (PST)
        """,
        _returned(delivery),
        enclosed="message/rfc822",
    )


def qmail(delivery: Delivery) -> bytes:
    """As qmail writes it: no report at all, a few words and our mail below them."""
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@qmail.example\r\n"
        f"To: {addresses.bounce_address(delivery.pk)}\r\nSubject: failure notice\r\n\r\n"
        "Hi. This is the qmail-send program at qmail.example.\r\n"
        f"<{delivery.recipient_email}>:\r\nNo mailbox here by that name. (#5.1.1)\r\n"
    ).encode()


def through_a_gateway(delivery: Delivery) -> bytes:
    """A report as a gateway passes it on: inside another mail, its type lost, without an action."""
    _head, _blank, report = postfix(delivery).decode().partition("\r\n\r\n")
    report = report.replace("Action: failed\r\n", "")
    return (
        "Return-Path: <>\r\nFrom: postmaster@gateway.example\r\n"
        f"To: {addresses.bounce_address(delivery.pk)}\r\nSubject: [External] Report\r\n"
        'Content-Type: multipart/mixed; boundary="outer"\r\n\r\n--outer\r\n\r\nFrom outside.\r\n'
        f'--outer\r\nContent-Type: multipart/report; boundary="=_report_1"\r\n\r\n{report}\r\n'
        "--outer--\r\n"
    ).encode()


def read_receipt(delivery: Delivery) -> bytes:
    """As a mail program tells that a mail was opened."""
    boundary = "=_mdn_1"
    return (
        f"From: Jane Adams <{JANE}>\nTo: {addresses.case_address(delivery.case)}\n"
        "Subject: Read: Notice\nMessage-ID: <mdn-1@client.example>\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=disposition-notification;\n"
        f' boundary="{boundary}"\n\n'
        f"--{boundary}\nContent-Type: text/plain\n\nYour message was displayed.\n\n"
        f"--{boundary}\nContent-Type: message/disposition-notification\n\n"
        f"Reporting-UA: client.example\nFinal-Recipient: rfc822;{JANE}\n"
        f"Original-Message-ID: {delivery.internet_message_id}\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n\n"
        f"--{boundary}--\n"
    ).encode()


AWAY = {
    "en": ("Out of Office: Notice", {"Auto-Submitted": "auto-replied"}),
    "de": ("Abwesenheitsnotiz: Kündigung", {"X-Auto-Response-Suppress": "All"}),
    "fr": ("Réponse automatique : Avis", {"Precedence": "bulk"}),
    "es": ("Respuesta automática: Aviso", {"X-Autoreply": "yes"}),
    "it": ("Risposta automatica: Avviso", {"Auto-Submitted": "auto-replied; owner-email=x"}),
    "nl": ("Automatisch antwoord: Bericht", {"Return-Path": "<>"}),
    "pl": ("Odpowiedź automatyczna: Wypowiedzenie", {"Auto-Submitted": "auto-generated"}),
    "sv": ("Autosvar: Uppsägning", {"Precedence": "auto_reply"}),
}
"""Out of the office in eight languages, each marked in another way that is in use."""


def away(case: TerminationCase, language: str) -> bytes:
    """An answer of a machine that says who is away."""
    subject, headers = AWAY[language]
    marks = {name.replace("-", "_"): value for name, value in headers.items()}
    return a_reply(case, subject=subject, text="…", message_id=f"<away-{language}@x>", **marks)


def many_parts(case: TerminationCase, count: int = 10_000) -> bytes:
    """A mail of very many parts."""
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    head = (
        f"From: {JANE}\r\nTo: {addresses.case_address(case)}\r\nSubject: Many\r\n"
        "Message-ID: <many@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    )
    return head.encode() + part * count + b"--b--\r\n"


def a_reply_to(delivery: Delivery, **changes: str) -> bytes:
    """An answer that names our mail, sent to the plain address."""
    return a_reply(
        to="offboarding@example.com",
        In_Reply_To=delivery.internet_message_id,
        References=f"<other@x> {delivery.internet_message_id}",
        **changes,
    )
