"""Hands one mail to one recipient's relay and says exactly how far it got.

A notice must leave at most once, so the caller has to know at which step a hand-over failed: before
the message body nothing can have been sent; once the body is on its way, only the server's final
reply tells, and a broken line leaves a doubt that no machine may resolve by sending again. Hence
this module drives `smtplib` command by command instead of calling its `sendmail`.

Only status, step and time are logged, never an address, a message or a password.
"""

from __future__ import annotations

import ipaddress
import itertools
import logging
import math
import os
import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Literal, Self

logger = logging.getLogger(__name__)

Security = Literal["none", "starttls", "tls"]

_REPLY_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_MOST_REPLY_LINES = 100
_LONGEST_REPLY_LINE = 4096
_LONGEST_TEXT = 500
_CHUNK = 64 * 1024

# One address as it stands in an envelope: no blanks, no list, no brackets, no quoting.
_ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f<>,;:\"()\[\]\\@]+@[^\s\x00-\x1f\x7f<>,;:\"()\\@]+")
# Source: RFC 5321 section 4.5.3.1.3 allows a path of 256 octets with its two brackets.
_LONGEST_ADDRESS = 254
_ENVELOPE_ID = re.compile(r"[\x21-\x7e]{1,100}")

# Source: RFC 4954 section 6. These say that we are not signed in, nothing about the recipient.
_OUR_SIGN_IN_IS_WRONG = frozenset({530, 534, 535, 538})

_QUEUE_ID = re.compile(r"queued as ([^\s()]+)|\bid=(\S+)|\bOk:? ([\w.-]{8,})$", re.IGNORECASE)


class Kind(StrEnum):
    """What became of a hand-over."""

    ACCEPTED = "accepted"  # the server took it: never send again
    TEMPORARY = "temporary"  # surely not taken: may be tried again
    REFUSED = "refused"  # surely not taken and will not be
    UNCERTAIN = "uncertain"  # perhaps taken: only a person may send again
    ABANDONED = "abandoned"  # the caller said no just before the message


class Stage(StrEnum):
    """How far a hand-over came."""

    CONNECT = "connect"
    EHLO = "ehlo"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    BEFORE_DATA = "before_data"
    DATA = "data"
    BODY = "body"
    FINAL_REPLY = "final_reply"


_THE_MESSAGE_IS_ON_ITS_WAY = frozenset({Stage.BODY, Stage.FINAL_REPLY})


