"""Real pages for tests: small ones to print together, slips as a scanner would send them."""

from __future__ import annotations

import io

import pypdfium2
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from notices.mailing import urls_for_clients
from notices.models import Channel, Delivery
from notices.services import sending
from offboarding.lifecycle import State
from tests.builders import House, a_case, a_client, an_engagement
from tests.notices import walks
from tests.retracing import retraced


def a_pdf(pages: int = 1) -> bytes:
    """A real file of empty A4 pages."""
    document = pypdfium2.PdfDocument.new()
    for _page in range(pages):
        document.new_page(595, 842)
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()


@retraced
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


def slip_picture(delivery: Delivery, *, turned_degrees: int = 0, form: str = "PNG") -> bytes:
    """A scanned slip: the code of this letter's own link on a sheet of grey paper."""
    link = delivery.case.links.get(delivery_id=delivery.pk)
    buffer = io.BytesIO()
    segno.make_qr(urls_for_clients.receipt_url(link), error="m").save(
        buffer, kind="png", scale=6, border=4
    )
    code = Image.open(buffer).convert("L")
    sheet = Image.new("L", (1240, 1754), 236)
    sheet.paste(code, (700, 500))
    sheet = sheet.rotate(turned_degrees, expand=True, fillcolor=120)
    out = io.BytesIO()
    sheet.save(out, format=form)
    return out.getvalue()


def as_pdf(*pictures: bytes) -> bytes:
    """Several scans as the pages of one file, as a feeder makes them."""
    pages = [Image.open(io.BytesIO(one)).convert("L") for one in pictures]
    out = io.BytesIO()
    pages[0].save(out, format="PDF", save_all=True, append_images=pages[1:], resolution=150)
    return out.getvalue()


def an_upload(name: str, content: bytes) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def queued_letters(house: House, count: int) -> None:
    """Letters whose slips a real worker still has to set."""
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
        notice = walks.approved(
            house, walks.a_draft(house, a_case(house, State.NOTICE, client=client))
        )
        sending.send_notice(notice, by=house.by_manager)
