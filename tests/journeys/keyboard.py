"""People without a mouse: everything is reached by the tabulator and pressed by a key."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

MOST_STEPS = 300
MOST_ROUNDS = 8

WATCH_THE_FOCUS = """() => {
  const all = [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex], iframe')];
  const shown = (one) => one.checkVisibility({checkVisibilityCSS: true})
    && one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden' && !one.closest('[inert]');
  const stops = all.filter(shown);
  const groups = new Set();
  window.stops = stops.filter((one) => {
    if (one.type !== 'radio') return true;
    const group = `${one.form?.id || ''}|${one.form?.action || ''}|${one.name}`;
    if (groups.has(group)) return false;
    groups.add(group);
    return true;
  });
  window.reached = [];
  document.activeElement.blur();
  document.addEventListener('focusin', (event) => {
    const one = event.target;
    const radios = one.type === 'radio' && one.form
      ? [...one.form.querySelectorAll(`[name="${CSS.escape(one.name)}"]`)] : [one];
    const place = window.stops.findIndex((stop) => radios.includes(stop));
    const ways = [one, one.closest('label'), one.parentElement].filter(Boolean);
    const isSeen = ways.some((way) => {
      const style = getComputedStyle(way);
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
        || style.boxShadow !== 'none';
    });
    window.reached.push({place, isSeen, html: one.outerHTML.slice(0, 160)});
  });
  return window.stops.length;
}"""
HOW_MANY_ARE_LEFT = """() => {
  const places = new Set(window.reached.map((one) => one.place));
  return window.stops.filter((stop, place) => !places.has(place) && stop.isConnected).length;
}"""
WHAT_WENT_WRONG = """() => {
  const wrong = [];
  const places = window.reached.map((one) => one.place);
  window.stops.forEach((stop, place) => {
    if (!places.includes(place) && stop.isConnected && stop.localName !== 'iframe')
      wrong.push(`not reached: ${stop.outerHTML.slice(0, 160)}`);
  });
  const first = places.slice(0, window.stops.length).filter((place) => place >= 0);
  first.forEach((place, at) => {
    if (at && place < first[at - 1] && place !== 0)
      wrong.push(`out of order: ${window.stops[place].outerHTML.slice(0, 160)}`);
  });
  window.reached.filter((one) => !one.isSeen).forEach(
    (one) => wrong.push(`focus is not seen: ${one.html}`));
  return wrong;
}"""


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


def walk_through(page: Page) -> list[str]:
    """Go through a page by the tabulator; return what is not reached, out of order or unseen."""
    stops: int = page.evaluate(WATCH_THE_FOCUS)
    left = stops
    # A date takes a step for each of its parts.
    for _round in range(MOST_ROUNDS):
        for _step in range(left + 3):
            page.keyboard.press("Tab")
        left = page.evaluate(HOW_MANY_ARE_LEFT)
        if not left:
            break
    found: list[str] = page.evaluate(WHAT_WENT_WRONG)
    return found
