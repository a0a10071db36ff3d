"""Finding one's way by the keyboard alone: the palette, the search, and switching the keys off."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.builders import a_case, a_house, an_obligation
from tests.journeys.test_pages_around_a_notice import AXE, NARROW, Eyes, browser

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def chosen(page: Page) -> Any:
    return page.locator("#palette [aria-selected=true]")


def test_a_half_remembered_name_is_reached_without_a_mouse(
    live_server: Any, browser: Browser
) -> None:
    house = a_house()
    case = a_case(house)
    an_obligation(case, title="Return the heliotrope ledgers")
    complaints: list[str] = []
    eyes = Eyes(browser, live_server.url, house.manager, complaints)
    page, keys = eyes.page, eyes.page.keyboard

    # The palette: its pages at once, then a name with a slip in it.
    page.goto(f"{live_server.url}/cases/{case.reference}/")
    keys.press("Control+k")
    expect(page.locator("#palette input")).to_be_focused()
    expect(page.get_by_role("option", name="Board")).to_be_visible()
    page.evaluate(AXE)
    eyes.ask_axe("the palette in light")
    keys.type("adms")
    expect(page.get_by_role("option", name="Adams Print C-1")).to_be_visible()
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    eyes.ask_axe("the palette in dark, narrow")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    first = chosen(page).get_attribute("id")
    keys.press("ArrowDown")
    assert chosen(page).get_attribute("id") != first
    assert page.locator("#palette input").get_attribute("aria-activedescendant") == chosen(
        page
    ).get_attribute("id")
    keys.press("ArrowUp")
    keys.press("Enter")
    page.wait_for_url(f"**/clients/{house.client.pk}/")

    # The search: from any page, through the hits and on to where one stands.
    keys.press("/")
    keys.type("heliotrope")
    keys.press("Enter")
    page.wait_for_url("**/search/?q=heliotrope")
    keys.press("j")
    keys.press("Enter")
    page.wait_for_url(f"**/cases/{case.reference}/#obligations")
    eyes.look_at("/search/?q=heliotrope")
    eyes.look_at("/search/?q=adms+prnt")

    # Escape leaves; whoever wants no keys has none, and the button in the menu instead.
    keys.press("Control+k")
    keys.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    User.objects.filter(pk=house.manager.pk).update(uses_shortcuts=False)
    page.reload()
    keys.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()
    page.locator(".topbar > .menu summary", has_text="Menu of").click()
    page.locator("[data-opens=palette]").click()
    expect(page.locator("#palette input")).to_be_focused()

    assert complaints == []
