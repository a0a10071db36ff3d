"""Mail servers that misbehave on purpose, exactly where they are told to.

In a test::

    with SmtpServer("drop_after_dot_stored") as server:
        ...  # deliver to 127.0.0.1, server.port
        assert len(server.mails) == 1

As a process of its own, for tests that kill::

    python tests/smtp_servers.py --mode accept,drop_after_dot_lost --port 2525 --maildir DIR

Several modes take turns, message by message. `mails_in(DIR)` reads back what was really accepted.
The server knows nothing of the code it tests.
"""

from __future__ import annotations

import argparse
import base64
import os
import signal
import socket
import ssl
import sys
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DROP = "drop"  # close the connection without a word
HANG = "hang"  # never answer, keep the connection
DRIBBLE = "dribble"  # answer for ever, one small piece after the other

Step = str  # connect, ehlo, starttls, auth, mail, rcpt, data, body, dot, rset


@dataclass(frozen=True)
class Script:
    """What a server does out of the ordinary: a reply, or DROP, HANG, DRIBBLE, by step."""

    at: dict[Step, str] = field(default_factory=dict)
    # Whether a message that came to its dot is kept although the client hears something else.
    store: bool = False
    # Whether somebody between us takes the offer of encryption out.
    strips_starttls: bool = False
    extensions: tuple[str, ...] = ("8BITMIME", "SMTPUTF8", "DSN", "SIZE 50000000")


GARBAGE = "\x00\x15 this is not SMTP"

MODES: dict[str, Script] = {
    "accept": Script(),
    "plain": Script(extensions=()),
    # clear answers
    "busy": Script({"connect": "421 4.3.2 Too busy, come back later"}),
    "closed_shop": Script({"connect": "554 5.3.2 No mail service here"}),
    "mail_4xx": Script({"mail": "451 4.3.0 Try again later"}),
    "shut_down_at_mail": Script({"mail": "421 4.7.0 Too many messages on this connection"}),
    "mail_5xx": Script({"mail": "550 5.7.1 This sender is not welcome"}),
    "sign_in_first": Script({"mail": "530 5.7.0 Authentication required"}),
    "refuse_recipient": Script({"rcpt": "550 5.1.1 No such user here"}),
    "greylist": Script({"rcpt": "451 4.7.1 Greylisted, try again in 5 minutes"}),
    "shut_down_at_rcpt": Script({"rcpt": "421 4.3.2 Shutting down"}),
    "data_4xx": Script({"data": "451 4.3.0 No room at the moment"}),
    "data_5xx": Script({"data": "554 5.5.1 No valid recipients"}),
    "temporary_after_dot": Script({"dot": "451 4.3.0 Could not store it, try again"}),
    "refuse_after_dot": Script({"dot": "554 5.7.1 Message content rejected"}),
    "shut_down_after_dot": Script({"dot": "421 4.3.2 Shutting down, not taken"}),
    # broken lines
    "drop_at_connect": Script({"connect": DROP}),
    "drop_at_ehlo": Script({"ehlo": DROP}),
    "drop_at_mail": Script({"mail": DROP}),
    "drop_at_rcpt": Script({"rcpt": DROP}),
    "drop_at_data": Script({"data": DROP}),
    "drop_before_dot": Script({"body": DROP}),
    "drop_after_dot_stored": Script({"dot": DROP}, store=True),
    "drop_after_dot_lost": Script({"dot": DROP}),
    # silence
    "hang_at_connect": Script({"connect": HANG}),
    "hang_at_ehlo": Script({"ehlo": HANG}),
    "hang_at_mail": Script({"mail": HANG}),
    "hang_at_rcpt": Script({"rcpt": HANG}),
    "hang_at_data": Script({"data": HANG}),
    "hang_in_body": Script({"body": HANG}),
    "hang_after_dot_stored": Script({"dot": HANG}, store=True),
    "hang_after_dot_lost": Script({"dot": HANG}),
    "hang_at_rset": Script({"rset": HANG}),
    "dribble_at_connect": Script({"connect": DRIBBLE}),
    "dribble_at_rcpt": Script({"rcpt": DRIBBLE}),
    "dribble_after_dot": Script({"dot": DRIBBLE}, store=True),
    # nonsense
    "garbage_at_connect": Script({"connect": GARBAGE}),
    "garbage_at_ehlo": Script({"ehlo": GARBAGE}),
    "garbage_at_mail": Script({"mail": GARBAGE}),
    "garbage_at_rcpt": Script({"rcpt": GARBAGE}),
    "garbage_at_data": Script({"data": GARBAGE}),
    "garbage_after_dot_stored": Script({"dot": GARBAGE}, store=True),
    "misfit_at_data": Script({"data": "250 2.0.0 Ok"}),
    "misfit_after_dot": Script({"dot": "354 Go on"}),
    "mixed_codes_at_rcpt": Script({"rcpt": "250-2.1.5 Ok\r\n550 5.1.1 No"}),
    "cut_reply_after_dot": Script({"dot": "CUT 250 2.0.0 Ok"}, store=True),
    # encryption
    "starttls_stripped": Script(strips_starttls=True),
    "starttls_refused": Script({"starttls": "454 4.7.0 TLS not available"}),
    "starttls_garbage": Script({"starttls": GARBAGE}),
    "starttls_drop": Script({"starttls": DROP}),
    "starttls_hang": Script({"starttls": HANG}),
    "auth_refused": Script({"auth": "535 5.7.8 Wrong"}),
    "auth_drop": Script({"auth": DROP}),
}


