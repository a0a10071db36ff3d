"""Pages around a notice and of a day in a real browser: wide and light, narrow and dark.

Nothing is pressed here. Each page is opened once, in a house in which each address leads to
something; what axe finds, what scrolls sideways and what the console complains about fails. The
pages of a day are also walked through by the tabulator. The gate looks at a dozen, the long run at
all of them, as `test_every_page_in_chromium` does with every page there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from accounts.models import User
from tests.journeys.keyboard import walk_through
from tests.journeys.test_every_route import World, patterns

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (Path(settings.BASE_DIR) / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
AROUND_A_NOTICE = re.compile(
    r"/(approvals|deliveries|inbox)/|/cases/<str:reference>/(notice|receipts)/"
)
OF_A_DAY = (
    "/",
    "/board/",
    "/cases/",
    "/cases/new/",
    *(
        f"/cases/<str:reference>/{place}"
        for place in (
            "",
            "evidence/",
            "dates/",
            "decision/",
            "timeline/",
            "handover/",
            "follow-up/",
        )
    ),
    "/clients/",
    "/clients/<int:client_id>/",
    "/settings/firm/",
    "/cases/<str:reference>/notice/edit/",
    "/r/<str:token>/",
    "/o/<str:token>/",
    "/h/<str:token>/",
    "/f/<str:token>/",
    "/code/",
    "/check/",
)
A_DOZEN = (
    "/",
    "/board/",
    "/cases/",
    "/cases/<str:reference>/",
    "/cases/<str:reference>/evidence/",
    "/cases/<str:reference>/notice/",
    "/cases/<str:reference>/notice/edit/",
    "/clients/<int:client_id>/",
    "/approvals/",
    "/inbox/<int:pk>/",
    "/r/<str:token>/",
    "/h/<str:token>/",
)
"""One of each kind: lists, cards, a timeline, long forms, a letter, a mail, what clients see."""
FOR_CLIENTS = ("/r/", "/o/", "/h/", "/f/", "/code/", "/check/")
THE_ADMINS = ("/admin/", "/settings/")
NO_PAGE = re.compile(r"\.(pdf|png|eml|csv)$|/file$|/(typed|writers)/$|/(mail|receipt-page)/$")
"""Files, answers for scripts, and frames whose policy lets no script look, not even axe."""

THE_MANAGERS_OWN = ("/post/slips/", "/post/carrier-files/")
"""What one colleague uploaded is theirs to go on with."""

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
REPORT_REFUSALS = """
document.addEventListener("securitypolicyviolation", (refused) =>
  console.error(`refused: ${refused.violatedDirective} ${refused.blockedURI}`));
"""


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


class Eyes:
    """Somebody who looks at pages: a colleague who is signed in, or a client without sign-in."""

    def __init__(
        self, browser: Browser, address: str, person: User | None, complaints: list[str]
    ) -> None:
        self.address, self.complaints = address, complaints
        context = browser.new_context(locale="en-GB", reduced_motion="reduce")
        if person is not None:
            client = Client()
            client.force_login(person)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}]
            )
        context.add_init_script(REPORT_REFUSALS)
        # A browser asks for it by itself on pages of Django's own, which name none.
        context.route("**/favicon.ico", lambda route: route.fulfill(status=HTTPStatus.NO_CONTENT))
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        self.page.on("console", self._listen)

    def _listen(self, line: Any) -> None:
        if line.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {line.text}")

    def look_at(self, path: str) -> None:
        self.page.set_viewport_size(WIDE)
        self.page.emulate_media(color_scheme="light")
        answer = self.page.goto(self.address + path)
        assert answer is not None
        if answer.status != HTTPStatus.OK:
            self.complaints.append(f"{path}: {answer.status}")
            return
        # Through the debugger: the page's own policy rightly refuses a script from outside.
        self.page.evaluate(AXE)
        self.ask_axe(f"{path} in light")
        self.page.set_viewport_size(NARROW)
        self.page.emulate_media(color_scheme="dark")
        self.ask_axe(f"{path} in dark at {NARROW['width']} px")
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.complaints.append(f"{path}: sideways scroll at {NARROW['width']} px")

    def walk_through(self, path: str) -> None:
        """Go through the open page by keyboard, at a screen's width."""
        self.page.set_viewport_size(WIDE)
        self.page.emulate_media(color_scheme="light")
        self.complaints.extend(f"{path}: {wrong}" for wrong in walk_through(self.page))

    def ask_axe(self, where: str) -> None:
        found = self.page.evaluate("axe.run().then(found => found.violations)")
        self.complaints.extend(f"{where}: {one['id']}: {one['nodes'][0]['html']}" for one in found)


@pytest.mark.parametrize("which", ["a dozen", pytest.param("all", marks=pytest.mark.scale)])
def test_pages_around_a_notice_and_of_a_day_are_accessible_and_fit(
    live_server: Any, browser: Browser, which: str
) -> None:
    world = World()
    complaints: list[str] = []
    eyes = {
        role: Eyes(browser, live_server.url, person, complaints)
        for role in ("manager", "lead", "admin", "nobody")
        for person in [world.person(role)]
    }
    pages = [
        one
        for one in patterns()
        if one in OF_A_DAY or (AROUND_A_NOTICE.match(one) and not NO_PAGE.search(one))
    ]
    if which == "a dozen":
        pages = [one for one in pages if one in A_DOZEN]
    asked: dict[str, str] = {}
    walked: set[str] = set()
    seen = Client()
    for pattern in pages:
        role = "admin" if pattern.startswith(THE_ADMINS) else "lead"
        if pattern.startswith(THE_MANAGERS_OWN):
            role = "manager"
        if pattern.startswith(FOR_CLIENTS):
            role = "nobody"
        path = world.address(pattern)
        person = world.person(role)
        if person is None:
            seen.logout()
        else:
            seen.force_login(person)
        # What only takes a press, leads elsewhere, or is a part for a script is no page of its own.
        answer = seen.get(path)
        if (
            answer.status_code == HTTPStatus.OK
            and b"<!doctype html" in answer.content[:200].lower()
        ):
            asked[path] = role
            if pattern in OF_A_DAY:
                walked.add(path)

    for path, role in asked.items():
        eyes[role].look_at(path)
        if path in walked:
            eyes[role].walk_through(path)
    assert len(asked) == len(A_DOZEN) if which == "a dozen" else len(asked) >= 46, asked
    assert walked == {world.address(one) for one in pages if one in OF_A_DAY}, walked
    assert len(walked) == len(set(OF_A_DAY) & set(pages)), walked
    assert not complaints, "\n".join(complaints)
