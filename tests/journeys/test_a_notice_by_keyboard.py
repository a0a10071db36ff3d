"""A notice with company, without a mouse: checked, approved, taken back, refused, corrected, read.

The pages are set, the mails leave and come back for real; the colleague, the lead and the client
each have a browser of their own.
"""

from __future__ import annotations

from datetime import date, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from desk.templatetags.words import prose_date
from offboarding.lifecycle import State
from tests.builders import PASSWORD, a_case, a_house, fresh
from tests.desk.pages import actions
from tests.journeys.keyboard import choose, from_the_top, go, press, type_into
from tests.journeys.story import html_of, minutes_pass, receipt_link_in, work
from tests.journeys.test_pages_around_a_notice import NARROW, Eyes, browser
from tests.notices import walks
from tests.notices.sheets import a_pdf
from tests.portal.letters import SECONDS_TO_READ, seconds_later
from tests.portal.test_browser import A_BROWSER
from tests.smtp_servers import SmtpServer

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_notice_is_written_approved_taken_back_corrected_and_read(
    live_server: Any, browser: Browser, server: SmtpServer, settings: Any, tmp_path: Path
) -> None:
    settings.OUTBOX_DELAY_MINUTES = 10
    house = a_house()
    case = a_case(house, State.NOTICE)
    walks.a_draft(house, case)
    complaints: list[str] = []
    mia = Eyes(browser, live_server.url, house.manager, complaints).page
    leo = Eyes(browser, live_server.url, house.lead, complaints).page
    phone = browser.new_page(
        user_agent=A_BROWSER, java_script_enabled=False, viewport=NARROW, locale="en-GB"
    )
    at = f"{live_server.url}/cases/{case.reference}/"

    # Company for the letter: a file, and a second reader.
    ledgers = tmp_path / "ledgers.pdf"
    ledgers.write_bytes(a_pdf())
    mia.goto(f"{at}notice/enclosures/")
    mia.get_by_label("Or upload a PDF").set_input_files(ledgers)
    type_into(mia.get_by_label("Name on the letter"), "List of ledgers")
    go(mia.get_by_role("button", name="Enclose it"))
    mia.goto(f"{at}notice/copies/")
    choose(mia.get_by_role("radio", name="Counsel"))
    type_into(mia.locator("#id_name"), "Carla Counsel")
    type_into(mia.locator("#id_email"), "carla@counsel.example")
    go(mia.get_by_role("button", name="Send them a copy"))

    # Written and checked: better words by one press, a warning that stands for a reason.
    mia.goto(f"{at}notice/edit/")
    type_into(mia.locator("#id_ours"), " You always asked for more.", instead=False)
    type_into(mia.locator("#id_theirs"), "\nPlease tell the bank immediately.", instead=False)
    press(mia.locator("#id_sends_registered_mail"), "Space")
    expect(mia.locator("#open-warnings")).to_contain_text("warnings are open")
    from_the_top(mia)
    go(mia.locator("#beside-ours button[name=replace]").first)
    expect(mia.get_by_text("Replaced.")).to_be_visible()
    assert "You always" not in mia.input_value("#id_ours")
    press(mia.locator("#beside-theirs summary").first)
    type_into(mia.locator("#beside-theirs input").first, "The bank needs to know by Friday.")
    go(mia.locator("#beside-theirs button[name=stand]").first)
    expect(mia.get_by_text("It stands, and your reason is on the record.")).to_be_visible()
    go(mia.get_by_role("button", name="Save and ask for approval").last)
    expect(mia.get_by_text("Asked for approval.")).to_be_visible()

    # A second person finds it, reads it, and approves these very pages.
    work()
    leo.goto(f"{live_server.url}/approvals/")
    go(leo.locator(f"a[href*='/cases/{case.reference}/notice/']").first)
    for words in ("Let stand:", "The bank needs to know by Friday.", "List of ledgers"):
        expect(leo.get_by_text(words).first).to_be_visible()
    go(leo.get_by_role("button", name="Approve and seal"))
    expect(leo.get_by_text("Approved, not sent yet")).to_be_visible()

    # Ten minutes in the outbox: one button takes it back, and the record keeps that.
    send(mia, at)
    go(mia.get_by_role("button", name="Take back the e-mail to jane"))
    expect(mia.get_by_text("Approved, not sent yet")).to_be_visible()
    minutes_pass(11)
    work()
    assert server.mails == []
    assert "notice.taken_back" in actions(case)

    # Sent again; the address is refused, put right, and sent once more for the password.
    server.set_mode("refuse_recipient")
    send(mia, at)
    minutes_pass(11)
    work()
    server.set_mode("accept")
    mia.goto(f"{at}notice/")
    go(mia.get_by_role("link", name="Correct the address"))
    type_into(mia.get_by_label("Password"), PASSWORD)
    go(mia.get_by_role("button", name="Continue"))
    type_into(mia.locator("#id_email"), "jane@adams.example")
    go(mia.get_by_role("button", name="Resend to this address"))
    work()
    minutes_pass(11)
    work()
    letter, copy = mails(server)
    assert ("jane@adams.example" in letter["To"], "carla@" in copy["To"]) == (True, True)

    # Whoever gets a copy opens the same files and finds no link; the addressee opens both as well.
    assert files_of(copy) == files_of(letter)
    assert [pages_of(file) for file in files_of(copy).values()] == [2, 1]
    assert ledgers.read_bytes() in files_of(letter).values()
    assert "/r/" not in html_of(copy)
    first = path_of(receipt_link_in(letter))
    phone.goto(live_server.url + first)
    for link in ("The letter as PDF", "List of ledgers"):
        with phone.expect_download() as download:
            phone.get_by_role("link", name=link).click()
        assert Path(download.value.path()).read_bytes() in files_of(letter).values()
    confirm(phone)
    assert fresh(case).state == State.ACKNOWLEDGED

    # The end is put off: a correction, approved by the second person, asks for receipt anew.
    effective_on = fresh(case).effective_on
    assert effective_on is not None
    later = effective_on + timedelta(days=40)
    mia.goto(f"{at}correction/")
    choose(mia.locator("[name=reason][value=date]"))
    type_into(mia.locator("#id_note"), "One month more for the audit.")
    mia.locator("#id_effective_on").fill(later.isoformat())
    go(mia.get_by_role("button", name="Draft the correction"))
    # What was let stand in the first letter stands in the same words of the second.
    expect(mia.get_by_text("The bank needs to know by Friday.").first).to_be_visible()
    go(mia.get_by_role("button", name="Save and ask for approval").last)
    work()
    leo.goto(f"{at}notice/")
    go(leo.get_by_role("button", name="Approve and seal"))
    send(mia, at)
    minutes_pass(11)
    work()
    minutes_pass(11)
    work()
    correction, _copy = mails(server)[-2:]
    second = path_of(receipt_link_in(correction))
    assert fresh(case).state == State.NOTICE
    phone.goto(live_server.url + first)
    expect(phone.get_by_text("A newer letter replaces this one")).to_be_visible()
    phone.goto(live_server.url + second)
    expect(phone.locator("strong").first).to_contain_text(in_words(was=effective_on, now=later))
    confirm(phone)
    assert fresh(case).state == State.ACKNOWLEDGED
    assert complaints == []