@dataclass(frozen=True)
class Mail:
    """A message that a server really took."""

    sender: str
    recipient: str
    data: bytes

    @property
    def message_id(self) -> str:
        """The Message-ID header, or nothing."""
        for line in self.data.partition(b"\r\n\r\n")[0].split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"message-id":
                return value.strip().decode()
        return ""


class _Gone(Exception):
    """The client left, the server drops it, or the server stops."""


class SmtpServer:
    """A scripted mail server on loopback, one thread for each connection."""

    def __init__(
        self,
        mode: str = "accept",
        *,
        port: int = 0,
        maildir: Path | None = None,
        certificate: tuple[Path, Path] | None = None,
        tls_from_the_start: bool = False,
        sign_in: tuple[str, str] | None = None,
    ) -> None:
        """Prepare a server.

        Args:
            mode: a key of MODES, or several with commas, taking turns.
            port: a free one unless given.
            maildir: also keep accepted mails there, one whole file each.
            certificate: files of certificate and key; offers STARTTLS when given.
            tls_from_the_start: encrypt before the greeting instead.
            sign_in: user and password that AUTH PLAIN must bring; offered when given.
        """
        self.mails: list[Mail] = []
        self.commands: list[str] = []
        self.connections = 0
        self.port = port
        self._maildir = maildir
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(*certificate)
        self._tls_from_the_start = tls_from_the_start
        self._sign_in = sign_in
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._stopping = threading.Event()
        self.set_mode(mode)

    def set_mode(self, mode: str) -> None:
        """Behave differently from the next message on."""
        names = mode.split(",")
        self.keeps_waiting = any("hang" in name or "dribble" in name for name in names)
        self._turns = cycle([MODES[name] for name in names])

    def start(self) -> None:
        """Listen, and answer in threads."""
        if self._maildir is not None:
            self._maildir.mkdir(parents=True, exist_ok=True)
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=100)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def stop(self) -> None:
        """Close everything, also towards clients that wait."""
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_everyone()

    def drop_everyone(self) -> None:
        """Cut all open connections, as a restart of the server does."""
        with self._lock:
            for sock in self._open:
                with suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def __enter__(self) -> SmtpServer:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self._open.add(sock)
            threading.Thread(target=self._converse, args=(sock,), daemon=True).start()

    def _converse(self, sock: socket.socket) -> None:
        conversation = _Conversation(self, sock)
        try:
            conversation.run()
        except (_Gone, OSError, ValueError):
            pass
        finally:
            with self._lock:
                self._open.discard(sock)
            conversation.close()

    # what a conversation needs

    def next_script(self) -> Script:
        with self._lock:
            return next(self._turns)

    def heard(self, command: str) -> None:
        with self._lock:
            self.commands.append(command)

    def keep(self, mail: Mail) -> None:
        with self._lock:
            self.mails.append(mail)
        if self._maildir is not None:
            name = f"{time.time_ns():020d}-{uuid.uuid4().hex}.eml"
            part = self._maildir / f".{name}"
            head = f"{mail.sender}\r\n{mail.recipient}\r\n".encode()
            part.write_bytes(head + mail.data)
            part.rename(self._maildir / name)

    def keep_socket(self, old: socket.socket, new: socket.socket) -> None:
        with self._lock:
            self._open.discard(old)
            self._open.add(new)


