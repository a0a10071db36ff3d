"""Lob (United States): certified letters with an electronic return receipt.

Source: Lob API reference, OpenAPI 1.x, https://docs.lob.com and github.com/lob/lob-openapi:
resources/letters (create, retrieve, cancel), “Authentication” (HTTP Basic, the key as user name),
“Idempotent Requests” (the header Idempotency-Key; keys are remembered for 24 hours), shared/models/
error.yml (codes) and tracking_event_certified.yml (names of events).

What the reference says, and what follows here: every page of a PDF must be 8.5 × 11 inches, so only
letters on US stationery go; certified mail is domestic; an address page is put before ours, so the
sealed pages stay as they are; 429 means that the request was not worked on, a 4xx that nothing was
made. A 5xx or a broken line leaves doubt.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

from notices.print_and_post import (
    Address,
    InDoubt,
    NotReached,
    Order,
    Refused,
    Stage,
    Standing,
    Taken,
)

CARRIER = "USPS"
MOST_SHEETS_BYTES = 20 * 1024 * 1024
MOST_ANSWER_BYTES = 2 * 1024 * 1024
MOST_NAME = 40
MOST_LINE = 64
MOST_STREET = 50
"""Both street lines together: `address_length_exceeds_limit`."""

_STAGES = {
    "Mailed": Stage.POSTED,
    "In Transit": Stage.POSTED,
    "In Local Area": Stage.POSTED,
    "Processed for Delivery": Stage.POSTED,
    "Pickup Available": Stage.POSTED,
    "Re-Routed": Stage.POSTED,
    "Issue": Stage.POSTED,
    "Delivered": Stage.DELIVERED,
    "Returned to Sender": Stage.RETURNED,
}


@dataclass(frozen=True)
class _Answer:
    status: int
    body: dict[str, Any]

    @property
    def sentence(self) -> str:
        """What the provider says is wrong, cut to what a person reads."""
        error = self.body.get("error")
        said = error.get("message", "") if isinstance(error, dict) else ""
        return f"{self.status} {said}"[:400].strip()


class Lob:
    """One account at Lob."""

    name = "Lob"

    def __init__(self, *, key: str, url: str = "https://api.lob.com", timeout: float = 30) -> None:
        self._key = key
        self._timeout = timeout
        parts = urlsplit(url)
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port
        self._path = parts.path.rstrip("/") + "/v1/letters"

    # -- what it is asked --------------------------------------------------------------------------

    def problem_with(self, order: Order) -> str:
        """Say why Lob cannot take an order at all; nothing when it can."""
        if order.recipient.country != "US" or order.sender.country != "US":
            return _("Lob sends certified mail within the United States only.")
        if not (order.recipient.street and order.recipient.city and order.recipient.region):
            return _("The address cannot be read in the parts that Lob asks for.")
        street = sum(len(line) for line in order.recipient.street[:2])
        if len(order.recipient.street) > 2 or street > MOST_STREET:
            return _("The street is longer than the %(most)d signs that Lob prints.") % {
                "most": MOST_STREET
            }
        if len(order.recipient.name) > MOST_NAME or len(order.recipient.company) > MOST_NAME:
            return _("The name is longer than the %(most)d signs that Lob prints.") % {
                "most": MOST_NAME
            }
        if len(order.pdf) > MOST_SHEETS_BYTES:
            return _("The letter is too large for Lob.")
        return ""

    def submit(self, order: Order) -> Taken:
        """Hand a letter over; the same key makes one letter, for a day."""
        fields: dict[str, str] = {
            "description": order.reference,
            **_address("to", order.recipient),
            **_address("from", order.sender),
            "color": "false",
            "double_sided": "true" if order.both_sides else "false",
            "address_placement": "insert_blank_page",
            "mail_type": "usps_first_class",
            "extra_service": "certified_return_receipt",
            "use_type": "operational",
            "metadata[order]": order.key,
        }
        body, content_type = _multipart(fields, order.pdf)
        answer = self._ask(
            "POST",
            self._path,
            body,
            {"Content-Type": content_type, "Idempotency-Key": order.key},
            may_have_made=True,
        )
        if answer.status == 429 or answer.status == 408:
            raise NotReached(answer.sentence)
        if 400 <= answer.status < 500:
            raise Refused(answer.sentence)
        reference = answer.body.get("id")
        if answer.status != 200 or not isinstance(reference, str) or not reference:
            raise InDoubt(answer.sentence or _("The answer could not be read."))
        return Taken(reference, CARRIER, str(answer.body.get("tracking_number") or ""))

    def status(self, reference: str) -> Standing:
        """Ask how far a letter has come."""
        answer = self._ask("GET", self._one(reference))
        self._expect_ok(answer)
        return _standing(answer.body)

    def cancel(self, reference: str) -> None:
        """Take a letter back inside Lob's cancellation window."""
        answer = self._ask("DELETE", self._one(reference))
        self._expect_ok(answer)
        if answer.body.get("deleted") is not True:
            raise Refused(_("Lob did not take the letter back."))

    # -- the line ----------------------------------------------------------------------------------

    def _one(self, reference: str) -> str:
        return f"{self._path}/{quote(reference, safe='')}"

    def _expect_ok(self, answer: _Answer) -> None:
        if answer.status == 429 or answer.status >= 500 or answer.status == 408:
            raise NotReached(answer.sentence)
        if answer.status != 200:
            raise Refused(answer.sentence)

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        may_have_made: bool = False,
    ) -> _Answer:
        """Ask once. Before the connection stands nothing was sent; after that, who knows."""
        line = self._line()
        try:
            line.connect()
        except (OSError, http.client.HTTPException) as error:
            line.close()
            raise NotReached(_said(error)) from error
        broken = InDoubt if may_have_made else NotReached
        try:
            line.request(method, path, body=body, headers=self._headers() | (headers or {}))
            response = line.getresponse()
            content = response.read(MOST_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise broken(_said(error)) from error
        finally:
            line.close()
        if len(content) > MOST_ANSWER_BYTES:
            raise broken(_("The answer is longer than any answer should be."))
        try:
            read = json.loads(content) if content else {}
        except ValueError:
            read = {}
        return _Answer(response.status, read if isinstance(read, dict) else {})

    def _line(self) -> http.client.HTTPConnection:
        if self._is_secure:
            return http.client.HTTPSConnection(
                self._host,
                self._port,
                timeout=self._timeout,
                context=ssl.create_default_context(),
            )
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)

    def _headers(self) -> dict[str, str]:
        basic = base64.b64encode(f"{self._key}:".encode()).decode()
        return {"Authorization": f"Basic {basic}", "Accept": "application/json"}


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return _("no answer in time")
    return (str(error) or type(error).__name__)[:400]


