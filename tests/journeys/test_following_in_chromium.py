"""After the end in a real browser: anger answered by keyboard, feedback without script, closing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Locator, Page, expect

from notices.models import Reply
from offboarding.lifecycle import State
from offboarding.models import Feedback
from offboarding.services import feedback, follow_ups, learning, links
from tests.builders import a_case, a_house, fresh
from tests.journeys.test_pages_around_a_notice import (  # noqa: F401 - `browser` is a fixture
    NARROW,
    Eyes,
    browser,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_STEPS = 120


def tab_to(page: Page, wanted: Locator) -> None:
    """Go on with the tabulator until something has the focus."""
    for _step in range(MOST_STEPS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Not reached by keyboard: {wanted}")


def press(page: Page, button: str) -> None:
    """Reach a button by keyboard, and press it."""
    tab_to(page, page.get_by_role("button", name=button).first)
    page.keyboard.press("Enter")


def test_anger_is_answered_by_keyboard_feedback_needs_no_script_and_the_case_closes(
    live_server: Any,
    browser: Browser,  # noqa: F811
) -> None:
    house = a_house()
    case = a_case(house, State.FOLLOW_UP)
    for row in case.follow_ups.all():
        follow_ups.cancel_follow_up(row, by=house.by_manager, reason="They asked us not to.")
    learning.record_lesson(case, by=house.by_manager, avoidable="no", next_time="Call earlier.")
    with transaction.atomic():
        link = feedback.link_for(fresh(case), by=house.by_manager, recipient_name="Jane Adams")
    complaints: list[str] = []
    eyes = Eyes(browser, live_server.url, house.manager, complaints)
    page, at = eyes.page, f"{live_server.url}/cases/{case.reference}"

    # Anger, logged and answered with the keyboard alone.
    page.goto(f"{at}/reactions/")
    tab_to(page, page.get_by_role("radio").first)
    while not page.get_by_role("radio", name="Anger").is_checked():
        page.keyboard.press("ArrowDown")
    press(page, "Log the reaction")
    expect(page.get_by_text("is logged.")).to_be_visible()
    press(page, "Begin a calm reply")
    text = page.locator("#id_text")
    expect(text).to_have_value(re.compile("Thank you for telling me openly"))
    tab_to(page, text)
    page.keyboard.press("Control+a")
    page.keyboard.type("Thank you for your call. You will have the ledgers by Friday.")
    press(page, "Save and look at it")
    expect(page.get_by_text("after a breather of half an hour")).to_be_visible()
    press(page, "Put it into the outbox")
    expect(page.get_by_text("In the outbox: it departs on")).to_be_visible()
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()
    reply = Reply.objects.get()

    # The client, without script, on a telephone.
    phone = browser.new_context(java_script_enabled=False, viewport=NARROW, locale="en-GB")
    theirs = phone.new_page()
    theirs.goto(f"{live_server.url}/f/{links.token_of(link)}/")
    theirs.get_by_label("Not yet").check()
    theirs.get_by_label("Is anything still open").fill("The ledger of 2024.")
    theirs.get_by_role("button", name="Send", exact=True).click()
    expect(theirs.get_by_text("Your answers have arrived.")).to_be_visible()
    assert Feedback.objects.get().still_open == "The ledger of 2024."
    phone.close()

    # What is open becomes a task; then the checklist, and the case closes.
    page.goto(f"{at}/")
    page.get_by_role("button", name="The client says that something is still open").click()
    page.goto(f"{at}/closing/")
    page.get_by_label("Final invoice").fill("2027-031, paid")
    page.get_by_label("Balance").fill("Nothing is open.")
    page.get_by_label("We hold nothing of theirs").check()
    page.get_by_label("Who controls what now").fill("Payroll portal: Brown & Co.")
    page.get_by_label("Welcome back").check()
    page.get_by_role("button", name="Save the checklist").click()
    expect(page.get_by_text("The checklist is saved.")).to_be_visible()

    for path in (
        f"/cases/{case.reference}/reactions/",
        f"/cases/{case.reference}/replies/{reply.pk}/",
        f"/cases/{case.reference}/closing/",
        f"/cases/{case.reference}/closing-letter/",
        f"/f/{links.token_of(link)}/",
        "/text-blocks/",
        "/text-blocks/1/",
    ):
        eyes.look_at(path)

    page.goto(f"{at}/closing/")
    page.get_by_role("link", name="Close the case").click()
    page.get_by_role("button", name="Close the case").click()
    expect(page.get_by_text("It is kept until")).to_be_visible()
    assert fresh(case).state == State.CLOSED
    assert not complaints, "\n".join(complaints)
