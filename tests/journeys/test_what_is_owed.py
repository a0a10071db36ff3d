"""What both sides owe, as people live it: a colleague at a keyboard, the client on a phone.

The colleague sends the list, shows a statement and accepts a tick without touching a mouse; the
client reads and ticks without script, at a phone's width.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from notices.models import Message
from notices.pages import statement_pages
from offboarding.lifecycle import State
from offboarding.models import Obligation, Party
from tests.builders import a_case, a_house, an_invoice, an_obligation
from tests.portal.letters import seconds_later

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (Path(settings.BASE_DIR) / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PICTURES = os.environ.get("PORTAL_PICTURES", "")
"""A folder: when it is named, the pages are also kept as pictures, for people to look at."""

PHONE = {"width": 390, "height": 844}
A_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # Playwright's loop lives in this thread; Django's teardown would take it for async code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()
        # While Playwright's loop runs here, Django keeps a connection of its own for this thread.
        connections.close_all()


def look(page: Page, complaints: list[str]) -> None:
    """Ask axe in light and dark, and whether anything runs out of a phone's page."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        picture(page, f"owed-{re.sub(r'[^a-z]+', '-', page.url.split('/', 3)[3].lower())}-{scheme}")
        page.evaluate(AXE)
        found = page.evaluate("axe.run().then((found) => found.violations)")
        complaints += [
            f"{page.url} {scheme}: {one['id']}: {one['nodes'][0]['html']}" for one in found
        ]
    page.emulate_media(color_scheme="light")
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE["width"]:
        complaints.append(f"{page.url} scrolls sideways: {width}")
    assert before is not None
    page.set_viewport_size(before)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def press(found: Locator) -> None:
    """Go there by the keyboard and press Enter."""
    found.focus()
    with found.page.expect_navigation():
        found.press("Enter")


def test_the_list_goes_out_the_client_ticks_and_a_colleague_accepts(
    live_server: Any, browser: Browser
) -> None:
    house = a_house()
    an_invoice(house.client)
    case = a_case(house, State.ACKNOWLEDGED)
    row = an_obligation(case, party=Party.CLIENTS, title="Return the keys", needs_proof=True)
    later = an_obligation(case, party=Party.CLIENTS, title="Sign for the ledgers", waits_for=[row])
    an_obligation(case, title="Retainer paid twice", amount_cents=20_000, money_kind="refund")
    complaints: list[str] = []
    staff = Client()
    staff.force_login(house.manager)
    context = browser.new_context(locale="en-GB", user_agent=A_BROWSER)
    cookie = staff.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    mia = context.new_page()
    mia.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    mia.on(
        "console",
        lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None,
    )

    # A statement is made and shown, and the list goes out with a few words.
    mia.goto(f"{live_server.url}/cases/{case.reference}/settlement/")
    look(mia, complaints)
    press(mia.get_by_role("link", name="Make a statement"))
    press(mia.get_by_role("button", name="Make the statement"))
    statement_pages.set_due()
    mia.goto(f"{live_server.url}/cases/{case.reference}/settlement/")
    press(mia.get_by_role("link", name=re.compile("Show to the client")))
    press(mia.get_by_role("button", name="Show it"))
    mia.goto(f"{live_server.url}/cases/{case.reference}/obligations/")
    look(mia, complaints)
    press(mia.get_by_role("link", name="Send to the client"))
    look(mia, complaints)
    mia.get_by_label("Your own words above the list").focus()
    mia.keyboard.type("Thank you for the call this morning.")
    press(mia.get_by_role("button", name="Send the list"))
    assert "The list is on its way" in mia.inner_text("body")

    # The client, without script, on a phone.
    found = re.search(r"/o/[\w-]+/", Message.objects.get(case=case).text)
    assert found
    jane = browser.new_page(
        user_agent=A_BROWSER, java_script_enabled=False, viewport=PHONE, locale="en-GB"
    )
    requests: list[str] = []
    jane.on("request", lambda request: requests.append(request.url))
    jane.goto(live_server.url + found[0])
    assert len(requests) <= 3
    assert "comes after “Return the keys”" in jane.inner_text("main")
    jane.get_by_role("button", name="Tell us").click()
    assert "Please type your name." in jane.inner_text("main")
    jane.get_by_label("Return the keys").check()
    jane.get_by_label("Your name", exact=True).fill("Jane Adams")
    jane.get_by_label("Is there something we should know?").fill("By courier, on Monday.")
    seconds_later(5)
    jane.get_by_role("button", name="Tell us").click()
    assert "Mia Manager will look at what you ticked" in jane.inner_text("main")
    assert jane.context.cookies() == []
    with jane.expect_download() as statement:
        jane.get_by_role("link", name="The statement as PDF").click()
    assert statement.value.suggested_filename.endswith("-settlement-1.pdf")
    eyes = browser.new_page(viewport=PHONE, user_agent=A_BROWSER)
    eyes.goto(live_server.url + found[0])
    look(eyes, complaints)

    # Back at the desk: what the client said is the proof.
    mia.goto(f"{live_server.url}/cases/{case.reference}/obligations/{row.pk}/")
    look(mia, complaints)
    press(mia.get_by_role("link", name="Accept"))
    assert "By courier, on Monday." in mia.input_value("#id_proof")
    press(mia.get_by_role("button", name="Mark as fulfilled"))
    assert Obligation.objects.get(pk=row.pk).is_settled
    mia.goto(f"{live_server.url}/cases/{case.reference}/obligations/{later.pk}/edit/")
    look(mia, complaints)
    assert complaints == []
