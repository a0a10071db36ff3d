"""A peer on this machine that speaks as the provider's reference says, and can misbehave."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ERRORS = {
    401: ("unauthorized", "Your API key is not valid. Please sign up to get a valid api key."),
    404: ("not_found", "letter not found"),
    422: ("failed_deliverability_strictness", "to address doesn't meet strictness requirements"),
    429: ("rate_limit_exceeded", "Rate limit exceeded. Please wait 5 seconds and try again."),
    500: ("internal_server_error", "an error has occurred, please try again"),
}


@dataclass
class LobPeer:
    """What it was asked, what it made, and how it shall answer.

    Attributes:
        answers: statuses to give to the next requests; then it works. "drop" hangs up after the
            letter was made, "garbage" answers what is no JSON, "slow" lets the line wait.
    """

    url: str = ""
    answers: list[Any] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    letters: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def make(self, key: str) -> dict[str, Any]:
        if key in self.keys:
            return self.letters[self.keys[key]]
        reference = f"ltr_{len(self.letters) + 1:016x}"
        letter = {
            "id": reference,
            "object": "letter",
            "status": "processed",
            "extra_service": "certified_return_receipt",
            "carrier": "USPS",
            "tracking_number": "9407300000000000000003",
            "tracking_events": [],
        }
        self.letters[reference] = letter
        self.keys[key] = reference
        return letter

    def happened(self, *events: tuple[str, str]) -> None:
        """Let the carrier report on every letter: name of the event and its time."""
        for letter in self.letters.values():
            letter["tracking_events"] = [
                {"object": "tracking_event", "type": "certified", "name": name, "time": time}
                for name, time in events
            ]


@contextmanager
def a_lob_peer() -> Iterator[LobPeer]:
    peer = LobPeer()

    class Handler(BaseHTTPRequestHandler):
        def _read(self) -> bytes:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            peer.requests.append((self.command, self.path, dict(self.headers), body))
            return body

        def _say(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _misbehaves(self) -> bool:
            wanted = peer.answers.pop(0) if peer.answers else 200
            if wanted == 200:
                return False
            if wanted == "drop":
                peer.make(self.headers["Idempotency-Key"])
                self.connection.close()
            elif wanted == "garbage":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"<html>Bad gateway</html>")
            elif wanted == "slow":
                threading.Event().wait(1.5)
            else:
                code, message = ERRORS[wanted]
                self._say(
                    wanted, {"error": {"message": message, "status_code": wanted, "code": code}}
                )
            return True

        def do_POST(self) -> None:
            self._read()
            if not self._misbehaves():
                self._say(200, peer.make(self.headers["Idempotency-Key"]))

        def do_GET(self) -> None:
            self._read()
            if not self._misbehaves():
                self._say(200, peer.letters[self.path.rsplit("/", 1)[-1]])

        def do_DELETE(self) -> None:
            self._read()
            if not self._misbehaves():
                reference = self.path.rsplit("/", 1)[-1]
                peer.letters[reference]["deleted"] = True
                self._say(200, {"id": reference, "deleted": True})

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    peer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
