"""People without a mouse: everything is reached by the tabulator and pressed by a key."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

MOST_STEPS = 300


def tab_to(wanted: Locator, *, most: int = MOST_STEPS) -> None:
    """Go on with the tabulator until something has the focus."""
    page, one = wanted.page, wanted.element_handle()
    for _step in range(most):
        if one.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Not reached by keyboard on {page.url}: {wanted}")


def from_the_top(page: Page) -> None:
    """Begin at the head of the page again, as after a reload."""
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")


def press(wanted: Locator, key: str = "Enter") -> None:
    """Reach something, and press a key on it."""
    tab_to(wanted)
    wanted.page.keyboard.press(key)


def go(wanted: Locator, key: str = "Enter") -> None:
    """Reach a link or a button, press it, and be where it leads."""
    tab_to(wanted)
    with wanted.page.expect_navigation():
        wanted.page.keyboard.press(key)


def type_into(wanted: Locator, words: str, *, instead: bool = True) -> None:
    """Reach a field and type, in the place of what is there or after it."""
    tab_to(wanted)
    keys = wanted.page.keyboard
    keys.press("Control+a" if instead else "Control+End")
    keys.type(words)


def choose(wanted: Locator) -> None:
    """Reach a group of choices, and go through it to the one that is meant."""
    page = wanted.page
    group = page.locator(f'[name="{wanted.get_attribute("name")}"]')
    for _step in range(MOST_STEPS):
        if group.evaluate_all("all => all.includes(document.activeElement)"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _step in range(group.count()):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"Not chosen by keyboard on {page.url}: {wanted}")
