"""The client pages in a real browser: no script, a phone's width, light and dark, nothing wrong."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

from notices import rendering
from offboarding.lifecycle import State
from offboarding.models import ClientLink
from offboarding.services import links
from tests import builders
from tests.notices import walks
from tests.notices.test_accompanying import enclosing
from tests.portal import letters
from tests.portal.letters import Held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOT = Path(settings.BASE_DIR)
AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PICTURES = os.environ.get("PORTAL_PICTURES", "")
"""A folder: when it is named, the pages are also kept as pictures, for people to look at."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start it once for all of these."""
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        # Playwright's loop lives in this thread; Django's teardown would take it for async code.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()
        # While Playwright's loop runs here, Django keeps a connection of its own for this thread.
        connections.close_all()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """A browser in which nobody was before; no page of it asks for anything afterwards."""
    yield chromium
    for context in chromium.contexts:
        context.close()


def a_letter(language: str = "en") -> Held:
    house = builders.a_house()
    house.client.language = language
    house.client.save()
    draft = enclosing(house, walks.a_draft(house))
    return letters.by_email(house, notice=walks.sent(house, draft))


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
A_BROWSER = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 "
    "Mobile/15E148 Safari/604.1"
)
"""What people's browsers call themselves; a headless one says that it is a robot."""


def a_phone(browser: Browser, *, scripts: bool = False, **options: Any) -> Page:
    return browser.new_page(
        user_agent=A_BROWSER,
        java_script_enabled=scripts,
        viewport={"width": 390, "height": 844},
        locale="en-GB",
        **options,
    )


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_a_client_without_script_reads_confirms_and_asks_on_a_phone(
    live_server: Any, browser: Browser
) -> None:
    held = a_letter()
    page = a_phone(browser)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(live_server.url + held.url)
    assert len(requests) <= 3
    page.get_by_role("button", name="Confirm receipt").click()
    assert "Please type your name." in page.inner_text("main")

    page.get_by_label("Your name", exact=True).fill("Jane Adams")
    assert not page.get_by_label("I am the addressee").is_checked()
    page.get_by_label("I am the addressee").check()
    letters.seconds_later(letters.SECONDS_TO_READ)
    page.get_by_role("button", name="Confirm receipt").click()

    assert page.url == live_server.url + held.url
    assert "You confirmed that our letter arrived" in page.inner_text("main")
    assert held.case.state == State.ACKNOWLEDGED

    page.get_by_label("Your question").fill("Who hands over the ledgers?")
    page.get_by_role("button", name="Send question").click()
    assert "Your question has arrived" in page.inner_text("main")

    page.get_by_text("I dispute this").click()
    page.get_by_label("What do you dispute?").fill("The end date.")
    letters.seconds_later(letters.SECONDS_TO_READ)
    page.get_by_role("button", name="Send", exact=True).click()
    assert "Your words have arrived" in page.inner_text("main")

    page.get_by_role("link", name="This was not you?").click()
    page.get_by_label("It was neither me").check()
    letters.seconds_later(letters.SECONDS_TO_READ)
    page.get_by_role("button", name="This was not me").click()
    assert "does not count any more" in page.inner_text("main")
    assert held.case.state == State.NOTICE
    assert page.context.cookies() == []


def test_a_client_types_the_code_from_the_paper(live_server: Any, browser: Browser) -> None:
    held = letters.by_post(builders.a_house())
    page = a_phone(browser)

    page.goto(live_server.url + "/code/")
    page.get_by_label("Code").fill(links.code_of(held.link).lower())
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Your name", exact=True).fill("Jane Adams")
    page.get_by_label("I am the addressee").check()
    page.get_by_role("button", name="Confirm receipt").click()

    assert "You confirmed that our letter arrived" in page.inner_text("main")
    assert held.case.state == State.ACKNOWLEDGED


def test_the_letter_is_downloaded_and_recognised(
    live_server: Any, browser: Browser, tmp_path: Path
) -> None:
    held = a_letter()
    page = a_phone(browser)
    page.goto(live_server.url + held.url)

    with page.expect_download() as download:
        page.get_by_role("link", name="The letter as PDF").click()
    file = tmp_path / "letter.pdf"
    download.value.save_as(file)

    page.goto(live_server.url + "/check/")
    page.get_by_label("Or the PDF itself").set_input_files(file)
    page.get_by_role("button", name="Compare").click()
    assert "byte for byte, the letter that we sealed" in page.inner_text("main")


@pytest.mark.parametrize(("language", "widths"), [("en", [1280]), ("de", [390, 320])])
def test_every_page_is_accessible_and_fits_in_light_and_dark(
    live_server: Any, browser: Browser, language: str, widths: list[int]
) -> None:
    held = a_letter(language)
    complaints: list[str] = []
    page = browser.new_page(locale=language, reduced_motion="reduce")
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else 0)

    def look_at(name: str, path: str = "") -> None:
        if path:
            page.goto(live_server.url + path)
        # Through the debugger: the page's own policy rightly refuses a script from outside.
        page.evaluate(AXE)
        for width, scheme in product(widths, SCHEMES):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("axe.run().then(found => found.violations)")
            where = f"{name} in {scheme} at {width} px"
            complaints.extend(f"{where}: {one['id']}: {one['nodes'][0]['html']}" for one in found)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                complaints.append(f"{where}: sideways scroll")
            picture(page, f"{name}-{scheme}-{width}")

    look_at("receipt", held.url)
    for summary in page.locator("summary").all():
        summary.click()
    look_at("receipt-unfolded")
    page.locator(".button--primary").click()
    look_at("receipt-refused")
    letters.confirm(held)
    look_at("confirmed", held.url)
    rendering.set_pages_due()
    look_at("confirmed-with-receipt", f"{held.url}?sent=question")
    look_at("not-me", f"{held.url}not-me/")
    look_at("code", "/code/")
    page.locator(".button--primary").click()
    look_at("code-refused")
    look_at("check", "/check/")
    page.locator("#check-sha256").fill("0" * 64)
    page.locator(".button--primary").click()
    look_at("check-no")
    look_at("unknown", f"/r/{'x' * 43}/")
    ClientLink.objects.filter(pk=held.link.pk).update(
        revoked_at=held.link.created_at, revoked_reason="withdrawn"
    )
    look_at("withdrawn", held.url)

    # A browser writes each refused page into its console; that is all it may say.
    assert [line for line in complaints if "the server responded with a status" not in line] == []


def test_a_page_is_small(live_server: Any, browser: Browser) -> None:
    held = a_letter()
    letters.confirm(held)
    page = a_phone(browser)
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda answer: (
            sizes.update(
                {answer.url.rpartition("/")[2] or "page": len(gzip.compress(answer.body()))}
            )
            if answer.url.startswith("http")
            else None
        ),
    )

    page.goto(live_server.url + held.url, wait_until="networkidle")

    assert set(sizes) == {"page", "public.css"}
    assert sizes["public.css"] <= 5 * 1024
    assert sizes["page"] <= 10 * 1024
