"""Every page of the house for everybody: by keyboard, to axe in both schemes, on a narrow screen.

The table of what is looked at is `routes.txt`: each address that shows a page is opened in a house
in which it leads to something. All of them take minutes, and are marked `scale`; those through
which a day leads are walked in the strict run.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from tests.journeys.keyboard import walk_through
from tests.journeys.test_every_route import World, patterns
from tests.journeys.test_pages_around_a_notice import (
    NO_PAGE,
    THE_MANAGERS_OWN,
    WIDE,
    Eyes,
    browser,
)

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOR_CLIENTS = ("/r/", "/o/", "/h/", "/f/", "/code/", "/check/")
NOT_OURS = ("/admin/", "/demo/", "/accounts/", "/hooks/")
"""Django's own pages, what only the demo has, and the sign-in, which has tests of its own."""

NARROWEST = {"width": 320, "height": 720}
MOST_STOPS = 250


def every_page(world: World) -> dict[str, str]:
    """Return the address of each page that shows something, with the role that opens it."""
    found: dict[str, str] = {}
    seen = Client()
    for pattern in patterns():
        if NO_PAGE.search(pattern) or pattern.startswith(NOT_OURS):
            continue
        role = "nobody" if pattern.startswith(FOR_CLIENTS) else "lead"
        if pattern.startswith(THE_MANAGERS_OWN):
            role = "manager"
        person = world.person(role)
        if person is None:
            seen.logout()
        else:
            seen.force_login(person)
        path = world.address(pattern)
        answer = seen.get(path)
        is_page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
        if answer.status_code != HTTPStatus.OK or not is_page:
            continue
        if b"<!doctype html" in answer.content[:200].lower():
            found[path] = role
            if role == "nobody":
                assert b"<script" not in answer.content, path
    return found


def look_at(eyes: Eyes, path: str) -> None:
    """Ask axe in both schemes, walk by keyboard, and see that nothing runs over the edge."""
    page = eyes.page
    eyes.look_at(path)
    page.set_viewport_size(NARROWEST)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        eyes.complaints.append(f"{path}: sideways scroll at {NARROWEST['width']} px")
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    eyes.complaints.extend(f"{path}: {wrong}" for wrong in walk_through(page))


@pytest.mark.scale
def test_every_page_is_reached_by_keyboard_accessible_and_fits(
    live_server: Any, browser: Browser
) -> None:
    world = World()
    complaints: list[str] = []
    pages = every_page(world)
    eyes = {
        role: Eyes(browser, live_server.url, world.person(role), complaints)
        for role in sorted(set(pages.values()))
    }

    for path, role in pages.items():
        look_at(eyes[role], path)

    print(len(pages), *pages, sep="\n")
    assert len(pages) >= 150, pages
    assert not complaints, "\n".join(complaints)
