"""A day at the desk in a real browser: queue by keys, board by hand, list by thumb, form by two."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from audit import clock
from offboarding.lifecycle import State
from offboarding.models import Task, TerminationCase
from offboarding.services import tags, tasks
from tests.builders import a_case, a_client, a_house, an_engagement, fresh
from tests.journeys.test_pages_around_a_notice import AXE, NARROW, WIDE, Eyes, browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["browser"]


def test_queue_by_keys_board_by_hand_list_by_thumb(live_server: Any, browser: Browser) -> None:
    house = a_house()
    second = a_client(house.office, house.team, house.manager, reference="C-2")
    an_engagement(second)
    ready = a_case(house, State.OBLIGATIONS_FULFILLED)
    shut = a_case(house, State.NOTICE, client=second)
    tag = tags.make_tag(house.team, name="Season end", tone="notice", by=house.by_manager)
    Task.objects.all().delete()
    for title in ("Call Jane", "Write to Jane", "Look at the ledger"):
        tasks.add_task(shut, by=house.by_manager, title=title, due_on=clock.today())
    complaints: list[str] = []
    eyes = Eyes(browser, live_server.url, house.manager, complaints)
    page = eyes.page

    # The queue, by keys alone: the second row is ticked, the one after it is selected.
    eyes.look_at("/")
    page.set_viewport_size(WIDE)
    page.keyboard.press("j")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("e")
    assert Task.objects.get(done_at__isnull=False).title == "Write to Jane"
    assert page.locator("[data-selected] .todo__title").inner_text() == "Look at the ledger"
    page.keyboard.press("x")
    assert page.locator("[data-ticked]").inner_text() == "1"
    page.get_by_role("button", name="Put off", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Put them off").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Task.objects.get(title="Look at the ledger").snoozed_until is not None
    with page.expect_navigation():
        page.get_by_role("link", name="Back to your queue").click()
    page.keyboard.press("?")
    with page.expect_navigation():
        page.get_by_role("button", name="Switch shortcuts off").click()
    page.keyboard.press("j")
    assert page.locator("[data-selected]").count() == 0

    # The board: a shut gate explains itself, an open one has its button; dragging moves nothing.
    eyes.look_at("/board/")
    page.set_viewport_size(WIDE)
    card = page.locator(f"[data-card*='{shut.reference}']")
    card.drag_to(page.locator("[data-state=acknowledged]"))
    dialog = page.locator("#move-dialog[open]")
    dialog.get_by_text("There is no proof yet that the notice arrived.").wait_for()
    eyes.ask_axe("the board's dialog")
    page.keyboard.press("Escape")
    page.locator(f"[data-card*='{ready.reference}'] a[data-moves]").click()
    with page.expect_navigation():
        dialog.get_by_role("button", name="Begin the transition").click()
    assert page.url.endswith("/board/")
    assert (fresh(shut).state, fresh(ready).state) == (State.NOTICE, State.TRANSITION)

    # The list, on a phone: two cases get a tag at once, and lose it by one press.
    for path in ("/cases/", "/tags/", f"/cases/bulk/tag/?case={shut.pk}&case={ready.pk}"):
        eyes.look_at(path)
    page.set_viewport_size(NARROW)
    page.goto(f"{live_server.url}/cases/")
    for box in page.locator("input[name=case]").all():
        box.check()
    assert page.locator("[data-ticked]").inner_text() == "2"
    with page.expect_navigation():
        page.get_by_role("button", name="Add a tag").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Add the tag").click()
    assert TerminationCase.objects.filter(tags=tag).count() == 2
    eyes.look_at(page.url.removeprefix(live_server.url))
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    assert TerminationCase.objects.filter(tags=tag).count() == 0
    eyes.look_at(page.url.removeprefix(live_server.url))

    # One form, two people: they read of each other, and neither overwrites the other unseen.
    lead = Eyes(browser, live_server.url, house.lead, complaints)
    about = f"/cases/{shut.reference}/about/"
    page.goto(live_server.url + about)
    lead.look_at(about)
    lead.page.get_by_text("Mia Manager has this form open too").wait_for()
    lead.page.fill("[name=summary]", "Leo was here.")
    with lead.page.expect_navigation():
        lead.page.get_by_role("button", name="Save").click()
    page.fill("[name=summary]", "Mia was here.")
    assert complaints == []
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    page.get_by_text("Leo Lead changed this on").wait_for()
    page.evaluate(AXE)
    eyes.ask_axe("both versions")
    assert page.input_value("[name=summary]") == "Mia was here."
    assert [one for one in complaints if "409" not in one] == []
    for one in (page, lead.page):
        one.context.close()


def test_the_board_moves_without_script(live_server: Any, browser: Browser) -> None:
    house = a_house()
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    client = Client()
    client.force_login(house.manager)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(
        [
            {"name": name, "value": one.value, "url": live_server.url}
            for name, one in client.cookies.items()
        ]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/board/")
    page.get_by_role("link", name="Move…").click()
    page.get_by_role("button", name="Begin the transition").click()
    assert fresh(case).state == State.TRANSITION
    context.close()
