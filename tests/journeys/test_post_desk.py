"""The registered-mail desk: a browser, a worker, sheets that never lie straight.

Approved pages are stood in for, for speed; slips, cover sheets and everything after are real. The
strict run does it with a handful of letters, `make test-scale` with a day's 25.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, expect

from notices.post import carriers
from tests.journeys.demo import Demo, a_demo
from tests.journeys.test_in_chromium import Person, browser, today

__all__ = ["browser"]

pytestmark = pytest.mark.browser

LETTERS = """
from tests.builders import a_house
from tests.notices import walks
from tests.notices.sheets import a_pdf, queued_letters
walks.PDF = a_pdf()
queued_letters(a_house(), {count})
"""
NOT_DELIVERED = ("nicht abgeholt", "annahme verweigert", "verzogen", "verlust")
WIDEST = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def demo(tmp_path: Path, count: int) -> Iterator[Demo]:
    with a_demo(tmp_path / "demo", with_sample_firm=False) as demo:
        demo.manage("shell", "--verbosity", "0", "--command", LETTERS.format(count=count))
        yield demo


class BackOffice(Person):
    """A colleague at the printer; every page is also looked at as a phone shows it."""

    def look(self) -> None:
        """Ask axe, and see that nothing runs over the edge of a small screen."""
        super().look()
        folder = os.environ.get("SHOTS")
        size = self.page.viewport_size
        assert size is not None
        name = self.page.url.removeprefix(self.demo.address).split("?")[0].strip("/")
        name = name.replace("/", "_") or "home"
        if folder:
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        self.page.set_viewport_size({"width": 390, "height": 844})
        if self.page.evaluate(WIDEST) > 0:
            self.complaints.append(f"{self.page.url} is wider than 390 px")
        if folder:
            self.page.screenshot(path=f"{folder}/{name}-390.png", full_page=True)
        self.page.set_viewport_size(size)

    def scan(self, code: str) -> None:
        """Do what a hand scanner does: type into the field that has the focus, then Enter."""
        # A browser gives a field the focus with its first picture, a moment after the page came.
        expect(self.page.locator(":focus")).to_have_attribute("name", "code")
        self.page.keyboard.type(code)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.mark.parametrize("count", [8, pytest.param(25, marks=pytest.mark.scale)])
def test_letters_from_the_printer_to_the_carriers_file(
    count: int, demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    complaints: list[str] = []
    colleague = BackOffice(
        browser, demo, complaints, color_scheme=os.environ.get("SCHEME", "light")
    )
    colleague.sign_in("mia.manager@example.com")

    # One run: a cover sheet, the letter and its slip, for each.
    colleague.waits_for("/post/", f"input[name=letters] >> nth={count - 1}")
    colleague.fill("Print those that are ticked as one run")
    run = colleague.page.url.removeprefix(demo.address)
    colleague.waits_for(run, "a:has-text('Open the file to print')")
    file = colleague.context.request.get(f"{run}run.pdf").body()
    pages = pictures_of(file)
    assert len(pages) == count * 3
    codes = [code_on(page) for page in pages[::3]]
    assert len(set(codes)) == count

    # Numbers: the last letter's sheet is scanned first, the others follow in their order.
    numbers = [a_number(serial) for serial in range(count)]
    colleague.open(f"/post/numbers/{run.replace('/post/runs/', '?run=').rstrip('/')}")
    colleague.scan(numbers[0][:-3] + str((int(numbers[0][-3]) + 1) % 10) + "DE")
    colleague.reads("The check digit does not fit")
    colleague.complaints.clear()
    colleague.page.locator("[name=code]").fill("")
    colleague.page.locator("[name=code]").focus()
    colleague.scan(codes[-1])
    for number in [numbers[-1], *numbers[:-1]]:
        colleague.scan(number)
    colleague.look()
    colleague.reads("Every printed letter has its number.")

    # The posting list, as a file and on paper.
    colleague.open(run)
    colleague.fill("Make the list (PDF)")
    colleague.waits_for(run, "a:has-text('Open the list (PDF)')")
    rows = colleague.context.request.get(f"{run}posting-list.csv").text().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == [str(n) for n in range(1, count + 1)]
    assert all(number in row for number, row in zip(numbers, rows[1:], strict=True))

    # Slips come back, signed, crooked, grey; two of them as a stack, one card without a code.
    slips = [
        signed(page, turn) for page, turn in zip(pages[2::3], (2, -3, 90, 180, 1), strict=False)
    ]
    stack = tmp_path / "stack.pdf"
    slips[3].save(stack, save_all=True, append_images=slips[4:5], resolution=150)
    card = tmp_path / "card.jpg"
    Image.new("L", (900, 640), 225).save(card)
    files = [stack, card]
    for number, slip in enumerate(slips[:3]):
        files.append(tmp_path / f"slip-{number}.jpg")
        slip.save(files[-1], quality=70)
    colleague.open("/post/slips/")
    colleague.fill("Upload", files=[str(one) for one in files])
    colleague.waits_for("/post/slips/", "a:has-text('Look and accept') >> nth=4")
    colleague.waits_for("/post/slips/", "a:has-text('Match by hand')")
    colleague.follow(colleague.page.locator("a:has-text('Look and accept')").first)
    assert colleague.page.locator("figure.sheet img").evaluate("image => image.naturalWidth") > 0
    colleague.fill("Accept as proof", signed_by="Jane Adams", signed_on=today(), looked=True)
    colleague.reads("The sheet is kept as proof of receipt.")

    # The carrier's file: two rows are not for us or not right, the others are recorded once.
    status = tmp_path / "status.csv"
    told = numbers[len(slips) : -1]
    undelivered = NOT_DELIVERED[: len(told) // 2]
    outcomes = ["zugestellt"] * (len(told) - len(undelivered)) + [*undelivered]
    lines = [f"{n};{o};{today()}" for n, o in zip(told, outcomes, strict=True)]
    lines += [f"{a_number(900)};zugestellt;{today()}", f"{told[0]};gefressen;{today()}"]
    status.write_text("\n".join(["number;status;date", *lines]), encoding="utf-8")
    colleague.open("/post/carrier-files/")
    colleague.fill("Check the file", file=str(status))
    colleague.reads("“gefressen” is no outcome", a_number(900))
    colleague.fill(f"Record {len(told)} outcomes")
    colleague.open("/post/")
    colleague.reads("Delivered, says the carrier's file", "Did not arrive")
    colleague.follow(colleague.page.locator('a:has-text("Accept the carrier\'s record")').first)
    colleague.fill("Accept as proof")

    assert complaints == []
    assert "Traceback" not in demo.said()
    demo.manage("verify_audit")


# -- paper -----------------------------------------------------------------------------------------


def pictures_of(file: bytes) -> list[Image.Image]:
    """Print a file as a scanner would see it."""
    with pypdfium2.PdfDocument(file) as pages:
        return [page.render(scale=150 / 72, grayscale=True).to_pil() for page in pages]


def code_on(sheet: Image.Image) -> str:
    return str(zxingcpp.read_barcodes(sheet)[0].text)


def signed(sheet: Image.Image, turned_degrees: int) -> Image.Image:
    """Sign a slip with a pen, fold its paper, and lay it on the glass somehow."""
    found = sheet.copy()
    ImageDraw.Draw(found).line([(250, 1500), (420, 1410), (560, 1530), (820, 1400)], 50, 5)
    found = found.rotate(turned_degrees, expand=True, fillcolor=205)
    found = found.filter(ImageFilter.GaussianBlur(0.7))
    noise = Image.effect_noise(found.size, 50)
    return Image.blend(found, noise, 0.2)


def a_number(serial: int) -> str:
    """Return a valid number of the Universal Postal Union's form."""
    digits = f"{10_000_000 + serial:08d}"
    return next(
        number for check in range(10) if carriers.is_valid(number := f"RR{digits}{check}DE")
    )
