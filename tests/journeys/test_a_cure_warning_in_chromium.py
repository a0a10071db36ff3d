"""A cure warning in a real browser: written, mended, approved, sent, confirmed; nothing moves.

Done by mouse in the strict run; `make test-scale` repeats it by keyboard alone and on a phone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from audit import clock
from desk.templatetags.words import prose_date
from offboarding.lifecycle import State
from offboarding.models import Remedy
from tests.builders import a_case, a_ground, a_house, an_invoice, fresh
from tests.journeys.hands import WAYS, Hands
from tests.journeys.story import minutes_pass, receipt_link_in, work
from tests.journeys.test_a_notice_by_keyboard import confirm, mails, path_of
from tests.journeys.test_pages_around_a_notice import NARROW, Eyes, browser
from tests.portal.test_browser import A_BROWSER
from tests.smtp_servers import SmtpServer

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("way", WAYS)
def test_a_warning_is_written_mended_approved_sent_and_confirmed_and_the_case_stays(
    live_server: Any, browser: Browser, server: SmtpServer, settings: Any, way: str
) -> None:
    settings.OUTBOX_DELAY_MINUTES = 0
    house = a_house()
    case = a_case(house, ground=a_ground("late", name="Payment is late", cure_days=14))
    today = clock.today(case.time_zone)
    an_invoice(house.client, due_on=today - timedelta(days=30), number="2026-77")
    mia = Hands(browser, live_server.url, house.manager, way)
    page, at = mia.page, f"/cases/{case.reference}/"

    # Written from the record; what it says badly is found, and mended by one press.
    mia.open(f"{at}cure-warning/")
    mia.go(mia.button("Write it from the record"))
    mia.reads("The cure warning is drafted.")
    mia.go(mia.link("Change the words"))
    expect(page.locator("#id_points")).to_contain_text("Invoice 2026-77")
    mia.type(page.locator("#id_meanwhile"), "You always pay late, and we go on as agreed.")
    mia.look("the words of a warning")
    mia.go(mia.button("Save"))
    mia.reads("The cure warning is saved.", "Generalises with always or never")
    mia.go(page.locator("main").get_by_role("button", name="Replace").first)
    expect(page.get_by_text("Generalises with always or never")).to_have_count(0)
    work()
    page.reload()
    mia.look("a warning that can be asked approval for")
    mia.go(mia.button("Ask for approval"))

    # A second person reads these very pages, and seals them.
    leo = Hands(browser, live_server.url, house.lead, way)
    work()
    leo.open("/approvals/")
    leo.go(leo.page.locator(f"main a[href*='{at}cure-warning/']").first)
    leo.go(leo.button("Approve and seal"))
    leo.reads("Approved")

    # It leaves with its own words, and the client's time stands by itself.
    mia.open(f"{at}cure-warning/")
    mia.go(mia.link("Send the cure warning"))
    mia.go(mia.button("Send the cure warning"))
    mia.reads("The cure warning is in the outbox.")
    minutes_pass(1)
    work()
    [mail] = mails(server)
    warning = Remedy.objects.get(case=case, is_cure_warning=True)
    assert warning.cure_ends_on is not None
    assert str(mail["Subject"]).startswith("Please read: 1 open point until ")

    # The client reads what it is, without script on a phone, and confirms that it arrived.
    complaints: list[str] = []
    theirs = Eyes(browser, live_server.url, None, complaints)
    path = path_of(receipt_link_in(mail))
    theirs.look_at(path)
    phone = browser.new_page(
        user_agent=A_BROWSER, java_script_enabled=False, viewport=NARROW, locale="en-GB"
    )
    phone.goto(live_server.url + path)
    expect(phone.get_by_text(prose_date(warning.cure_ends_on)).first).to_be_visible()
    minutes_pass(3)
    confirm(phone)
    theirs.look_at(path)

    # Nothing has moved: the day is the real one now, and the case is weighed as before.
    mia.open(f"{at}cure-warning/")
    mia.reads("It counts as received on", "What came of it")
    mia.look("a warning that arrived")
    warning.refresh_from_db()
    assert warning.received_on == today
    assert fresh(case).state == State.EVALUATION
    assert [*mia.unexpected(), *leo.unexpected(), *complaints] == []
