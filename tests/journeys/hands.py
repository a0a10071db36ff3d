"""One walk, done in three ways: with a mouse, with a thumb on a phone, and by keyboard alone."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from tests.journeys import keyboard
from tests.journeys.test_pages_around_a_notice import AXE, NARROW, WIDE, Eyes

PICTURES = os.environ.get("JOURNEY_PICTURES", "")
"""A folder: when it is named, pages that are looked at are also kept as pictures, for people."""

WAYS = [
    "mouse",
    pytest.param("keyboard", marks=pytest.mark.scale),
    pytest.param("thumb", marks=pytest.mark.scale),
]
"""The gate walks by mouse; the long run does the same by keyboard and on a phone."""


class Hands:
    """Somebody signed in, who does everything in one way."""

    def __init__(self, browser: Browser, address: str, person: User, way: str) -> None:
        self.complaints: list[str] = []
        self.eyes = Eyes(browser, address, person, self.complaints)
        self.page: Page = self.eyes.page
        self.page.set_default_timeout(10_000)
        self.address = address
        self.is_by_keyboard = way == "keyboard"
        self.is_thorough = way != "mouse" or bool(PICTURES)
        self.looked = 0
        self.size = NARROW if way == "thumb" else WIDE
        self.page.set_viewport_size(self.size)

    # -- looking -----------------------------------------------------------------------------------

    def open(self, path: str) -> None:
        """Go to an address; the walk itself begins there."""
        self.page.goto(self.address + path)

    def look(self, what: str) -> None:
        """Ask axe about the page as it stands now, and whether it fits a phone.

        The long run asks in both schemes; the gate's sweep over pages does so for most of them.
        """
        self.page.evaluate(AXE)
        looks = (("light", WIDE), ("dark", NARROW))
        for scheme, size in looks if self.is_thorough else looks[self.looked % 2 :][:1]:
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            self.eyes.ask_axe(f"{what}, {scheme}")
            if PICTURES:
                name = re.sub(r"[^a-z0-9]+", "-", what.lower())
                self.page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png", full_page=True)
        self.looked += 1
        self.page.set_viewport_size(NARROW)
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.complaints.append(f"{what}: sideways scroll at {NARROW['width']} px")
        self.page.set_viewport_size(self.size)
        self.page.emulate_media(color_scheme="light")

    def reads(self, *sentences: str) -> None:
        """See that these words stand on the page."""
        for sentence in sentences:
            expect(self.page.get_by_text(sentence).first).to_be_visible()

    def is_told_why_not(self, sentence: str) -> None:
        """See that a refusal takes the focus, and says this."""
        summary = self.page.locator("[data-error-summary]")
        expect(summary).to_be_focused()
        expect(summary).to_contain_text(sentence)

    def unexpected(self) -> list[str]:
        """Return what went wrong; what was refused on the way is noted by the console as well."""
        refused = ("422", "409")
        return [one for one in self.complaints if not any(code in one for code in refused)]

    # -- doing -------------------------------------------------------------------------------------

    def link(self, name: str) -> Locator:
        return self.page.locator("main").get_by_role("link", name=name).first

    def button(self, name: str) -> Locator:
        return self.page.locator("main").get_by_role("button", name=name).first

    def go(self, wanted: Locator) -> None:
        """Press a link or a button, and be where it leads."""
        if self.is_by_keyboard:
            keyboard.go(wanted)
        else:
            with self.page.expect_navigation():
                wanted.click()

    def press(self, wanted: Locator) -> None:
        """Press something that opens or marks something on this page."""
        if self.is_by_keyboard:
            keyboard.press(wanted, "Enter" if _opens(wanted) else "Space")
        else:
            wanted.click()

    def type(self, wanted: Locator, words: str) -> None:
        """Fill in a field."""
        if not self.is_by_keyboard:
            wanted.fill(words)
        elif wanted.get_attribute("type") == "date":
            keyboard.tab_to(wanted)
            year, month, day = words.split("-")
            # In the order of the browser's own language, which is not the page's.
            self.page.keyboard.type(month + day + year)
        else:
            keyboard.type_into(wanted, words)

    def choose(self, wanted: Locator, label: str) -> None:
        """Choose in a list."""
        if self.is_by_keyboard:
            keyboard.tab_to(wanted)
            self.page.keyboard.type(label)
        else:
            wanted.select_option(label=label)

    def mark(self, wanted: Locator) -> None:
        """Choose one of several, or tick a box."""
        if self.is_by_keyboard and wanted.get_attribute("type") == "radio":
            keyboard.choose(wanted)
        elif self.is_by_keyboard:
            keyboard.press(wanted, "Space")
        else:
            wanted.check()

    def give(self, wanted: Locator, name: str, content: bytes) -> None:
        """Choose a file; which one is asked by the browser's own window."""
        if self.is_by_keyboard:
            keyboard.tab_to(wanted)
        wanted.set_input_files({"name": name, "mimeType": "", "buffer": content})

    def save(self, wanted: Locator) -> bytes:
        """Save what a link leads to."""
        with self.page.expect_download() as download:
            self.press(wanted)
        return download.value.path().read_bytes()

    def read_file(self, wanted: Locator) -> bytes:
        """Return what a link shows, as the browser's own reader gets it."""
        address = wanted.get_attribute("href") or ""
        body: bytes = self.page.context.request.get(self.address + address).body()
        return body


def _opens(wanted: Locator) -> bool:
    kind: Any = wanted.evaluate("one => one.localName")
    return kind in ("a", "summary", "button")
