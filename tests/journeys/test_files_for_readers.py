"""Files of a hand-over in a browser: made ready by staff, fetched on a phone without script."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from offboarding.models import HandoverState
from tests.builders import a_case, a_house
from tests.portal import parcels
from tests.portal.parcels import Parcel
from tests.portal.test_browser import A_BROWSER, AXE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("PORTAL_PICTURES", "")


def test_staff_make_files_ready_and_the_client_fetches_them_on_a_phone(
    live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Playwright's loop lives in this thread; Django's teardown would take it for async code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    house = a_house()
    case = a_case(house)
    parcels.an_item(house, case, "ledgers.csv", parcels.LEDGERS, title="Ledgers")
    signed_in = Client()
    signed_in.force_login(house.manager)
    session = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    complaints: list[str] = []

    def look_at(page: Page, name: str) -> None:
        """Ask axe in both schemes and whether the page fits; keep a picture if one is wanted."""
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate(AXE)
            found = page.evaluate("axe.run().then(found => found.violations)")
            complaints.extend(f"{name}: {one['id']}: {one['nodes'][0]['html']}" for one in found)
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png", full_page=True)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            complaints.append(f"{name}: sideways scroll")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        desk = browser.new_context(locale="en-GB", reduced_motion="reduce")
        desk.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page = desk.new_page()
        page.goto(f"{live_server.url}/cases/{case.reference}/handover/")
        look_at(page, "hand-over")
        page.goto(f"{live_server.url}/cases/{case.reference}/handover/files/new/")
        # By keyboard alone.
        page.get_by_label("Ledgers: ledgers.csv").focus()
        page.keyboard.press("Space")
        page.get_by_label("Jane Adams").focus()
        page.keyboard.press("Space")
        look_at(page, "files-new")
        page.get_by_role("button", name="Prepare and look at the mail").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Your files from").wait_for()
        look_at(page, "files-mail")
        page.get_by_role("button", name="Send the mail").focus()
        page.keyboard.press("Enter")
        page.get_by_text("Not opened yet").wait_for()
        look_at(page, "files-sent")

        parcel = Parcel(house, case.releases.get())
        phone = browser.new_context(
            java_script_enabled=False,
            user_agent=A_BROWSER,
            viewport={"width": 390, "height": 844},
            locale="en-GB",
            accept_downloads=True,
        )
        page = phone.new_page()
        page.goto(live_server.url + parcel.url)
        page.get_by_role("button", name="Send me the code").click()
        assert "The code is on its way to j•••@example.com" in page.inner_text("main")
        page.get_by_label("Code from the e-mail").fill(parcel.code())
        page.get_by_role("button", name="Open the files").click()
        opened = page.url
        with page.expect_download() as download:
            page.get_by_role("link", name="Download", exact=True).click()
        file = tmp_path / "all.zip"
        download.value.save_as(file)
        page.get_by_label("Your name").fill("Jane Adams")
        page.get_by_role("button", name="I have the files").click()
        assert "Jane Adams told us on" in page.inner_text("main")
        assert phone.cookies() == []

        eyes = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
        page = eyes.new_page()
        for name, url in (("client-code", live_server.url + parcel.url), ("client-files", opened)):
            page.goto(url)
            look_at(page, name)
        browser.close()
        # While Playwright's loop runs here, Django keeps a connection of its own for this thread.
        connections.close_all()

    with zipfile.ZipFile(file) as archive:
        assert archive.read("ledgers.csv") == parcels.LEDGERS
    assert case.handover_items.get().state == HandoverState.DELIVERED
    assert complaints == []
