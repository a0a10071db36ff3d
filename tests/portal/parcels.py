"""Files made ready for a reader, and the reader's way to them."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client

from accounts.actor import Actor
from notices.models import Delivery, MessageKind
from notices.services import handing
from offboarding.models import HandoverRelease, Receiver, TerminationCase
from offboarding.services import files, handover, links, releases
from tests.builders import House, a_case, fresh
from tests.portal.letters import nonce_on

LEDGERS = b"account;amount\r\n" * 4000
PAPER = b"%PDF-1.7 closing papers"


@dataclass
class Parcel:
    """A release that was sent, and its reader."""

    house: House
    release: HandoverRelease

    @property
    def case(self) -> TerminationCase:
        return fresh(self.release.case)

    @property
    def url(self) -> str:
        self.release.refresh_from_db()
        assert self.release.link is not None
        return f"/h/{links.token_of(self.release.link)}/"

    def ask_for_code(self, client: Client | None = None) -> HttpResponse:
        client = client or Client()
        nonce = nonce_on(client.get(self.url))
        return client.post(f"{self.url}code/", {"nonce": nonce})

    def code(self) -> str:
        """Read the code in the reader's mail."""
        sent = Delivery.objects.filter(message__kind=MessageKind.HANDOVER_CODE).latest("pk")
        found = re.search(r": (\d{6})\b", text_of(sent))
        assert found
        return found[1]

    def type_code(self, code: str, client: Client | None = None) -> HttpResponse:
        client = client or Client()
        nonce = nonce_on(client.get(self.url))
        return client.post(self.url, {"nonce": nonce, "code": code})

    def open(self) -> str:
        """Ask for a code, type it, and return the address at which the files are."""
        self.ask_for_code()
        answer = self.type_code(self.code())
        assert answer.status_code == 303, answer.content.decode()
        return str(answer["Location"])


def text_of(delivery: Delivery) -> str:
    mail = email.message_from_bytes(bytes(delivery.mime or b""))
    part = next(one for one in mail.walk() if one.get_content_type() == "text/plain")
    return part.get_payload(decode=True).decode()  # type: ignore[union-attr]


def an_item(house: House, case: TerminationCase, name: str, content: bytes, **said: Any) -> Any:
    by: Actor = house.by_manager
    file = files.keep_file(case, ContentFile(content, name=name), by=by, is_for_handover=True)
    return handover.list_item(case, by=by, title=said.pop("title", name), file=file, **said)


def prepared(house: House, case: TerminationCase | None = None) -> HandoverRelease:
    case = case or a_case(house)
    items = [
        an_item(house, case, "ledgers.csv", LEDGERS, title="Ledgers", exceptions="Not 2023."),
        an_item(house, case, "closing.pdf", PAPER, title="Closing papers"),
    ]
    return releases.prepare_release(
        case,
        by=house.by_manager,
        items=items,
        goes_to=Receiver.CLIENT,
        recipient_name="Jane Adams",
        recipient_email="jane.adams@example.com",
    )


def sent(house: House, case: TerminationCase | None = None) -> Parcel:
    release = prepared(house, case)
    handing.send_release(release, by=house.by_manager)
    return Parcel(house, release)
