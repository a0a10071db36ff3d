"""Every page of the house for everybody: by keyboard, to axe in both schemes, on a narrow screen.

What is looked at is what `routes.txt` names: each address that shows a page is opened in a house in
which it leads to something, some two hundred of them. That takes minutes, and is marked `scale`;
`test_pages_around_a_notice` does the same in the strict run for a dozen of them.

What is done on the pages is walked elsewhere (all of these, in Chromium):

    what                       by mouse or thumb       by keyboard alone       two browsers
    queue, palette, search     –                       day_at_the_desk,        –
                                                       finding
    board, list, views, bulk   day_at_the_desk (390)   a_day_by_keyboard       day_at_the_desk
    evaluation, decision       in_chromium             in_chromium (390)       in_chromium
    notice, approval, outbox   in_chromium             a_notice_by_keyboard    in_chromium
    correction, copies         –                       a_notice_by_keyboard    –
    receipt /r/, code /code/   portal/test_browser     a_day_by_keyboard       –
                               (390, no script)        (390, no script)
    registered mail            post_desk               post_desk (scanner)     –
    obligations, /o/           in_chromium             what_is_owed,           –
                                                       a_day_by_keyboard
    hand-over, /h/             files_for_readers       files_for_readers,      –
                               (390, no script)        a_day_by_keyboard
    follow-up, closing, /f/    following_in_chromium   a_day_by_keyboard       –
    reaction and reply         –                       following_in_chromium   –
    insights, playbook         –                       insights_in_chromium,   –
                                                       a_day_by_keyboard
    import, calendar feed,     casework (390: scale)   casework (scale)        casework
    mails, remedies, stop
    signs, readers, claims,
    providers, data, bulk
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from tests.journeys.test_every_route import World, patterns
from tests.journeys.test_pages_around_a_notice import (
    FOR_CLIENTS,
    NO_PAGE,
    THE_ADMINS,
    THE_MANAGERS_OWN,
    Eyes,
    browser,
)

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOT_OURS = ("/admin/", "/demo/", "/accounts/", "/hooks/")
"""Django's own pages, what only the demo has, and the sign-in, which has tests of its own."""

NARROWEST = {"width": 320, "height": 720}


def every_page(world: World) -> dict[str, str]:
    """Return the address of each page that shows something, with the role that opens it."""
    found: dict[str, str] = {}
    seen = Client()
    for pattern in patterns():
        if NO_PAGE.search(pattern) or pattern.startswith(NOT_OURS):
            continue
        role = "nobody" if pattern.startswith(FOR_CLIENTS) else "lead"
        if pattern.startswith(THE_ADMINS):
            role = "admin"
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
    eyes.walk_through(path)


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

    assert len(pages) >= 200, pages
    assert not complaints, "\n".join(complaints)