class _Conversation:
    """One client's connection, command by command."""

    def __init__(self, server: SmtpServer, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self.file = sock.makefile("rb")
        self.script = server.next_script()
        self.script_is_used = False
        self.encrypted = False
        self.sender = ""
        self.recipient = ""

    def close(self) -> None:
        for thing in (self.file, self.sock):
            with suppress(OSError):
                thing.close()

    def run(self) -> None:
        if self.server._tls_from_the_start:
            self._encrypt()
        self._answer("connect", "220 test.example ESMTP")
        while True:
            line = self.file.readline(100_000)
            if not line:
                return
            command = line.decode("utf-8", "replace").rstrip("\r\n")
            verb = command.split(" ")[0].upper()
            self.server.heard("AUTH ..." if verb == "AUTH" else command)
            handler = getattr(self, f"_on_{verb.lower()}", None)
            if handler is None:
                self._say("502 5.5.2 Not known here")
            else:
                handler(command)

    # -- verbs

    def _on_ehlo(self, command: str) -> None:
        offers = list(self.script.extensions)
        if self.server._tls and not self.encrypted and not self.script.strips_starttls:
            offers.append("STARTTLS")
        if self.server._sign_in:
            offers.append("AUTH PLAIN")
        lines = ["test.example", *offers]
        reply = "\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines)
        self._answer("ehlo", reply)

    def _on_helo(self, command: str) -> None:
        self._answer("ehlo", "250 test.example")

    def _on_starttls(self, command: str) -> None:
        if self._answer("starttls", "220 2.0.0 Go ahead"):
            self._encrypt()

    def _on_auth(self, command: str) -> None:
        wanted = "\0" + "\0".join(self.server._sign_in or ("", ""))
        given = base64.b64decode(command.split(" ")[-1]).decode()
        if given == wanted:
            self._answer("auth", "235 2.7.0 Welcome")
        else:
            # Some servers echo what they were sent.
            self._say(f"535 5.7.8 Not right: {command}")

    def _on_mail(self, command: str) -> None:
        if self.script_is_used:
            self.script = self.server.next_script()
        self.script_is_used = True
        self.sender = _address(command)
        self._answer("mail", "250 2.1.0 Ok")

    def _on_rcpt(self, command: str) -> None:
        self.recipient = _address(command)
        self._answer("rcpt", "250 2.1.5 Ok")

    def _on_rset(self, command: str) -> None:
        self._answer("rset", "250 2.0.0 Ok")

    def _on_noop(self, command: str) -> None:
        self._say("250 2.0.0 Ok")

    def _on_quit(self, command: str) -> None:
        self._say("221 2.0.0 Bye")
        raise _Gone

    def _on_data(self, command: str) -> None:
        if not self._answer("data", "354 End with a dot"):
            return
        if "body" in self.script.at:
            self.file.read1(10)
            self._answer("body", "")
        lines: list[bytes] = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise _Gone
            lines.append(line[1:] if line.startswith(b".") else line)
        self.server.heard(".")
        if self.script.store or "dot" not in self.script.at:
            self.server.keep(Mail(self.sender, self.recipient, b"".join(lines)))
        self._answer("dot", f"250 2.0.0 Ok: queued as {uuid.uuid4().hex[:12].upper()}")

    # -- answers

    def _answer(self, step: Step, usual: str) -> bool:
        """Give the scripted answer if there is one, else the usual; true if it was the usual."""
        scripted = self.script.at.get(step)
        if scripted is None:
            self._say(usual)
            return True
        self.script_is_used = True
        if scripted == DROP:
            raise _Gone
        if scripted == HANG:
            self.server._stopping.wait(300)
            raise _Gone
        if scripted == DRIBBLE:
            while not self.server._stopping.wait(0.02):
                self._say("250-one more line")
            raise _Gone
        if scripted.startswith("CUT "):
            self.sock.sendall(scripted[4:].encode())
            raise _Gone
        self._say(scripted)
        if scripted.startswith("421") or (step == "connect" and scripted[0] in "45"):
            raise _Gone
        return False

    def _say(self, reply: str) -> None:
        self.sock.sendall(reply.encode() + b"\r\n")

    def _encrypt(self) -> None:
        assert self.server._tls is not None
        plain = self.sock
        self.file.close()
        self.sock = self.server._tls.wrap_socket(plain, server_side=True)
        self.server.keep_socket(plain, self.sock)
        self.file = self.sock.makefile("rb")
        self.encrypted = True


def _address(command: str) -> str:
    return command.partition("<")[2].partition(">")[0]


def mails_in(maildir: Path) -> list[Mail]:
    """Read back what a server of its own process accepted, oldest first."""
    mails = []
    for file in sorted(maildir.glob("[!.]*.eml")):
        sender, recipient, data = file.read_bytes().split(b"\r\n", 2)
        mails.append(Mail(sender.decode(), recipient.decode(), data))
    return mails


def self_signed_certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """Make a certificate for loopback that nobody but the test trusts."""
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


def main() -> None:
    """Serve until SIGTERM; says its address on the first line it prints."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--mode", default="accept", help="comma-separated, taking turns")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--maildir", type=Path, required=True)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with SmtpServer(asked.mode, port=asked.port, maildir=asked.maildir) as server:
        print(f"listening on 127.0.0.1:{server.port}", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            os._exit(0)


if __name__ == "__main__":
    main()
