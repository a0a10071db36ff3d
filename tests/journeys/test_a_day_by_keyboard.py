"""The day without a mouse: board, list, obligations, lesson, playbook; clients without script."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from desk.models import SavedView
from offboarding.lifecycle import State
from offboarding.models import (
    Feedback,
    HandoverState,
    Lesson,
    Obligation,
    PreventiveMeasure,
    TerminationCase,
)
from offboarding.services import feedback, links, tags
from tests.builders import a_case, a_client, a_house, an_engagement, an_obligation, fresh
from tests.journeys.keyboard import choose, from_the_top, go, press, tab_to, type_into
from tests.journeys.test_pages_around_a_notice import NARROW, Eyes, browser
from tests.portal import letters, parcels
from tests.portal.test_browser import A_BROWSER

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def downloaded(page: Page, link: str) -> str:
    """Save a file by a key; return what is in it."""
    with page.expect_download() as download:
        press(page.get_by_role("link", name=link).first)
    return download.value.path().read_text(encoding="utf-8-sig")


def test_board_list_obligations_lesson_and_playbook(live_server: Any, browser: Browser) -> None:
    house = a_house()
    second = a_client(house.office, house.team, house.manager, reference="C-2")
    an_engagement(second)
    ready = a_case(house, State.OBLIGATIONS_FULFILLED)
    owing = a_case(house, State.ACKNOWLEDGED, client=second)
    owed = an_obligation(owing, title="Send the ledgers", needs_proof=True)
    tags.make_tag(house.team, name="Season end", tone="notice", by=house.by_manager)
    complaints: list[str] = []
    page = Eyes(browser, live_server.url, house.lead, complaints).page
    at = live_server.url

    # The board: Move…, and what the gate asks for where it is shut.
    page.goto(f"{at}/board/")
    press(page.locator(f"[data-card*='{owing.reference}'] a[data-moves]"))
    dialog = page.locator("#move-dialog[open]")
    expect(dialog).to_contain_text("obligations of ours are still open")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    press(page.locator(f"[data-card*='{ready.reference}'] a[data-moves]"))
    go(dialog.get_by_role("button", name="Begin the transition"))
    assert fresh(ready).state == State.TRANSITION

    # The list: narrowed, kept as a view, saved as a file; two cases get a tag and lose it again.
    page.goto(f"{at}/cases/?state=open&flag=&owner={house.manager.pk}")
    go(page.get_by_role("link", name="Keep this view"))
    type_into(page.locator("#id_name"), "Mia's")
    go(page.locator("main form .button--primary"))
    assert SavedView.objects.get().name == "Mia's"
    go(page.get_by_role("link", name="Mia's"))
    assert downloaded(page, "CSV of this view").count("OFB-") == 2
    for box in page.locator("input[name=case]").all():
        press(box, "Space")
    from_the_top(page)
    go(page.get_by_role("button", name="Add a tag"))
    go(page.get_by_role("button", name="Add the tag"))
    assert TerminationCase.objects.filter(tags__name="Season end").count() == 2
    go(page.get_by_role("button", name="Undo"))
    assert TerminationCase.objects.filter(tags__name="Season end").count() == 0

    # What we owe: refused without its proof, then done with it.
    page.goto(f"{at}/cases/{owing.reference}/obligations/{owed.pk}/fulfilment/")
    go(page.get_by_role("button", name="Mark as fulfilled"))
    expect(page.locator("[data-error-summary]")).to_be_focused()
    type_into(page.locator("#id_proof"), "Sent by courier, signed for by J. Adams.")
    go(page.get_by_role("button", name="Mark as fulfilled"))
    assert Obligation.objects.get(pk=owed.pk).is_settled

    # A lesson, and the measure it asks for.
    Lesson.objects.all().delete()
    page.goto(f"{at}/cases/{ready.reference}/lesson/")
    choose(page.locator("[name=avoidable][value=partly]"))
    type_into(page.locator("#id_next_time"), "Agree on the scope first.")
    go(page.get_by_role("button", name="Record the lesson"))
    assert Lesson.objects.get().next_time == "Agree on the scope first."
    page.goto(f"{at}/playbook/")
    go(page.get_by_role("link", name="Propose a measure"))
    tab_to(page.locator("#id_ground"))
    page.keyboard.press("ArrowDown")
    type_into(page.locator("#id_title"), "Read the scope aloud before signing.")
    go(page.get_by_role("button", name="Propose it"))
    measure = PreventiveMeasure.objects.get(title="Read the scope aloud before signing.")
    row = page.locator("tr", has_text=measure.title)
    go(row.get_by_role("link", name="Edit"))
    tab_to(page.locator("#id_owner"))
    page.keyboard.press("ArrowDown")
    go(page.get_by_role("button", name="Save"))
    go(row.get_by_role("link", name="Adopt"))
    go(page.get_by_role("button", name="Adopt it"))
    assert PreventiveMeasure.objects.get(pk=measure.pk).is_adopted

    page.goto(f"{at}/insights/reasons/")
    assert "," in downloaded(page, "CSV")
    assert [one for one in complaints if "422" not in one] == []


def test_clients_confirm_fetch_and_answer_without_mouse_or_script(
    live_server: Any, browser: Browser
) -> None:
    house = a_house()
    held = letters.by_email(house)
    parcel = parcels.sent(house, fresh(held.case))
    with transaction.atomic():
        told = feedback.link_for(held.case, by=house.by_manager, recipient_name="Jane Adams")
    page = browser.new_page(
        user_agent=A_BROWSER, java_script_enabled=False, viewport=NARROW, locale="en-GB"
    )

    page.goto(live_server.url + held.url)
    letters.seconds_later(letters.SECONDS_TO_READ)
    type_into(page.get_by_label("Your name", exact=True), "Jane Adams")
    press(page.get_by_label("I am the addressee"), "Space")
    go(page.get_by_role("button", name="Confirm receipt"))
    assert held.case.state == State.ACKNOWLEDGED

    page.goto(live_server.url + parcel.url)
    go(page.get_by_role("button", name="Send me the code"))
    type_into(page.get_by_label("Code from the e-mail"), parcel.code())
    go(page.get_by_role("button", name="Open the files"))
    with page.expect_download():
        press(page.get_by_role("link", name="Download", exact=True))
    type_into(page.get_by_label("Your name"), "Jane Adams")
    go(page.get_by_role("button", name="I have the files"))
    assert {one.state for one in held.case.handover_items.all()} == {HandoverState.DELIVERED}

    page.goto(f"{live_server.url}/f/{links.token_of(told)}/")
    choose(page.get_by_label("Not yet"))
    type_into(page.get_by_label("Is anything still open"), "The ledger of 2024.")
    go(page.get_by_role("button", name="Send", exact=True))
    assert Feedback.objects.get().still_open == "The ledger of 2024."
    assert page.context.cookies() == []
