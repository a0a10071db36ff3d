"""Real pages for tests: small ones to print together, slips as a scanner would send them."""

from __future__ import annotations

import io

import pypdfium2

from notices.models import Channel, Delivery
from offboarding.lifecycle import State
from tests.builders import House, a_case, a_client, an_engagement
from tests.notices import walks


def a_pdf(pages: int = 1) -> bytes:
    """A real file of empty A4 pages."""
    document = pypdfium2.PdfDocument.new()
    for _page in range(pages):
        document.new_page(595, 842)
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()


def some_letters(house: House, count: int) -> list[Delivery]:
    """Registered letters of as many clients, each waiting for the printer."""
    found = []
    for number in range(1, count + 1):
        client = a_client(
            house.office,
            house.team,
            house.manager,
            reference=f"P-{number}",
            legal_name=f"Client {number} Ltd",
            display_name=f"Client {number}",
        )
        an_engagement(client)
        notice = walks.a_draft(house, a_case(house, State.NOTICE, client=client))
        found.append(walks.delivery_of(walks.sent(house, notice), Channel.REGISTERED_MAIL))
    return found