def files_of(mail: EmailMessage) -> dict[str, bytes]:
    """Return what is attached to a mail, by its name."""
    return {str(one.get_filename()): one.get_content() for one in mail.iter_attachments()}


def pages_of(file: bytes) -> int:
    """Open a PDF and count its pages."""
    with pypdfium2.PdfDocument(file) as opened:
        return len(opened)


def in_words(*, was: date, now: date) -> str:
    """Say what the correction changed, as the client reads it."""
    return f"The end date is now {prose_date(now)} instead of {prose_date(was)}."


def path_of(url: str) -> str:
    return urlsplit(url).path


def confirm(phone: Page) -> None:
    """Confirm receipt as a person does who has read the letter."""
    phone.get_by_label("Your name", exact=True).fill("Jane Adams")
    phone.get_by_label("I am the addressee").check()
    seconds_later(SECONDS_TO_READ)
    phone.get_by_role("button", name="Confirm receipt").click()
    expect(phone.get_by_text("You confirmed that our letter arrived")).to_be_visible()


def mails(server: SmtpServer) -> list[EmailMessage]:
    return [BytesParser(policy=modern).parsebytes(one.data) for one in server.mails]


def send(page: Page, at: str) -> None:
    """Look once more at where it goes, and put it into the outbox."""
    page.goto(f"{at}notice/")
    go(page.get_by_role("link", name="Send…"))
    go(page.get_by_role("button", name="Send the notice"))
    expect(page.get_by_text("The notice is in the outbox.")).to_be_visible()


def test_a_button_pressed_while_a_save_is_under_way_waits_for_it(
    live_server: Any, browser: Browser
) -> None:
    house = a_house()
    case = a_case(house, State.NOTICE)
    walks.a_draft(house, case)
    mia = Eyes(browser, live_server.url, house.manager, []).page
    mia.goto(f"{live_server.url}/cases/{case.reference}/notice/edit/")
    mia.locator("#id_ours").press_sequentially(" You always asked for more.")
    replace = mia.locator("#beside-ours button[name=replace]").first
    expect(replace).to_be_visible()

    # The next save is done by the server, and its answer is long on its way.
    held: list[Route] = []
    mia.route("**/notice/typed/", lambda route: held.append(route))
    mia.locator("#id_sends_registered_mail").uncheck()
    while not held:
        mia.wait_for_timeout(50)
    [save] = held
    answer = save.fetch()
    replace.click(no_wait_after=True)
    save.fulfill(response=answer)

    expect(mia.get_by_text("Replaced.")).to_be_visible()
    assert "You always" not in mia.input_value("#id_ours")
    # What is said of the receipt followed the channel by that save.
    assert "posted letter" not in mia.input_value("#id_receipt")
