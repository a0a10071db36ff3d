"""From a figure of the insights to its cases by the keyboard alone; accessible, wide and narrow."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from offboarding.lifecycle import State
from tests.builders import a_case, a_house
from tests.journeys.test_pages_around_a_notice import Eyes, browser

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_figure_leads_to_its_cases_without_a_mouse(live_server: Any, browser: Browser) -> None:
    house = a_house()
    case = a_case(house, State.ACKNOWLEDGED)
    complaints: list[str] = []
    eyes = Eyes(browser, live_server.url, house.lead, complaints)
    page, keys = eyes.page, eyes.page.keyboard

    for part in ("reasons", "time", "receipt", "learning"):
        eyes.look_at(f"/insights/{part}/")
    eyes.look_at("/playbook/")
    page.goto(f"{live_server.url}/insights/receipt/")
    expect(page.locator("figure svg[role=img] rect").first).to_be_visible()
    page.get_by_role("link", name="1, Registered mail, Receipt on record").focus()
    keys.press("Enter")
    page.wait_for_url("**/cases/?figure=served*")
    expect(page.get_by_role("link", name="Adams Print")).to_have_count(1)
    expect(page.get_by_text(case.reference)).to_be_visible()
    eyes.look_at(page.url.removeprefix(live_server.url))

    assert complaints == []
