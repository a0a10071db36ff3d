"""Reading the codes on scanned sheets, and whose letter they name.

Pictures come from strangers' paper by way of a scanner: sizes are bounded before anything is drawn.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import zxingcpp
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from notices.models import Delivery
from notices.pages import letter_codes
from offboarding.models import LinkPurpose
from offboarding.services import links

READING_DPI = (200, 300)
"""A second look, finer, when the first one finds nothing."""

SHOWN_DPI = 80
MOST_PAGES = 120
MOST_PIXELS = 60_000_000
MOST_POINTS = 3_000
"""The longer side of a page, in points: more than A2."""

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_TOKEN = re.compile(r"/r/([A-Za-z0-9_-]{40,50})/?$")


class Unreadable(Exception):
    """The file cannot be opened as what it is said to be; the sentence says why."""


@dataclass
class Sheet:
    """One page of a scan.

    Attributes:
        number: counted from 0.
        texts: what its codes say.
    """

    number: int
    texts: list[str] = field(default_factory=list)


def sheets_of(content: bytes, content_type: str) -> Iterator[Sheet]:
    """Yield each page with what its codes say.

    Raises:
        Unreadable: with a sentence for people.
    """
    if content_type == "application/pdf":
        yield from _pages(content)
    else:
        yield Sheet(0, _codes(_picture(content)))


def first_page_shown(content: bytes, content_type: str) -> bytes:
    """Return the first page as a small picture, to look at beside the form.

    Raises:
        Unreadable: with a sentence for people.
    """
    if content_type == "application/pdf":
        with _opened(content) as pages:
            picture = _drawn(pages[0], SHOWN_DPI)
    else:
        picture = _picture(content)
        picture.thumbnail((1000, 1400))
    buffer = io.BytesIO()
    picture.convert("L").save(buffer, format="PNG", optimize=False)
    return buffer.getvalue()


def pages_of(content: bytes, numbers: list[int]) -> bytes:
    """Return some pages of a stack as a file of their own."""
    part = pypdfium2.PdfDocument.new()
    try:
        with _opened(content) as pages:
            part.import_pages(pages, numbers)
        buffer = io.BytesIO()
        part.save(buffer)
    finally:
        part.close()
    return buffer.getvalue()


def delivery_of(text: str) -> Delivery | None:
    """Return the letter that a code names: the slip's own link, or a cover sheet's code."""
    letters = Delivery.objects.select_related("case__team", "notice").defer("mime")
    token = _TOKEN.search(text.strip())
    if token is not None:
        link = links.find_link(token[1], LinkPurpose.RECEIPT)
        return letters.filter(pk=link.delivery_id).first() if link and link.delivery_id else None
    pk = letter_codes.delivery_id_of(text.strip())
    return letters.filter(pk=pk).first() if pk is not None else None


def is_ours(text: str) -> bool:
    """Tell whether a code has the form of ours; a carrier's own codes do not."""
    return bool(_TOKEN.search(text.strip())) or letter_codes.is_code(text.strip())


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        pages = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable(
                _("This PDF is protected by a password. Save it without one and upload it again.")
            ) from error
        raise Unreadable(_("This PDF is damaged: it cannot be opened.")) from error
    if not len(pages):
        raise Unreadable(_("This PDF has no page."))
    if len(pages) > MOST_PAGES:
        raise Unreadable(
            _("This PDF has %(count)d pages; up to %(most)d are read at once. Split it.")
            % {"count": len(pages), "most": MOST_PAGES}
        )
    return pages


def _pages(content: bytes) -> Iterator[Sheet]:
    with _opened(content) as pages:
        for number in range(len(pages)):
            texts: list[str] = []
            for dpi in READING_DPI:
                texts = _codes(_drawn(pages[number], dpi))
                if any(is_ours(text) for text in texts):
                    break
            yield Sheet(number, texts)


def _drawn(page: pypdfium2.PdfPage, dpi: int) -> Image.Image:
    if max(page.get_size()) > MOST_POINTS:
        raise Unreadable(_("A page of this PDF is larger than any sheet of paper."))
    picture: Image.Image = page.render(scale=dpi / 72, grayscale=True).to_pil()
    return picture


def _picture(content: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
        if picture.width * picture.height > MOST_PIXELS:
            raise Unreadable(_("This picture is too large. Scan it with 300 dpi or less."))
        return picture.convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable(_("This picture is damaged: it cannot be opened.")) from error


def _codes(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=_QR) if found.valid]