def _address(prefix: str, address: Address) -> dict[str, str]:
    street = (*address.street, "")
    parts = {
        "name": address.name,
        "company": address.company,
        "address_line1": street[0][:MOST_LINE],
        "address_line2": street[1][:MOST_LINE] if len(street) > 1 else "",
        "address_city": address.city,
        "address_state": address.region,
        "address_zip": address.postal_code,
        "address_country": address.country,
    }
    return {f"{prefix}[{name}]": value for name, value in parts.items() if value}


def _multipart(fields: dict[str, str], pdf: bytes) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{_one_line(value)}\r\n'
        for name, value in fields.items()
    ]
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="letter.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    body = "".join(parts).encode() + head.encode() + pdf + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _standing(body: dict[str, Any]) -> Standing:
    """Read a letter as Lob shows it; its events stand in the order of their time."""
    number = str(body.get("tracking_number") or "")
    if body.get("status") == "failed":
        reason = body.get("failure_reason")
        return Standing(Stage.FAILED, number, note=str(reason or "")[:400])
    stage, posted_at, at, note = Stage.IN_PRODUCTION, None, None, ""
    events = body.get("tracking_events")
    for event in events if isinstance(events, list) else []:
        if not isinstance(event, dict):
            continue
        found = _STAGES.get(str(event.get("name")))
        moment = _moment(event.get("time"))
        if found is None or moment is None:
            continue
        posted_at = posted_at or moment
        stage, at, note = found, moment, str(event.get("name"))
    return Standing(stage, number, posted_at, at, note)


def _moment(instant: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(instant).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
