"""A day's casework beside the notice, in a real browser: clients, evaluation, what is owed, data.

Each walk is done by mouse in the strict run; `make test-scale` repeats it by keyboard alone and by
thumb on a phone.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from accounts.models import Membership, Role
from audit import clock
from clients import tasks
from clients.imports import working
from clients.models import Client
from notices.pages import handover_papers
from offboarding.lifecycle import State
from offboarding.models import Provider, ServiceFit, TerminationCase
from tests.builders import (
    a_case,
    a_client,
    a_ground,
    a_house,
    a_person,
    an_engagement,
    an_invoice,
)
from tests.journeys.hands import WAYS, Hands
from tests.journeys.test_pages_around_a_notice import browser
from tests.notices.test_forwarded import an_original

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEDGERS = b"date;amount\n2026-01-05;12\n"
A_FILE = """reference,legal_name,street,postal_code,city,country,contact_name,contact_email
C-101,Nordlicht Café GmbH,Hafenstraße 12,20457,Hamburg,DE,Mara Voss,mara@example.com
C-102,Étoile SARL,1 rue Neuve,69001,Lyon,FR,,
C-103,Nowhere Ltd,1 Way,M3 3JE,Manchester,Atlantis,,
"""


@pytest.mark.parametrize("way", WAYS)
def test_a_file_of_clients_is_looked_at_brought_in_mended_and_taken_out_again(
    live_server: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch, settings: Any, way: str
) -> None:
    house = a_house()
    monkeypatch.setattr(working, "CHUNK", 2)
    settings.PUBLIC_BASE_URL = live_server.url
    mia = Hands(browser, live_server.url, house.manager, way)
    page = mia.page

    # What is no list of clients is refused beside its field.
    mia.open("/clients/")
    mia.go(mia.link("Import"))
    mia.give(page.locator("#id_file"), "clients.xlsx", b"PK\x03\x04rest")
    mia.go(mia.button("Check the file"))
    mia.is_told_why_not("This is a spreadsheet")
    mia.look("a file that is no list")

    # A dry run, row by row; the page follows by itself.
    mia.give(page.locator("#id_file"), "clients.csv", A_FILE.encode())
    mia.go(mia.button("Check the file"))
    mia.reads("2 of 3 rows are done")
    tasks.work_on_imports()
    mia.reads("One row cannot be imported as it stands", "Use the two letters of ISO 3166")
    mia.look("a dry run")
    mended = mia.save(mia.link("These rows as CSV")).decode("utf-8-sig").replace("Atlantis", "GB")
    assert not Client.objects.filter(reference="C-101").exists()

    # The good rows come in; the bad one follows, mended, and goes out again.
    mia.go(mia.button("Import the 2 good rows"))
    tasks.work_on_imports()
    mia.reads("2 clients are in.")
    mia.open("/clients/import/")
    mia.give(page.locator("#id_file"), "mended.csv", mended.encode())
    mia.go(mia.button("Check the file"))
    mia.go(mia.button("Import 1 client"))
    mia.reads("One client is in.")
    mia.go(mia.button("Undo the import"))
    mia.reads("The import is undone: one client is gone again.")
    mia.look("an import undone")
    assert set(Client.objects.values_list("reference", flat=True)) == {"C-1", "C-101", "C-102"}

    # The list, as a file of exactly this view.
    mia.open("/clients/?q=nordlicht")
    saved = mia.save(mia.link("CSV of this view")).decode("utf-8-sig")
    assert "C-101" in saved and "C-102" not in saved

    # One's own calendar gets an address, is read without sign-in, and loses it.
    mia.press(page.locator("summary", has_text="Menu of"))
    mia.go(page.get_by_role("link", name="Your calendar"))
    mia.go(mia.button("Make an address"))
    mia.look("the calendar's address")
    address = page.get_by_label("Subscribe to it in your calendar").input_value()
    anybody = browser.new_context().request
    assert "BEGIN:VCALENDAR" in anybody.get(address).text()
    mia.go(mia.link("End the address"))
    mia.go(mia.button("End it"))
    mia.reads("The address shows nothing any more.")
    assert anybody.get(address).status == 404
    expect(page).to_have_url(f"{live_server.url}/")
    assert mia.unexpected() == []


@pytest.mark.parametrize("way", WAYS)
def test_a_case_is_weighed_with_its_mails_remedies_dates_and_readers(
    live_server: Any, browser: Browser, way: str
) -> None:
    house = a_house()
    ben = a_person("ben.bailey@example.com", "Ben Bailey")
    Membership.objects.create(user=ben, team=house.team, role=Role.ACCOUNT_MANAGER)
    ground = a_ground("late", name="Payment is late", cure_days=10, remedies="Offer instalments")
    an_invoice(house.client, due_on=clock.today() - timedelta(days=45))
    case = a_case(house, ground=ground)
    mia = Hands(browser, live_server.url, house.manager, way)
    page, at = mia.page, f"/cases/{case.reference}/"

    # What the record shows by itself; a saved mail stands on the timeline under its own date.
    mia.open(at)
    mia.reads("due for more than 30 days", "No date is known that the client has to keep.")
    mia.go(mia.link("Attach a mail"))
    mia.give(page.locator("#id_file"), "mail.eml", b"\x89PNG no mail")
    mia.go(mia.button("Attach the mail"))
    mia.is_told_why_not("is no mail")
    mia.look("a file that is no mail")
    mia.give(page.locator("#id_file"), "mail.eml", an_original())
    mia.go(mia.button("Attach the mail"))
    mia.reads("The mail is on the timeline", "5 January 2026, 10:15\u00a0CET")

    # A password stays out of a note, and what was typed stays in the field.
    mia.go(mia.link("Write a note"))
    mia.type(page.locator("#id_text"), "Their portal password is Sommer2026!")
    mia.go(mia.button("Write the note"))
    mia.is_told_why_not("This looks like a password")
    assert page.input_value("#id_text") == "Their portal password is Sommer2026!"
    mia.type(page.locator("#id_text"), "Jane Adams has the password of their portal.")
    mia.go(mia.button("Write the note"))
    mia.reads("The note is on the case.")

    # Remedies of the ground, and the warning whose time has to elapse.
    mia.open(at)
    mia.go(page.locator("#remedies").get_by_role("link", name="Add"))
    mia.go(page.get_by_role("link", name=re.compile("Record.*Offer instalments")))
    mia.choose(page.locator("#id_state"), "It did not help")
    mia.type(page.locator("#id_outcome"), "They declined on the telephone.")
    mia.go(mia.button("Record it"))
    mia.reads("It is recorded.", "They declined on the telephone.")
    mia.go(mia.link("Record one that was sent in another way"))
    mia.type(page.locator("#id_sent_on"), clock.today().isoformat())
    mia.type(page.locator("#id_wording"), "Please pay invoice 2027-001.")
    mia.go(mia.button("Record the warning"))
    mia.reads("The warning is recorded.")

    # A deadline of the client within 14 days is a stop sign.
    mia.go(mia.link("Add a deadline"))
    mia.type(page.locator("#id_due_on"), (clock.today() + timedelta(days=9)).isoformat())
    mia.type(page.locator("#id_title"), "File the advance VAT return")
    mia.go(mia.button("Add this deadline"))
    mia.go(mia.link("Back"))
    mia.reads("Stop: a deadline of the client is near")
    mia.look("a case with a stop sign")

    # The clause, with a calculator of the earliest end by each way of sending.
    mia.go(mia.link("Clause"))
    mia.type(page.locator("#id_sent_on"), "2027-01-29")
    mia.go(mia.button("Compute"))
    mia.reads("Earliest end by each way of sending")
    mia.press(page.locator("#ways summary").first)
    mia.look("the earliest end by each way")
    mia.mark(page.locator("#id_read"))
    mia.go(mia.button("Confirm that I read it"))
    mia.reads("It is on record that the notice clause was read.")

    # A lead narrows the file: a colleague who is not named does not learn that it exists.
    other = Hands(browser, live_server.url, ben, "mouse")
    other.open(at)
    other.reads("Adams Print")
    lead = Hands(browser, live_server.url, house.lead, way)
    lead.open(at)
    lead.press(lead.page.locator("main summary", has_text="More"))
    lead.go(lead.link("Restrict to named people"))
    lead.go(lead.button("Restrict the case"))
    lead.reads("The case is restricted to the people named.")
    answer = other.page.reload()
    assert answer is not None and answer.status == 404
    other.reads("not")
    assert [*mia.unexpected(), *lead.unexpected()] == []
    assert [one for one in other.complaints if "404" not in one] == []


@pytest.mark.parametrize("way", WAYS)
def test_what_is_owed_moves_a_claim_holds_everything_and_data_is_handed_over_and_deleted(
    live_server: Any, browser: Browser, settings: Any, tmp_path: Path, way: str
) -> None:
    settings.MEDIA_ROOT = tmp_path
    house = a_house()
    brown = a_client(house.office, house.team, house.manager, reference="C-2", legal_name="Brown")
    an_engagement(brown)
    owing = a_case(house, State.ACKNOWLEDGED)
    leaving = a_case(house, State.TRANSITION, client=brown)
    for name in ("Brown", "Quay Books"):
        ServiceFit.objects.create(provider=Provider.objects.create(name=name), service="Payroll")
    lead = Hands(browser, live_server.url, house.lead, way)
    page, at = lead.page, f"/cases/{owing.reference}/"

    # What is owed: a new duty comes after another, in no circle, and its first day stays readable.
    lead.open(f"{at}obligations/")
    lead.go(lead.link("Add"))
    lead.type(page.locator("#id_title"), "Print the yearly report")
    lead.type(page.locator("#id_due_on"), "2027-03-01")
    lead.mark(page.get_by_label("Finish the current month"))
    lead.go(lead.button("Add it"))
    lead.go(lead.link("Print the yearly report"))
    lead.go(lead.link("Edit"))
    lead.type(page.locator("#id_due_on"), "2027-03-15")
    lead.go(lead.button("Save"))
    lead.go(lead.link("Print the yearly report"))
    lead.reads("first promised for", "1 March 2027", "This cannot be done yet")
    lead.go(lead.link("Finish the current month's bookkeeping"))
    lead.go(lead.link("Edit"))
    lead.mark(page.get_by_label("Print the yearly report"))
    lead.go(lead.button("Save"))
    lead.is_told_why_not("Print the yearly report")
    lead.look("a circle of obligations")

    # A claim is threatened: nothing leaves until a lead lets it.
    lead.open(at)
    lead.go(lead.button("Threat of claim"))
    lead.reads("Do not discuss fault")
    lead.look("a claim is threatened")
    lead.go(lead.link("Back"))
    lead.reads("nothing is sent", "Legal hold: nothing of this case is deleted")
    lead.go(lead.link("Let sending go on"))
    lead.type(page.locator("#id_reason"), "Our counsel has answered them.")
    lead.go(lead.button("Let it go on"))
    lead.reads("Mail leaves again.")

    # Who could take over: nobody is recommended to themselves.
    at = f"/cases/{leaving.reference}/"
    lead.open(f"{at}handover/")
    lead.go(page.get_by_role("link", name=re.compile("Add.*a recommendation")))
    lead.choose(page.locator("#id_provider"), "Brown")
    lead.mark(page.get_by_label("Payroll"))
    lead.go(lead.button("Record the recommendation"))
    lead.is_told_why_not("client")
    lead.choose(page.locator("#id_provider"), "Quay Books")
    lead.go(lead.button("Record the recommendation"))
    lead.reads("The recommendation is on record.")

    # What they get, as a list in their language and as a file.
    lead.go(page.get_by_role("link", name=re.compile("Add.*a hand-over item")))
    lead.type(page.locator("#id_title"), "Ledgers 2024 to 2026")
    lead.give(page.locator("#id_file"), "ledgers.csv", LEDGERS)
    lead.go(lead.button("Add it"))
    lead.go(lead.link("The list, with sizes and hashes"))
    assert hashlib.sha256(LEDGERS).hexdigest().encode() in lead.save(lead.link("CSV"))
    lead.look("a hand-over list")

    # What we hold of them: one kind is kept on a ground, one is deleted and certified.
    lead.open(f"{at}data/")
    for name, disposal, until in (
        ("Payroll records", "keep", "2036-12-31"),
        ("Drafts", "delete", ""),
    ):
        lead.go(lead.link("Add a kind of data"))
        lead.type(page.locator("#id_name"), name)
        lead.type(page.locator("#id_held_in"), "Payroll system")
        lead.mark(page.locator(f"[name=disposal][value={disposal}]"))
        lead.type(page.locator("#id_ground"), "Clause 9 of the agreement")
        if until:
            lead.type(page.locator("#id_due_on"), until)
        lead.go(lead.button("Add it"))
    lead.go(page.get_by_role("link", name=re.compile("Deleted.*Drafts")))
    lead.type(page.locator("#id_done_how"), "Deleted, recycle bin emptied")
    lead.go(lead.button("Record it"))
    lead.go(lead.button("Set the pages"))
    handover_papers.set_due()
    page.reload()
    lead.look("the data of a client")
    assert lead.read_file(lead.link("Certificate of deletion")).startswith(b"%PDF")

    # Both cases go to a colleague at once, and come back by one press; a task is ticked in the row.
    lead.open("/cases/")
    for box in page.locator("input[name=case]").all():
        lead.mark(box)
    lead.go(lead.button("Give to a colleague"))
    lead.choose(page.locator("#id_owner"), "Leo Lead")
    lead.go(lead.button("Hand the cases over"))
    assert {one.owner for one in TerminationCase.objects.all()} == {house.lead}
    lead.go(lead.button("Undo"))
    assert {one.owner for one in TerminationCase.objects.all()} == {house.manager}
    assert lead.unexpected() == []
