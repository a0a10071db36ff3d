"""In a real browser: a colleague is mentioned, hears of it and reads it, by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from offboarding.models import Notification
from tests.builders import a_case, a_house
from tests.journeys.test_following_in_chromium import press, tab_to
from tests.journeys.test_pages_around_a_notice import (  # noqa: F401 - `browser` is a fixture
    Eyes,
    browser,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_mention_is_written_told_opened_and_read_by_keyboard(
    live_server: Any,
    browser: Browser,  # noqa: F811
) -> None:
    house = a_house()
    case = a_case(house)
    complaints: list[str] = []
    writer = Eyes(browser, live_server.url, house.manager, complaints)
    page = writer.page

    page.goto(f"{live_server.url}/cases/{case.reference}/")
    tab_to(page, page.get_by_role("link", name="Write a note"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#id_text"))
    page.keyboard.type("@Otto, have you spoken to them?")
    press(page, "Write the note")
    expect(page.get_by_text("Nobody who may read this case is called “Otto”").first).to_be_visible()
    tab_to(page, page.locator("#id_text"))
    page.keyboard.press("Control+a")
    page.keyboard.type("@Leo Lead, have you spoken to them?")
    tab_to(page, page.get_by_label("Lena Lead"))
    page.keyboard.press("Space")
    press(page, "Write the note")
    expect(page.get_by_text("The note is on the case.")).to_be_visible()

    reader = Eyes(browser, live_server.url, house.lead, complaints)
    page = reader.page
    page.goto(f"{live_server.url}/")
    bell = page.get_by_role("link", name="Notifications 1 unread")
    tab_to(page, bell)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Notifications")).to_be_visible()
    # The keys are there with the script, a moment after the words.
    page.wait_for_load_state("load")
    # By the single keys of lists: down to the first row, then open it.
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case.reference}/**")
    expect(page.get_by_text("@Leo Lead, have you spoken to them?").first).to_be_visible()
    assert Notification.objects.get(person=house.lead).read_at is not None
    expect(page.get_by_role("link", name="Notifications", exact=True)).to_be_visible()

    for path in ("/notifications/?show=all", "/notifications/mail/"):
        reader.look_at(path)
    second = Eyes(browser, live_server.url, house.second_lead, complaints)
    for path in ("/notifications/", f"/cases/{case.reference}/notes/"):
        second.look_at(path)
    # The form that was refused answered 422, which the browser's console notes as well.
    assert [one for one in complaints if "422" not in one] == []