def is_one_address(text: str) -> bool:
    """Tell whether this is exactly one plain e-mail address, as an envelope carries it."""
    return _ADDRESS.fullmatch(text) is not None and len(text.encode()) <= _LONGEST_ADDRESS


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message for one recipient.

    Args:
        sender: the address that gets delivery failures.
        recipient: the one address this goes to.
        message_bytes: headers and body, as they were frozen.
        dsn_id: our name for this delivery; asks for delivery status where the server offers it.

    Raises:
        ValueError: an address is not exactly one plain address, or holds CR, LF or blanks.
    """

    sender: str
    recipient: str
    message_bytes: bytes = field(repr=False)
    dsn_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse whatever could become a second recipient or a second command."""
        for role, address in (("sender", self.sender), ("recipient", self.recipient)):
            if not is_one_address(address):
                raise ValueError(f"The {role} must be exactly one e-mail address.")
        if self.dsn_id is not None and not _ENVELOPE_ID.fullmatch(self.dsn_id):
            raise ValueError("The envelope's id must be 1 to 100 plain letters without blanks.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the server said, at which step, after how long.

    Args:
        kind: what the caller may do next.
        code: the reply code, if the server gave one.
        text: the server's words or ours, on one line, at most 500 letters.
        stage: the step that decided.
        elapsed: seconds from the first step to the last.
        queue_id: the server's own name for the accepted message, if it told one.
    """

    kind: Kind
    code: int | None
    text: str
    stage: Stage
    elapsed: float
    queue_id: str = ""


class _Unreadable(smtplib.SMTPException):
    """The server's reply is none in the sense of the protocol."""


class _NotSecure(smtplib.SMTPException):
    """The line cannot be encrypted as asked, so nothing more is said on it."""


class _Line(smtplib.SMTP):
    """One connection; reads replies strictly and never for ever."""

    def __init__(
        self, host: str, *, helo_name: str | None, timeout: float, tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(local_hostname=helo_name, timeout=timeout)
        # The name that the certificate is checked against.
        self._host = host
        self._tls_from_the_start = tls

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect without Nagle's delay, encrypted from the first byte if asked."""
        sock = socket.create_connection((host, port), timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls_from_the_start is None:
            return sock
        try:
            return self._tls_from_the_start.wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        """Read one whole reply.

        `smtplib` takes "+25" for a code, reads an endless reply to its end, and hides a time-out.

        Raises:
            _Unreadable: not a reply, or one that does not end.
            smtplib.SMTPServerDisconnected: the connection ended.
            OSError: it broke, or nothing came in time.
        """
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        if self.file is None:
            self.file = self.sock.makefile("rb")
        code = b""
        texts: list[bytes] = []
        for _ in range(_MOST_REPLY_LINES):
            raw = self.file.readline(_LONGEST_REPLY_LINE)
            if not raw:
                raise smtplib.SMTPServerDisconnected
            match = _REPLY_LINE.fullmatch(raw.rstrip(b"\r\n"))
            if match is None or not raw.endswith(b"\n") or (code and match[1] != code):
                raise _Unreadable
            code = match[1]
            texts.append((match[3] or b"").strip())
            if match[2] != b"-":
                return int(code), b"\n".join(texts)
        raise _Unreadable

    def offers(self, extension: str) -> bool:
        """Tell whether the server named this extension in its greeting."""
        return self.does_esmtp and self.has_extn(extension)


class _Watch:
    """Cuts off what takes too long: one thread for all, as a timer for each mail costs more."""

    def __init__(self) -> None:
        self._owner = 0
        self._numbers = itertools.count()

    def begin(self, seconds: float, cut_off: Callable[[], None]) -> int:
        """Watch something from now on; return its number."""
        if self._owner != os.getpid():
            # Also after a fork, which takes no thread along.
            self._owner = os.getpid()
            self._watched: dict[int, tuple[float, Callable[[], None]]] = {}
            self._changed = threading.Condition()
            self._wakes_at = math.inf
            threading.Thread(target=self._run, name="mail cut-off", daemon=True).start()
        number, ends_at = next(self._numbers), time.monotonic() + seconds
        with self._changed:
            self._watched[number] = (ends_at, cut_off)
            if ends_at < self._wakes_at:
                self._changed.notify()
        return number

    def end(self, number: int) -> None:
        """Watch it no longer."""
        with self._changed:
            self._watched.pop(number, None)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for number, (ends_at, cut_off) in list(self._watched.items()):
                    if ends_at <= now:
                        del self._watched[number]
                        cut_off()
                self._wakes_at = min((at for at, _ in self._watched.values()), default=math.inf)
                self._changed.wait(
                    None if self._wakes_at == math.inf else max(0.0, self._wakes_at - now)
                )


_watch = _Watch()


class SmtpTransport:
    """Hands mails to one mail server, over one connection at a time that it keeps for the next.

    Use it from one thread. After a fork the child opens a connection of its own.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str = "",
        password: str = "",
        security: Security = "starttls",
        timeout: float = 20.0,
        final_timeout: float | None = None,
        whole_timeout: float | None = None,
        helo_name: str | None = None,
        tls_context: ssl.SSLContext | None = None,
        reuse_messages: int = 100,
        reuse_seconds: float = 30.0,
        trusted_seconds: float = 1.0,
    ) -> None:
        """Remember how to reach the server; nothing is opened yet.

        Args:
            host: name of the server; its certificate must carry it.
            port: usually 587 with "starttls", 465 with "tls".
            user: empty for no sign-in.
            password: goes with `user`.
            security: "starttls" and "tls" check the certificate and never fall back to clear text.
            timeout: seconds to wait for each answer.
            final_timeout: seconds to wait for the reply to the message, which the server may scan
                first; three times `timeout` unless given.
            whole_timeout: seconds after which a hand-over is cut off, whatever it waits for; a
                lease must outlast it. Unless given, `final_timeout` and six times `timeout`.
            helo_name: our name in the greeting; the machine's full name unless given.
            tls_context: trusted certificates; the system's unless given.
            reuse_messages: mails over one connection before a new one is opened.
            reuse_seconds: age at which a connection is not used again.
            trusted_seconds: a connection on which the server took a mail so shortly ago is used
                without asking first whether it still answers.

        Raises:
            ValueError: the values do not fit together.
        """
        if security not in ("none", "starttls", "tls"):
            raise ValueError(f"The mail server's security cannot be {security!r}.")
        if user and security == "none" and not _is_this_machine(host):
            raise ValueError("A password is not sent over a line without encryption.")
        if not (user + password).isascii():
            raise ValueError("Mail user and password can hold plain (ASCII) letters only.")
        self._host = host
        self._port = port
        self._user = user
        self._password = password
        self._security = security
        self._timeout = timeout
        self._final_timeout = 3 * timeout if final_timeout is None else final_timeout
        self.whole_timeout = (
            self._final_timeout + 6 * timeout if whole_timeout is None else whole_timeout
        )
        self._helo_name = helo_name
        self._tls_context = tls_context
        self._reuse_messages = reuse_messages
        self._reuse_seconds = reuse_seconds
        self._line: _Line | None = None
        self._line_owner = 0
        self._line_opened = 0.0
        self._line_messages = 0
        self._trusted_seconds = trusted_seconds
        self._trusted_until = 0.0
        self._stage = Stage.CONNECT
        self._was_cut_off = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take leave of the server, if a connection is open."""
        line, self._line = self._line, None
        if line is None:
            return
        with suppress(OSError, smtplib.SMTPException):
            if self._line_owner == os.getpid() and line.sock is not None:
                line.sock.settimeout(2)
                line.docmd("QUIT")
        line.close()

    def hand_over(self, envelope: Envelope, *, before_data: Callable[[], bool]) -> Outcome:
        """Offer one message to the server and tell what became of it.

        Args:
            envelope: the message and its one recipient.
            before_data: called once, after the server accepted the recipient and before the first
                byte of the message: the caller commits "handing over" in it. If it returns false,
                nothing is sent. If it raises, nothing is sent and the error goes to the caller.
        """
        started = time.monotonic()
        self._stage = Stage.CONNECT
        self._was_cut_off = False
        try:
            with self._cut_off_when_too_long():
                outcome = self._offer(envelope)
                if outcome is None:
                    self._stage = Stage.BEFORE_DATA
                    go = before_data()
                    outcome = self._send(envelope) if go else self._abandon()
        except BaseException:
            # Whatever stopped us, the line may stand in the midst of a message.
            self._drop()
            raise
        outcome = _timed(outcome, time.monotonic() - started)
        logger.info(
            "A mail was handed to the mail server: %s at %s, code %s, %.2f s.",
            outcome.kind,
            outcome.stage,
            outcome.code,
            outcome.elapsed,
        )
        return outcome

    # -- the steps ---------------------------------------------------------------------------------

    def _offer(self, envelope: Envelope) -> Outcome | None:
        """Connect, name sender and recipient; nothing means that the server waits for the mail."""
        is_trusted = self._is_trusted()
        try:
            line = self._line if is_trusted else None
            return self._name_both(line or self._a_working_line(), envelope, is_trusted)
        except (OSError, smtplib.SMTPException) as error:
            if is_trusted and self._stage is Stage.MAIL and not self._was_cut_off:
                # The server left between two mails; nothing was said yet about this one.
                self._drop()
                return self._offer(envelope)
            return self._broken(error)

    def _name_both(self, line: _Line, envelope: Envelope, is_trusted: bool) -> Outcome | None:
        self._stage = Stage.MAIL
        options = _options(envelope, line)
        if isinstance(options, str):
            return self._outcome(Kind.REFUSED, None, options)
        for_mail, for_rcpt, utf8 = options
        line.command_encoding = "utf-8" if utf8 else "ascii"
        code, text = line.mail(_on_the_wire(envelope.sender, utf8), for_mail)
        if code == 421 and is_trusted:
            raise smtplib.SMTPServerDisconnected
        if not 200 <= code < 300:
            return self._no(code, text)
        self._stage = Stage.RCPT
        code, text = line.rcpt(_on_the_wire(envelope.recipient, utf8), for_rcpt)
        if not 200 <= code < 300:
            return self._no(code, text)
        return None

    def _send(self, envelope: Envelope) -> Outcome:
        """Transfer the message; from here on the stage decides between "not sent" and doubt."""
        line = self._line
        if line is None:
            raise RuntimeError("A message is sent only after it was offered.")
        self._line_messages += 1
        payload = memoryview(_stuffed(envelope.message_bytes))
        try:
            self._stage = Stage.DATA
            code, text = line.docmd("DATA")
            if code != 354:
                return self._no(code, text)
            self._stage = Stage.BODY
            for start in range(0, len(payload), _CHUNK):
                line.send(payload[start : start + _CHUNK])
            self._stage = Stage.FINAL_REPLY
            if line.sock is not None:
                line.sock.settimeout(self._final_timeout)
            code, text = line.getreply()
            if line.sock is not None:
                line.sock.settimeout(self._timeout)
        except (OSError, smtplib.SMTPException) as error:
            return self._broken(error)
        if 200 <= code < 300:
            # Source: RFC 5321 section 4.1.1.4: with its yes the server has forgotten the envelope.
            self._trusted_until = time.monotonic() + self._trusted_seconds
            return self._outcome(Kind.ACCEPTED, code, _clean(text))
        return self._no(code, text)

    def _abandon(self) -> Outcome:
        """Tell the server to forget the recipient, because the caller decided against it."""
        try:
            if self._line is not None:
                self._line.docmd("RSET")
        except (OSError, smtplib.SMTPException):
            self._drop()
        return self._outcome(Kind.ABANDONED, None, "Nothing was sent.")

    # -- what an answer means ----------------------------------------------------------------------

    def _no(self, code: int, text: bytes) -> Outcome:
        """Read a reply that does not let us go on."""
        if code == 421 or code < 400:
            # The server hangs up, or answers something other than what was asked.
            self._drop()
        if code < 400:
            return self._unless_on_its_way(code, "The mail server's reply does not fit.")
        if code < 500 or (self._stage is Stage.MAIL and code in _OUR_SIGN_IN_IS_WRONG):
            return self._outcome(Kind.TEMPORARY, code, _clean(text))
        return self._outcome(Kind.REFUSED, code, _clean(text))

    def _broken(self, error: OSError | smtplib.SMTPException) -> Outcome:
        """Read a line that broke; it says nothing about the recipient, so it is never a refusal."""
        self._drop()
        if isinstance(error, ssl.SSLError) and self._stage is Stage.CONNECT:
            self._stage = Stage.TLS
        if self._was_cut_off:
            return self._unless_on_its_way(None, "The mail server took too long as a whole.")
        code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
        return self._unless_on_its_way(code, _in_words(error, self._stage))

    def _unless_on_its_way(self, code: int | None, text: str) -> Outcome:
        doubt = self._stage in _THE_MESSAGE_IS_ON_ITS_WAY
        return self._outcome(Kind.UNCERTAIN if doubt else Kind.TEMPORARY, code, text)

    def _outcome(self, kind: Kind, code: int | None, text: str) -> Outcome:
        queue_id = _queue_id(text) if kind is Kind.ACCEPTED else ""
        return Outcome(kind, code, text, self._stage, 0.0, queue_id)

    # -- the connection ----------------------------------------------------------------------------

    def _a_working_line(self) -> _Line:
        """Return the open connection if it still answers, else a new one."""
        line = self._line
        if line is not None and self._line_owner != os.getpid():
            self._drop()
        elif line is not None and self._is_worn_out():
            self.close()
        elif line is not None and self._answers_a_reset(line):
            return line
        return self._open()

    def _is_trusted(self) -> bool:
        """Tell whether the server took a mail on this line a moment ago; this is told once."""
        until, self._trusted_until = self._trusted_until, 0.0
        return (
            self._line is not None
            and self._line_owner == os.getpid()
            and not self._is_worn_out()
            and time.monotonic() < until
        )

    def _is_worn_out(self) -> bool:
        age = time.monotonic() - self._line_opened
        return self._line_messages >= self._reuse_messages or age >= self._reuse_seconds

    def _answers_a_reset(self, line: _Line) -> bool:
        """Clear the last envelope, which also shows whether the server is still there."""
        try:
            if line.sock is not None:
                line.sock.settimeout(min(self._timeout, 5))
            code, _ = line.docmd("RSET")
            if 200 <= code < 300 and line.sock is not None:
                line.sock.settimeout(self._timeout)
                return True
        except (OSError, smtplib.SMTPException):
            pass
        self._drop()
        return False

    def _open(self) -> _Line:
        """Connect, encrypt and sign in.

        Raises:
            smtplib.SMTPException: the server does not let us in.
            OSError: it cannot be reached or the encryption failed.
        """
        self._stage = Stage.CONNECT
        line = self._line = _Line(
            self._host,
            helo_name=self._helo_name,
            timeout=self._timeout,
            tls=self._context() if self._security == "tls" else None,
        )
        self._line_owner = os.getpid()
        self._line_opened = time.monotonic()
        self._line_messages = 0
        code, text = line.connect(self._host, self._port)
        self._stop_if_cut_off()
        if code != 220:
            raise smtplib.SMTPConnectError(code, text)
        self._stage = Stage.EHLO
        line.ehlo_or_helo_if_needed()
        if self._security == "starttls":
            self._stage = Stage.TLS
            if not line.offers("starttls"):
                raise _NotSecure("The mail server does not offer encryption (STARTTLS).")
            line.starttls(context=self._context())
            self._stop_if_cut_off()
            self._stage = Stage.EHLO
            line.ehlo_or_helo_if_needed()
        if self._user:
            self._stage = Stage.AUTH
            line.login(self._user, self._password)
        return line

    def _context(self) -> ssl.SSLContext:
        if self._tls_context is None:
            self._tls_context = ssl.create_default_context()
        return self._tls_context

    def _drop(self) -> None:
        """Close the connection without a word."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    @contextmanager
    def _cut_off_when_too_long(self) -> Iterator[None]:
        """End a hand-over that a slow or hostile server stretches, byte by byte.

        A socket's own time-out starts again with every byte that comes in.
        """
        watched = _watch.begin(self.whole_timeout, self._cut_off)
        try:
            yield
        finally:
            _watch.end(watched)

    def _stop_if_cut_off(self) -> None:
        """Notice a cut that found no socket to close, while one was being made or encrypted."""
        if self._was_cut_off:
            raise smtplib.SMTPServerDisconnected

    def _cut_off(self) -> None:
        self._was_cut_off = True
        line = self._line
        if line is not None and line.sock is not None:
            with suppress(OSError):
                # Past the encryption layer, which must not be touched from another thread.
                socket.socket.shutdown(line.sock, socket.SHUT_RDWR)


def _timed(outcome: Outcome, elapsed: float) -> Outcome:
    return Outcome(
        outcome.kind, outcome.code, outcome.text, outcome.stage, elapsed, outcome.queue_id
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# -- what goes over the line -----------------------------------------------------------------------


def _options(envelope: Envelope, line: _Line) -> tuple[list[str], list[str], bool] | str:
    """Choose the parameters of MAIL and RCPT, or say why this server cannot carry the message.

    Source: RFC 1870 (SIZE), 6152 (8BITMIME), 6531 (SMTPUTF8), 3461 (DSN).
    """
    message = envelope.message_bytes
    header = re.split(rb"\r?\n\r?\n", message, maxsplit=1)[0]
    addresses = envelope.sender + envelope.recipient
    local_parts = "".join(a.rpartition("@")[0] for a in (envelope.sender, envelope.recipient))
    for_mail: list[str] = []
    for_rcpt: list[str] = []

    utf8 = not (addresses.isascii() and header.isascii()) and line.offers("smtputf8")
    if utf8:
        for_mail.append("SMTPUTF8")
    elif not local_parts.isascii():
        return "The mail server takes no address with letters beyond ASCII before the @."
    elif not header.isascii():
        return "The mail server takes no headers with letters beyond ASCII."
    else:
        try:
            for address in (envelope.sender, envelope.recipient):
                _on_the_wire(address, utf8)
        except UnicodeError:
            return "The domain of an address cannot be written in ASCII."

    if utf8 or not message.isascii():
        if not line.offers("8bitmime"):
            return "The mail server takes no message with 8-bit letters."
        for_mail.append("BODY=8BITMIME")
    if line.offers("size"):
        for_mail.append(f"SIZE={len(message)}")
    if envelope.dsn_id is not None and line.offers("dsn"):
        for_mail += ["RET=HDRS", f"ENVID={_xtext(envelope.dsn_id)}"]
        for_rcpt.append("NOTIFY=SUCCESS,FAILURE,DELAY")
        if envelope.recipient.isascii():
            for_rcpt.append(f"ORCPT=rfc822;{_xtext(envelope.recipient)}")
    return for_mail, for_rcpt, utf8


def _on_the_wire(address: str, utf8: bool) -> str:
    """Write a domain with letters beyond ASCII in its ASCII form where the server needs it."""
    if utf8 or address.isascii():
        return address
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _xtext(text: str) -> str:
    """Encode a value of a status request.

    Source: RFC 3461 section 4.
    """
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)


def _stuffed(message: bytes) -> bytes:
    """Make every line end CR LF, double a dot at a line's start, and add the final dot.

    A lone CR or LF beside a dot lets some servers see the end of the message too early.
    """
    lines = message
    whole = message.count(b"\r\n")
    if message.count(b"\r") != whole or message.count(b"\n") != whole:
        lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    stuffed = lines.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    if not stuffed.endswith(b"\r\n"):
        stuffed += b"\r\n"
    return stuffed + b".\r\n"


# -- words -----------------------------------------------------------------------------------------


def _clean(text: bytes) -> str:
    """Put a server's words on one line of bounded length, without control characters."""
    printable = "".join(c if c.isprintable() else " " for c in text.decode("utf-8", "replace"))
    return " ".join(printable.split())[:_LONGEST_TEXT]


def _queue_id(text: str) -> str:
    match = _QUEUE_ID.search(text)
    return next(filter(None, match.groups()), "") if match else ""


def _in_words(error: OSError | smtplib.SMTPException, stage: Stage) -> str:
    """Say in a sentence why the line broke, without the server's words while we sign in.

    A server may echo what it was sent, and then that is a password.
    """
    if stage is Stage.AUTH and isinstance(error, smtplib.SMTPException):
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return "The mail server closed the connection while we signed in."
        return "The mail server does not accept our sign-in."
    match error:
        case smtplib.SMTPResponseException():
            said = error.smtp_error
            return _clean(said if isinstance(said, bytes) else said.encode())
        case smtplib.SMTPServerDisconnected():
            return "The mail server closed the connection."
        case _NotSecure():
            return str(error)
        case _Unreadable():
            return "The mail server's reply cannot be read."
        case ssl.SSLCertVerificationError():
            return f"The mail server's certificate was not accepted: {error.verify_message}."
        case ssl.SSLError():
            return "The encrypted connection to the mail server failed."
        case TimeoutError():
            return "The mail server did not answer in time."
        case OSError():
            return f"The mail server cannot be reached: {error.strerror or type(error).__name__}."
    return "The mail server does not follow the protocol."
